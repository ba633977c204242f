"""When the demo's customers came, and when people came who said nothing of themselves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from regulars.exchange.demo.people import Person
from regulars.exchange.demo.rhythm import (
    USUAL_SPREAD,
    Calendar,
    Peak,
    Rhythm,
    calendar_of,
    peaks_on,
    second_of_visit,
)
from regulars.exchange.demo.shop import DEMO_STORES

# Three sales of ten are made to somebody who gives no name.
ANONYMOUS_SHARE = 0.3
# How many people join per day: at first those who had long been coming, then new ones, slowly more.
JOIN_RUSH, JOIN_RUSH_DAYS, JOIN_GROWTH_PER_DAY = 5.0, 50.0, 0.001
# The more customers are known, the fewer sales stay anonymous: from this many times the mean, falling per day.
ANONYMOUS_AT_FIRST, ANONYMOUS_FALL_PER_DAY = 1.0, 0.00025
# Passers-by per store, next to each other.
FOOTFALL = (1.15, 0.9, 1.0)
# A seventh of a customer's visits is to another store, and two of three at the usual hour.
AWAY, AT_USUAL_HOUR = 0.14, 0.66
# From the first day to the last the web shop's share of orders grows from this part of its mean to twice that.
ONLINE_AT_FIRST = 0.65
# Rounds in which the pace of all customers is set, and the most it may move in one.
ROUNDS, LARGEST_STEP = 6, 2.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody in a store, or at its web shop, at a second of a day; `person` is None for a stranger."""

    day: int
    second: int
    store: int
    person: int | None
    is_online: bool = False


def visits_of(people: Sequence[Person], *, sales: int, rhythm: Rhythm, rng: Random) -> list[Visit]:
    """As many visits as sales, in the order of time; every customer comes at least once."""
    days = _days_known(people, known=round(sales * (1 - ANONYMOUS_SHARE)), rhythm=rhythm, rng=rng)
    visits = [_visit(n, people[n], day, rhythm=rhythm, rng=rng) for n, own in enumerate(days) for day in own]
    visits += _strangers(max(0, sales - len(visits)), rhythm=rhythm, rng=rng)
    # Nobody stands at two tills at once, but two strangers may at one second: the sort keeps their order.
    return sorted(visits, key=lambda visit: (visit.day, visit.second))


def _days_known(people: Sequence[Person], *, known: int, rhythm: Rhythm, rng: Random) -> list[list[int]]:
    """The days each customer came, so paced that they are about `known` in all."""
    joins = _join_days(people, rhythm=rhythm, rng=rng)
    chance, pace = rng.getrandbits(64), 1.0
    days: list[list[int]] = []
    for _round in range(ROUNDS):
        days = []
        for n, (person, joined) in enumerate(zip(people, joins, strict=True)):
            rng.seed(chance + n)  # the same fate in each round, only faster or slower
            days.append(_life(person, joined, pace=pace, rhythm=rhythm, rng=rng))
        step = known / sum(map(len, days))
        pace *= max(1 / LARGEST_STEP, min(LARGEST_STEP, step))
    rng.seed(chance + len(people))
    return days


def _join_days(people: Sequence[Person], *, rhythm: Rhythm, rng: Random) -> list[int]:
    calendars = [_join_calendar(store, rhythm) for store in range(len(DEMO_STORES))]
    return [calendars[one.store].day_at(rng.random() * calendars[one.store].total) for one in people]


def _join_calendar(store: int, rhythm: Rhythm) -> Calendar:
    busy = rhythm.calendars[store]["any"]
    opened = DEMO_STORES[store].opened_after

    def eagerness(day: int) -> float:
        age = max(0, day - opened)
        return 1 + JOIN_RUSH * math.exp(-age / JOIN_RUSH_DAYS) + JOIN_GROWTH_PER_DAY * age

    return calendar_of([busy.weight(day) * eagerness(day) for day in range(len(rhythm.days))])


def _life(person: Person, joined: int, *, pace: float, rhythm: Rhythm, rng: Random) -> list[int]:
    """The days of a customer's purchases from the first on: exponential pauses until the customer drops out."""
    calendar = rhythm.calendars[person.store][person.lean]
    moment = calendar.before(joined) + rng.random() * calendar.weight(joined)
    days = [joined]
    while rng.random() >= person.kind.dropout:
        moment += rng.expovariate(person.rate * pace)
        if moment >= calendar.total:
            break
        days.append(calendar.day_at(moment))
    return days


def _visit(n: int, person: Person, day: int, *, rhythm: Rhythm, rng: Random) -> Visit:
    store = person.store
    if rng.random() < AWAY:
        store = rng.choice([each for each in range(len(DEMO_STORES)) if rhythm.is_open_yet(each, day)])
    progress = day / len(rhythm.days)
    is_online = rng.random() < person.online * ONLINE_AT_FIRST * (1 + progress)
    usual = (Peak(person.hour, USUAL_SPREAD, 1.0),)
    peaks = usual if rng.random() < AT_USUAL_HOUR else peaks_on(store, rhythm.days[day])
    second = second_of_visit(DEMO_STORES[store], rhythm.days[day], peaks=peaks, rng=rng)
    return Visit(day, second, store, n, is_online)


def _strangers(count: int, *, rhythm: Rhythm, rng: Random) -> list[Visit]:
    days = range(len(rhythm.days))
    footfall = [
        FOOTFALL[store] * calendars["any"].weight(day) * (ANONYMOUS_AT_FIRST - ANONYMOUS_FALL_PER_DAY * day)
        for store, calendars in enumerate(rhythm.calendars)
        for day in days
    ]
    calendar = calendar_of(footfall)
    return [_stranger(calendar.day_at(rng.random() * calendar.total), rhythm=rhythm, rng=rng) for _ in range(count)]


def _stranger(place: int, *, rhythm: Rhythm, rng: Random) -> Visit:
    """`place` counts the days of all stores, one store after the other."""
    store, day = divmod(place, len(rhythm.days))
    on = rhythm.days[day]
    return Visit(day, second_of_visit(DEMO_STORES[store], on, peaks=peaks_on(store, on), rng=rng), store, None)
