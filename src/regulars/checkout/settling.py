"""Balances and offers brought in line with the sales that were stored, voided, returned or given to another."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from regulars.balances.errors import (
    AllowanceRefused,
    NobodyPays,
    NoPolicy,
    NotEnoughCredit,
    NotEnoughPoints,
    NotRedeemable,
    OverLimit,
    RefundTooLarge,
    TooFewPoints,
)
from regulars.balances.rules import PAID_ON_ACCOUNT, PAID_WITH_CREDIT, PAID_WITH_POINTS, points_for
from regulars.balances.selectors import policy_in_force
from regulars.balances.settling import sales_earn, sales_resettle, sales_settle, sales_that_move, visits_settle
from regulars.checkout.checking import quantities
from regulars.checkout.errors import PointsOtherwise
from regulars.checkout.linking import Linked, Scene
from regulars.checkout.paying import NO_POINTS, PaidPoints, is_spending, points_paid
from regulars.checkout.tracing import NO_TRACE, Trace
from regulars.core.errors import Fault, RegularsError
from regulars.core.text import nearest
from regulars.offers.engine.quote import Applied, Quote
from regulars.offers.errors import LimitReached, NeedsCustomer, OfferUnknown
from regulars.offers.models import Offer, OfferUse
from regulars.offers.using import quote_uses_take, sale_uses_release, sale_uses_restore
from regulars.sales.drafts import OfferDraft, SaleDraft
from regulars.sales.selectors import SaleHead, drafts_stored, returned_so_far, sale_heads
from regulars.sales.services import CheckedSale
from regulars.storage.reading import uuid_read

# What a balance, or the limit of an offer, refuses a sale with; a sale among others is then answered as refused.
REFUSALS = (
    AllowanceRefused,
    NeedsCustomer,
    NobodyPays,
    NoPolicy,
    NotEnoughCredit,
    NotEnoughPoints,
    NotRedeemable,
    OverLimit,
    RefundTooLarge,
    TooFewPoints,
    PointsOtherwise,
    LimitReached,
    OfferUnknown,
)


_BOOKED = """
    SELECT DISTINCT e.sale_uid FROM sales_sale AS s
    JOIN balances_entry AS e ON e.sale_uid = s.uid OR e.sale_uid = s.original_uid WHERE s.brought_by = %s
"""


class Fresh(NamedTuple):
    """A sale that was stored now: its number in the table, what it says, whose it is."""

    id: int
    sale: CheckedSale
    customer: int | None

    @property
    def draft(self) -> SaleDraft:
        return self.sale.draft


def sales_settled(
    fresh: Sequence[Fresh], traces: Mapping[UUID, Trace], *, linked: Linked, scene: Scene
) -> dict[UUID, Trace]:
    """Balances and uses of offers are what the sales say; the traces of those that are to have one.

    `linked`: which stored sales a late one may have led to somebody else. A constant number of queries for sales that
    only earn; those that spend come one at a time. Inside `writing()`, after the facts followed. Raises REFUSALS.
    """
    made = dict(traces)
    if scene.brought_by is None:
        for each in fresh:
            if is_spending(each.draft):
                made[each.draft.uid] = _traced(each, made.get(each.draft.uid, NO_TRACE))
    if linked.moved:
        sales_resettle(sorted(linked.moved), actor=scene.actor, at=scene.at)
        visits_settle(linked.touched, actor=scene.actor, at=scene.at)
    _earned(fresh, scene)
    for each in fresh if made else ():
        _uses_take(each, made.get(each.draft.uid, NO_TRACE), scene)
    uses_follow({each.draft.returns for each in fresh if each.draft.returns is not None})
    return made


def _earned(fresh: Sequence[Fresh], scene: Scene) -> None:
    """What only earns in one go, then what spends or takes back."""
    is_import = scene.brought_by is not None
    apart = [each for each in fresh if each.draft.kind == "return" or (not is_import and is_spending(each.draft))]
    uids = {each.draft.uid for each in apart}
    plain = [(each.sale, each.customer) for each in fresh if each.customer is not None and each.draft.uid not in uids]
    if plain:
        sales_earn(plain, actor=scene.actor, at=scene.at)
    moving = _that_move(apart, is_import=is_import)
    if moving:
        allowances = {each.draft.uid: each.draft.allowance for each in apart if each.draft.allowance}
        sales_settle(moving, actor=scene.actor, at=scene.at, allowances=allowances)


def _that_move(apart: Sequence[Fresh], *, is_import: bool) -> list[UUID]:
    """Those that spend, and the returns of sales for which something was booked. One query where there are returns."""
    spending = {each.draft.uid for each in apart if not is_import and is_spending(each.draft)}
    originals = {each.draft.returns for each in apart if each.draft.returns is not None}
    booked = sales_that_move(originals) if originals else set()
    return [each.draft.uid for each in apart if each.draft.uid in spending or each.draft.returns in booked]


def sale_settled(head: SaleHead, scene: Scene, *, between: Collection[int] = ()) -> None:
    """Balances and uses of offers are what the sale, or the sale that a return takes back, says now.

    `between` which customers it was moved. Inside `writing()`, after the facts followed. Raises REFUSALS.
    """
    sales_settle([head.uid], actor=scene.actor, at=scene.at)
    if between:
        visits_settle(between, actor=scene.actor, at=scene.at)
    uses_follow({head.original_uid or head.uid})


def sales_forgotten(uids: Collection[UUID], customer_ids: Collection[int], scene: Scene) -> None:
    """Balances are as if these sales of these customers, which are deleted, had never been. Inside `writing()`."""
    sales_resettle(sorted(uids), actor=scene.actor, at=scene.at)
    visits_settle(customer_ids, actor=scene.actor, at=scene.at)


def sales_booked(*, brought_by: int) -> set[UUID]:
    """The sales whose balances hang on what an import brought. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, [brought_by])
        return {uuid_read(row[0]) for row in cursor.fetchall()}


