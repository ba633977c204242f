"""Rules written shortly, for tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from regulars.segments.language.tree import (
    Compare,
    Day,
    Filtered,
    Last,
    Next,
    Number,
    Operator,
    Shift,
    Since,
    Term,
    Text,
    Together,
    Unit,
    Value,
    Window,
    Within,
)  # fmt: skip

Plain = int | str | Decimal | date | Value

AGE, BIRTHDAY, JOINED, TAG, CITY = (Term(name) for name in ("age", "birthday", "joined", "tag", "city"))
SPENT, ORDERS, VISITS, UNITS = (Term(name) for name in ("spent", "orders", "visits", "units"))
AVERAGE, FIRST_ORDER, LAST_ORDER = (Term(name) for name in ("average_order", "first_order", "last_order"))
GAP, OVERDUE = Term("days_between_orders"), Term("overdue")


def value(plain: Plain) -> Value:
    match plain:
        case str():
            return Text(plain)
        case int() | Decimal():
            return Number(Decimal(plain))
        case date():
            return Day(plain)
        case _:
            return plain


def money(text: str) -> Number:
    return Number(Decimal(text))


def compare(term: Term, operator: str, *values: Plain) -> Compare:
    return Compare(term, Operator(operator), tuple(map(value, values)))


def within(term: Term, window: Window) -> Within:
    return Within(term, window)


def together(one: str, other: str, window: Window | None = None) -> Together:
    return Together((Text(one), Text(other)), window)


def field(name: str) -> Term:
    return Term("field", name)


def filtered(term: Term, *filters: tuple[str, str, Sequence[Plain]]) -> Term:
    return replace(
        term, filters=tuple(Filtered(name, Operator(sign), tuple(map(value, plain))) for name, sign, plain in filters)
    )


def windowed(term: Term, window: Window) -> Term:
    return replace(term, window=window)


def shift(count: int, unit: str = "days") -> Shift:
    return Shift(count, Unit(unit))


def last(count: int, unit: str = "days") -> Last:
    return Last(count, Unit(unit))


def ahead(count: int, unit: str = "days") -> Next:
    return Next(count, Unit(unit))


def since(day: Day | Shift) -> Since:
    return Since(day)
