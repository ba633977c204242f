"""What stands beside sales: what each moved on balances, and the offers it had."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from regulars.access.rules import Actor
from regulars.storage.reading import uuid_read
from regulars.storage.writing import bound_uuids, in_uuids

_MOVED = """
    SELECT sale_uid, book, kind, SUM(amount), '' FROM balances_entry WHERE
"""
_USED = """
    SELECT u.sale_uid, 'offer', '', u.amount, o.name
    FROM offers_offeruse AS u JOIN offers_offer AS o ON o.id = u.offer_id
    WHERE NOT u.is_released AND
"""


@dataclass(slots=True)
class Beside:
    """What a sale moved, less what its returns took back: points, and minor units. `offers` with what each took off."""

    earned: int = 0
    spent: int = 0
    credit: int = 0
    charged: int = 0
    offers: list[tuple[str, int]] = field(default_factory=list)


def sales_beside(uids: Collection[UUID], *, visible_to: Actor) -> Mapping[UUID, Beside]:
    """What stands beside each of these sales, which the caller has found; nothing for those that moved nothing.

    One query, none for no sales. Nothing for whoever may not see balances.
    """
    if not uids or not visible_to.may("balances.see"):
        return {}
    found: dict[UUID, Beside] = defaultdict(Beside)
    for uid, book, kind, amount, name in _rows(uids):
        _add(found[uuid_read(uid)], book, kind, int(amount), name)
    return found


def _add(beside: Beside, book: str, kind: str, amount: int, offer: str) -> None:
    match book, kind:
        case "offer", _:
            beside.offers.append((offer, amount))
        case "points", "earn" | "earn_back":
            beside.earned += amount
        case "points", "spend" | "spend_back":
            beside.spent -= amount
        case "credit", _:
            beside.credit += amount
        case "account", _:
            beside.charged += amount


def _rows(uids: Collection[UUID]) -> list[tuple[UUID | bytes, str, str, int, str]]:
    bound = bound_uuids(uids)
    moved_sql = f"{_MOVED} {in_uuids('sale_uid')} GROUP BY sale_uid, book, kind"
    used_sql = f"{_USED} {in_uuids('u.sale_uid')}"
    with connection.cursor() as cursor:
        cursor.execute(f"{moved_sql} UNION ALL {used_sql} ORDER BY 5", [bound, bound])
        return list(cursor.fetchall())
