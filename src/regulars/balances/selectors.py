"""What customers hold and owe, how it came to be, and what the shop owes in all."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Min, Q, QuerySet, Sum

from regulars.access.rules import Actor
from regulars.balances.ageing import Ageing, Charge, ageing
from regulars.balances.holding import Ledger
from regulars.balances.inforce import Version, policies_now, tiers_held
from regulars.balances.limits import limits_of, owed_by
from regulars.balances.lots import Held
from regulars.balances.models import Entry, Lot
from regulars.balances.rules import (
    ACCOUNT,
    BOOKS,
    CREDIT,
    POINTS,
    EarningLine,
    PolicyTerms,
    points_earned,
    points_worth,
    sale_terms,
)
from regulars.balances.visits import OF_A_VISIT, Visit, visit_would_earn
from regulars.customers.models import Customer
from regulars.customers.reach import customer_require, customers_within
from regulars.sales.models import Sale, Store
from regulars.sales.selectors import business_today
from regulars.segments.errors import BadDays


class Expiring(NamedTuple):
    """So much can be spent until the end of the day, and not after."""

    day: date
    amount: int


@dataclass(frozen=True, slots=True)
class Balances:
    """What a customer holds. `points` can be spent today, `points_pending` later; below zero: so many are owed.

    Credit and account in minor units; `points_value` is what the points are worth now. `account` is what the customer
    owes, `account_left` how much more they may.
    """

    points: int
    points_pending: int
    points_value: int
    expiring: tuple[Expiring, ...]
    credit: int
    credit_expiring: tuple[Expiring, ...]
    account: int
    account_limit: int
    account_left: int


class Movement(NamedTuple):
    """What moved for one cause, on which day, and what the balance was after it. `number` is of the sale's receipt."""

    id: int
    day: date
    at: datetime
    book: str
    kind: str
    amount: int
    balance: int
    sale_uid: UUID | None
    number: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A book of a customer over some days: opening + movements = closing."""

    book: str
    first: date
    last: date
    opening: int
    movements: tuple[Movement, ...]
    closing: int


def balances_of(customer_id: int, *, at: datetime, visible_to: Actor) -> Balances:
    """What the customer holds and owes on the business day it is. Six queries. Raises Forbidden, CustomerUnknown."""
    customer_require(customer_id, right="balances.see", actor=visible_to)
    today = business_today(at=at)
    ledger = Ledger(today, at, visible_to)
    ledger.read([customer_id])
    points, credit = ledger.lots[customer_id, POINTS], ledger.lots[customer_id, CREDIT]
    version = policies_now().on(today)
    available = _available(points, today)
    account, limit = owed_by([customer_id])[customer_id], limits_of([customer_id])[customer_id]
    return Balances(
        points=available,
        points_pending=sum(lot.remaining for lot in points if lot.available_on > today),
        points_value=points_worth(max(0, available), version.terms.point_value_milli) if version else 0,
        expiring=_expiring(points, today),
        credit=_available(credit, today),
        credit_expiring=_expiring(credit, today),
        account=account,
        account_limit=limit,
        account_left=max(0, limit - account),
    )


def _available(lots: Sequence[Held], today: date) -> int:
    """What can be spent today; below zero what is owed."""
    return sum(lot.remaining for lot in lots if lot.remaining < 0 or lot.is_open(today))


def _expiring(lots: Sequence[Held], today: date) -> tuple[Expiring, ...]:
    by_day: dict[date, int] = defaultdict(int)
    for lot in lots:
        if lot.remaining > 0 and lot.expires_on is not None and lot.expires_on >= today:
            by_day[lot.expires_on] += lot.remaining
    return tuple(Expiring(*each) for each in sorted(by_day.items()))


def policy_in_force(day: date) -> PolicyTerms | None:
    """What the loyalty policy says on that day; None: there is none. One query."""
    version = policies_now().on(day)
    return version.terms if version else None


def sale_would_earn(
    customer_id: int, lines: Sequence[EarningLine], *, store: Store, day: date, paid_with_points: int = 0
) -> int:
    """The points a sale of these lines would earn the customer there and then, its visit too. Three queries at most.

    `paid_with_points` is money.
    """
    version = policies_now().on(day)
    if version is None:
        return 0
    tiers = tiers_held([customer_id])[customer_id] if version.asks_for_tiers else frozenset()
    terms = sale_terms(version.id, version.terms, lines, version.occasion(store.name, day, tiers))
    earned = points_earned(terms, lines, paid_with_points=paid_with_points)
    return earned + visit_would_earn(Visit(customer_id, store.id, store.name, day), version, tiers)


def sale_earned(uid: UUID, customer_id: int | None, *, at: datetime) -> int:
    """The points that a sale of the customer, made at that moment, earned then, with those of the visit it began.

    One query.
    """
    own = Q(sale_uid=uid, source=f"{uid}/0")
    visit = Q(customer_id=customer_id, reason=OF_A_VISIT, at=at, source__endswith="/0")
    found = Entry.objects.filter(own if customer_id is None else own | visit, book=POINTS, kind="earn")
    return int(found.aggregate(whole=Sum("amount"))["whole"] or 0)


def policies_all(*, visible_to: Actor) -> Sequence[Version]:
    """Every version of the loyalty policy, by the day it starts. One query. Raises Forbidden."""
    visible_to.require("offers.see")
    return policies_now().versions


def statement_of(customer_id: int, *, book: str, first: date, last: date, visible_to: Actor) -> Statement:
    """The movements of a book from the first day to the last, both in, by day and then as they were booked.

    What was moved from lot to lot of the same customer is left out: it adds up to nothing. Three queries.
    Raises Forbidden, CustomerUnknown, BadDays.
    """
    customer_require(customer_id, right="balances.see", actor=visible_to)
    if first > last:
        raise BadDays(first=first.isoformat(), last=last.isoformat())
    entries = Entry.objects.filter(customer_id=customer_id, book=book)
    opening = entries.filter(day__lt=first).aggregate(sum=Sum("amount"))["sum"] or 0
    told = _moved(entries.filter(day__gte=first, day__lte=last))
    movements = _movements(sorted(told, key=lambda row: (row["day"], row["first"])), opening)
    closing = movements[-1].balance if movements else opening
    return Statement(book, first, last, opening, tuple(movements), closing)


def balances_timeline(
    customer_id: int, *, limit: int = 20, before: int | None = None, visible_to: Actor
) -> Sequence[Movement]:
    """The newest movements of all books, by day and then as they were booked: an import books history late. After the
    one with the id `before`: those that come next. `balance` is 0 here.

    Three queries, one more after another. Raises Forbidden, CustomerUnknown.
    """
    customer_require(customer_id, right="balances.see", actor=visible_to)
    entries = Entry.objects.filter(customer_id=customer_id)
    place = None
    if before is not None:
        day = entries.filter(id=before).values_list("day", flat=True).first()
        if day is None:
            return []
        place = (day, before)
    told = _moved(entries, before=place, limit=limit)
    return [each._replace(balance=0) for each in _movements(told, 0)]


def _moved(
    entries: QuerySet[Entry], *, before: tuple[date, int] | None = None, limit: int | None = None
) -> Sequence[Mapping[str, Any]]:
    """The entries of one cause and kind as one, the newest first; what was moved from lot to lot is left out.

    `before`: only those before that day, and on it before that id.
    """
    columns = ("source", "book", "kind", "day", "at", "sale_uid", "reason", "actor")
    rows = entries.exclude(kind="fill").order_by().values(*columns)
    summed = rows.annotate(first=Min("id"), moved=Sum("amount")).exclude(moved=0).order_by("-day", "-first")
    if before is not None:
        day, first = before
        summed = summed.filter(Q(day__lt=day) | Q(day=day, first__lt=first))
    return list(summed[:limit])


def _movements(rows: Sequence[Mapping[str, Any]], opening: int) -> list[Movement]:
    """One query, none where no sale moved anything."""
    uids = [row["sale_uid"] for row in rows if row["sale_uid"] is not None]
    numbers = dict(Sale.objects.filter(uid__among=uids).values_list("uid", "number")) if uids else {}
    balance, found = opening, []
    for row in rows:
        balance += row["moved"]
        told = {name: row[name] for name in ("day", "at", "book", "kind", "sale_uid", "reason", "actor")}
        number = numbers.get(row["sale_uid"], "")
        found.append(Movement(id=row["first"], amount=row["moved"], balance=balance, number=number, **told))
    return found


class Owing(NamedTuple):
    """A customer who owes on account, and for how long."""

    customer_id: int
    name: str
    ageing: Ageing


def account_ageing(customer_id: int, *, today: date, visible_to: Actor) -> Ageing:
    """What the customer owes, by age. Two queries. Raises Forbidden, CustomerUnknown."""
    customer_require(customer_id, right="balances.see", actor=visible_to)
    return ageing(_charges([customer_id]).get(customer_id, ()), today=today)


def accounts_ageing(*, today: date, visible_to: Actor) -> Sequence[Owing]:
    """Everybody within reach who owes, who owes most first, by age. Two queries. Raises Forbidden."""
    reached = Customer.objects.filter(customers_within("balances.see", visible_to))
    owing = reached.filter(balances__book=ACCOUNT, balances__amount__gt=0).order_by("-balances__amount", "id")
    names = dict(owing.values_list("id", "name"))
    charges = _charges(names)
    return [Owing(id_, name, ageing(charges.get(id_, ()), today=today)) for id_, name in names.items()]


def _charges(customer_ids: Collection[int]) -> Mapping[int, Sequence[Charge]]:
    rows = Entry.objects.filter(customer_id__among=customer_ids, book=ACCOUNT).order_by("customer_id", "day", "id")
    found: dict[int, list[Charge]] = defaultdict(list)
    for customer, day, amount, sale_uid in rows.values_list("customer_id", "day", "amount", "sale_uid"):
        found[customer].append(Charge(day, amount, sale_uid))
    return found


@dataclass(frozen=True, slots=True)
class Liability:
    """What the shop owes in points or credit, or is owed on account: opening + all movements = closing.

    `by_kind` are the sums of the days' movements; `worth` is the closing in minor units, points at their worth on the
    last day; `expiring` what of what is held now expires on which day from then on.
    """

    book: str
    opening: int
    by_kind: Mapping[str, int]
    closing: int
    worth: int
    expiring: tuple[Expiring, ...]


def liability(*, first: date, last: date, visible_to: Actor) -> Sequence[Liability]:
    """What is owed in each book, over the days from the first to the last. Four queries. Raises Forbidden, BadDays."""
    visible_to.require("reports.see")
    if first > last:
        raise BadDays(first=first.isoformat(), last=last.isoformat())
    entries = Entry.objects.order_by()
    opening = dict(entries.filter(day__lt=first).values_list("book").annotate(sum=Sum("amount")))
    moved: dict[str, dict[str, int]] = defaultdict(dict)
    of_days = entries.filter(day__gte=first, day__lte=last).exclude(kind="fill")
    for book, kind, amount in of_days.values_list("book", "kind").annotate(sum=Sum("amount")):
        moved[book][kind] = amount
    version = policies_now().on(last)
    value = version.terms.point_value_milli if version else 0
    expiring = _expiring_of_all(last)
    found = []
    for book in BOOKS:
        closing = opening.get(book, 0) + sum(moved[book].values())
        worth = points_worth(closing, value) if book == POINTS else closing
        found.append(Liability(book, opening.get(book, 0), moved[book], closing, worth, expiring.get(book, ())))
    return found


def _expiring_of_all(day: date) -> Mapping[str, tuple[Expiring, ...]]:
    rows = Lot.objects.filter(remaining__gt=0, expires_on__gte=day).order_by("book", "expires_on")
    found: dict[str, list[Expiring]] = defaultdict(list)
    for book, expires, amount in rows.values_list("book", "expires_on").annotate(sum=Sum("remaining")):
        found[book].append(Expiring(expires, amount))
    return {book: tuple(each) for book, each in found.items()}
