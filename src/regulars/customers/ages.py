"""Ages as days of birth: who is so old today was born between which days."""

from calendar import isleap
from datetime import date, timedelta

# Nobody is older; a filter that asks for more is met by nobody.
OLDEST = 150


def born_from(age_to: int, *, today: date) -> date:
    """The first day of birth of those who are at most so many years old."""
    return years_before(today, age_to + 1) + timedelta(days=1)


def born_to(age_from: int, *, today: date) -> date:
    """The last day of birth of those who are at least so many years old."""
    return years_before(today, age_from)


def years_before(day: date, years: int) -> date:
    """The last day of birth of those who are so many years old on this day.

    A birthday on 29 February falls on 28 February in common years.
    """
    year = day.year - years
    if year < date.min.year:
        return date.min
    if (day.month, day.day) == (2, 28 + isleap(day.year)):
        return date(year, 2, 28 + isleap(year))
    return day.replace(year=year)
