"""How the figures of a report are written in sentences: in the business's currency and the reader's language."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from babel.core import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language, gettext

from regulars.access.rules import Actor
from regulars.core.locales import locale_of
from regulars.core.money import amount_text, currency_places, milli_text
from regulars.customers.reach import customers_reached
from regulars.groups.models import Group
from regulars.groups.rules import tier_shown
from regulars.reports.periods import period_days
from regulars.reports.shape import Column, Unit, Words
from regulars.sales.models import Business, Product, Store
from regulars.storage.reading import rows_among

# From so many units of the currency on.
_LARGE = 1000


@dataclass(frozen=True, slots=True)
class Called:
    """What a customer is called: code and name; both empty for whom the reader may not see."""

    code: str = ""
    name: str = ""


def words_of(business: Business, *, visible_to: Actor) -> Words:
    """The words of the reader's language, as the business's country writes it.

    Names are looked up one by one: a query each, two for a customer.
    """
    locale = locale_of(get_language() or "en", business.country)
    places = currency_places(business.currency)
    names = get_day_names("wide", locale=locale)
    return Words(
        money=lambda minor: _money(_rounded(minor, places), business.currency, locale),
        share=lambda share: format_percent(share, format="0.0%" if 0 < abs(share) < 0.1 else "0%", locale=locale),
        number=lambda number: format_decimal(round(number, 1) if number % 1 else int(number), locale=locale),
        day=lambda day: format_date(day, "medium", locale=locale),
        period=lambda period: period_told(period, locale),
        weekday=lambda number: str(names[number - 1]),
        store=_looked_up(stores_called),
        customer=lambda number: customer_told(number, customers_called([number], visible_to=visible_to).get(number)),
        product=_looked_up(products_called),
        group=_looked_up(groups_called),
        country=lambda code: country_told(code, locale),
        text=gettext,
    )


def _money(amount: Decimal, currency: str, locale: str) -> str:
    """An amount in a sentence: from a thousand on without parts of a unit, which nobody reads there."""
    if abs(amount) < _LARGE:
        return str(format_currency(amount, currency, locale=locale))
    form = str(Locale.parse(locale).currency_formats["standard"].pattern).replace("0.00", "0")
    whole = amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return str(format_currency(whole, currency, form, locale=locale, currency_digits=False))


@lru_cache(maxsize=8192)
def period_told(period: str, locale: str) -> str:
    """A period as people say it: "22 Nov 2026", "W47 2026", "Nov 2026", "Q4 2026", "2026"; what is none, as it is."""
    try:
        days = period_days({}, period)
    except ValueError:  # the thirteenth month of a shop's own report
        return period
    if days is None or len(period) == len("2026"):
        return period
    if "W" in period:
        return gettext("W%(week)s %(year)s") % {"week": period[-2:], "year": period[:4]}
    if len(period) == len("2026-11-22"):
        return str(format_date(days.first, "medium", locale=locale))
    return str(format_skeleton("yQQQ" if "Q" in period else "yMMM", days.first, locale=locale))


def word_told(word: str, column: Column) -> str:
    """What a text of a `WORD` column is called in the reader's language; one that is not ours is as it is."""
    return gettext(column.words[word]) if word in column.words else str(word)


def text_told(row: Mapping[str, Any], column: Column, country: Callable[[str], str]) -> Any:
    """The value of the column in the row; the code of a country as `country` writes it."""
    value = row[column.name]
    return country(value) if value and column.is_country is not None and column.is_country(row) else value


def country_told(code: str, locale: str) -> str:
    """The name of a country in the reader's language; a text that is no code of one, as it is."""
    return str(Locale.parse(locale).territories.get(code, code))


def customer_told(number: int, called: Called | None) -> str:
    """The name of a customer, else the code, else the number; never a bare code, which nobody takes for a person."""
    known = called or Called()
    return known.name or gettext("Customer %(number)s") % {"number": known.code or number}


def customers_called(ids: Collection[int], *, visible_to: Actor) -> dict[int, Called]:
    """What those of them are called whom the actor may see. Two queries; none for who may see nobody."""
    if not ids or not visible_to.may("customers.see"):
        return {}
    reached = customers_reached(ids, right="customers.see", actor=visible_to)
    rows = rows_among("SELECT id, code, name FROM customers_customer WHERE", "id", reached)
    return {row[0]: Called(row[1] or "", row[2] or "") for row in rows} if reached else {}


def stores_called(ids: Collection[int]) -> dict[int, str]:
    """The names of stores. One query."""
    return dict(Store.objects.filter(id__in=ids).order_by().values_list("id", "name")) if ids else {}


def products_called(ids: Collection[int]) -> dict[int, str]:
    """What products are called: by name, else by SKU. One query."""
    if not ids:
        return {}
    rows = rows_among(f"SELECT id, name, sku FROM {Product._meta.db_table} WHERE", "id", ids)
    return {row[0]: row[1] or row[2] for row in rows}


def groups_called(ids: Collection[int]) -> dict[int, str]:
    """The names of groups; of tiers with their set. One query."""
    if not ids:
        return {}
    rows = Group.objects.filter(id__in=ids).order_by().values_list("id", "name", "tier_set__name")
    return {id_: tier_shown(tier_set, name) if tier_set else name for id_, name, tier_set in rows}


def plain_text(value: object, unit: Unit, *, places: int) -> str:
    """A figure as plain decimal text, for machines: money in the currency's own unit, quantities in units."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if unit is Unit.MONEY and isinstance(value, int):
        return amount_text(value, places=places)
    if unit is Unit.QUANTITY and isinstance(value, int):
        return milli_text(value)
    if unit is Unit.CURRENCY and isinstance(value, int | float):
        return str(_rounded(value, places))
    return value.isoformat() if isinstance(value, date) else str(value)


def _rounded(minor: float, places: int) -> Decimal:
    """An amount of minor units, also of parts of one, to the currency's own places; half away from zero."""
    exact = Decimal(str(minor)) if isinstance(minor, float) else Decimal(minor)
    return exact.quantize(Decimal(1), rounding=ROUND_HALF_UP).scaleb(-places)


def _looked_up(called: Callable[[Collection[int]], Mapping[int, str]]) -> Callable[[int], str]:
    @cache
    def told(number: int) -> str:
        return called([number]).get(number, str(number))

    return told
