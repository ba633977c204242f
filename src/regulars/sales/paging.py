"""Sales and products a page at a time, each page found by where the one before it ended."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, Sum

from regulars.access.rules import Actor
from regulars.sales.errors import ProductUnknown
from regulars.sales.listing import BadCursor
from regulars.sales.models import Product, Sale, Store
from regulars.sales.reach import sales_within

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFilter:
    """Which sales a list holds; what is None does not narrow it. Days are business days; both ends are in."""

    store: str | None = None
    day_from: date | None = None
    day_to: date | None = None
    customer: int | None = None
    kind: str | None = None
    status: str | None = None


class SaleRow(NamedTuple):
    """A sale as a list shows one. Total in minor units."""

    id: int
    uid: UUID
    number: str
    sold_at: datetime
    day: date
    store: str
    channel: str
    kind: str
    status: str
    customer_id: int | None
    total: int


class SalePage(NamedTuple):
    """A part of the list; `next_cursor` leads to what follows it, None at the end."""

    rows: Sequence[SaleRow]
    next_cursor: str | None


class ProductRow(NamedTuple):
    """A product as the catalogue has it. Price in minor units, None where there is none; `on_hand_milli` is the stock
    of the stores within reach in thousandths, None where nobody counted."""

    id: int
    sku: str
    name: str
    category: str
    brand: str
    price: int | None
    on_hand_milli: int | None


class ProductPage(NamedTuple):
    """A part of the catalogue; `next_cursor` leads to what follows it, None at the end."""

    rows: Sequence[ProductRow]
    next_cursor: str | None


def sales_page(wanted: SaleFilter, *, limit: int = 50, cursor: str | None = None, visible_to: Actor) -> SalePage:
    """The first `limit` sales within reach that the filter lets through, or those after the cursor.

    The latest business day first, and of a day what was recorded last. Two queries, one more after a cursor.
    Raises Forbidden, BadCursor.
    """
    found = Sale.objects.filter(sales_within("sales.see", visible_to), *_conditions(wanted))
    # A sum, so that no plan walks along the ids, past every sale of other days.
    found = found.annotate(place=F("id") + 0).order_by("-day", "-place")
    ids: list[int] = []
    for stretch in _stretches(cursor):
        # Ids alone: all that is asked for stands in the index.
        ids += found.filter(stretch).values_list("id", flat=True)[: limit + 1 - len(ids)]
        if len(ids) > limit:
            break
    rows = _rows(ids[:limit])
    if len(ids) <= limit:
        return SalePage(rows, None)
    return SalePage(rows, _text([rows[-1].day.isoformat(), rows[-1].id]))


def _stretches(cursor: str | None) -> Iterator[Q]:
    """What comes after the cursor: the rest of its day, then the days before. One condition would sort them all."""
    if cursor is None:
        yield Q()
        return
    day, last = _day_and_id(cursor)
    yield Q(day=day, place__lt=last)
    yield Q(day__lt=day)


def _rows(ids: Sequence[int]) -> list[SaleRow]:
    columns = ["store__name" if name == "store" else name for name in SaleRow._fields]
    rows = {row[0]: SaleRow(*row) for row in Sale.objects.filter(id__among=ids).values_list(*columns)}
    return [rows[id_] for id_ in ids]


def products_page(*, limit: int = 50, cursor: str | None = None, visible_to: Actor) -> ProductPage:
    """The first `limit` products that have a SKU, or those after the cursor, by SKU.

    One query. Raises Forbidden, BadCursor.
    """
    after = Q() if cursor is None else Q(sku__gt=_sku(cursor))
    rows = _products(after, limit=limit + 1, visible_to=visible_to)
    if len(rows) <= limit:
        return ProductPage(rows, None)
    return ProductPage(rows[:limit], _text([rows[limit - 1].sku]))


def product_row(sku: str, *, visible_to: Actor) -> ProductRow:
    """The product of that SKU. One query. Raises Forbidden, ProductUnknown."""
    for row in _products(Q(sku=sku), limit=1, visible_to=visible_to):
        return row
    raise ProductUnknown(sku=sku)


def _products(wanted: Q, *, limit: int, visible_to: Actor) -> list[ProductRow]:
    stores = visible_to.stores_within("catalogue.see")
    counted = Q() if stores is None else Q(stock__store_id__in=stores)
    held = Product.objects.filter(wanted, sku__isnull=False)
    rows = held.annotate(on_hand=Sum("stock__on_hand_milli", filter=counted)).order_by("sku")
    columns = rows.values_list("id", "sku", "name", "category", "brand", "price", "on_hand")
    return [ProductRow(row[0], row[1] or "", *row[2:]) for row in columns[:limit]]


def _conditions(wanted: SaleFilter) -> Iterator[Q]:
    told: dict[str, object] = {
        "day__gte": wanted.day_from,
        "day__lte": wanted.day_to,
        "customer_id": wanted.customer,
        "kind": wanted.kind,
        "status": wanted.status,
    }
    yield Q(**{name: value for name, value in told.items() if value is not None})
    if wanted.store is not None:
        yield Q(store=Store.objects.filter(name=wanted.store).values("id")[:1])


def _text(place: list[str | int]) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(cursor: str) -> list[Any]:
    """The place that a cursor of ours holds. Raises BadCursor."""
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise BadCursor from None
    if not isinstance(place, list):
        raise BadCursor
    return place


def _day_and_id(cursor: str) -> tuple[date, int]:
    match _read(cursor):
        case [str(day), int(last)] if 0 <= last <= _LARGEST_ID:
            try:
                return date.fromisoformat(day), last
            except ValueError:
                raise BadCursor from None
        case _:
            raise BadCursor


def _sku(cursor: str) -> str:
    match _read(cursor):
        case [str(sku)] if "\x00" not in sku and sku.isprintable():
            return sku
        case _:
            raise BadCursor
