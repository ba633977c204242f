"""What runs when: offers and price books as bars over the days of a month or a quarter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from babel.dates import format_skeleton, get_day_names
from django.utils.translation import gettext

from regulars.web.offering.words import period_shown
from regulars.web.written import Shop

MONTH, QUARTER = "month", "quarter"
_MONTHS = {MONTH: 1, QUARTER: 3}


class Running(NamedTuple):
    """Something that runs on some days; None: without a beginning or an end."""

    kind: str
    id: int
    name: str
    state: str
    says: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Head:
    """A column: a day, or a week of a quarter."""

    first: date
    last: date
    label: str
    beside: str
    is_today: bool


class Cell(NamedTuple):
    """So many columns, in which it runs or not; whether it began before them and goes on after them."""

    columns: int
    is_on: bool
    begins_before: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A thing that runs in the period, with its bar."""

    running: Running
    cells: tuple[Cell, ...]
    days: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """A period with its columns and rows; `before` and `after` are the first days of its neighbours."""

    span: str
    first: date
    last: date
    title: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    before: date
    after: date


def calendar_of(runnings: Sequence[Running], *, day: date, span: str, shop: Shop) -> Calendar:
    """The month or the quarter of that day, with what runs in it, those that begin first before the others."""
    months = _MONTHS[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = _months_on(first, months) - timedelta(days=1)
    heads = tuple(_heads(first, last, span, shop))
    met = [each for each in runnings if (each.last or last) >= first and (each.first or first) <= last]
    met.sort(key=lambda each: (each.first or date.min, each.last or date.max, each.name))
    return Calendar(
        span=span,
        first=first,
        last=last,
        title=_title(first, last, span, shop),
        heads=heads,
        rows=tuple(Row(each, tuple(_cells(each, heads)), period_shown(each.first, each.last, shop)) for each in met),
        before=_months_on(first, -months),
        after=_months_on(first, months),
    )


def _months_on(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(min(max(year, 1), 9999), month + 1, 1)


def _title(first: date, last: date, span: str, shop: Shop) -> str:
    month = str(format_skeleton("yMMMM", first, locale=shop.locale))
    if span == MONTH:
        return month
    told = {
        "first": format_skeleton("MMM", first, locale=shop.locale),
        "last": format_skeleton("yMMM", last, locale=shop.locale),
    }
    return gettext("%(first)s to %(last)s") % told


def _heads(first: date, last: date, span: str, shop: Shop) -> Iterator[Head]:
    """The days of a month; the weeks of a quarter, from Monday to Sunday, cut at its ends."""
    day, weekdays = first, get_day_names("narrow", locale=shop.locale)
    while day <= last:
        end = day if span == MONTH else min(last, day + timedelta(days=6 - day.weekday()))
        beside = str(weekdays[day.weekday()] if span == MONTH else format_skeleton("MMM", day, locale=shop.locale))
        yield Head(day, end, str(day.day), beside, is_today=day <= shop.today <= end)
        day = end + timedelta(days=1)


def _cells(running: Running, heads: Sequence[Head]) -> Iterator[Cell]:
    """Up to three stretches: before it runs, while, and after."""
    flags = [_is_on(running, head) for head in heads]
    begin = flags.index(True) if True in flags else len(flags)
    count = sum(flags)
    if begin:
        yield Cell(begin, is_on=False)
    if count:
        yield Cell(
            count,
            is_on=True,
            begins_before=running.first is None or running.first < heads[0].first,
            goes_on=running.last is None or running.last > heads[-1].last,
        )
    if begin + count < len(flags):
        yield Cell(len(flags) - begin - count, is_on=False)


def _is_on(running: Running, head: Head) -> bool:
    return (running.first is None or running.first <= head.last) and (
        running.last is None or running.last >= head.first
    )


def day_asked(text: str, today: date) -> date:
    """The first day of the month that the address names, such as 2026-11; else of the one it is."""
    year, dash, month = text.partition("-")
    if dash and year.isascii() and month.isascii() and year.isdigit() and month.isdigit() and len(text) <= 7:
        number = int(year), int(month)
        if 2000 <= number[0] <= 2100 and 1 <= number[1] <= 12:
            return date(*number, 1)
    return date(today.year, today.month, 1)
