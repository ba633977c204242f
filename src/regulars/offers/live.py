"""What is on offer and who asks, read for the engine: each in one query, none where nobody needs it."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from regulars.core.text import marked as _
from regulars.offers.engine.books import PriceBook
from regulars.offers.engine.buyer import Buyer, Given, Membership
from regulars.offers.engine.forms import form_read
from regulars.offers.engine.quote import CodeUnused
from regulars.offers.engine.terms import Offer, OfferTerms
from regulars.offers.rules import code_form
from regulars.storage.reading import rows_among
from regulars.storage.writing import bound_list, in_list

_OFFERS = """
    SELECT id, name, terms, most_uses, used FROM offers_offer
    WHERE state = 'live' AND (last_day IS NULL OR last_day >= %s) ORDER BY id
"""
_BOOKS = f"""
    SELECT b.id, b.name, b.group_id, b.store_id, e.sku, e.price_milli
    FROM offers_pricebookentry AS e JOIN offers_pricebook AS b ON b.id = e.book_id
    WHERE {in_list("e.sku")} AND (b.store_id IS NULL OR b.store_id = %s)
        AND (b.first_day IS NULL OR b.first_day <= %s) AND (b.last_day IS NULL OR b.last_day >= %s)
    ORDER BY b.id
"""
_GROUPS = f"""
    SELECT g.id, g.name, t.name, m.since
    FROM groups_group AS g
    LEFT JOIN groups_tierset AS t ON t.id = g.tier_set_id
    LEFT JOIN groups_membership AS m ON m.group_id = g.id AND m.customer_id = %s
    WHERE {in_list("g.id")}
"""
_TALLIES = "SELECT offer_id, used FROM offers_offertally WHERE customer_id = %s"
_GRANTS = """
    SELECT id, offer_id, since, until FROM offers_grant
    WHERE customer_id = %s AND NOT is_used AND since <= %s AND (until IS NULL OR until >= %s)
    ORDER BY CASE WHEN until IS NULL THEN 1 ELSE 0 END DESC, until DESC, id DESC
"""
_ORDERS = "SELECT orders FROM sales_customerfacts WHERE customer_id = %s"
_COUPONS = """
    SELECT c.code, c.offer_id, c.customer_id, c.most_uses, c.used, c.last_day, o.name, o.state, o.last_day
    FROM offers_coupon AS c JOIN offers_offer AS o ON o.id = c.offer_id WHERE
