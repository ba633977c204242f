"""The list of customers with their facts: filtered, sorted, a page at a time.

A page is found first as ids, then completed: the walk along an index touches nothing it does not show.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from regulars.access.rules import Actor
from regulars.core.errors import Invalid
from regulars.core.money import divided_half_up
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.customers.models import Customer
from regulars.customers.search import search_found
from regulars.sales.models import CustomerFacts
from regulars.sales.narrowing import (
    RANGES,
    CustomerFilter,
    customers_few,
    customers_narrowed,
    is_among,
    key_of,
    range_of,
    rows_narrowed,
)
from regulars.storage.reading import rows_among

MOST_ROWS = 100_000
# Up to so many known customers are gathered and sorted. Of more, a walk along the index past all others finds the first
# sooner (bench/pages.py): a row costs as much as the entries of two hundred in an index.
MOST_GATHERED = 500
# What of a row stands in tables of its own; a list that does not show it need not ask.
PARTS = ("contacts", "places", "tags")


class Sort(NamedTuple):
    """What a list is sorted by: the column, the direction its index has, and how the column says "unknown"."""

    column: str
    table: type[Customer] | type[CustomerFacts] = CustomerFacts
    is_largest_first: bool = True
    is_date: bool = False
    # Who has a value, and who has none.
    known: Q = Q()
    unknown: Q | None = None
    # A name in a link would end up in logs: the cursor holds the id alone, and the value is looked up.
    is_personal: bool = False

    @property
    def tie(self) -> str:
        """What decides between equals: the id, as the column's own index has it."""
        return key_of(self.table)


# What the list can be sorted by. Units, returned and discount have no index: for the command line, not for pages.
SORTS = {
    "id": Sort("id", Customer, is_largest_first=False),
    "name": Sort("name", Customer, is_largest_first=False, known=Q(name__gt=""), unknown=Q(name=""), is_personal=True),
    "joined": Sort("joined", Customer, is_date=True),
    "spent": Sort("spent"),
    "orders": Sort("orders"),
    "visits": Sort("visits"),
    "units": Sort("units_milli"),
    "returned": Sort("returned"),
    "discount": Sort("discount"),
    "first_order": Sort(
        "first_order", is_date=True, known=Q(first_order__isnull=False), unknown=Q(first_order__isnull=True)
    ),
    "last_order": Sort(
        "last_order", is_date=True, known=Q(last_order__isnull=False), unknown=Q(last_order__isnull=True)
    ),
}  # fmt: skip


class UnknownSort(Invalid):
    code = "sales.unknown_sort"
    message = _(
        'The list cannot be sorted by "%(name)s"%(hint)s; use one of: %(known)s, with a - before it for largest first.'
    )


