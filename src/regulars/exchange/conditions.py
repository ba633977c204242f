"""The little rule language of a mapping: «quantity < 0 and customer is unknown».

A name is a field of the mapping (`number`, `quantity`, or with its section where two have it: `line.total`); a value
is a text in quotes or a number. A comparison with an unknown value does not hold, and != is the opposite of =.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, assert_never

from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.exchange.errors import ConditionWrong
from regulars.exchange.fields import DATES, FIELDS, IDENTITIES, NUMBERS, Field, Form

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)|(?P<sign><=|>=|!=|=|<|>|\(|\)))"
)
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
CUSTOMER = "customer"
Value = str | Decimal | datetime


@dataclass(frozen=True, slots=True)
class Compare:
    """`quantity < 0`."""

    key: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class StartsWith:
    """`number starts with 'C'`."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """`sku is known`; of the customer: any code, phone or e-mail."""

    key: str


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]


Condition = Compare | StartsWith | Known | Not | AllOf | AnyOf


@dataclass(slots=True)
class Bound:
    """The values of a statement, each under a name that stands for it in the SQL."""

    values: dict[str, object] = field(default_factory=dict)

    def name(self, value: object) -> str:
        """What to write in the SQL for the value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def condition_read(text: str) -> Condition:
    """The condition a text says. Raises ConditionWrong, with the place and what is wrong there."""
    reader = _Reader(text, list(_tokens(text)))
    condition = reader.any_of()
    if reader.token.kind != "end":
        raise reader.wrong(_("the rule should end here, or go on with «and» or «or»"))
    return condition


