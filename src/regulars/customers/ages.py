"""Ages as days of birth: who is so old today was born between which days."""

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
    """The same day so many years before; 29 February counts as 28 in common years."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