class BadCursor(Invalid):
    code = "sales.bad_cursor"
    message = _("The place in the list that was asked for is no longer there; begin the list again.")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as the list shows one. Money in minor units, units in thousandths; unknown is None or empty."""

    id: int
    code: str
    name: str
    email: str
    phone: str
    spent: int
    orders: int
    visits: int
    last_order: date | None
    first_order: date | None
    average_order: int | None
    units_milli: int
    returned: int
    discount: int
    joined: date
    birth_date: date | None
    gender: str
    city: str
    country: str
    tags: tuple[str, ...]
    is_active: bool


class CustomerPage(NamedTuple):
    """A part of the list; `next_cursor` leads to what follows it, None at the end."""

    rows: Sequence[CustomerRow]
    next_cursor: str | None


class _Place(NamedTuple):
    """A customer in the order of a list."""

    id: int
    value: Any

    @property
    def is_known(self) -> bool:
        return self.value is not None and self.value != ""


def customers_page(
    wanted: CustomerFilter,
    *,
    sort: str = "-spent",
    limit: int = 50,
    cursor: str | None = None,
    parts: Collection[str] = PARTS,
    visible_to: Actor,
) -> CustomerPage:
    """The first `limit` customers the filter lets through, or those after the cursor, in order of `sort`, ties by id.

    Who has no value to sort by comes last. A customer who changes in between may be missed or met twice; others are
    met once. Seven queries at most, and two for each part of the filter, whatever the number.
    Raises Forbidden, UnknownSort, BadCursor.
    """
    order = _order(sort)
    after = None if cursor is None else _after(cursor, sort, order)
    places = _places(wanted, sort, after=after, limit=limit + 1, visible_to=visible_to)
    rows = customer_rows([place.id for place in places[:limit]], parts=parts)
    return CustomerPage(rows, _cursor(sort, order, places[limit - 1]) if len(places) > limit else None)


def customers_list(
    wanted: CustomerFilter,
    *,
    search: str = "",
    sort: str = "-spent",
    limit: int = 50,
    offset: int = 0,
    among: Collection[int] | None = None,
    country: str,
    visible_to: Actor,
) -> list[CustomerRow]:
    """The customers the filter lets through, in order of `sort`, ties by id. Queries as `customers_page`.

    A search narrows the list to its best matches; `among` to these customers. Raises Forbidden, UnknownSort.
    """
    end = limit + offset
    found = None if among is None else list(among)
    if search.strip():
        matching = search_found(search, limit=end if among is None else MOST_ROWS, country=country)
        found = matching if among is None else sorted(set(matching) & set(among))
    places = _places(wanted, sort, after=None, limit=end, among=found, visible_to=visible_to)
    return customer_rows([place.id for place in places[offset:]])


def customers_among(
    ids: Sequence[int], wanted: CustomerFilter, *, parts: Collection[str] = PARTS, visible_to: Actor
) -> list[CustomerRow]:
    """Those of the customers whom the filter lets through, in the order given. Five queries. Raises Forbidden."""
    rows = customers_narrowed(wanted, visible_to=visible_to).filter(id__among=ids)
    let_through = set(rows.values_list("id", flat=True))
    return customer_rows([id_ for id_ in ids if id_ in let_through], parts=parts)


def _places(
    wanted: CustomerFilter, sort: str, *, after: _Place | None, limit: int, among: list[int] | None = None,
    visible_to: Actor,
) -> list[_Place]:  # fmt: skip
    order, is_down = _order(sort), sort.startswith("-")
    few = customers_few(wanted) if among is None else among
    if few is not None and (among is not None or len(few) <= MOST_GATHERED):
        ordered = _gathered(few, order, is_down=is_down, after=after)
        return _let_through(ordered, wanted, limit=limit, visible_to=visible_to)
    rows = rows_narrowed(order.table, wanted, column=order.column, visible_to=visible_to)
    if few is not None:
        rows = rows.filter(is_among(order.tie, few))
    if order.column in RANGES:
        # Bounds of what the list is sorted by are where the walk begins and ends.
        rows = rows.filter(**range_of(wanted, order.column))
    return _walked(rows, order, is_down=is_down, after=after, limit=limit)


def _gathered(few: list[int], order: Sort, *, is_down: bool, after: _Place | None) -> list[_Place]:
    """The places of these customers after the given one, sorted here. One query."""
    rows = order.table._default_manager.filter(**{f"{order.tie}__among": few}).order_by()
    found = [_Place(*row) for row in rows.values_list(order.tie, order.column)]
    known = [place for place in found if place.is_known]
    known.sort(key=lambda place: place.id, reverse=is_down != order.is_largest_first)
    known.sort(key=lambda place: place.value, reverse=is_down)
    places = known + sorted((place for place in found if not place.is_known), key=lambda place: place.id)
    if after is None:
        return places
    return [place for place in places if _is_behind(place, after, is_down=is_down, order=order)]


def _let_through(places: Sequence[_Place], wanted: CustomerFilter, *, limit: int, visible_to: Actor) -> list[_Place]:
    """The first `limit` of the places whom the filter lets through: asked in parts, for a page needs but the first.

    Each part is four times the one before: seven queries for 100,000 places at 51 to a page.
    """
    rows = customers_narrowed(wanted, visible_to=visible_to)
    found: list[_Place] = []
    start, size = 0, 2 * limit
    while start < len(places) and len(found) < limit:
        part = places[start : start + size]
        passed = set(rows.filter(id__among=[place.id for place in part]).values_list("id", flat=True))
        found += [place for place in part if place.id in passed]
        start, size = start + size, 4 * size
    return found[:limit]


def _is_behind(place: _Place, after: _Place, *, is_down: bool, order: Sort) -> bool:
    if not (place.is_known and after.is_known):
        return after.is_known or (not place.is_known and place.id > after.id)
    if place.value != after.value:
        return bool(place.value < after.value) == is_down
    return place.id < after.id if is_down != order.is_largest_first else place.id > after.id


def _walked(rows: QuerySet[Any], order: Sort, *, is_down: bool, after: _Place | None, limit: int) -> list[_Place]:
    """The places after the given one, along the index of the column: at most three stretches, a query each."""
    is_turned = is_down != order.is_largest_first
    found: list[_Place] = []
    for stretch in _stretches(order, is_down=is_down, is_turned=is_turned, after=after):
        part = rows.filter(stretch.condition).order_by(*stretch.order).values_list(order.tie, order.column)
        found += [_Place(*row) for row in part[: limit - len(found)]]
        if len(found) == limit:
            break
    return found


class _Stretch(NamedTuple):
    """A part of an index that is read from its one end to its other."""

    condition: Q
    order: tuple[Any, ...]


def _stretches(order: Sort, *, is_down: bool, is_turned: bool, after: _Place | None) -> Iterator[_Stretch]:
    """What comes after a place: its equals, then what lies beyond, then who has no value."""
    column, tie = order.column, order.tie
    tied = F(tie).desc() if is_turned else F(tie).asc()
    if after is None or after.is_known:
        condition = order.known
        if after is not None:
            beyond, further = "lt" if is_down else "gt", "lt" if is_turned else "gt"
            if column != tie:
                equals = Q(**{column: after.value, f"{tie}__{further}": after.id})
                yield _Stretch(order.known & equals, (tied,))
            condition &= Q(**{f"{column}__{beyond}": after.value})
        ordered = F(column).desc() if is_down else F(column).asc()
        yield _Stretch(condition, (ordered,) if column == tie else (ordered, tied))
    if order.unknown is not None:
        is_begun = after is not None and not after.is_known
        rest = Q(**{f"{tie}__gt": after.id}) if after is not None and is_begun else Q()
        yield _Stretch(order.unknown & rest, (F(tie).asc(),))


def _order(sort: str) -> Sort:
    name = sort.removeprefix("-")
    if name not in SORTS:
        near = nearest(name, SORTS)
        hint = f'; did you mean "{near}"?' if near else ""
        raise UnknownSort(name=name, hint=hint, known=", ".join(SORTS))
    return SORTS[name]


def _cursor(sort: str, order: Sort, place: _Place) -> str:
    value = place.value.isoformat() if isinstance(place.value, date) else place.value
    told = [sort, place.id, None if order.is_personal else value]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def _after(cursor: str, sort: str, order: Sort) -> _Place:
    try:
        told = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        name, id_, value = told
        if name != sort or type(id_) is not int or not 0 <= id_ < 2**63:
            raise BadCursor
        return _Place(id_, _value_read(id_, value, order))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise BadCursor from None


def _value_read(id_: int, value: object, order: Sort) -> Any:
    """The value in the cursor, or of the customer where the cursor may not hold it. Raises BadCursor, ValueError."""
    if order.is_personal:
        held = Customer.objects.filter(id=id_).values_list(order.column, flat=True).first()
        if held is None:
            raise BadCursor
        return held
    if order.is_date:
        return None if value is None else date.fromisoformat(str(value))
    if type(value) is not int or abs(value) >= 2**63:
        raise BadCursor
    return value


# What a row has of its own, in the order of the query; every customer has facts.
_HEAD = (
    "id", "code", "name", "gender", "is_active", "spent", "orders", "visits", "units_milli", "returned", "discount",
    "last_order", "first_order", "joined", "birth_date",
)  # fmt: skip
_DAYS = ("last_order", "first_order", "joined", "birth_date")
_HEADS = """
    SELECT customer.id, code, name, gender, is_active, spent, orders, visits, units_milli, returned, discount,
        last_order, first_order, joined, birth_date
    FROM sales_customerfacts AS facts JOIN customers_customer AS customer ON customer.id = facts.customer_id WHERE
