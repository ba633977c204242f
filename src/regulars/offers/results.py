"""What an offer brought: its uses, its cost, and its effect, measured against those it was held back from."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min

from regulars.access.rules import Actor
from regulars.customers.models import Customer
from regulars.groups.history import members_on
from regulars.groups.models import MembershipChange
from regulars.offers.engine.holdouts import is_held_out
from regulars.offers.engine.lifting import Lift, lift_of, sample_of
from regulars.offers.engine.terms import Conditions, OfferTerms
from regulars.offers.models import Coupon, Grant
from regulars.offers.selectors import OfferShown, offer_get

_USES = """
    SELECT COUNT(*), COUNT(DISTINCT s.customer_id), COALESCE(SUM(u.amount), 0), COALESCE(SUM(s.net), 0)
    FROM offers_offeruse AS u JOIN sales_sale AS s ON s.uid = u.sale_uid
    WHERE u.offer_id = %s AND NOT u.is_released AND s.day BETWEEN %s AND %s
"""
_RETURNED = """
    SELECT COALESCE(SUM(r.net), 0)
    FROM offers_offeruse AS u
    JOIN sales_sale AS s ON s.uid = u.sale_uid
    JOIN sales_sale AS r ON r.original_uid = s.uid AND r.status = 'completed'
    WHERE u.offer_id = %s AND NOT u.is_released AND s.day BETWEEN %s AND %s
"""
_SPENT = """
    SELECT customer_id, day, SUM(net) FROM sales_sale
    WHERE status = 'completed' AND customer_id IS NOT NULL AND day BETWEEN %s AND %s
    GROUP BY customer_id, day
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferResult:
    """What an offer brought in some days. Money in minor units.

    `cost` is what it took off, `net` what the sales with it brought, less what was returned of them. `lift`: of all
    customers who could have it, whether or not they used it, what each spent from the day they could; None where it
    is held back from nobody.
    """

    offer: str
    first: date
    last: date
    uses: int
    customers: int
    cost: int
    net: int
    lift: Lift | None


def offer_result(
    name: str, *, today: date, first: date | None = None, last: date | None = None, visible_to: Actor
) -> OfferResult:
    """What the offer brought, from `first` (its first day, or the day it was made) to `last` (its last, or today).

    Three queries, and where it is held back from some a few for each group it is for. Raises Forbidden, OfferUnknown.
    """
    visible_to.require("reports.see")
    shown = offer_get(name, visible_to=visible_to)
    begin, end = _days(shown, today)
    begin, end = first or begin, last or end
    bound = [shown.id, begin.isoformat(), end.isoformat()]
    [(uses, customers, cost, net)] = _rows(_USES, bound)
    [(returned,)] = _rows(_RETURNED, bound)
    return OfferResult(
        offer=shown.name,
        first=begin,
        last=end,
        uses=uses,
        customers=customers,
        cost=int(cost),
        net=int(net) + int(returned),
        lift=_lift(shown, begin, end) if shown.terms.holdout_milli else None,
    )


def _days(shown: OfferShown, today: date) -> tuple[date, date]:
    given = shown.terms.conditions
    begin = given.first_day or shown.made_at.date()
    ends = [today, *([given.last_day] if given.last_day else []), *([shown.ended_at.date()] if shown.ended_at else [])]
    return begin, max(begin, min(ends))


def _lift(shown: OfferShown, first: date, last: date) -> Lift:
    since = eligible_since(shown.id, shown.terms, first, last)
    spent = dict.fromkeys(since, 0)
    for customer, day, net in _rows(_SPENT, [first.isoformat(), last.isoformat()]):
        begin = since.get(customer)
        if begin is not None and _day(day) >= begin:
            spent[customer] += int(net)
    share = shown.terms.holdout_milli
    held = {each for each in spent if is_held_out(offer=shown.id, customer=each, share_milli=share)}
    return lift_of(
        sample_of(amount for each, amount in spent.items() if each not in held),
        sample_of(spent[each] for each in held),
    )


def eligible_since(offer_id: int, terms: OfferTerms, first: date, last: date) -> Mapping[int, date]:
    """Who could have the offer in these days, by who they are, and from which day on.

    What somebody must do (a first order, a minimum) narrows nothing: who does it may follow from the offer. Whoever is
    held out is among them.
    """
    found = _given_since(offer_id, terms.conditions, first, last)
    for groups in (terms.conditions.tiers, terms.conditions.groups):
        if groups:
            held = _members_since(groups, first, last)
            found = {each: max(day, held[each]) for each, day in found.items() if each in held}
    return found


def _given_since(offer_id: int, given: Conditions, first: date, last: date) -> dict[int, date]:
    """Whom it was given to, by a gift or a code of their own; everybody, where it is not given so."""
    if given.needs_grant:
        grants = Grant.objects.filter(offer_id=offer_id, since__lte=last).order_by().values_list("customer_id")
        return {customer: max(first, since) for customer, since in grants.annotate(begin=Min("since"))}
    if given.needs_code:
        coupons = Coupon.objects.filter(offer_id=offer_id, customer__isnull=False).order_by()
        told = dict(coupons.values_list("customer_id").annotate(begin=Min("made_at")))
        if told:
            return {each: max(first, made.date()) for each, made in told.items() if made.date() <= last}
    joined = Customer.objects.filter(joined__lte=last).order_by().values_list("id", "joined")
    return {customer: max(first, day) for customer, day in joined.iterator(chunk_size=10_000)}


def _members_since(groups: Collection[int], first: date, last: date) -> dict[int, date]:
    """Who was in one of the groups on one of the days, and on which first."""
    found = {customer: first for group in groups for customer in members_on(group, first)}
    entries = MembershipChange.objects.filter(group_id__in=groups, is_entry=True, day__gt=first, day__lte=last)
    for customer, day in entries.order_by("day").values_list("customer_id", "day"):
        found.setdefault(customer, day)
    return found


def _rows(sql: str, bound: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        yield from cursor.fetchall()


def _day(stored: date | str) -> date:
    """The day of a column; SQLite has no type for it and gives text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