def keys_of(condition: Condition) -> Iterator[str]:
    """The fields a condition asks for; the customer stands for all its identities."""
    match condition:
        case Compare(key=key) | StartsWith(key=key) | Known(key=key):
            yield from IDENTITIES if key == CUSTOMER else (key,)
        case Not(part):
            yield from keys_of(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from keys_of(part)
        case _:
            assert_never(condition)


def to_sql(condition: Condition, columns: Mapping[str, str], bound: Bound, *, places: int) -> str:
    """The condition as SQL that is never NULL. `columns` holds the fields there are; any other is unknown.

    Numbers are compared as the staging keeps them: quantities and prices in thousandths, amounts in millionths of the
    minor unit, of a currency with that many decimals.
    """
    match condition:
        case Compare(key, "!=", value):
            return f"NOT {to_sql(Compare(key, '=', value), columns, bound, places=places)}"
        case Compare(key, operator, value):
            return f"COALESCE({columns.get(key, 'NULL')} {operator} {bound.name(_scaled(key, value, places))}, FALSE)"
        case StartsWith(key, text):
            return f"COALESCE(starts_with({columns.get(key, 'NULL')}, {bound.name(text)}), FALSE)"
        case Known(key):
            found = [columns[each] for each in (IDENTITIES if key == CUSTOMER else (key,)) if each in columns]
            return f"({' OR '.join(f'{column} IS NOT NULL' for column in found) or 'FALSE'})"
        case Not(part):
            return f"NOT {to_sql(part, columns, bound, places=places)}"
        case AllOf(parts) | AnyOf(parts):
            word = " AND " if isinstance(condition, AllOf) else " OR "
            return f"({word.join(to_sql(part, columns, bound, places=places) for part in parts)})"
        case _:
            assert_never(condition)


def _scaled(key: str, value: Value, places: int) -> object:
    if not isinstance(value, Decimal):
        return value
    powers = {Form.QUANTITY: 3, Form.PRICE: places + 3, Form.AMOUNT: places + 6}
    return value.scaleb(powers[FIELDS[key].form])


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            at = len(text) - len(text[position:].lstrip()) + 1
            raise ConditionWrong(text=text, position=at, reason=_("«%s» means nothing here") % text[at - 1])
        kind = str(match.lastgroup)
        yield _Token(kind, match[kind], match.start(kind) + 1)
        position = match.end()
    yield _Token("end", "", len(text) + 1)


@dataclass(slots=True)
class _Reader:
    """Reads tokens from the left; `or` binds weaker than `and`, `and` weaker than `not`."""

    text: str
    tokens: list[_Token]

    @property
    def token(self) -> _Token:
        return self.tokens[0]

    def wrong(self, reason: str) -> ConditionWrong:
        return ConditionWrong(text=self.text, position=self.token.position, reason=reason)

    def takes(self, *words: str) -> bool:
        """Whether the next tokens are these words; then they are taken."""
        found = tuple(token.text.lower() for token in self.tokens[: len(words)])
        if found != words or any(token.kind == "text" for token in self.tokens[: len(words)]):
            return False
        del self.tokens[: len(words)]
        return True

    def any_of(self) -> Condition:
        parts = [self.all_of()]
        while self.takes("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def all_of(self) -> Condition:
        parts = [self.one()]
        while self.takes("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def one(self) -> Condition:
        if self.takes("not"):
            return Not(self.one())
        if not self.takes("("):
            return self.leaf()
        inner = self.any_of()
        if not self.takes(")"):
            raise self.wrong(_("a closing parenthesis is missing"))
        return inner

    def leaf(self) -> Condition:
        key = self.key()
        if self.takes("is", "known") or self.takes("is", "not", "unknown"):
            return Known(key)
        if self.takes("is", "unknown") or self.takes("is", "not", "known"):
            return Not(Known(key))
        if key == CUSTOMER:
            raise self.wrong(_("write «is known» or «is unknown» of the customer"))
        if self.takes("starts", "with"):
            return StartsWith(key, self.plain_text(key))
        for operator in _OPERATORS:
            if self.takes(operator):
                return Compare(key, operator, self.value(FIELDS[key]))
        raise self.wrong(_("write one of %s, «starts with», «is known» or «is unknown»") % " ".join(_OPERATORS))

    def key(self) -> str:
        if self.token.kind != "name":
            raise self.wrong(_("the name of a field is expected"))
        name = self.token.text.lower()
        found = [field.key for field in FIELDS.values() if name in {field.name, f"{field.section}.{field.name}"}]
        # A sale's own field is meant before a payment's or a customer's; a total is doubtful.
        first = [key for key in found if not key.startswith("payment")] or found
        if name != CUSTOMER and not first:
            near = nearest(name, (field.name for field in FIELDS.values()))
            raise self.wrong(_("there is no field «%s»") % name + (_("; did you mean «%s»?") % near if near else ""))
        if len(first) > 1:
            options = _(" or ").join(f"«{FIELDS[key].section}.{FIELDS[key].name}»" for key in first)
            raise self.wrong(_("«%s» is said of several; write %s") % (name, options))
        del self.tokens[0]
        return CUSTOMER if name == CUSTOMER else first[0]

    def plain_text(self, key: str) -> str:
        if self.token.kind != "text" or FIELDS[key].form in NUMBERS | DATES:
            raise self.wrong(_("«starts with» needs a text field and a text in quotes after it"))
        return _unquoted(self.tokens.pop(0).text)

    def value(self, asked: Field) -> Value:
        token = self.token
        if token.kind not in {"text", "number"}:
            raise self.wrong(_("a number or a text in quotes is expected"))
        text = _unquoted(token.text) if token.kind == "text" else token.text
        if asked.form in NUMBERS:
            return self._number(token, asked)
        if asked.form in DATES:
            return self._day(text)
        del self.tokens[0]
        return text

    def _number(self, token: _Token, asked: Field) -> Decimal:
        if token.kind != "number":
            raise self.wrong(_("«%s» is a number; write it without quotes") % asked.name)
        del self.tokens[0]
        return Decimal(token.text)

    def _day(self, text: str) -> datetime:
        try:
            day = datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            raise self.wrong(_("write the date as '2026-11-22'")) from None
        del self.tokens[0]
        return day


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[0] * 2, text[0])
