"""Uses of offers: taken within the limits, released by the reversal, whatever the number of tills at once.

Every limit is one guarded statement: it counts up only while there is something left, and the database makes others
wait that bear on the same row. All is taken in the order of offers, so nobody waits in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from regulars.core.text import marked as _
from regulars.offers.engine.quote import Applied, Quote
from regulars.offers.errors import LimitReached, NeedsCustomer
from regulars.offers.live import terms_read
from regulars.offers.models import OfferUse, PriceBookUse
from regulars.offers.rules import code_form
from regulars.storage.reading import rows_among
from regulars.storage.writing import bound_uuids, in_uuids, rows_insert

_LIMITS = "SELECT id, most_uses, terms FROM offers_offer WHERE"
_USE = ("offer_id", "sale_uid", "customer_id", "coupon_id", "grant_id", "amount", "at", "is_released")
_COUNT = "UPDATE offers_offer SET used = used + 1 WHERE id = %s AND used < most_uses"
_COUPON = """
    UPDATE offers_coupon SET used = used + 1 WHERE code = %s AND (most_uses IS NULL OR used < most_uses) RETURNING id
"""
_COUPON_AGAIN = "UPDATE offers_coupon SET used = used + 1 WHERE id = %s AND (most_uses IS NULL OR used < most_uses)"
_WITHOUT_LIMIT = 2**31 - 1
_GRANT = "UPDATE offers_grant SET is_used = %s WHERE id = %s AND is_used <> %s"
_TALLY = """
    INSERT INTO offers_offertally (offer_id, customer_id, used) VALUES (%s, %s, 1)
    ON CONFLICT (customer_id, offer_id) DO UPDATE SET used = offers_offertally.used + 1
    WHERE offers_offertally.used < %s
