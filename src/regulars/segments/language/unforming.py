"""JSON to tree, trusting nothing: whatever does not fit is told with its path."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from regulars.segments.language.building import day_form, name_form, number_form
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.limits import (
    DEEPEST,
    MOST_CHARACTERS,
    MOST_UNITS,
    too_deep,
    too_long,
)
from regulars.segments.language.reading import UNWRITABLE, is_name
from regulars.segments.language.tree import (
    All,
    Any,
    Before,
    Calendar,
    Compare,
    Day,
    Filtered,
    Last,
    Next,
    Not,
    Number,
    Operator,
    Rule,
    Shift,
    Since,
    Span,
    Term,
    Text,
    Together,
    Unit,
    Value,
    Window,
    Within,
)
from regulars.segments.language.writing import rule_text

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_COUNTS = {Operator.BETWEEN: 2, Operator.KNOWN: 0, Operator.UNKNOWN: 0}
_LISTS = {Operator.IN, Operator.NOT_IN}
_RULE = 'a rule: {"all": …}, {"any": …}, {"not": …}, {"term": …} or {"bought_together": …}'
_WINDOW = 'a window: {"last": 30, "unit": "days"}, {"next": …}, {"since": …}, {"before": …}, {"from": …} or {"year": …}'
_VALUE = 'a value: {"text": …}, {"number": "12.5"}, {"day": "2026-11-22"} or {"shift": -60, "unit": "days"}'


def rule_of_form(form: object) -> Rule:
    """The tree of a form. Raises RuleWrong with the path of what is wrong."""
    rule = _rule(form, "rule", 0)
    length = len(rule_text(rule))
    if length > MOST_CHARACTERS:
        raise RuleWrong(too_long(length), path="rule")
    return rule


def _rule(form: object, path: str, depth: int) -> Rule:
    if depth > DEEPEST:
        raise RuleWrong(too_deep(), path=path)
    match form:
        case {"all": parts, **rest} if not rest:
            return _joined(All, _parts(parts, f"{path}.all", depth))
        case {"any": parts, **rest} if not rest:
            return _joined(Any, _parts(parts, f"{path}.any", depth))
        case {"not": part, **rest} if not rest:
            return Not(_rule(part, f"{path}.not", depth + 1))
        case {"term": term, "operator": operator, "values": values, **rest} if not rest:
            return Compare(_term(term, f"{path}.term"), *_comparison(operator, values, path))
        case {"term": term, "within": window, **rest} if not rest:
            return Within(_term(term, f"{path}.term"), _window(window, f"{path}.within"))
        case {"bought_together": [first, second], **rest} if not set(rest) - {"window"}:
            products = f"{path}.bought_together"
            both = (Text(_text(first, f"{products}[0]")), Text(_text(second, f"{products}[1]")))
            return Together(both, _optional(rest, path))
    raise _wrong(path, _RULE)


def _parts(parts: object, path: str, depth: int) -> list[Rule]:
    found = [_rule(part, f"{path}[{n}]", depth + 1) for n, part in enumerate(_list(parts, path))]
    if not found:
        raise _wrong(path, "a list of one rule or more")
    return found


def _joined(kind: type[All | Any], parts: list[Rule]) -> Rule:
    """One part is no more than itself; a part of the same kind gives its own parts."""
    flat: list[Rule] = []
    for part in parts:
        flat.extend(part.rules if isinstance(part, kind) else [part])
    return kind(tuple(flat)) if len(flat) > 1 else flat[0]


def _term(form: object, path: str) -> Term:
    match form:
        case {"name": name, **rest} if not set(rest) - {"argument", "filters", "window"}:
            argument = _text(rest["argument"], f"{path}.argument") if "argument" in rest else None
            filters = [
                _filter(each, f"{path}.filters[{n}]")
                for n, each in enumerate(_list(rest.get("filters", []), f"{path}.filters"))
            ]
            if argument is not None and filters:
                raise _wrong(path, "an argument or filters, not both")
            return Term(_name(name, f"{path}.name"), argument, tuple(filters), _optional(rest, path))
    raise _wrong(path, 'a term: {"name": "orders"}, with "argument", "filters" and "window" where it has them')


def _filter(form: object, path: str) -> Filtered:
    match form:
        case {"name": name, "operator": operator, "values": values, **rest} if not rest:
            return Filtered(_name(name, f"{path}.name"), *_comparison(operator, values, path))
    raise _wrong(path, 'a filter: {"name": "store", "operator": "=", "values": [{"text": "Westlands"}]}')


def _comparison(operator: object, values: object, path: str) -> tuple[Operator, tuple[Value, ...]]:
    read = _known(Operator, operator, f"{path}.operator")
    found = tuple(_value(each, f"{path}.values[{n}]") for n, each in enumerate(_list(values, f"{path}.values")))
    if read in _LISTS and not found:
        raise _wrong(f"{path}.values", "a list of one value or more")
    needed = _COUNTS.get(read, 1)
    if read not in _LISTS and len(found) != needed:
        raise _wrong(f"{path}.values", f"a list of {needed} value{'' if needed == 1 else 's'}")
    return read, found


def _optional(form: Mapping[object, object], path: str) -> Window | None:
    return _window(form["window"], f"{path}.window") if "window" in form else None


def _window(form: object, path: str) -> Window:
    match form:
        case {"last": count, "unit": unit, **rest} if not rest:
            return Last(_count(count, f"{path}.last", least=1), _known(Unit, unit, f"{path}.unit"))
        case {"next": count, "unit": unit, **rest} if not rest:
            return Next(_count(count, f"{path}.next", least=1), _known(Unit, unit, f"{path}.unit"))
        case {"since": day, **rest} if not rest:
            return Since(_day(day, f"{path}.since"))
        case {"before": day, **rest} if not rest:
            return Before(_day(day, f"{path}.before"))
        case {"from": first, "to": last, **rest} if not rest:
            return Span(_day(first, f"{path}.from"), _day(last, f"{path}.to"))
        case {"year": year, **rest} if not set(rest) - {"month"}:
            month = _count(rest["month"], f"{path}.month", least=1, most=12) if "month" in rest else None
            return Calendar(_count(year, f"{path}.year", least=1, most=9999), month)
    raise _wrong(path, _WINDOW)


def _value(form: object, path: str) -> Value:
    match form:
        case {"text": text, **rest} if not rest:
            return Text(_text(text, f"{path}.text"))
        case {"number": number, **rest} if not rest:
            return Number(_number(number, f"{path}.number"))
    return _day(form, path, _VALUE)


def _day(form: object, path: str, expected: str = 'a day: {"day": "2026-11-22"} or {"shift": …}') -> Day | Shift:
    match form:
        case {"day": str(day), **rest} if not rest:
            return Day(_formed(day_form, day, f"{path}.day"))
        case {"shift": count, "unit": unit, **rest} if not rest:
            shift = _count(count, f"{path}.shift", least=-MOST_UNITS)
            return Shift(shift, _known(Unit, unit, f"{path}.unit"))
    raise _wrong(path, expected)


def _number(number: object, path: str) -> Decimal:
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise _wrong(path, 'a number as text, such as "12.50"')
    return _formed(number_form, number, path)


def _formed(form: Callable[[str], T], written: str, path: str) -> T:
    try:
        return form(written)
    except ValueError as wrong:
        raise RuleWrong(f"{path}: {wrong}", path=path) from None


def _count(count: object, path: str, *, least: int, most: int = MOST_UNITS) -> int:
    if not isinstance(count, int) or isinstance(count, bool) or not least <= count <= most:
        raise _wrong(path, f"a whole number from {least} to {most}")
    return count


def _text(text: object, path: str) -> str:
    if not isinstance(text, str):
        raise _wrong(path, "a text")
    if bad := UNWRITABLE.search(text) or re.search(r"[\t\n\r]", text):
        raise RuleWrong(f"{path}: the character U+{ord(bad[0]):04X} cannot stand in a rule; take it out", path=path)
    return text


def _name(name: object, path: str) -> str:
    if not isinstance(name, str) or not is_name(name):
        raise _wrong(path, "a name such as age or spent")
    return name_form(name)


def _known(kind: type[E], word: object, path: str) -> E:
    words = [each.value for each in kind]
    if not isinstance(word, str) or word not in words:
        raise _wrong(path, f"one of {', '.join(words)}")
    return kind(word)


def _list(found: object, path: str) -> list[object]:
    if not isinstance(found, list):
        raise _wrong(path, "a list")
    return found


def _wrong(path: str, expected: str) -> RuleWrong:
    return RuleWrong(f"{path}: here could stand {expected}", path=path, expected=(expected,))
