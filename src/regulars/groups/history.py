"""What changed in groups: who entered and left, when and why; sizes day by day; ways from tier to tier."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.customers.models import Customer
from regulars.customers.reach import customer_require, customers_within
from regulars.groups.models import Group, Membership, MembershipChange
from regulars.groups.selectors import group_by_id

# Signed: who enters adds one, who leaves takes one away.
_NET = Sum(Case(When(is_entry=True, then=Value(1)), default=Value(-1), output_field=IntegerField()))
# What moved because the tiers did is no news of a customer.
_NOT_MOVED = ("first build", "rule edited")
_MOST_CHANGES = 500
_FLOWS = """
    SELECT w.before_id, w.group_id, COUNT(*)
    FROM (
        SELECT c.group_id, c.is_entry, c.day,
            LAG(CASE WHEN c.is_entry THEN NULL ELSE c.group_id END)
                OVER (PARTITION BY c.customer_id ORDER BY c.id) AS before_id
        FROM groups_membershipchange AS c
        JOIN groups_group AS g ON g.id = c.group_id
        WHERE g.tier_set_id = %s
    ) AS w
    WHERE w.is_entry AND w.day >= %s AND w.day <= %s
    GROUP BY w.before_id, w.group_id
"""


class SizeOn(NamedTuple):
    """How many were in a group when the day ended, and how many entered and left on it."""

    day: date
    size: int
    entered: int
    left: int


class Movement(NamedTuple):
    """How many entered or left a group on a day for one reason."""

    day: date
    is_entry: bool
    reason: str
    customers: int


class ChangeShown(NamedTuple):
    """Somebody entered or left a group."""

    group: str
    customer_id: int
    is_entry: bool
    reason: str
    day: date
    at: datetime


class Flow(NamedTuple):
    """How many went from one tier to another; from None: new customers."""

    before: str | None
    after: str
    customers: int


class TierMove(NamedTuple):
    """Somebody went from one tier of a set to another. `is_up`: to a higher one."""

    customer_id: int
    name: str
    before: str
    after: str
    is_up: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupHistory:
    """A group over some days: its size day by day, and why people came and went."""

    sizes: Sequence[SizeOn]
    movements: Sequence[Movement]


def group_history(group_id: int, *, first: date, last: date, visible_to: Actor) -> GroupHistory:
    """What happened to the group from the first day to the last, of those within reach. Three queries.

    Raises Forbidden, GroupUnknown.
    """
    visible_to.require("segments.see")
    group_by_id(group_id)
    reached = _reached(visible_to)
    changes = MembershipChange.objects.filter(reached, group_id=group_id, day__gte=first).order_by()
    counted = changes.values_list("day", "is_entry", "reason").annotate(customers=Count("id"))
    movements = [Movement(*row) for row in counted.order_by("day", "-is_entry", "reason")]
    size_now = Membership.objects.filter(reached, group_id=group_id).count()
    sizes = list(_sizes(movements, size_now, first, last))
    return GroupHistory(sizes, [each for each in movements if each.day <= last])


def _sizes(movements: Sequence[Movement], size_now: int, first: date, last: date) -> Iterator[SizeOn]:
    """Forward from what the size was before the first day, which follows from what it is now."""
    entered: dict[date, int] = {}
    left: dict[date, int] = {}
    for day, is_entry, _reason, customers in movements:
        told = entered if is_entry else left
        told[day] = told.get(day, 0) + customers
    size = size_now - sum(entered.values()) + sum(left.values())
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        size += entered.get(day, 0) - left.get(day, 0)
        yield SizeOn(day, size, entered.get(day, 0), left.get(day, 0))


def net_changes(group_ids: Collection[int], *, after: date) -> dict[int, int]:
    """How many more are in each group than at the end of that day; groups without changes are left out. One query."""
    rows = MembershipChange.objects.filter(group_id__in=group_ids, day__gt=after).order_by()
    return dict(rows.values_list("group_id").annotate(net=_NET))


def group_changes(
    group_id: int, *, first: date, last: date, limit: int = 100, visible_to: Actor
) -> Sequence[ChangeShown]:
    """Who entered and left the group in these days, the latest first. Two queries. Raises Forbidden, GroupUnknown."""
    visible_to.require("customers.see")
    group_by_id(group_id)
    within = Q(customer__in=Customer.objects.filter(customers_within("customers.see", visible_to)))
    rows = MembershipChange.objects.filter(within, group_id=group_id, day__gte=first, day__lte=last)
    return _changes(rows, limit=limit)


def customer_changes(customer_id: int, *, visible_to: Actor) -> Sequence[ChangeShown]:
    """Which groups the customer entered and left, the latest first. Two queries. Raises Forbidden, CustomerUnknown."""
    customer_require(customer_id, right="customers.see", actor=visible_to)
    return _changes(MembershipChange.objects.filter(customer_id=customer_id))


def tier_flows(tier_set_id: int, *, first: date, last: date, visible_to: Actor) -> Sequence[Flow]:
    """How many went from which tier of the set to which in these days. Two queries. Raises Forbidden."""
    visible_to.require("reports.see")
    names = dict(Group.objects.filter(tier_set=tier_set_id).values_list("id", "name"))
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, [tier_set_id, first.isoformat(), last.isoformat()])
        flows = [Flow(names.get(before), names[after], count) for before, after, count in cursor.fetchall()]
    return sorted(flows, key=lambda flow: (flow.before or "", flow.after))


def tier_moves(*, day: date, limit: int, visible_to: Actor) -> Sequence[TierMove]:
    """Who went from one tier to another on that day, the latest first; not whom a changed rule moved. One query.

    Of a day with many changes only the latest are looked at. Raises Forbidden.
    """
    within = Q(customer__in=Customer.objects.filter(customers_within("customers.see", visible_to)))
    if visible_to.reach("customers.see") is Reach.ALL:
        within = Q()
    rows = MembershipChange.objects.filter(within, group__kind="tier", day=day).exclude(reason__in=_NOT_MOVED)
    columns = rows.order_by("-id").values_list(
        "customer_id", "group__tier_set_id", "is_entry", "group__name", "group__rank", "reason", "at", "customer__name"
    )
    return list(_moves(columns[:_MOST_CHANGES]))[:limit]


def _moves(rows: Iterable[tuple[Any, ...]]) -> Iterator[TierMove]:
    """Backwards: who is seen to enter a tier left another just before."""
    entered: dict[tuple[int, int], tuple[Any, ...]] = {}
    for customer, tier_set, is_entry, tier, rank, reason, at, name in rows:
        if is_entry:
            entered[customer, tier_set] = (tier, rank, reason, at, name)
        elif (customer, tier_set) in entered:
            after, higher, why, moved_at, named = entered.pop((customer, tier_set))
            yield TierMove(customer, named, tier, after, higher > rank, why, moved_at)


def members_on(group_id: int, day: date) -> set[int]:
    """Who was in the group when that day ended, by its changes. Two queries."""
    members = set(Membership.objects.filter(group_id=group_id).values_list("customer_id", flat=True))
    later = MembershipChange.objects.filter(group_id=group_id, day__gt=day).order_by("-id")
    # Backwards: the first change after the day has the last word.
    for customer, is_entry in later.values_list("customer_id", "is_entry").iterator(chunk_size=10_000):
        if is_entry:
            members.discard(customer)
        else:
            members.add(customer)
    return members


def _reached(actor: Actor) -> Q:
    if actor.reach("segments.see") is Reach.ALL:
        return Q()
    return Q(customer__in=Customer.objects.filter(customers_within("segments.see", actor)))


def _changes(rows: QuerySet[MembershipChange], *, limit: int | None = None) -> list[ChangeShown]:
    return [
        ChangeShown(row.group.name, row.customer_id, row.is_entry, row.reason, row.day, row.at)
        for row in rows.select_related("group").order_by("-id")[:limit]
    ]
