"""A value of an answer as the shop writes it, by the unit of its column."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal, format_percent
from django.template.defaultfilters import capfirst
from django.utils.translation import gettext

from regulars.core.days import WEEKDAYS
from regulars.core.money import MILLI
from regulars.reports.shape import FEW, Column, Unit
from regulars.reports.wording import customer_told, period_told, word_told
from regulars.web.amounts import MINUS
from regulars.web.history import UNKNOWN, WEEKDAY_LABELS
from regulars.web.reporting.naming import Names
from regulars.web.written import Shop

NUMBERS = frozenset(
    {Unit.MONEY, Unit.COUNT, Unit.QUANTITY, Unit.SHARE, Unit.NUMBER, Unit.CURRENCY, Unit.DAYS, Unit.AVERAGE_DAYS}
)
# Amounts stand without the currency, which the head of the column names.
AMOUNTS = frozenset({Unit.MONEY, Unit.CURRENCY})
# Files hold every decimal.
_MOST_PLACES = {Unit.QUANTITY: 2, Unit.NUMBER: 2, Unit.AVERAGE_DAYS: 1, Unit.SHARE: 1}


def is_number(column: Column) -> bool:
    return column.unit in NUMBERS


def places_of(column: Column, rows: Iterable[Mapping[str, Any]]) -> int:
    """How many decimals the figures of these rows have: as many as one of them needs, and no more than it takes to read
    them.
    """
    most = _MOST_PLACES.get(column.unit, 0)
    worth = [_worth(row[column.name], column.unit) for row in rows if most and row[column.name] is not None]
    if column.unit is Unit.SHARE:
        return int(any(_is_small(each) for each in worth))
    return max((_places(each, most) for each in worth), default=0)


def _worth(value: Any, unit: Unit) -> float:
    return float(value / MILLI if unit is Unit.QUANTITY else value)


def _places(number: float, most: int) -> int:
    return next((n for n in range(most) if round(number, n) == round(number, most)), most)


def value_shown(value: Any, column: Column, *, shop: Shop, names: Names, places: int | None = None) -> str:
    """The text of a cell; a dash where there is nothing. `places`: decimals, as the other cells of the column have."""
    if column.unit is Unit.STORE and value is None:
        return gettext("All stores")
    if value is None:
        return UNKNOWN
    if not is_number(column):
        return _word_shown(value, column, shop, names)
    held = places_of(column, [{column.name: value}]) if places is None else places
    return _number_shown(value, column.unit, held, shop)


def _number_shown(value: Any, unit: Unit, places: int, shop: Shop) -> str:
    match unit:
        case Unit.MONEY | Unit.CURRENCY:
            return shop.amount(round(value))
        case Unit.SHARE:
            return _percent(value, places, shop.locale)
        case Unit.QUANTITY | Unit.NUMBER | Unit.AVERAGE_DAYS:
            return _decimal(_worth(value, unit), places, shop.locale)
        case _:
            return shop.count(value)


def _word_shown(value: Any, column: Column, shop: Shop, names: Names) -> str:
    if value in column.words or column.unit is Unit.WORD:
        return capfirst(word_told(value, column))
    match column.unit:
        case Unit.DAY | Unit.PERIOD | Unit.WEEKDAY | Unit.HOUR:
            return _time_shown(value, column.unit, shop)
        case Unit.YES:
            return gettext("yes") if value else gettext("no")
        case _:
            return _named(value, column.unit, names)


def _time_shown(value: Any, unit: Unit, shop: Shop) -> str:
    match unit:
        case Unit.DAY:
            return shop.day(value)
        case Unit.PERIOD:
            return period_told(value, shop.locale)
        case Unit.WEEKDAY:
            return str(WEEKDAY_LABELS[WEEKDAYS[value - 1]])
        case _:
            return f"{value}:00"


def _named(value: Any, unit: Unit, names: Names) -> str:
    """A thing by its name; without one by its number."""
    match unit:
        case Unit.CUSTOMER:
            return names.customers.get(value) or customer_told(value, None)
        case Unit.STORE:
            return names.stores.get(value, str(value))
        case Unit.PRODUCT:
            return names.products.get(value) or str(value)
        case Unit.GROUP:
            return names.groups.get(value, str(value))
        case _:
            return str(value) or gettext("Unknown")


def share_shown(share: float, locale: str) -> str:
    """Whole percent; below ten with a decimal, as the difference matters there."""
    return _percent(share, int(_is_small(share)), locale)


def _is_small(share: float) -> bool:
    return share != 0 and abs(share) < 0.0995


@lru_cache(maxsize=8192)
def _percent(share: float, places: int, locale: str) -> str:
    return str(format_percent(share, format="#,##0.0%" if places else None, locale=locale))


@lru_cache(maxsize=8192)
def _decimal(number: float, places: int, locale: str) -> str:
    # Babel rounds half to even, as Python does.
    return str(format_decimal(number, format=f"#,##0.{'0' * places}" if places else "#,##0", locale=locale))


def few_of(row: Mapping[str, Any], column: Column) -> int | None:
    """Of how few a share or average is, where it is too few to say much; None where it is enough."""
    count = row.get(column.of) if column.of else None
    return int(count) if count is not None and count < FEW else None


def change_shown(now: Any, before: Any, column: Column, *, shop: Shop) -> str:
    """By how much a figure moved: shares in points, others in percent of what they were; empty where nothing did."""
    if now is None or before is None or now == before:
        return ""
    change = (now - before) * 100 if column.unit is Unit.SHARE else None
    if change is not None:
        return _signed(
            gettext("%(n)s points") % {"n": _decimal(abs(change), _places(abs(change), 1), shop.locale)}, change
        )
    if before <= 0:
        return ""
    return _signed(share_shown(abs(now / before - 1), shop.locale), now - before)


def _signed(text: str, change: float) -> str:
    return f"+{text}" if change > 0 else f"{MINUS}{text}"
