"""What each rule of grammar.lark becomes, while it is read: the methods bear the names that stand in the grammar.

The parser keeps its own stack and hands each method the parts in order, so nothing here is recursive.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from typing import Any as Part

from regulars.segments.language.limits import MOST_UNITS
from regulars.segments.language.terms import MOST_DIGITS
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
    Place,
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

if TYPE_CHECKING:
    from lark import Token

Parts = list[Part]


class Misread(Exception):
    """Something that cannot be read, before the whole text is at hand."""

    def __init__(
        self, sentence: str, place: Place | None = None, expected: tuple[str, ...] = (), nearest: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place
        self.expected = expected
        self.nearest = nearest


class Comparison(NamedTuple):
    """All of a condition that stands behind its term and window."""

    operator: Operator
    values: tuple[Value, ...]
    end: int


class Windowed(NamedTuple):
    window: Window
    end: int


class Builder:
    """Makes the tree. It keeps nothing, so that any number of texts can be read at once."""

    def any(self, parts: Parts) -> Rule:
        return Any(tuple(_flat(parts, Any)))

    def all(self, parts: Parts) -> Rule:
        return All(tuple(_flat(parts, All)))

    def negated(self, parts: Parts) -> Rule:
        return Not(parts[0])

    def grouped(self, parts: Parts) -> Rule:
        rule: Rule = parts[0]
        return rule

    def compare(self, parts: Parts) -> Rule:
        head, comparison = parts
        return Compare(head, comparison.operator, comparison.values, at=(head.at[0], comparison.end))

    def compare_windowed(self, parts: Parts) -> Rule:
        head, windowed, comparison = parts
        return self.compare([_within(head, windowed), comparison])

    def within(self, parts: Parts) -> Rule:
        head, windowed = parts
        return Within(head, windowed.window, at=(head.at[0], windowed.end))

    def within_windowed(self, parts: Parts) -> Rule:
        head, first, second = parts
        return self.within([_within(head, first), second])

    def together(self, parts: Parts) -> Rule:
        name, first, second, closing, *windowed = parts
        window, end = windowed[0] if windowed else (None, closing.end_pos)
        return Together((first, second), window, at=(name.start_pos, end))

    def head(self, parts: Parts) -> Term:
        [name] = parts
        return Term(name_form(name), at=_at(name, name))

    def head_argument(self, parts: Parts) -> Term:
        name, argument, closing = parts
        return Term(name_form(name), argument.text, at=_at(name, closing))

    def head_filtered(self, parts: Parts) -> Term:
        name, *filters, closing = parts
        return Term(name_form(name), filters=tuple(filters), at=_at(name, closing))

    def filter(self, parts: Parts) -> Filtered:
        name, comparison = parts
        place = (name.start_pos, comparison.end)
        return Filtered(name_form(name), comparison.operator, comparison.values, at=place)

    def compared(self, parts: Parts) -> Comparison:
        operator, value = parts
        return Comparison(Operator(operator.lower()), (value,), value.at[1])

    def between(self, parts: Parts) -> Comparison:
        _, first, last = parts
        return Comparison(Operator.BETWEEN, (first, last), last.at[1])

    def among(self, parts: Parts) -> Comparison:
        _, *values, closing = parts
        return Comparison(Operator.IN, tuple(values), closing.end_pos)

    def not_among(self, parts: Parts) -> Comparison:
        return self.among(parts)._replace(operator=Operator.NOT_IN)

    def known(self, parts: Parts) -> Comparison:
        return Comparison(Operator.KNOWN, (), parts[-1].end_pos)

    def unknown(self, parts: Parts) -> Comparison:
        return Comparison(Operator.UNKNOWN, (), parts[-1].end_pos)

    def last(self, parts: Parts) -> Windowed:
        _, _, count, unit = parts
        return Windowed(Last(_count(count, least=1), unit_of(unit)), unit.end_pos)

    def next(self, parts: Parts) -> Windowed:
        _, _, count, unit = parts
        return Windowed(Next(_count(count, least=1), unit_of(unit)), unit.end_pos)

    def since(self, parts: Parts) -> Windowed:
        _, day = parts
        return Windowed(Since(day), day.at[1])

    def before(self, parts: Parts) -> Windowed:
        _, day = parts
        return Windowed(Before(day), day.at[1])

    def span(self, parts: Parts) -> Windowed:
        _, first, _, last = parts
        return Windowed(Span(first, last), last.at[1])

    def year(self, parts: Parts) -> Windowed:
        _, year = parts
        return Windowed(_calendar(year), year.end_pos)

    def month(self, parts: Parts) -> Windowed:
        return self.year(parts)

    def text(self, parts: Parts) -> Text:
        [quoted] = parts
        quote = quoted[0]
        return Text(quoted[1:-1].replace(quote * 2, quote), at=_at(quoted, quoted))

    def number(self, parts: Parts) -> Number:
        [written] = parts
        return Number(_number(written), at=_at(written, written))

    def date(self, parts: Parts) -> Day:
        [written] = parts
        try:
            day = day_form(written)
        except ValueError as wrong:
            raise Misread(str(wrong), _at(written, written), ("a day such as 2026-11-22",)) from None
        return Day(day, at=_at(written, written))

    def today(self, parts: Parts) -> Shift:
        return Shift(0, Unit.DAYS, at=_at(parts[0], parts[0]))

    def yesterday(self, parts: Parts) -> Shift:
        return Shift(-1, Unit.DAYS, at=_at(parts[0], parts[0]))

    def ago(self, parts: Parts) -> Shift:
        count, unit, closing = parts
        return Shift(-_count(count), unit_of(unit), at=_at(count, closing))

    def ahead(self, parts: Parts) -> Shift:
        opening, count, unit = parts
        return Shift(_count(count), unit_of(unit), at=_at(opening, unit))


def name_form(name: str) -> str:
    """The name as it is known: capitals do not tell names apart."""
    return name.lower() if name.isascii() else str(name)


def number_form(written: str) -> Decimal:
    """The number, exactly. Raises ValueError with the sentence where it has too many digits."""
    if len(written.lstrip("-0").replace(".", "")) > MOST_DIGITS:
        raise ValueError(f"numbers have at most {MOST_DIGITS} digits")
    return Decimal(written)


def day_form(written: str) -> date:
    """The day written as 2026-11-22. Raises ValueError with the sentence."""
    if [len(part) for part in written.split("-")] != [4, 2, 2]:
        raise ValueError(f'"{written[:20]}" is no day; write a day as 2026-11-22')
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"there is no day {written} in the calendar") from None


def unit_of(word: str) -> Unit:
    """The unit of its singular or plural."""
    return Unit(word.lower().removesuffix("s") + "s")


def _flat(parts: Parts, kind: type[All | Any]) -> Parts:
    flat: Parts = []
    for each in parts:
        if isinstance(each, kind):
            flat.extend(each.rules)
        else:
            flat.append(each)
    return flat


def _within(head: Term, windowed: Windowed) -> Term:
    start = head.at[0] if head.at else 0
    return Term(head.name, head.argument, head.filters, windowed.window, at=(start, windowed.end))


def _at(first: "Token", last: "Token") -> Place:
    return (first.start_pos or 0, last.end_pos or 0)


def _number(written: "Token") -> Decimal:
    place = _at(written, written)
    whole = written.lstrip("-").partition(".")[0]
    if len(whole) > 1 and whole[0] == "0":
        raise Misread("a number has no zero in front; and no comma between thousands: write 5000, not 5,000", place)
    try:
        return number_form(written)
    except ValueError as wrong:
        raise Misread(str(wrong), place, ("a plain number such as 12.50",)) from None


def _count(written: "Token", *, least: int = 0) -> int:
    wrong = not written.isdecimal() or len(written) > MOST_DIGITS or not least <= int(written) <= MOST_UNITS
    if wrong:
        words = f"a whole number from {least} to {MOST_UNITS}"
        raise Misread(f'read "{written[:20]}"; here could stand {words}', _at(written, written), (words,))
    return int(written)


def _calendar(written: "Token") -> Calendar:
    year, _, month = written.partition("-")
    if int(year) < 1:
        raise Misread(f"there is no year {year}", _at(written, written), ("a year such as 2026",))
    if month and not 1 <= int(month) <= 12:
        raise Misread(
            f"there is no month {written} in the calendar", _at(written, written), ("a month such as 2026-11",)
        )
    return Calendar(int(year), int(month) if month else None)
