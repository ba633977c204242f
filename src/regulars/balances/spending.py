"""Points spent on something that is no sale: eight tills may do so at once, so in as few statements as there can be."""

from datetime import datetime
from typing import Any, NamedTuple

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.balances.errors import NotEnoughPoints, ReferenceTaken
from regulars.balances.holding import Cause, Ledger, held_read
from regulars.balances.rules import POINTS
from regulars.core.days import moment_at, timezone_of
from regulars.customers.errors import CustomerUnknown
from regulars.customers.following import customers_touched
from regulars.customers.reach import customer_require
from regulars.customers.services import customers_vouch
from regulars.storage.preparing import prepared
from regulars.storage.writing import is_sqlite

_LOOK = """
    SELECT c.is_vouched, b.timezone, b.day_cutoff FROM customers_customer AS c CROSS JOIN sales_business AS b
    WHERE c.id = %s
"""
# What was booked under the name, and every lot that holds or owes something.
_HELD = """
    SELECT e.amount, 0, '', 0, 0, NULL, NULL, NULL, NULL
    FROM balances_entry AS e WHERE e.source = %s AND e.sale_uid IS NULL AND e.kind = 'spend'
    UNION ALL
    SELECT l.id, l.customer_id, l.book, l.amount, l.remaining, l.earned_on, l.available_on, l.expires_on, l.sale_uid
    FROM balances_lot AS l WHERE l.customer_id = %s AND l.book = 'points' AND NOT (l.remaining = 0)
"""
_HOLD = f"{_LOOK} FOR NO KEY UPDATE OF c"


class Asked(NamedTuple):
    """So many points of the customer, under a name that is the request's own."""

    customer: int
    points: int
    source: str
    reason: str


def points_spend(asked: Asked, *, right: str, actor: Actor, at: datetime) -> None:
    """The points are spent; once, however often it is asked for. Six queries. Inside `writing()`.

    Raises Forbidden, CustomerUnknown, NotEnoughPoints, ReferenceTaken.
    """
    actor.require(right)
    if actor.reach(right) is not Reach.ALL and (actor.reach(right) is Reach.SELF or actor.stores is not None):
        customer_require(asked.customer, right=right, actor=actor)
    found, rows = _looked(asked)
    if found is None:
        raise CustomerUnknown(name=asked.customer)
    is_vouched, zone, cutoff = found
    today = moment_at(at, timezone=timezone_of(zone), cutoff_minutes=cutoff).day
    booked = -sum(amount for amount, customer, *_rest in rows if not customer)
    if booked not in {0, asked.points}:
        raise ReferenceTaken(reference=asked.source.split("/", 2)[2], amount=booked)
    if booked:
        return
    ledger = Ledger(today, at, actor)
    ledger.lots_add(map(held_read, rows))
    held = ledger.spendable(asked.customer, POINTS, on=today)
    if held < asked.points:
        raise NotEnoughPoints(customer=asked.customer, balance=held, asked=asked.points)
    ledger.spend(asked.customer, POINTS, asked.points, Cause(asked.source, today, None, asked.reason))
    ledger.write()
    if not is_vouched:
        # Who has a balance by hand stays who they are, whatever late sales say.
        customers_vouch([asked.customer])
    customers_touched([asked.customer], reason="balance", at=at)


def _looked(asked: Asked) -> tuple[tuple[Any, ...] | None, list[tuple[Any, ...]]]:
    """The customer and the business, and what was booked and is held; on PostgreSQL, nobody else moves it from here.

    The second statement sees what whoever held the customer before has left.
    """
    with prepared() as cursor:
        cursor.execute(_LOOK if is_sqlite() else _HOLD, [asked.customer])
        found = cursor.fetchone()
        cursor.execute(_HELD, [asked.source, asked.customer])
        return found, cursor.fetchall()
