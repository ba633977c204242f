"""A column held against values. What comes to NULL counts as false; only `negated` makes that so inside a NOT."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from sqlglot import exp

from regulars.customers.ages import born_to
from regulars.segments.language.birthdays import births_of
from regulars.segments.language.sql.binding import Bindings
from regulars.segments.language.sql.dialects import Dialect, ahead, month, month_day
from regulars.segments.language.tree import Operator, Window
from regulars.segments.language.windows import days_of

ALWAYS, NEVER = exp.true(), exp.false()
_BINARY: dict[Operator, type[exp.Binary]] = {
    Operator.EQUAL: exp.EQ,
    Operator.ABOVE: exp.GT,
    Operator.AT_LEAST: exp.GTE,
    Operator.BELOW: exp.LT,
    Operator.AT_MOST: exp.LTE,
}
# The complement of an operator is written by it.
_COMPLEMENT = {Operator.UNEQUAL: Operator.EQUAL, Operator.NOT_IN: Operator.IN, Operator.UNKNOWN: Operator.KNOWN}


def positive(operator: Operator) -> tuple[Operator, bool]:
    """The operator that the condition or its complement is written by, and whether it is the complement."""
    return (_COMPLEMENT[operator], True) if operator in _COMPLEMENT else (operator, False)


def negated(condition: exp.Expr) -> exp.Expr:
    """The exact complement: true where the condition is false or unknown."""
    return exp.Not(this=exp.Coalesce(this=condition, expressions=[exp.false()]))


def every(conditions: Sequence[exp.Expr]) -> exp.Expr:
    return exp.and_(*conditions) if conditions else exp.true()


def either(conditions: Sequence[exp.Expr]) -> exp.Expr:
    return exp.or_(*conditions) if conditions else exp.false()


def known(held: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=held, expression=exp.null()))


def binary(operator: Operator, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Paren(this=_BINARY[operator](this=left, expression=right))


def compared(
    held: exp.Expr,
    operator: Operator,
    values: Sequence[exp.Expr],
    *,
    times: Callable[[exp.Expr], exp.Expr] = lambda value: value,
) -> exp.Expr:
    """`held` against the values by a positive operator; `times` is applied to each value before."""
    match operator:
        case Operator.BETWEEN:
            low, high = (times(value) for value in values)
            return exp.and_(binary(Operator.AT_LEAST, held.copy(), low), binary(Operator.AT_MOST, held.copy(), high))
        case Operator.IN:
            return either([binary(Operator.EQUAL, held.copy(), times(value)) for value in values])
        case _:
            return binary(operator, held, times(values[0]))


def holds_of_zero(operator: Operator, numbers: Sequence[int | float | Decimal]) -> bool:
    """Whether 0 passes by a positive operator: what sums and counts are where there are no rows."""
    match operator:
        case Operator.BETWEEN:
            return numbers[0] <= 0 <= numbers[1]
        case Operator.IN | Operator.EQUAL:
            return 0 in numbers
        case Operator.ABOVE:
            return numbers[0] < 0
        case Operator.AT_LEAST:
            return numbers[0] <= 0
        case Operator.BELOW:
            return numbers[0] > 0
        case Operator.AT_MOST:
            return numbers[0] >= 0
    raise ValueError(operator)


def is_none(operator: Operator, numbers: Sequence[object]) -> bool:
    """Whether a count passes only where it is 0."""
    return (operator, *numbers) in ((Operator.EQUAL, 0), (Operator.AT_MOST, 0), (Operator.BELOW, 1))


def aged(born: exp.Expr, operator: Operator, years: Sequence[int], bindings: Bindings, day: "Day") -> exp.Expr:
    """An age in whole years, as bounds on the day of birth."""

    def at_least(age: int) -> exp.Expr:
        last = bindings.from_today(("born", age), lambda today: born_to(age, today=today))
        return binary(Operator.AT_MOST, born.copy(), day(last))

    def younger(age: int) -> exp.Expr:
        last = bindings.from_today(("born", age), lambda today: born_to(age, today=today))
        return binary(Operator.ABOVE, born.copy(), day(last))

    match operator:
        case Operator.AT_LEAST:
            return at_least(years[0])
        case Operator.ABOVE:
            return at_least(years[0] + 1)
        case Operator.BELOW:
            return younger(years[0])
        case Operator.AT_MOST:
            return younger(years[0] + 1)
        case Operator.BETWEEN:
            return exp.and_(at_least(years[0]), younger(years[1] + 1))
        case _:
            return either([exp.and_(at_least(age), younger(age + 1)) for age in years])


Day = Callable[[exp.Expr], exp.Expr]


def within(held: exp.Expr, window: Window, bindings: Bindings, day: Day) -> list[exp.Expr]:
    """The bounds of the window on a date, none, one or two of them."""
    sample = days_of(window, today=date(2000, 1, 1))
    bounds: list[exp.Expr] = []
    if sample.first is not None:
        bounds.append(binary(Operator.AT_LEAST, held.copy(), day(first_day(window, bindings))))
    if sample.last is not None:
        last = bindings.from_today(("last", window), lambda today: days_of(window, today=today).last or date.max)
        bounds.append(binary(Operator.AT_MOST, held.copy(), day(last)))
    return bounds


def first_day(window: Window, bindings: Bindings) -> exp.Placeholder:
    """The place of a window's first day."""
    return bindings.from_today(("first", window), lambda today: days_of(window, today=today).first or date.min)


def birthday_within(born: exp.Expr, window: Window, bindings: Bindings, dialect: Dialect) -> exp.Expr:
    """A birthday of who was born that day falls into the window.

    Birthdays are numbers such as 229 that run in a circle, since a window may cross the new year: how far is it from
    the window's first day? DuckDB is slow to take days apart: by their month most of a million are left out before.
    """
    first = bindings.from_today(("birthdays from", window), lambda today: _circle(window, today)[0])
    width = bindings.from_today(("birthdays width", window), lambda today: _circle(window, today)[1])
    far = ahead(month_day(born, dialect), first, _ROUND, dialect)
    months = _birth_month_within(born, window, bindings) if dialect is Dialect.DUCKDB else []
    return every([*months, binary(Operator.AT_MOST, far, width)])


def _birth_month_within(born: exp.Expr, window: Window, bindings: Bindings) -> list[exp.Expr]:
    """The bounds on the month of birth; more may be within them."""
    first = bindings.from_today(("birth months from", window), lambda today: _months(window, today)[0])
    last = bindings.from_today(("birth months to", window), lambda today: _months(window, today)[1])
    return [binary(Operator.AT_LEAST, month(born), first), binary(Operator.AT_MOST, month(born), last)]


def _months(window: Window, today: date) -> tuple[int, int]:
    ranges = births_of(days_of(window, today=today))
    return min((each.first[0] for each in ranges), default=1), max((each.last[0] for each in ranges), default=0)


# More than any number of a month and a day; what is that wide holds everybody, what is narrower than nothing nobody.
_ROUND = 1300


def _circle(window: Window, today: date) -> tuple[int, int]:
    """The number of the first birthday in the window, and how far the last is from it."""
    ranges = births_of(days_of(window, today=today))
    if not ranges:
        return 101, -1
    (month, day), (last_month, last_day) = ranges[0].first, ranges[-1].last
    low, high = month * 100 + day, last_month * 100 + last_day
    if len(ranges) > 1 and high >= low:
        return low, _ROUND
    return low, (high - low) % _ROUND
