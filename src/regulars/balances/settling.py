"""The balances brought in line with stored sales, in the transaction that stores or changes them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from regulars.access.rules import Actor
from regulars.balances.allowances import NO_ALLOWANCES
from regulars.balances.difference import differences_book
from regulars.balances.earning import plain_earn
from regulars.balances.holding import Ledger, customers_hold
from regulars.balances.inforce import policies_now
from regulars.balances.visits import visits_book, visits_booked
from regulars.sales.selectors import business_today
from regulars.sales.services import CheckedSale
from regulars.storage.reading import rows_of_uuids, uuid_read

_MOVED = """
    SELECT s.uid FROM sales_sale AS s
    WHERE (
        EXISTS (SELECT 1 FROM balances_entry AS e WHERE e.sale_uid = s.uid)
        OR EXISTS (
            SELECT 1 FROM balances_entry AS v
            WHERE v.customer_id = s.customer_id AND v.book = 'points' AND v.day = s.day AND v.kind = 'earn'
                AND v.reason = 'visit'
        )
    ) AND
"""


def sales_earn(sales: Sequence[tuple[CheckedSale, int | None]], *, actor: Actor, at: datetime) -> None:
    """What these new sales earn is booked; each with its customer (None: nobody).

    For sales that are no returns and pay from no balance; of an import, for all its sales. One query where there is no
    policy, about six otherwise, whatever the number; more for sales whose return came before them, and under a policy
    that rewards visits or asks for words that the till left out. Inside `writing()`.
    """
    if sales:
        apart = plain_earn(sales, actor=actor, at=at)
        differences_book(apart, actor=actor, at=at, must_cover=True)


def sales_settle(
    uids: Collection[UUID], *, actor: Actor, at: datetime, allowances: Mapping[UUID, str] = NO_ALLOWANCES
) -> None:
    """Points, credit and account are what these sales say as they are stored now; again, nothing changes.

    For what was just stored, voided, brought back or given to somebody: a return is told by its own uid, so that what
    it moves counts for its day. One after the other, in this order; a sale that is gone says nothing. About fifteen
    queries, whatever the number. Inside `writing()`; of a sale that is refused nothing may be kept: roll back to
    before it was stored. `allowances`: of sales made offline, by id, the allowance of their till.
    Raises NotEnoughPoints, NotEnoughCredit, OverLimit, NobodyPays, NotRedeemable, TooFewPoints, RefundTooLarge,
    AllowanceRefused.
    """
    differences_book(list(uids), actor=actor, at=at, must_cover=True, allowances=allowances)


def sales_resettle(uids: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    """As `sales_settle`, for sales that nobody gave to somebody else by hand: what is not covered is owed.

    For profiles that a late sale redraws, and for undoing an import. Raises what is wrong with a sale in itself.
    """
    differences_book(list(uids), actor=actor, at=at, must_cover=False)


def sales_that_move(uids: Collection[UUID]) -> set[UUID]:
    """Those of the sales for which something was booked, or on whose day in a store a visit was.

    A return of any other moves no balance, unless it gives to one. One query, none for no sales.
    """
    return {uuid_read(row[0]) for row in rows_of_uuids(_MOVED, "s.uid", uids)}


def visits_settle(customer_ids: Collection[int], *, actor: Actor, at: datetime) -> None:
    """What the visits of these customers earned stands where a sale of them does: after sales were deleted.

    Inside `writing()`; two queries where no visit was ever rewarded.
    """
    visits = visits_booked(customer_ids)
    if visits:
        customers = sorted({visit.customer for visit in visits})
        customers_hold(customers)
        ledger = Ledger(business_today(at=at), at, actor)
        ledger.read(customers)
        visits_book(visits, policies_now(), {}, ledger)
        ledger.write()