"""
_CONTACTS = "SELECT customer_id, kind, value, id FROM customers_identity WHERE kind <> 'code' AND"
_BILLING = "SELECT customer_id, city, country FROM customers_address WHERE kind = 'billing' AND"
_TAGS = "SELECT customer_id, tag FROM customers_tag WHERE"


def customer_rows(ids: Sequence[int], *, parts: Collection[str] = PARTS) -> list[CustomerRow]:
    """The customers as a list shows them, in the order given; they are within reach.

    One query, and one for each of the `parts`; what is of another part is empty.
    """
    heads = {row[0]: _head(row) for row in rows_among(_HEADS, "customer_id", ids)}
    reach = _first_identities(ids) if "contacts" in parts else {}
    places = {row[0]: row[1:] for row in rows_among(_BILLING, "customer_id", ids)} if "places" in parts else {}
    tags: dict[int, list[str]] = {}
    for customer, tag in rows_among(_TAGS, "customer_id", ids) if "tags" in parts else ():
        tags.setdefault(customer, []).append(tag)
    return [_row(heads[id_], reach, places.get(id_, ("", "")), tags.get(id_, ())) for id_ in ids if id_ in heads]


def _head(row: tuple[Any, ...]) -> dict[str, Any]:
    head = dict(zip(_HEAD, row, strict=True))
    # SQLite has no type for days and none for yes and no.
    days = {name: date.fromisoformat(head[name]) for name in _DAYS if isinstance(head[name], str)}
    return head | days | {"is_active": bool(head["is_active"])}


def _row(
    head: dict[str, Any], reach: dict[tuple[int, str], str], place: Sequence[str], tags: Iterable[str]
) -> CustomerRow:
    orders = head["orders"]
    return CustomerRow(
        **head,
        email=reach.get((head["id"], "email"), ""),
        phone=reach.get((head["id"], "phone"), ""),
        average_order=divided_half_up(head["spent"], orders) if orders else None,
        city=place[0],
        country=place[1],
        tags=tuple(sorted(tags)),
    )


def _first_identities(ids: Collection[int]) -> dict[tuple[int, str], str]:
    rows = sorted(rows_among(_CONTACTS, "customer_id", ids), key=itemgetter(3), reverse=True)
    return {(customer, kind): value for customer, kind, value, _id in rows}
