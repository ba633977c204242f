"""What a customer holds and owes, in one query: for a page that shows much else."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from regulars.access.rules import Actor
from regulars.balances.holding import day_read
from regulars.balances.policies import policy_of_form
from regulars.balances.rules import points_worth

# One statement: each row says what it is. The latest policy that has started is in force.
_HELD = """
    SELECT 'lot', book, remaining, available_on, expires_on, '' FROM balances_lot
    WHERE customer_id = %s AND NOT (remaining = 0)
    UNION ALL SELECT 'owed', book, amount, NULL, NULL, '' FROM balances_balance
    WHERE customer_id = %s AND book = 'account'
    UNION ALL SELECT CASE WHEN customer_id IS NULL THEN 'limit of all' ELSE 'limit' END, '', amount, NULL, NULL, ''
    FROM balances_accountlimit WHERE customer_id IS NULL OR customer_id = %s
    UNION ALL SELECT 'policy', '', id, starts_on, NULL, CAST(terms AS TEXT) FROM balances_policy WHERE starts_on <= %s
"""


class Glance(NamedTuple):
    """What a customer holds today. Points and minor units; `next_expiry` with how many points; `has_policy`: whether
    points mean anything here."""

    has_policy: bool
    points: int
    pending: int
    worth: int
    next_expiry: date | None
    expiring: int
    credit: int
    account: int
    limit: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell of: no points here, and neither credit nor account."""
        return not (self.has_policy or self.points or self.pending or self.credit or self.account or self.limit)


def balances_glanced(customer_id: int, *, today: date, visible_to: Actor) -> Glance:
    """What the customer, whom the caller has found, holds and owes. One query. Raises Forbidden."""
    visible_to.require("balances.see")
    rows = _rows(customer_id, today)
    lots = [
        _Lot(row[1], row[2], day_read(row[3]), day_read(row[4]) if row[4] else None) for row in rows if row[0] == "lot"
    ]
    policies = sorted((day_read(row[3]), row[2], row[5]) for row in rows if row[0] == "policy")
    numbers = {row[0]: row[2] for row in rows}
    points = _open([lot for lot in lots if lot.book == "points"], today)
    soonest = min((lot.expires_on for lot in lots if lot.expires_on and lot.is_expiring(today)), default=None)
    value = policy_of_form(json.loads(policies[-1][2])).point_value_milli if policies else 0
    return Glance(
        has_policy=bool(policies),
        points=points,
        pending=sum(lot.remaining for lot in lots if lot.book == "points" and lot.available_on > today),
        worth=points_worth(max(0, points), value),
        next_expiry=soonest,
        expiring=sum(lot.remaining for lot in lots if lot.is_expiring(today) and lot.expires_on == soonest),
        credit=_open([lot for lot in lots if lot.book == "credit"], today),
        account=numbers.get("owed", 0),
        limit=numbers.get("limit", numbers.get("limit of all", 0)),
    )


class _Lot(NamedTuple):
    book: str
    remaining: int
    available_on: date
    expires_on: date | None

    def is_expiring(self, today: date) -> bool:
        return self.book == "points" and self.remaining > 0 and self.expires_on is not None and self.expires_on >= today


def _open(lots: Sequence[_Lot], today: date) -> int:
    """What can be spent today; below zero what is owed."""
    return sum(lot.remaining for lot in lots if lot.remaining < 0 or _is_open(lot, today))


def _is_open(lot: _Lot, today: date) -> bool:
    return lot.available_on <= today and (lot.expires_on is None or lot.expires_on >= today)


def _rows(customer_id: int, today: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [customer_id, customer_id, customer_id, today.isoformat()])
        return list(cursor.fetchall())