"""
_RELEASE = "UPDATE offers_offeruse SET is_released = %s WHERE is_released <> %s AND"
_RELEASED = "RETURNING offer_id, customer_id, coupon_id, grant_id"


class _Limit(NamedTuple):
    in_all: int | None
    per_customer: int | None


def quote_uses_take(sale_uid: UUID, customer_id: int | None, quote: Quote, *, at: datetime) -> None:
    """The uses of the quote's offers and books are the sale's; those it has already stay as they are.

    No query where the quote used none. Inside `writing()`. Raises LimitReached, with what was used up meanwhile;
    NeedsCustomer.
    """
    books = sorted({line.price_from.book for line in quote.lines if line.price_from.book is not None})
    if not quote.applied and not books:
        return
    if _is_taken(sale_uid):
        return
    limits = _limits_of({each.offer for each in quote.applied})
    rows = []
    for each in sorted(quote.applied, key=lambda applied: applied.offer):
        _count(each, limits[each.offer], customer_id)
        coupon = _coupon_take(each) if each.code else None
        if each.grant is not None and not _changed(_GRANT, [True, each.grant, True]):
            raise LimitReached(name=each.name, place=_(" by this customer"))
        rows.append((each.offer, sale_uid, customer_id, coupon, each.grant, each.saves, at, False))
    rows_insert(OfferUse, _USE, rows)
    rows_insert(PriceBookUse, ("sale_uid", "book_id"), [(sale_uid, book) for book in books])


def _is_taken(sale_uid: UUID) -> bool:
    uses = OfferUse.objects.filter(sale_uid=sale_uid).order_by().values_list("id")
    return uses.union(PriceBookUse.objects.filter(sale_uid=sale_uid).order_by().values_list("id")).exists()


def _limits_of(offers: Collection[int]) -> Mapping[int, _Limit]:
    rows = rows_among(_LIMITS, "id", offers)
    return {id_: _Limit(most, terms_read(terms).per_customer) for id_, most, terms in rows}


def _count(applied: Applied, limit: _Limit, customer_id: int | None) -> None:
    if limit.in_all is not None and not _changed(_COUNT, [applied.offer]):
        raise LimitReached(name=applied.name, place="")
    if limit.per_customer is not None and customer_id is None:
        raise NeedsCustomer(name=applied.name)
    if limit.per_customer is not None and not _changed(_TALLY, [applied.offer, customer_id, limit.per_customer]):
        raise LimitReached(name=applied.name, place=_(" by this customer"))


def _coupon_take(applied: Applied) -> int:
    taken = _answered(_COUPON, [code_form(applied.code)])
    if not taken:
        raise LimitReached(name=applied.code, place="")
    return int(taken[0][0])


def sale_uses_release(sale_uids: Sequence[UUID]) -> None:
    """These sales use no offer any longer: what was limited can be used again. Inside `writing()`.

    One query where they used none; a second time changes nothing.
    """
    if not sale_uids:
        return
    # Whoever marks a use as released takes it off the counts; of two at once that is the first.
    released = _answered(f"{_RELEASE} {in_uuids('sale_uid')} {_RELEASED}", [True, True, bound_uuids(sale_uids)])
    rows = sorted(released, key=lambda row: [each or 0 for each in row])
    limits = _limits_of({row[0] for row in rows})
    for offer, customer, coupon, grant in rows:
        if limits[offer].in_all is not None:
            _changed("UPDATE offers_offer SET used = used - 1 WHERE id = %s AND used > 0", [offer])
        if customer is not None and limits[offer].per_customer is not None:
            _tally_less(offer, customer)
        if coupon is not None:
            _changed("UPDATE offers_coupon SET used = used - 1 WHERE id = %s AND used > 0", [coupon])
        if grant is not None:
            _changed(_GRANT, [False, grant, False])


def sale_uses_restore(sale_uids: Sequence[UUID]) -> None:
    """These sales use their offers again, as when what was brought back of them was voided; limits refuse nothing.

    A code or a gift that served another sale meanwhile is that sale's. One query where nothing was released; a second
    time changes nothing. Inside `writing()`.
    """
    if not sale_uids:
        return
    sql = f"{_RELEASE} {in_uuids('sale_uid')} {_RELEASED}, id"
    rows = sorted(_answered(sql, [False, False, bound_uuids(sale_uids)]), key=lambda row: [each or 0 for each in row])
    limits = _limits_of({row[0] for row in rows})
    for offer, customer, coupon, grant, use in rows:
        if limits[offer].in_all is not None:
            _changed("UPDATE offers_offer SET used = used + 1 WHERE id = %s", [offer])
        if customer is not None and limits[offer].per_customer is not None:
            _changed(_TALLY, [offer, customer, _WITHOUT_LIMIT])
        if coupon is not None and not _changed(_COUPON_AGAIN, [coupon]):
            OfferUse.objects.filter(id=use).update(coupon_id=None)
        if grant is not None and not _changed(_GRANT, [True, grant, True]):
            OfferUse.objects.filter(id=use).update(grant_id=None)


def sale_uses_reassign(sale_uid: UUID, customer_id: int | None) -> None:
    """The uses of the sale are this customer's, whose limits they count towards; nothing is refused by them.

    One query where the sale used none. Inside `writing()`.
    """
    uses = OfferUse.objects.filter(sale_uid=sale_uid, is_released=False).exclude(Q(("customer_id", customer_id)))
    rows = list(uses.select_for_update().order_by("offer_id").values_list("id", "offer_id", "customer_id"))
    limits = _limits_of({offer for _id, offer, _customer in rows})
    for id_, offer, customer in rows:
        if limits[offer].per_customer is not None:
            if customer is not None:
                _tally_less(offer, customer)
            if customer_id is not None:
                _changed(_TALLY, [offer, customer_id, _WITHOUT_LIMIT])
        OfferUse.objects.filter(id=id_).update(customer_id=customer_id)


def _tally_less(offer: int, customer: int) -> None:
    _changed(
        "UPDATE offers_offertally SET used = used - 1 WHERE offer_id = %s AND customer_id = %s AND used > 0",
        [offer, customer],
    )


def _answered(sql: str, bound: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows the statement gives back."""
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        return list(cursor.fetchall())


def _changed(sql: str, bound: Sequence[Any]) -> bool:
    """Whether the statement changed a row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        return bool(cursor.rowcount)
