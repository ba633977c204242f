"""What other terms would do: what lately sold would have earned, and what the points that are held would be worth."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Max, Min, Sum

from regulars.access.rules import Actor
from regulars.balances.documents import Document, documents_read, lines_left
from regulars.balances.inforce import policies_now, tiers_named
from regulars.balances.models import Balance
from regulars.balances.policies import policy_checked
from regulars.balances.rules import (
    PAID_WITH_POINTS,
    POINTS,
    Occasion,
    PolicyTerms,
    points_earned,
    points_worth,
    sale_terms,
    visit_points,
)
from regulars.groups.models import Group
from regulars.sales.models import Sale, Store

LATELY = timedelta(days=30)
# Of more sales than that some are taken, evenly, and their sum is scaled up.
MOST_LOOKED_AT = 3_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What terms would do against those in force. Points, and their worth in minor units under their own terms.

    `sales` were made from `first` to `last`; `looked_at` of them were counted, and the points scaled up from those.
    `more` and `less`: of the customers looked at, how many would have earned so. `held` are the points that all
    customers hold, pending too.
    """

    first: date
    last: date
    sales: int
    looked_at: int
    earned_before: int
    earned_after: int
    worth_before: int
    worth_after: int
    more: int
    less: int
    held: int
    held_before: int
    held_after: int


def policy_effect(terms: PolicyTerms, *, today: date, visible_to: Actor) -> Effect:
    """What the sales of the last 30 days would have earned by these terms, against those in force today.

    By the tiers customers hold now, less what was returned. At most fifty queries. Raises Forbidden, BadPolicy.
    """
    visible_to.require("loyalty.edit")
    tiers = set(Group.objects.filter(kind="tier").values_list("name", flat=True))
    policy_checked(terms, tiers=tiers, stores=set(Store.objects.values_list("name", flat=True)))
    first, version = today - LATELY, policies_now().on(today)
    before = version.terms if version else PolicyTerms()
    uids, sales = _sales_of(first, today)
    earned: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for each, returned, held_tiers in _documents(uids):
        for n, policy in enumerate((before, terms)):
            earned[each.customer or 0][n] += _earned(policy, each, returned, held_tiers)
    _visits_add(earned, uids, (before, terms))
    sums = [sum(each[n] for each in earned.values()) * sales // max(1, len(uids)) for n in (0, 1)]
    held = Balance.objects.filter(book=POINTS).aggregate(sum=Sum("amount"))["sum"] or 0
    value = before.point_value_milli if version else 0
    return Effect(
        first=first,
        last=today,
        sales=sales,
        looked_at=len(uids),
        earned_before=sums[0],
        earned_after=sums[1],
        worth_before=points_worth(sums[0], value),
        worth_after=points_worth(sums[1], terms.point_value_milli),
        more=sum(old < new for old, new in earned.values()),
        less=sum(old > new for old, new in earned.values()),
        held=held,
        held_before=points_worth(held, value),
        held_after=points_worth(held, terms.point_value_milli),
    )


def _sales_of(first: date, last: date) -> tuple[list[UUID], int]:
    """The sales of customers in these days, or some of them taken evenly; and how many there are. Two queries."""
    rows = Sale.objects.filter(
        kind="sale", status="completed", customer__isnull=False, day__gte=first, day__lte=last
    ).order_by()
    told = rows.aggregate(count=Count("id"), least=Min("id"), most=Max("id"))
    if told["count"] > MOST_LOOKED_AT:
        step = max(1, (told["most"] - told["least"] + 1) // MOST_LOOKED_AT)
        rows = rows.filter(id__among=list(range(told["least"], told["most"] + 1, step)))
    return list(rows.values_list("uid", flat=True)), told["count"]


def _documents(uids: Sequence[UUID]) -> Iterator[tuple[Document, Sequence[Document], frozenset[str]]]:
    """Each sale with its returns and the tiers its customer holds. Six queries for five hundred."""
    for start in range(0, len(uids), _AT_ONCE):
        found = documents_read(uids[start : start + _AT_ONCE])
        tiers = tiers_named({each.customer for each in found.sales.values() if each.customer is not None})
        for uid, each in found.sales.items():
            yield each, found.returns.get(uid, ()), tiers.get(each.customer or 0, frozenset())


def _earned(policy: PolicyTerms, sale: Document, returned: Collection[Document], tiers: frozenset[str]) -> int:
    lines = [each.line for each in sale.lines]
    if not lines:
        return 0
    terms = sale_terms(0, policy, lines, Occasion(sale.store, sale.day, tiers))
    left = lines_left(sale.lines, [line for each in returned for line in each.lines])
    paid = sale.paid[PAID_WITH_POINTS] + sum(each.paid[PAID_WITH_POINTS] for each in returned)
    return points_earned(terms, left, paid_with_points=max(0, paid))


def _visits_add(
    earned: Mapping[int, list[int]], uids: Collection[UUID], policies: tuple[PolicyTerms, PolicyTerms]
) -> None:
    """What the visits would have earned. Two queries, none where no terms reward them."""
    if not any(rule.kind == "visit" for policy in policies for rule in policy.rules):
        return
    rows = Sale.objects.filter(uid__among=list(uids)).order_by()
    visits = set(rows.values_list("customer_id", "store__name", "day"))
    tiers = tiers_named({customer for customer, _store, _day in visits if customer is not None})
    for customer, store, day in visits:
        occasion = Occasion(store, day, tiers.get(customer or 0, frozenset()))
        for n, policy in enumerate(policies):
            earned[customer or 0][n] += visit_points(policy, occasion)