"""


class Groups(NamedTuple):
    """The groups that offers and books name: how they are told, and which of them the customer is in."""

    names: Mapping[int, str]
    held: Mapping[int, Membership]


class Codes(NamedTuple):
    """The codes that were told: by the offer each gives, and those that give none, with why."""

    offers: Mapping[int, str]
    unused: tuple[CodeUnused, ...]


def offers_live(day: date) -> list[Offer]:
    """The offers that are live and not over on that business day, by number. One query."""
    return [_offer(row) for row in _read(_OFFERS, [day.isoformat()])]


def _offer(row: tuple[Any, ...]) -> Offer:
    id_, name, terms, most_uses, used = row
    return Offer(id_, name, terms_read(terms), None if most_uses is None else most_uses - used)


def terms_read(stored: object) -> OfferTerms:
    """The terms as a column holds them."""
    return _terms_of(stored if isinstance(stored, str) else json.dumps(stored))


@lru_cache(maxsize=2048)
def _terms_of(text: str) -> OfferTerms:
    return form_read(OfferTerms, json.loads(text))


def books_live(skus: Collection[str], *, store: int, day: date) -> list[PriceBook]:
    """The price books that hold on that day in that store, with their prices of these products. One query."""
    if not skus:
        return []
    named = day.isoformat()
    prices: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for *book, sku, price in _read(_BOOKS, [bound_list(sorted(skus)), store, named, named]):
        prices[tuple(book)][sku] = price
    return [PriceBook(id_, name, held, group, of) for (id_, name, group, of), held in prices.items()]


def groups_of(customer: int | None, offers: Sequence[Offer], books: Sequence[PriceBook]) -> Groups:
    """The groups that these name. One query, none where none does."""
    named = {group for each in offers for group in (*each.terms.conditions.groups, *each.terms.conditions.tiers)}
    named |= {book.group for book in books if book.group is not None}
    if not named:
        return Groups({}, {})
    names, held = {}, {}
    for id_, name, tier_set, since in _read(_GROUPS, [customer, bound_list(sorted(named))]):
        membership = Membership(id_, name, _day(since) or date.min, tier_set or "")
        names[id_] = membership.shown
        if since is not None:
            held[id_] = membership
    return Groups(names, held)


def buyer_of(customer: int | None, offers: Sequence[Offer], held: Mapping[int, Membership], *, day: date) -> Buyer:
    """The customer as the offers ask for them. Three queries at most: one for each thing that an offer asks for."""
    if customer is None:
        return Buyer()
    asked = [each.terms for each in offers]
    used = _read(_TALLIES, [customer]) if any(terms.per_customer is not None for terms in asked) else []
    is_first = any(terms.conditions.is_first_order for terms in asked) and _is_first_order(customer)
    grants = any(terms.conditions.needs_grant for terms in asked)
    return Buyer(
        customer=customer,
        memberships=held,
        is_first_order=is_first,
        used=dict(used),
        given=_given(customer, day) if grants else {},
    )


def _is_first_order(customer: int) -> bool:
    return all(orders == 0 for (orders,) in _read(_ORDERS, [customer]))


def _given(customer: int, day: date) -> dict[int, Given]:
    """The gifts that are open, by offer; of several the one that ends first."""
    named = day.isoformat()
    rows = _read(_GRANTS, [customer, named, named])
    return {offer: Given(id_, _day(since) or day, _day(until)) for id_, offer, since, until in rows}


def codes_of(told: Collection[str], customer: int | None, *, day: date) -> Codes:
    """What the codes give this customer on that day. One query, none for no codes."""
    wanted = {code_form(code): code for code in told}
    offers: dict[int, str] = {}
    unused = []
    rows = {row[0]: row[1:] for row in rows_among(_COUPONS, "c.code", set(wanted) - {""})}
    for form, code in wanted.items():
        why = _why_unused(rows.get(form), customer, day)
        if why is not None:
            unused.append(CodeUnused(code, why))
        elif rows[form][0] in offers:
            unused.append(CodeUnused(code, _("another code gives the same offer")))
        else:
            offers[rows[form][0]] = form
    return Codes(offers, tuple(unused))


def _why_unused(row: tuple[Any, ...] | None, customer: int | None, day: date) -> str | None:
    """Why a code gives nothing; None: it gives its offer. Another's code is told no better than one there is not."""
    if row is None or (row[1] is not None and row[1] != customer):
        if customer is None:
            return _("no offer for everyone has this code; where it is a customer's own, attach the customer")
        return _("no offer of this customer has this code")
    most_uses, used, last_day = row[2:5]
    until = _day(last_day)
    if until is not None and until < day:
        return _("it could be used until %s") % until.isoformat()
    if most_uses is not None and used >= most_uses:
        return _("it is used already") if most_uses == 1 else _("it was used %s times, as often as it can be") % used
    return _why_offer_over(*row[5:], day=day)


def _why_offer_over(name: str, state: str, last_day: date | str | None, *, day: date) -> str | None:
    if state != "live":
        return _('"%s" has not begun') % name if state == "draft" else _('"%s" has ended') % name
    until = _day(last_day)
    return _('"%s" ended on %s') % (name, until.isoformat()) if until is not None and until < day else None


def _read(sql: str, bound: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        return list(cursor.fetchall())


def _day(stored: date | str | None) -> date | None:
    """The day of a column; SQLite has no type for it and gives text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
