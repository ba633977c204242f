"""When people come: the weight of a day in a store, and the minute within it.

A calendar turns the days of the history into business time, in which purchases fall evenly; so one rate of
purchase gives busy Fridays, quiet Januaries and the rush of December.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from regulars.exchange.demo.shop import CHRISTMAS, DEMO_STORES, HOLIDAYS, DemoStore, first_day_of, hours_on

# The share of its mean that a month takes: long holidays, long rains in April and May, gifts in December.
MONTHS = (0.88, 0.97, 1.01, 0.93, 0.92, 0.98, 1.03, 1.0, 1.0, 1.02, 1.04, 1.2)
# From Monday, by store: offices empty at the weekend, the suburb fills, the young go out on Friday.
WEEKDAYS = (
    (1.05, 1.10, 1.12, 1.10, 1.20, 0.75, 0.40),
    (0.75, 0.75, 0.80, 0.85, 1.05, 1.65, 1.50),
    (0.88, 0.90, 0.95, 1.00, 1.20, 1.25, 0.95),
)
# What a holiday does to each store, next to an average day.
HOLIDAY = (0.45, 1.35, 0.95)
# Wages are paid in the last days of the month and last a few more.
PAYDAY_FROM, PAYDAY_TO, PAYDAY = 27, 4, 1.13
# Of the rainy months (long rains March to May, short rains October to December) a third of the days is wet.
RAINY_MONTHS, WET_SHARE, WET = (3, 4, 5, 10, 11, 12), 0.33, 0.8
# Days differ for reasons nobody knows: the spread of the logarithm.
CHANCE = 0.09
# A person's own week: of the working days, of the weekend, or of both, from Monday.
LEANS = {
    "any": (1.0,) * 7,
    "weekdays": (1.25, 1.25, 1.25, 1.25, 1.25, 0.25, 0.15),
    "weekends": (0.35, 0.35, 0.35, 0.4, 0.7, 2.4, 2.2),
}


class Peak(NamedTuple):
    """A time at which people come: hour of day, spread in hours, share of the day's visits."""

    hour: float
    spread: float
    share: float


# Breakfast, mid-morning, lunch, tea, after work.
WORKDAY_PEAKS = (
    (Peak(7.7, 0.6, 0.36), Peak(10.4, 0.7, 0.12), Peak(13.0, 0.55, 0.28), Peak(15.6, 0.9, 0.07), Peak(17.8, 0.7, 0.17)),
    (Peak(8.8, 0.7, 0.26), Peak(10.8, 0.9, 0.24), Peak(13.1, 0.7, 0.22), Peak(15.9, 0.9, 0.15), Peak(17.5, 0.6, 0.13)),
    (Peak(8.1, 0.7, 0.27), Peak(10.9, 0.9, 0.12), Peak(13.2, 0.7, 0.21), Peak(16.2, 1.0, 0.12), Peak(18.6, 0.9, 0.28)),
)
# Brunch is later and longer; the suburb shops for dinner, the young stay on.
WEEKEND_PEAKS = (
    (Peak(10.3, 0.9, 0.55), Peak(12.9, 0.9, 0.45)),
    (Peak(10.2, 1.0, 0.48), Peak(13.0, 1.0, 0.30), Peak(16.4, 1.0, 0.22)),
    (Peak(10.9, 1.1, 0.45), Peak(13.6, 1.0, 0.25), Peak(17.4, 1.3, 0.30)),
)
# People keep their usual hour within half an hour.
USUAL_SPREAD = 0.4
# Draws before the open hours are taken evenly: only short days need as many.
DRAWS = 6


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business time: `cumulative[n]` is the weight of the first n + 1 days of the history."""

    cumulative: tuple[float, ...]

    @property
    def total(self) -> float:
        return self.cumulative[-1]

    def before(self, day: int) -> float:
        """The weight of all days before a day, counted from 0."""
        return self.cumulative[day - 1] if day else 0.0

    def day_at(self, moment: float) -> int:
        """The day, counted from 0, in which a moment of business time lies."""
        return min(bisect_right(self.cumulative, moment), len(self.cumulative) - 1)

    def weight(self, day: int) -> float:
        return self.cumulative[day] - self.before(day)


def calendar_of(weights: Sequence[float]) -> Calendar:
    return Calendar(tuple(accumulate(weights)))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The days of the history and, for each store and lean, its business time."""

    days: tuple[date, ...]
    calendars: tuple[dict[str, Calendar], ...]

    def is_open_yet(self, store: int, day: int) -> bool:
        return day >= DEMO_STORES[store].opened_after


