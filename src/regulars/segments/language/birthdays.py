"""Days of birth through the years: ages, and who has a birthday when. 29 February is 28 February in common years."""

from calendar import isleap
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from regulars.segments.language.windows import Days

MonthDay = tuple[int, int]
_LEAP = (2, 29)


class Births(NamedTuple):
    """Whoever was born from the first day of some year to the last of it, both in, as month and day."""

    first: MonthDay
    last: MonthDay

    def holds(self, birth: date) -> bool:
        return self.first <= (birth.month, birth.day) <= self.last


EVERYBODY = Births((1, 1), (12, 31))


def celebrated(birth: date, year: int) -> date:
    """The birthday in that year."""
    if (birth.month, birth.day) == _LEAP and not isleap(year):
        return date(year, 2, 28)
    return birth.replace(year=year)


def age_on(birth: date, today: date) -> int:
    """The birthdays since the day of birth: whole years."""
    return today.year - birth.year - (today < celebrated(birth, today.year))


def is_birthday_within(birth: date, days: Days) -> bool:
    """Whether a birthday falls in the days; in open-ended ones and those of over a year one always does."""
    if days.first is None or days.last is None or (days.last - days.first).days >= 366:
        return True
    years = range(days.first.year, days.last.year + 1)
    return any(days.holds(celebrated(birth, year)) for year in years)


def births_of(days: Days) -> tuple[Births, ...]:
    """Whose birthday falls in the days, as ranges that do not cross the new year."""
    if days.first is None or days.last is None or (days.last - days.first).days >= 366:
        return (EVERYBODY,)
    return tuple(_yearly(days.first, days.last))


def _yearly(first: date, last: date) -> Iterator[Births]:
    for year in range(first.year, last.year + 1):
        begins, ends = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        until = (ends.month, ends.day)
        if begins <= ends:
            yield Births((begins.month, begins.day), _LEAP if until == (2, 28) and not isleap(year) else until)