def uses_follow(uids: Collection[UUID]) -> None:
    """Sales that were voided or wholly brought back use no offer; the others do. One query where none ever used one.

    Inside `writing()`.
    """
    if not uids:
        return
    using = set(OfferUse.objects.filter(sale_uid__among=list(uids)).order_by().values_list("sale_uid", flat=True))
    if not using:
        return
    heads = sale_heads(using)
    stored = drafts_stored([head.id for head in heads.values()])
    back = returned_so_far(using)
    gone = [
        uid
        for uid in using
        if uid not in stored or stored[uid].status == "voided" or quantities(stored[uid].lines) == back.get(uid)
    ]
    sale_uses_release(gone)
    sale_uses_restore(sorted(using.difference(gone)))


def _traced(fresh: Fresh, trace: Trace) -> Trace:
    """The trace with what each line was paid with in points."""
    draft = fresh.draft
    worth = sum(each.amount for each in draft.payments if each.method == PAID_WITH_POINTS and each.status != "failed")
    if draft.kind != "sale" or trace.points != NO_POINTS or (worth <= 0 and not draft.points_redeemed):
        return trace
    return Trace(trace.quote, _points(fresh, worth), trace.digest)


def _points(fresh: Fresh, worth: int) -> PaidPoints:
    """What points paid, line by line; nothing where there was no policy: those points are not ours. One query.

    Raises NoPolicy where points are told all the same, PointsOtherwise where their number is another.
    """
    draft, day = fresh.draft, fresh.sale.moment.day
    policy = policy_in_force(day)
    if policy is None and draft.points_redeemed:
        raise NoPolicy(day=day.isoformat())
    if policy is None:
        return NO_POINTS
    points = points_for(worth, policy.point_value_milli)
    if draft.points_redeemed and draft.points_redeemed != points:
        raise PointsOtherwise(told=draft.points_redeemed, points=points)
    barred = policy.not_redeemable_categories
    weights = [0 if line.is_gift_card or line.category in barred else line.net for line in draft.lines]
    if sum(weights) < worth:
        weights = [line.net for line in draft.lines]
    return points_paid(points, min(worth, sum(weights)), weights)


def _uses_take(fresh: Fresh, trace: Trace, scene: Scene) -> None:
    """The uses of the offers are the sale's, within their limits."""
    if trace.quote is not None:
        quote_uses_take(fresh.draft.uid, fresh.customer, trace.quote, at=scene.at)
    elif fresh.draft.offers and scene.brought_by is None:
        quote_uses_take(fresh.draft.uid, fresh.customer, _quote_told(fresh.draft.offers), at=scene.at)


def _quote_told(told: Sequence[OfferDraft]) -> Quote:
    """What a till tells of the offers that took effect, as far as uses go. One query. Raises OfferUnknown."""
    by_name = {name: (id_, name) for id_, name in Offer.objects.exclude(state="draft").values_list("id", "name")}
    by_id = {found[0]: found for found in by_name.values()}
    applied: dict[int, Applied] = {}
    for offer_id, name, amount in told:
        found = by_name.get(name) if offer_id is None else by_id.get(offer_id)
        if found is None:
            near = nearest(name, by_name) if name else None
            raise OfferUnknown(name=name or offer_id, hint=f'; did you mean "{near}"?' if near else "")
        before = applied[found[0]].saves if found[0] in applied else 0
        applied[found[0]] = Applied(offer=found[0], name=found[1], saves=before + amount, because=())
    return Quote(
        lines=(), order_discounts=(), subtotal=0, discount=0, total=0, applied=tuple(applied.values()), not_applied=()
    )


def fault_of(error: RegularsError, draft: SaleDraft) -> Fault:
    """What refuses the sale, at its place."""
    return Fault(_place(error, draft), str(error))


def _place(error: RegularsError, draft: SaleDraft) -> str:
    match error:
        case PointsOtherwise() | NoPolicy():
            return "points_redeemed"
        case NobodyPays():
            return "customer"
        case AllowanceRefused():
            return "allowance"
        case LimitReached() | OfferUnknown() | NeedsCustomer():
            names = [str(error.facts["name"])]
            found = [n for n, each in enumerate(draft.offers) if {each.name, str(each.id)} & {*names}]
            return f"offers[{found[0]}]" if found else "offers"
        case NotEnoughCredit():
            methods = [PAID_WITH_CREDIT]
        case OverLimit():
            methods = [PAID_ON_ACCOUNT]
        case _:
            methods = [PAID_WITH_POINTS]
    found = [n for n, each in enumerate(draft.payments) if each.method in methods]
    return f"payments[{found[0]}].amount" if found else "payments"
