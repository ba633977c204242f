"""A period as an answer writes it, and the days it holds, for the rules behind its figures. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from regulars.core.days import WEEKDAYS

_DAY = timedelta(days=1)
_WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d\d)|(\d\d)(?:-(\d\d))?))?")


class Days(NamedTuple):
    """The first and the last day, both in."""

    first: date
    last: date


def period_days(row: Mapping[str, Any], text: str) -> Days | None:
    """The days of the period, in a business whose weeks begin as `$week_start` says; None where it is no period."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    year = int(found[1])
    quarter, week, month, day = (int(each) if each else 0 for each in found.groups()[1:])
    if week:
        return _week(year, week, WEEKDAYS.index(row.get("$week_start", "monday")))
    if day:
        return Days(date(year, month, day), date(year, month, day))
    first = date(year, month or 3 * quarter - 2 if month or quarter else 1, 1)
    months = 1 if month else 3 if quarter else 12
    return Days(first, _months_later(first, months) - _DAY)


def days_asked(row: Mapping[str, Any], days: Days) -> Days:
    """As many of the days as the report was asked about."""
    return Days(max(days.first, row["$from"]), min(days.last, row["$to"]))


class Wholeness(StrEnum):
    """Whether the figures of a period are those of all of its days."""

    WHOLE = "whole"
    RUNNING = "running"  # it is not over
    CUT = "cut"  # it is over, but only some of its days were asked about


def wholeness(bound: Mapping[str, Any], text: str) -> Wholeness:
    """Of a period, by the values of an answer: `today`, `from`, `to`, `week_start`. What is no period is whole."""
    days = period_days({"$week_start": bound["week_start"]}, text)
    if days is None or days.first > bound["today"]:
        return Wholeness.WHOLE
    if days.last >= bound["today"]:
        return Wholeness.RUNNING
    return Wholeness.CUT if days.first < bound["from"] or days.last > bound["to"] else Wholeness.WHOLE


def period_before(row: Mapping[str, Any], text: str) -> Days | None:
    """The days of the period before this one; None where those of this one are not known."""
    days = period_days(row, text)
    if days is None:
        return None
    last = days.first - _DAY
    if "W" in text:
        return Days(last - 6 * _DAY, last)
    if "Q" in text:
        return Days(_months_later(days.first, -3), last)
    return Days({4: date(last.year, 1, 1), 7: last.replace(day=1)}.get(len(text), last), last)


def _week(year: int, week: int, begins: int) -> Days:
    """ISO's week where weeks begin on Monday, else that counted by that weekday (lake/calendar.py)."""
    if begins == 0:
        first = date.fromisocalendar(year, week, 1)
    else:
        new_year = date(year, 1, 1)
        first = new_year + ((begins - new_year.weekday()) % 7 + 7 * (week - 1)) * _DAY
    return Days(first, first + 6 * _DAY)


def _months_later(first: date, months: int) -> date:
    months += first.year * 12 + first.month - 1
    return date(months // 12, months % 12 + 1, 1)
