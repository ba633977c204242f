"""Which days a window holds and which day a word such as "60 days ago" is: dates only, nothing asks the clock."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from regulars.segments.language.tree import Before, Calendar, Day, Last, Next, Shift, Since, Span, Unit, Window

_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}
_DAYS = {Unit.DAYS: 1, Unit.WEEKS: 7}


class Days(NamedTuple):
    """From the first day to the last, both in; None: open on that side. Empty where the first is after the last."""

    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def shifted(day: date, count: int, unit: Unit) -> date:
    """The day so many units later (earlier where below zero); the month's last day where it has no such day.

    Beyond the calendar's ends it is their first or last day.
    """
    try:
        if unit in _DAYS:
            return day + timedelta(days=count * _DAYS[unit])
        months = day.year * 12 + day.month - 1 + count * _MONTHS[unit]
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return date.min if count < 0 else date.max


def day_of(value: Day | Shift, *, today: date) -> date:
    """The day that is meant, seen from today."""
    return value.day if isinstance(value, Day) else shifted(today, value.count, value.unit)


def days_of(window: Window, *, today: date) -> Days:
    """The days in the window, seen from today.

    `in last 1 months` begins on the day after the same day of the month before: on 31 March, that is 1 March (28 or
    29 February being the same day).
    """
    match window:
        case Last(count, unit):
            return Days(shifted(shifted(today, -count, unit), 1, Unit.DAYS), today)
        case Next(count, unit):
            return Days(today, shifted(shifted(today, count, unit), -1, Unit.DAYS))
        case Since(day):
            return Days(day_of(day, today=today), None)
        case Before(day):
            return Days(None, shifted(day_of(day, today=today), -1, Unit.DAYS))
        case Span(first, last):
            return Days(day_of(first, today=today), day_of(last, today=today))
        case Calendar(year, month):
            begins, ends = month or 1, month or 12
            return Days(date(year, begins, 1), date(year, ends, monthrange(year, ends)[1]))


def moves(window: Window | None) -> bool:
    """Whether time alone can change what the window holds."""
    match window:
        case None | Calendar():
            return False
        case Last() | Next():
            return True
        case Since(day) | Before(day):
            return isinstance(day, Shift)
        case Span(first, last):
            return isinstance(first, Shift) or isinstance(last, Shift)
