"""The shop of the demo: its business, its three stores and when they are open."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

WEB_REGISTER = "Web"


@dataclass(frozen=True, slots=True)
class DemoBusiness:
    """What `regulars init` asks of a shop."""

    name: str
    currency: str
    country: str
    timezone: str


class Hours(NamedTuple):
    """Minutes after midnight at which a store opens and closes."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class DemoStore:
    """A store of the chain. `week` holds its opening hours from Monday; `opened_after` days its history begins."""

    name: str
    prefix: str
    city: str
    region: str
    registers: tuple[str, ...]
    week: tuple[Hours, ...]
    opened_after: int


def _hours(opens: float, closes: float) -> Hours:
    return Hours(round(opens * 60), round(closes * 60))


DEMO_BUSINESS = DemoBusiness(name="Jacaranda & Rye", currency="KES", country="KE", timezone="Africa/Nairobi")

# An office district, a garden suburb, and a quarter of young flats whose store opens in the eighth month.
DEMO_STORES = (
    DemoStore(
        name="Westlands",
        prefix="WL",
        city="Nairobi",
        region="Westlands",
        registers=("Counter 1", "Counter 2", WEB_REGISTER),
        week=(*[_hours(6.5, 20)] * 5, _hours(8, 18), _hours(9, 15)),
        opened_after=0,
    ),
    DemoStore(
        name="Karen",
        prefix="KN",
        city="Nairobi",
        region="Karen",
        registers=("Café", "Deli", WEB_REGISTER),
        week=(*[_hours(7.5, 19)] * 5, _hours(8, 19), _hours(8.5, 18)),
        opened_after=0,
    ),
    DemoStore(
        name="Kilimani",
        prefix="KM",
        city="Nairobi",
        region="Kilimani",
        registers=("Counter 1", "Counter 2", WEB_REGISTER),
        week=(*[_hours(7, 21)] * 5, _hours(8, 21), _hours(9, 19)),
        opened_after=215,
    ),
)

# Kenya's public holidays that keep their date; on them a store opens as on a Sunday.
HOLIDAYS = {(1, 1), (5, 1), (6, 1), (10, 10), (10, 20), (12, 12), (12, 26)}
CHRISTMAS = (12, 25)
_CHRISTMAS_HOURS = _hours(9, 13)


def hours_on(store: DemoStore, day: date) -> Hours:
    """When the store opens and closes on a day; it opens every day of the year."""
    if (day.month, day.day) == CHRISTMAS:
        return _CHRISTMAS_HOURS
    if (day.month, day.day) in HOLIDAYS:
        return store.week[6]
    return store.week[day.weekday()]


def first_day_of(until: date) -> date:
    """The first of the two years' days that end with `until`."""
    leap_day = (until.month, until.day) == (2, 29)
    return until.replace(year=until.year - 2, day=28 if leap_day else until.day) + timedelta(days=1)
