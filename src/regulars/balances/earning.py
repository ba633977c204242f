"""What plain new sales earn, in as few statements as there can be: nearly every sale is one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from regulars.access.rules import Actor
from regulars.balances.granting import lot_earned
from regulars.balances.holding import Cause, Ledger, lots_bring
from regulars.balances.inforce import Policies, Version, policies_now, tiers_held
from regulars.balances.lots import Held
from regulars.balances.reckoning import Reckoner
from regulars.balances.rules import PAID_WITH_POINTS, EarningLine, Occasion
from regulars.balances.visits import visits_book, visits_of
from regulars.balances.welcoming import newcomers_welcome
from regulars.sales.drafts import SaleDraft
from regulars.sales.selectors import business_today
from regulars.sales.services import CheckedSale
from regulars.storage.reading import rows_among, rows_of_uuids, uuid_read

_IN_DEBT = "SELECT customer_id FROM balances_lot WHERE remaining < 0 AND"
_WAITED_FOR = "SELECT original_uid FROM sales_sale WHERE"


class _Earning(NamedTuple):
    """A new sale, its customer, and the policy in force on its day."""

    sale: CheckedSale
    customer: int
    version: Version

    @property
    def draft(self) -> SaleDraft:
        return self.sale.draft

    @property
    def day(self) -> date:
        return self.sale.moment.day


def plain_earn(sales: Sequence[tuple[CheckedSale, int | None]], *, actor: Actor, at: datetime) -> list[UUID]:
    """What these new sales earn is booked, but for those that need `differences_book`, which are answered.

    One query where there is no policy, about six otherwise, whatever the number. Inside `writing()`.
    """
    customers = {customer for _sale, customer in sales if customer is not None}
    if not customers:
        return []
    policies = policies_now()
    newcomers_welcome(customers, policies, at=at)
    earning = [
        _Earning(sale, customer, version)
        for sale, customer in sales
        if customer is not None and (version := policies.on(sale.moment.day)) is not None
    ]
    if not earning:
        return []
    apart = _waited_for([each.draft.uid for each in earning])
    for each in earning:
        if each.version.asks_for_products and _lacks_words(each.draft):
            apart.add(each.draft.uid)
    _earn([each for each in earning if each.draft.uid not in apart], policies, actor=actor, at=at)
    return [each.draft.uid for each in earning if each.draft.uid in apart]


def _waited_for(uids: Sequence[UUID]) -> set[UUID]:
    """Those of the sales whose return was there before them. One query."""
    return {uuid_read(row[0]) for row in rows_of_uuids(_WAITED_FOR, "original_uid", uids)}


def _lacks_words(draft: SaleDraft) -> bool:
    """Whether the till left out a category or a brand, which the catalogue may have filled in."""
    return any(not (line.category and line.brand) for line in draft.lines)


def _earn(earning: Sequence[_Earning], policies: Policies, *, actor: Actor, at: datetime) -> None:
    """What the sales earn is booked, and pays what their customers owe."""
    customers = {each.customer for each in earning}
    tiers = tiers_held(customers) if any(each.version.asks_for_tiers for each in earning) else {}
    owing = {row[0] for row in rows_among(_IN_DEBT, "customer_id", customers)}
    # Also of an earlier policy: a visit that was taken back stands again with this sale.
    rewards_visits = any(version.rewards_visits for version in policies.versions)
    lots = _lots(earning, tiers)
    lots_bring([each for each in lots if each.customer not in owing], at=at, actor=actor)
    if not owing and not rewards_visits:
        return
    ledger = Ledger(business_today(at=at), at, actor)
    ledger.read(customers if rewards_visits else owing)
    for lot in lots:
        if lot.customer in owing:
            cause = Cause(f"{lot.sale_uid}/0", lot.earned_on, lot.sale_uid)
            ledger.bring(lot, "earn", cause)
            ledger.even_out(lot.customer, lot.book, cause)
    if rewards_visits:
        told = [(each.customer, each.sale.store_id, each.draft.store, each.day, True) for each in earning]
        visits_book(visits_of(told), policies, tiers, ledger)
    ledger.write()


def _lots(earning: Sequence[_Earning], tiers: Mapping[int, frozenset[int]]) -> list[Held]:
    """A lot for each sale that earns something."""
    reckoners: dict[tuple[int, Occasion], Reckoner] = {}
    lots = []
    for each in earning:
        version, draft = each.version, each.draft
        occasion = version.occasion(draft.store, each.day, tiers.get(each.customer, ()))
        reckoner = reckoners.get((version.id, occasion))
        if reckoner is None:
            reckoner = reckoners[version.id, occasion] = Reckoner(version.id, version.terms, occasion)
        points, terms = reckoner.earned(earning_lines(draft), paid_with_points=_paid_with_points(draft))
        if points:
            lot = lot_earned(each.customer, points, version.terms, day=each.day, sale_uid=draft.uid)
            lot.terms = terms
            lots.append(lot)
    return lots


def _paid_with_points(draft: SaleDraft) -> int:
    """Only what an import tells comes here with such payments: they moved a balance elsewhere."""
    return max(0, sum(payment.amount for payment in draft.payments if payment.method == PAID_WITH_POINTS))


def earning_lines(draft: SaleDraft) -> list[EarningLine]:
    """The lines of a sale as far as points are concerned."""
    return [
        EarningLine(sku, category, brand, quantity, net, tax, is_gift_card)
        for sku, _name, category, brand, quantity, _price, _off, tax, net, is_gift_card, _place in draft.lines
    ]