def rhythm_of(*, until: date, rng: Random) -> Rhythm:
    """The rhythm of the two years that end with `until`."""
    first = first_day_of(until)
    days = tuple(first + timedelta(days=n) for n in range((until - first).days + 1))
    luck = [_luck(day, rng) for day in days]
    return Rhythm(days, tuple(_store_calendars(store, days, luck) for store in range(len(DEMO_STORES))))


def _luck(day: date, rng: Random) -> float:
    """What weather and chance make of a day, for all stores alike."""
    is_wet = rng.random() < WET_SHARE and day.month in RAINY_MONTHS
    return rng.lognormvariate(0, CHANCE) * (WET if is_wet else 1)


def _store_calendars(store: int, days: Sequence[date], luck: Sequence[float]) -> dict[str, Calendar]:
    opened_after = DEMO_STORES[store].opened_after
    plain = [
        chance * day_weight(store, day) if n >= opened_after else 0.0
        for n, (day, chance) in enumerate(zip(days, luck, strict=True))
    ]
    return {
        lean: calendar_of([weight * week[day.weekday()] for weight, day in zip(plain, days, strict=True)])
        for lean, week in LEANS.items()
    }


def day_weight(store: int, day: date) -> float:
    """How busy a day is in a store, weather and chance aside; about 1 on average."""
    weight = MONTHS[day.month - 1] * _festive(store, day)
    if day.day >= PAYDAY_FROM or day.day <= PAYDAY_TO:
        weight *= PAYDAY
    if (day.month, day.day) in HOLIDAYS:
        return weight * HOLIDAY[store]
    return weight * WEEKDAYS[store][day.weekday()] * _school(store, day)


def _festive(store: int, day: date) -> float:
    """Gifts are bought until Christmas Eve; then offices are shut and many have gone upcountry."""
    if (day.month, day.day) == CHRISTMAS:
        return 0.4
    if day.month == 12 and 15 <= day.day <= 24:
        return (1.05, 1.45, 1.2)[store]
    if (day.month == 12 and day.day > 25) or (day.month == 1 and day.day <= 6):
        return (0.45, 0.95, 0.75)[store]
    return 1.0


def _school(store: int, day: date) -> float:
    """School holidays (most of April, of August, and from November on) bring families to the suburb."""
    is_holiday = (day.month in (4, 8) and 4 <= day.day <= 27) or day.month == 12 or (day.month == 11 and day.day > 2)
    if not is_holiday or day.weekday() >= 5:
        return 1.0
    return (0.95, 1.18, 1.0)[store]


def peaks_on(store: int, day: date) -> tuple[Peak, ...]:
    """The times at which people come to a store on a day."""
    is_free = day.weekday() >= 5 or (day.month, day.day) in HOLIDAYS
    return (WEEKEND_PEAKS if is_free else WORKDAY_PEAKS)[store]


def peak_drawn(peaks: Sequence[Peak], rng: Random) -> Peak:
    return rng.choices(peaks, [peak.share for peak in peaks])[0]


def second_of_visit(store: DemoStore, day: date, *, peaks: Sequence[Peak], rng: Random) -> int:
    """A second after midnight within the open hours, near one of the peaks where these lie within them."""
    opens, closes = (minute * 60 for minute in hours_on(store, day))
    for _draw in range(DRAWS):
        peak = peak_drawn(peaks, rng)
        second = math.floor(rng.gauss(peak.hour, peak.spread) * 3600)
        if opens < second < closes:
            return second
    return rng.randrange(opens + 1, closes)
