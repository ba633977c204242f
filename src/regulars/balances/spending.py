"""Points spent on something that is no sale: eight tills may do so at once, so in as few statements as there can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import connection

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
from regulars.storage.writing import is_sqlite

_LOOK = """
    SELECT c.is_vouched, b.timezone, b.day_cutoff FROM customers_customer AS c CROSS JOIN sales_business AS b
    WHERE c.id = %s
"""
# On PostgreSQL nobody else moves what the customer holds from here to the end; on SQLite the writer is alone anyway.
_HOLD = f"{_LOOK} FOR NO KEY UPDATE OF c"
# What was booked under the name, and every lot that holds or owes something.
_HELD = """
    SELECT e.amount, 0, '', 0, 0, NULL, NULL, NULL, NULL
    FROM balances_entry AS e WHERE e.source = %s AND e.kind = 'spend'
    UNION ALL
    SELECT l.id, l.customer_id, l.book, l.amount, l.remaining, l.earned_on, l.available_on, l.expires_on, l.sale_uid
    FROM balances_lot AS l WHERE l.customer_id = %s AND l.book = 'points' AND l.remaining <> 0
"""


@contextmanager
def in_few_answers() -> Iterator[None]:
    """Statements within wait for an answer only where it is read: PostgreSQL gets several at once."""
    if is_sqlite():
        yield
        return
    connection.ensure_connection()
    with connection.connection.pipeline():
        yield


class Asked(NamedTuple):
    """So many points of the customer, under a name that is the request's own."""

    customer: int
    points: int
    source: str
    reason: str


def points_spend(asked: Asked, *, right: str, actor: Actor, at: datetime) -> None:
    """The points are spent; once, however often it is asked for. Seven queries. Inside `writing()`.

    Raises Forbidden, CustomerUnknown, NotEnoughPoints, ReferenceTaken.
    """
    actor.require(right)
    if actor.reach(right) is not Reach.ALL and (actor.reach(right) is Reach.SELF or actor.stores is not None):
        customer_require(asked.customer, right=right, actor=actor)
    with connection.cursor() as cursor:
        cursor.execute(_LOOK if is_sqlite() else _HOLD, [asked.customer])
        found = cursor.fetchone()
        if found is None:
            raise CustomerUnknown(name=asked.customer)
        is_vouched, zone, cutoff = found
        today = moment_at(at, timezone=timezone_of(zone), cutoff_minutes=cutoff).day
        cursor.execute(_HELD, [asked.source, asked.customer])
        rows = cursor.fetchall()
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
