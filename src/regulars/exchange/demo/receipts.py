"""The demo's receipts: a visit becomes a sale, and a few sales are taken back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import NamedTuple
from uuid import UUID

from regulars.core.money import MILLI
from regulars.exchange.demo.baskets import Line, Moment, Taste, basket_drawn, line_of, taste_drawn
from regulars.exchange.demo.payments import Payment, paid_back, payments_drawn
from regulars.exchange.demo.people import Person
from regulars.exchange.demo.rhythm import Rhythm
from regulars.exchange.demo.shop import DEMO_STORES, WEB_REGISTER, hours_on
from regulars.exchange.demo.visits import Visit

# The second till is opened when the first has a queue.
FIRST_TILL = 0.68
# Whoever is not yet known by everything tells everything now, at the first sale or a later one, so often.
TELLS_ALL = 0.85
# Once known, the till often gets the one thing that is quickest; the web shop always gets what it needs.
TELLS_ONE = 0.45
# What is wrong is brought back at once, or with the next visit: a third on the day, else within 20 days.
SAME_DAY, LATEST_DAYS = 0.34, 20
# Half of the returns take back all of a receipt of several lines.
WHOLE = 0.5
# To another store than the one of the sale, one in twelve.
ELSEWHERE = 0.08
# Seconds: nobody is back within five minutes, nor in the last second of the day.
SOONEST = 300


class Told(NamedTuple):
    """What the till was told of the customer: which of the identities, and whether the details with them."""

    person: int
    code: bool
    phone: bool
    email: bool
    details: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sale or a return. `day` counts from the first of the history, `second` from midnight."""

    uid: UUID
    day: int
    second: int
    store: int
    register: str
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    told: Told | None = None
    returns: UUID | None = None

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)


def receipts_of(
    visits: Sequence[Visit], people: Sequence[Person], *, returns: int, rhythm: Rhythm, until: date, rng: Random
) -> list[Receipt]:
    """A sale for every visit and so many returns, in the order of time."""
    tastes = [taste_drawn(hour=person.hour, rng=rng) for person in people]
    known = [False] * len(people)
    sales = []
    for visit in visits:
        told = None if visit.person is None else _told(visit, people[visit.person], known, rng)
        sales.append(_sale(visit, told, people, tastes, rhythm=rhythm, until=until, rng=rng))
    taken_back = _returns(sales, count=returns, rhythm=rhythm, rng=rng)
    return sorted([*sales, *taken_back], key=lambda receipt: (receipt.day, receipt.second))


def _told(visit: Visit, person: Person, known: list[bool], rng: Random) -> Told:
    """What the customer tells. One thing alone is told only where it leads to the right profile."""
    n = visit.person or 0
    if not known[n]:
        known[n] = _knows_all(person, visit, rng)
        everything = _all_of(n, person)
        # A household's phone would lead to the other one as long as the card is unknown.
        first = everything._replace(phone=False) if person.shares_phone else everything
        return first if known[n] else _strongest_of(n, person)
    if visit.is_online or rng.random() >= TELLS_ONE:
        return _all_of(n, person)
    if person.shares_phone:
        return _strongest_of(n, person)
    given = [kind for kind in ("code", "phone", "phone", "email") if getattr(person, kind)]
    return _only(n, rng.choice(given))


def _knows_all(person: Person, visit: Visit, rng: Random) -> bool:
    return visit.is_online or person.shares_phone or rng.random() < TELLS_ALL


def _all_of(n: int, person: Person) -> Told:
    return Told(n, bool(person.code), bool(person.phone), bool(person.email), details=True)


def _strongest_of(n: int, person: Person) -> Told:
    return _only(n, "code" if person.code else "phone" if person.phone else "email")


def _only(n: int, kind: str) -> Told:
    return Told(n, kind == "code", kind == "phone", kind == "email", details=False)


