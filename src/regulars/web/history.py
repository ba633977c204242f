"""A customer's history as their page shows it: figures, charts, moments."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from babel.dates import format_skeleton
from django.utils.translation import gettext, gettext_lazy

from regulars.core.days import WEEKDAYS
from regulars.core.money import currency_places
from regulars.sales.profiles import Habits, Month, Stats
from regulars.sales.timeline import TimelineMoment
from regulars.web.written import Shop

# Where a figure would stand.
UNKNOWN = "\N{EN DASH}"
# Three years fill the width of a page.
MOST_MONTHS = 36
# The kinds of moments that the strip draws.
_DRAWN = ("sale", "return", "note", "consent")
CHANNELS = {
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "post": gettext_lazy("Post"),
    "sms": gettext_lazy("SMS"),
    "whatsapp": gettext_lazy("WhatsApp"),
}
WEEKDAY_LABELS = dict(
    zip(
        WEEKDAYS,
        (
            gettext_lazy("Monday"),
            gettext_lazy("Tuesday"),
            gettext_lazy("Wednesday"),
            gettext_lazy("Thursday"),
            gettext_lazy("Friday"),
            gettext_lazy("Saturday"),
            gettext_lazy("Sunday"),
        ),
        strict=True,
    )
)


class Tile(NamedTuple):
    """A figure with its label and what stands beside it."""

    label: str
    figure: str
    beside: str = ""


class MonthShown(NamedTuple):
    """A month of spending, also one without."""

    first: date
    label: str
    orders: int
    net: int


def tiles_of(stats: Stats, *, shop: Shop) -> Iterator[Tile]:
    """The figures of P2; what is not known is a dash."""
    yield Tile(gettext("Total spent"), shop.money(stats.spent), _returned(stats, shop))
    yield Tile(gettext("Average order"), shop.money(stats.average_order) or UNKNOWN)
    yield Tile(gettext("Orders"), shop.count(stats.orders))
    yield Tile(gettext("Visits"), shop.count(stats.visits))
    yield Tile(gettext("Last order"), shop.day(stats.last_order) or UNKNOWN, _ago(stats.last_order, shop))
    yield Tile(gettext("First order"), shop.day(stats.first_order) or UNKNOWN)
    yield Tile(gettext("Units per order"), shop.quantity(_tenths(stats.units_per_order_milli)) or UNKNOWN)
    between = stats.days_between_orders
    yield Tile(
        gettext("Days between orders"), UNKNOWN if between is None else shop.quantity(_tenths(round(between * 1000)))
    )


def _ago(day: date | None, shop: Shop) -> str:
    return "" if day is None else shop.ago(day)


def _returned(stats: Stats, shop: Shop) -> str:
    return gettext("%(amount)s returned") % {"amount": shop.money(stats.returned)} if stats.returned else ""


def _tenths(milli: int | None) -> int | None:
    return None if milli is None else round(milli, -2)


def months_shown(months: Sequence[Month], *, shop: Shop) -> list[MonthShown]:
    """Every month from the first with a sale to now, newest last, three years at most; those without are zero."""
    if not months:
        return []
    told = {(month.year, month.month): month for month in months}
    end = max([*told, (shop.today.year, shop.today.month)])
    count = (end[0] - min(told)[0]) * 12 + end[1] - min(told)[1] + 1
    found = []
    for back in range(min(count, MOST_MONTHS) - 1, -1, -1):
        year, month = divmod(end[0] * 12 + end[1] - 1 - back, 12)
        held = told.get((year, month + 1), Month(year, month + 1, 0, 0))
        first = date(year, month + 1, 1)
        found.append(MonthShown(first, _month_label(first, shop.locale), held.orders, held.net))
    return found


@lru_cache(maxsize=256)
def _month_label(first: date, locale: str) -> str:
    return str(format_skeleton("yMMM", first, locale=locale))


def spend_values(months: Sequence[MonthShown], *, shop: Shop) -> list[dict[str, Any]]:
    """The months as the chart takes them; amounts in whole units of the currency."""
    unit = 10 ** currency_places(shop.currency)
    return [
        {"month": each.first.isoformat(), "net": each.net / unit, "told": f"{each.label}: {shop.money(each.net)}"}
        for each in months
    ]


def timeline_values(moments: Sequence[TimelineMoment], *, shop: Shop) -> list[dict[str, Any]]:
    """The moments as the strip takes them: amounts in whole units of the currency."""
    unit = 10 ** currency_places(shop.currency)
    return [
        {
            "at": each.at.isoformat(),
            "kind": each.kind,
            "amount": (each.amount or 0) / unit,
            "told": ", ".join(filter(None, (_named(each), shop.moment(each.at), shop.money(each.amount)))),
        }
        for each in moments
        if each.status != "voided" and each.kind in _DRAWN
    ]


def _named(moment: TimelineMoment) -> str:
    labels = {
        "sale": gettext("Sale"),
        "return": gettext("Return"),
        "note": gettext("Note"),
        "consent": gettext("Consent"),
    }
    return f"{labels[moment.kind]} {moment.number}".strip()


def habits_shown(habits: Habits) -> dict[str, str]:
    """The habits in words; empty where there is no order."""
    channel = {"in_store": gettext("in store"), "online": gettext("online")}
    hour = "" if habits.hour is None else f"{habits.hour}:00{UNKNOWN}{(habits.hour + 1) % 24}:00"
    weekday = "" if habits.weekday is None else str(WEEKDAY_LABELS[WEEKDAYS[habits.weekday - 1]])
    told = {
        gettext("Favourite store"): habits.store or "",
        gettext("Usual weekday"): weekday,
        gettext("Usual hour"): hour,
        gettext("Mostly"): channel.get(habits.channel or "", ""),
    }
    return {label: text for label, text in told.items() if text}


def consents_shown(held: Mapping[str, bool]) -> list[tuple[str, Any, bool | None]]:
    """Every channel with its label and the last word on it; None: never asked."""
    return [(channel, label, held.get(channel)) for channel, label in CHANNELS.items()]
