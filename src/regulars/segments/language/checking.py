"""Whether a rule fits this shop: every name is known, every operator and value fits what it is held against."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from regulars.core.attributes import Attribute, Fact, Type, filters
from regulars.core.text import nearest
from regulars.segments.language.errors import RuleWrong, choice_of
from regulars.segments.language.fitting import (
    PRESENCE,
    REFERENCES,
    filters_of,
    is_windowed,
    known_attributes,
    operators_of,
)
from regulars.segments.language.limits import (
    DEEPEST,
    MOST_CHARACTERS,
    MOST_CONDITIONS,
    MOST_VALUES,
    conditions,
    too_deep,
    too_long,
    too_many_conditions,
    too_many_values,
    values_of,
)
from regulars.segments.language.reading import rule_read
from regulars.segments.language.terms import NotComparableError, Terms, held
from regulars.segments.language.tree import (
    Compare,
    Day,
    Filtered,
    Number,
    Operator,
    Place,
    Rule,
    Span,
    Term,
    Text,
    Together,
    Value,
    Window,
    Within,
)
from regulars.segments.language.writing import rule_text, value_text

# Any day will do to see whether a value can be held against others.
_SOME_DAY = date(2000, 1, 1)
_HOURS = range(24)
_OF_HOURS = {"hour", "favourite_hour"}
# So many names are told where none is near; more are for the list of the editor.
_TOLD = 8


@dataclass(frozen=True, slots=True)
class Known:
    """What rules of this shop may name. Stores, categories, brands and products only help whoever types."""

    terms: Terms
    groups: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    stores: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    def named(self, reference: str) -> frozenset[str]:
        """The names that stand for customers: groups, segments or tiers."""
        return {"group": self.groups, "segment": self.segments, "tier": self.tiers}[reference]


def rule_checked(rule: Rule, *, known: Known, text: str = "", today: date = _SOME_DAY) -> Rule:
    """The rule, if it fits what is known. Raises RuleWrong for what is wrong first, from left to right.

    `text` is what the rule was read from; a rule without one is shown in its own text.
    """
    _refuse_too_large(rule)
    placed = rule if text else rule_read(rule_text(rule))
    check = _Check(known=known, text=text or rule_text(rule), today=today)
    for condition, _depth in conditions(placed):
        match condition:
            case Compare():
                check.compare(condition)
            case Within():
                check.within(condition)
            case Together():
                check.together(condition)
    return rule


def _refuse_too_large(rule: Rule) -> None:
    count = values = 0
    for condition, depth in conditions(rule):
        count += 1 + (len(condition.term.filters) if isinstance(condition, Compare | Within) else 0)
        values += sum(1 for _value in values_of(condition))
        if depth > DEEPEST:
            raise RuleWrong(too_deep())
    if count > MOST_CONDITIONS:
        raise RuleWrong(too_many_conditions())
    if values > MOST_VALUES:
        raise RuleWrong(too_many_values())
    # What is kept is the rule's own text, which must be readable again.
    if len(rule_text(rule)) > MOST_CHARACTERS:
        raise RuleWrong(too_long(len(rule_text(rule))))


@dataclass(frozen=True, slots=True)
class _Check:
    """Checks the parts of one rule; each method raises RuleWrong or does nothing."""

    known: Known
    text: str
    today: date

    def compare(self, condition: Compare) -> None:
        term = condition.term
        attribute, type_ = self._term(term)
        if type_ is Type.BIRTHDAY and condition.operator not in PRESENCE:
            self._wrong(f'"{term.name}" has no year', condition.at, ('"in next 7 days" or another window',))
        self._operator(condition.operator, attribute, type_, condition.at)
        self._values(condition.operator, condition.values, attribute, type_)
        if term.name in REFERENCES:
            for value in condition.values:
                self._reference(term.name, value)

    def within(self, condition: Within) -> None:
        name = condition.term.name
        attribute, type_ = self._term(condition.term)
        if type_ not in {Type.DATE, Type.BIRTHDAY}:
            instead = "behind the window" if is_windowed(attribute) else "instead of the window"
            operator = operators_of(attribute, type_)[0]
            self._wrong(f'"{name}" is no day', condition.at, (f'an operator such as "{operator}" {instead}',))
        self._window(condition.window, condition.at)

    def together(self, condition: Together) -> None:
        for product in condition.products:
            if not product.text.strip():
                self._wrong("this text is empty", product.at, ("a SKU or the name of a product",))
        if condition.window:
            self._window(condition.window, condition.at)

    def _term(self, term: Term) -> tuple[Attribute, Type]:
        attribute = known_attributes().get(term.name)
        if attribute is None:
            kind = "measure" if term.filters or term.window else "fact"
            self._unknown(kind, term.name, known_attributes(), _named(term.at, term.name))
        self._argument(term, attribute)
        for used, each in enumerate(term.filters):
            self._filter(each, attribute, [one.name for one in term.filters[:used]])
        if term.window:
            if not is_windowed(attribute):
                self._wrong(f'"{term.name}" has no window', term.at, ("its name alone, as it is today",))
            self._window(term.window, term.at)
        return attribute, self.known.terms.type_of(attribute, term.argument)

    def _argument(self, term: Term, attribute: Attribute) -> None:
        takes_argument = isinstance(attribute, Fact) and attribute.takes_argument
        if takes_argument and term.argument is None:
            self._wrong(f'"{term.name}" needs a name', term.at, (f'{term.name}("Shoe size")',))
        if not takes_argument and term.argument is not None:
            words = 'filters such as store = "Westlands"' if filters_of(attribute) else "its name alone"
            self._wrong(f'"{term.name}" has no fields', term.at, (words,))
        if takes_argument and term.argument not in self.known.terms.fields:
            self._unknown("custom field", str(term.argument), self.known.terms.fields, term.at)

    def _filter(self, each: Filtered, attribute: Attribute, used: Sequence[str]) -> None:
        place = _named(each.at, each.name)
        fitting = filters_of(attribute, used)
        if not filters_of(attribute):
            self._wrong(f'"{attribute.name}" has no filters', place, ("a measure such as spent or orders",))
        if each.name not in filters():
            self._unknown("filter", each.name, fitting, place)
        if each.name not in fitting:
            self._wrong(f'the filter "{each.name}" does not fit "{attribute.name}"', place, tuple(fitting))
        found = filters()[each.name]
        self._operator(each.operator, found, found.type, each.at)
        self._values(each.operator, each.values, found, found.type)

    def _operator(self, read: Operator, attribute: Attribute, type_: Type, place: Place | None) -> None:
        fitting = operators_of(attribute, type_)
        if read not in fitting:
            self._wrong(f'"{read}" does not fit "{attribute.name}"', place, [f'"{each}"' for each in fitting])

    def _values(self, operator: Operator, values: tuple[Value, ...], attribute: Attribute, type_: Type) -> None:
        if operator is Operator.CONTAINS:
            self._part(values[0])
            return
        rows = [self._row(value, attribute, type_) for value in values]
        if operator is Operator.BETWEEN and all(isinstance(value, Number | Day) for value in values):
            self._ordered(is_ordered=rows[0] <= rows[1], values=values, place=None)  # type: ignore[operator]

    def _part(self, value: Value) -> None:
        """A part of a text is any text."""
        if not isinstance(value, Text) or not value.text:
            self._wrong(f"read {value_text(value)}", value.at, ("a text in quotes",))

    def _row(self, value: Value, attribute: Attribute, type_: Type) -> object:
        """The value as rows hold it."""
        if isinstance(value, Text) and not value.text:
            self._wrong("this text is empty", value.at, ("a text", '"is unknown"'))
        try:
            row = held(value, attribute, type_=type_, terms=self.known.terms, today=self.today)
        except NotComparableError as wrong:
            self._unheld(value, attribute, str(wrong))
        if attribute.name in _OF_HOURS and row not in _HOURS:
            self._wrong(f"read {value_text(value)}", value.at, ("an hour from 0 to 23",))
        if attribute.words and row not in attribute.words.values():
            self._unheld(value, attribute, f"one of {', '.join(attribute.words)}")
        return row

    def _unheld(self, value: Value, attribute: Attribute, words: str) -> NoReturn:
        """Refuse a value of which there is no such one, with the nearest that there is."""
        names = attribute.choices or tuple(attribute.words)
        near = nearest(value.text, names) if isinstance(value, Text) else None
        rest = f'did you mean "{near}"?' if near else f"here could stand {words}"
        raise RuleWrong(
            f"read {value_text(value)}; {rest}",
            text=self.text,
            place=value.at,
            expected=names or (words,),
            nearest=near,
        )

    def _reference(self, kind: str, value: Value) -> None:
        if isinstance(value, Text) and value.text not in self.known.named(kind):
            self._unknown(kind, value.text, self.known.named(kind), value.at)

    def _window(self, window: Window, place: Place | None) -> None:
        if isinstance(window, Span) and isinstance(window.first, Day) and isinstance(window.last, Day):
            is_ordered = window.first.day <= window.last.day
            self._ordered(is_ordered=is_ordered, values=(window.first, window.last), place=place)

    def _ordered(self, *, is_ordered: bool, values: Sequence[Value], place: Place | None) -> None:
        if not is_ordered:
            first, last = (value_text(value) for value in values)
            raise RuleWrong(f"{first} is after {last}; write {last} first", text=self.text, place=values[0].at or place)

    def _unknown(self, kind: str, read: str, names: Collection[str], place: Place | None) -> NoReturn:
        """Refuse a name nobody knows, with the nearest of those that are known."""
        near = nearest(read, names)
        listed = ", ".join(sorted(names)[:_TOLD]) + (", …" if len(names) > _TOLD else "")
        rest = f'did you mean "{near}"?' if near else f"known are: {listed}" if names else f"there is no {kind} yet"
        raise RuleWrong(
            f'unknown {kind} "{read}"; {rest}', text=self.text, place=place, expected=sorted(names), nearest=near
        )

    def _wrong(self, sentence: str, place: Place | None, expected: Sequence[str]) -> NoReturn:
        raise RuleWrong(
            f"{sentence}; here could stand {choice_of(expected)}", text=self.text, place=place, expected=expected
        )


def _named(place: Place | None, name: str) -> Place | None:
    """The place of the name that a part begins with."""
    return (place[0], place[0] + len(name)) if place else None