def _sale(
    visit: Visit, told: Told | None, people: Sequence[Person], tastes: Sequence[Taste],
    *, rhythm: Rhythm, until: date, rng: Random,
) -> Receipt:  # fmt: skip
    day, store = rhythm.days[visit.day], DEMO_STORES[visit.store]
    person = None if visit.person is None else people[visit.person]
    taste = None if visit.person is None else tastes[visit.person]
    minutes_left = hours_on(store, day).closes - visit.second / 60
    moment = Moment(day, visit.second / 3600, minutes_left, visit.is_online)
    lines = basket_drawn(moment, taste=taste, discounts=person.tags if person else (), until=until, rng=rng)
    total = sum(line.total for line in lines)
    usual = person.method if person else None
    return Receipt(
        uid=_uid(rng),
        day=visit.day,
        second=visit.second,
        store=visit.store,
        register=WEB_REGISTER if visit.is_online else _till(visit.store, rng),
        lines=tuple(lines),
        payments=payments_drawn(total, day=day, usual=usual, is_online=visit.is_online, rng=rng),
        told=told,
    )


def _uid(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


def _till(store: int, rng: Random) -> str:
    first, second, _web = DEMO_STORES[store].registers
    return first if rng.random() < FIRST_TILL else second


def _returns(sales: Sequence[Receipt], *, count: int, rhythm: Rhythm, rng: Random) -> list[Receipt]:
    """Returns of `count` sales, or of as many as can be taken back before the history ends; each of one sale once."""
    returns: list[Receipt] = []
    for sale in rng.sample(sales, len(sales)):
        if len(returns) == count:
            break
        taken_back = _return(sale, rhythm=rhythm, rng=rng)
        if taken_back:
            returns.append(taken_back)
    return returns


def _return(sale: Receipt, *, rhythm: Rhythm, rng: Random) -> Receipt | None:
    """The sale taken back, wholly or in part; None where there is nothing to take back, or no day left for it."""
    is_same_day = rng.random() < SAME_DAY
    day = sale.day + (0 if is_same_day else rng.randint(1, LATEST_DAYS))
    lines = _lines_back(sale, is_same_day=is_same_day, rng=rng)
    if not lines or day >= len(rhythm.days):
        return None
    store = sale.store
    if rng.random() < ELSEWHERE and not is_same_day:
        store = rng.choice([each for each in range(len(DEMO_STORES)) if rhythm.is_open_yet(each, day)])
    opens, closes = (minute * 60 for minute in hours_on(DEMO_STORES[store], rhythm.days[day]))
    earliest = sale.second + SOONEST if is_same_day else opens + 1
    if earliest >= closes:
        return None
    total = sum(line.total for line in lines)
    payments = paid_back(sale.payments, total, day=rhythm.days[day], rng=rng)
    latest = min(closes, earliest + 2 * 3600) if is_same_day else closes
    return replace(
        sale, uid=_uid(rng), day=day, second=rng.randrange(earliest, latest), store=store, returns=sale.uid,
        register=sale.register if sale.register == WEB_REGISTER else _till(store, rng), lines=lines, payments=payments,
    )  # fmt: skip


def _lines_back(sale: Receipt, *, is_same_day: bool, rng: Random) -> tuple[Line, ...]:
    """What comes back: on the day anything that was wrong, later only what keeps."""
    able = [line for line in sale.lines if is_same_day or line.product.is_kept]
    if not able:
        return ()
    if len(able) > 1 and rng.random() < WHOLE:
        return tuple(_back(line, line.quantity_milli) for line in able)
    line = rng.choice(able)
    return (_back(line, _quantity_back(line, rng)),)


def _quantity_back(line: Line, rng: Random) -> int:
    """All of what was weighed, and of several pieces one or more."""
    if line.product.is_weighed:
        return line.quantity_milli
    return rng.randint(1, line.quantity_milli // MILLI) * MILLI


def _back(line: Line, quantity_milli: int) -> Line:
    """The line for a part of its quantity, all amounts turned; the discount goes back in proportion."""
    discount = line.discount * quantity_milli // line.quantity_milli
    return line_of(line.product, quantity_milli=-quantity_milli, unit_price=line.unit_price, discount=-discount)


def numbers_of(receipts: Sequence[Receipt]) -> list[str]:
    """The number of each receipt: each till counts its own from 1, in the order of time."""
    counts: dict[tuple[int, str], int] = defaultdict(int)
    numbers = []
    for receipt in receipts:
        till = (receipt.store, receipt.register)
        counts[till] += 1
        store = DEMO_STORES[receipt.store]
        numbers.append(f"{store.prefix}{store.registers.index(receipt.register) + 1}-{counts[till]:06}")
    return numbers
