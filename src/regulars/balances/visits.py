"""Points for visits: once for each day in a store, however many sales there were, as long as one of them stands.

What they hang on is no sale but the visit, which has an id of its own, made of customer, store and day.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db import connection

from regulars.balances.booked import Booked, booked_of, expired_of, lots_of
from regulars.balances.granting import lot_earned
from regulars.balances.holding import Cause, Ledger, day_read
from regulars.balances.inforce import Policies, Version
from regulars.balances.lots import Held
from regulars.balances.rules import POINTS, visit_points
from regulars.storage.reading import rows_among
from regulars.storage.writing import bound_list, in_list

# The reason of an entry for a visit.
OF_A_VISIT = "visit"
_SPACE = UUID("5f0a4d3c-58d1-4b0e-9b7f-3f0f9d0c6a55")
# What is left of each sale of these days after its returns, in thousandths of units; gift cards are none.
_STANDING = """
    SELECT s.customer_id, s.store_id, s.day, s.units_milli + COALESCE(
        (SELECT SUM(r.units_milli) FROM sales_sale AS r WHERE r.original_uid = s.uid AND r.status = 'completed'), 0)
    FROM sales_sale AS s
    WHERE s.kind = 'sale' AND s.status = 'completed' AND s.day >= %s AND s.day <= %s AND
"""
_BOOKED = f"SELECT lot_id FROM balances_entry WHERE book = 'points' AND kind = 'earn' AND reason = '{OF_A_VISIT}' AND"


class Visit(NamedTuple):
    """A customer was in a store on a day."""

    customer: int
    store_id: int
    store: str
    day: date

    @property
    def uid(self) -> UUID:
        return uuid5(_SPACE, f"{self.customer}/{self.store_id}/{self.day.isoformat()}")


def visits_book(
    visits: Mapping[Visit, bool], policies: Policies, tiers: Mapping[int, frozenset[int]], ledger: Ledger
) -> None:
    """Each visit has earned what it earns if a sale of it stands, and nothing otherwise.

    Beside each: whether it may begin to earn; otherwise it only loses or regains what it earned. Four queries; none
    where no policy ever rewarded visits. The lots of the customers who owe are at hand in `ledger`.
    """
    if not visits or not any(version.rewards_visits for version in policies.versions):
        return
    standing = _standing(visits)
    booked = booked_of({visit.uid for visit in visits})
    touched = lots_of(list(booked.values()))
    ledger.lots_add(touched)
    expired = expired_of([lot.id for lot in touched if lot.id is not None])
    for visit, may_begin in sorted(visits.items()):
        so_far = booked.get(visit.uid) or Booked()
        stands = (visit.customer, visit.store_id, visit.day) in standing
        if so_far.customers:
            _follow(visit, so_far, ledger, expired, stands=stands)
        elif may_begin and stands:
            _begin(visit, policies, tiers, ledger)


def _standing(visits: Collection[Visit]) -> set[tuple[int, int, date]]:
    """The visits, as customer, store and day, of which something is left. One query."""
    days = [visit.day for visit in visits]
    bounds: list[Any] = [min(days).isoformat(), max(days).isoformat()]
    with connection.cursor() as cursor:
        customers = bound_list(sorted({visit.customer for visit in visits}))
        cursor.execute(f"{_STANDING} {in_list('s.customer_id')}", [*bounds, customers])
        return {(customer, store, day_read(day)) for customer, store, day, left in cursor.fetchall() if left > 0}


def visit_would_earn(visit: Visit, version: Version, tiers: Collection[int]) -> int:
    """What one more sale would earn the customer for the visit; nothing where one stands. One query at most."""
    points = visit_points(version.terms, version.occasion(visit.store, visit.day, tiers))
    stands = bool(points) and (visit.customer, visit.store_id, visit.day) in _standing([visit])
    return 0 if stands else points


def _follow(visit: Visit, so_far: Booked, ledger: Ledger, expired: Mapping[int, int], *, stands: bool) -> None:
    cause = Cause(f"{visit.uid}/{so_far.sources}", ledger.today, visit.uid, OF_A_VISIT)
    for lot_id, net in so_far.of_lots("earn", visit.customer, POINTS).items():
        lot = ledger.lot(lot_id)
        if stands and net < lot.amount:
            ledger.add(lot, "earn", lot.amount - net, cause)
        if not stands and net > 0:
            ledger.take_back(lot, "earn_back", net, expired=expired.get(lot_id, 0), cause=cause)
    ledger.even_out(visit.customer, POINTS, cause)


def _begin(visit: Visit, policies: Policies, tiers: Mapping[int, frozenset[int]], ledger: Ledger) -> None:
    version = policies.on(visit.day)
    if version is None:
        return
    occasion = version.occasion(visit.store, visit.day, tiers.get(visit.customer, frozenset()))
    points = visit_points(version.terms, occasion)
    if points:
        cause = Cause(f"{visit.uid}/0", visit.day, visit.uid, OF_A_VISIT)
        lot: Held = lot_earned(visit.customer, points, version.terms, day=visit.day, sale_uid=visit.uid)
        lot.terms = {"by": "visit", "policy": version.id, "store": visit.store_id, "day": visit.day.isoformat()}
        ledger.bring(lot, "earn", cause)
        ledger.even_out(visit.customer, POINTS, cause)


def visits_of(told: Sequence[tuple[int | None, int, str, date, bool]]) -> dict[Visit, bool]:
    """The visits of sales, told as customer, store, its name, day, and whether they may begin to earn."""
    found: dict[Visit, bool] = defaultdict(bool)
    for customer, store_id, store, day, may_begin in told:
        if customer is not None:
            found[Visit(customer, store_id, store, day)] |= may_begin
    return dict(found)


def visits_booked(customer_ids: Collection[int]) -> dict[Visit, bool]:
    """All visits that were booked for these customers; none may begin to earn. Two queries, none for nobody."""
    lots = {row[0] for row in rows_among(_BOOKED, "customer_id", customer_ids)}
    found = {}
    for customer, text in rows_among("SELECT customer_id, terms FROM balances_lot WHERE", "id", lots):
        terms = json.loads(text)
        found[Visit(customer, terms["store"], "", date.fromisoformat(terms["day"]))] = False
    return found
