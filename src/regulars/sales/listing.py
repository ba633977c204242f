"""The list of customers with their facts: filtered, sorted, searched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from regulars.access.rules import Actor
from regulars.core.errors import Invalid
from regulars.core.money import divided_half_up
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.customers.models import Address, Customer, Identity, Tag
from regulars.customers.reach import customers_within
from regulars.customers.search import search_found
from regulars.sales.models import Sale

# What the list can be sorted by, and the column that sorts it.
SORTS = {
    "id": "id",
    "name": "name",
    "joined": "joined",
    "spent": "facts__spent",
    "orders": "facts__orders",
    "visits": "facts__visits",
    "units": "facts__units_milli",
    "returned": "facts__returned",
    "discount": "facts__discount",
    "first_order": "facts__first_order",
    "last_order": "facts__last_order",
}
MOST_ROWS = 100_000


class UnknownSort(Invalid):
    code = "sales.unknown_sort"
    message = _(
        'The list cannot be sorted by "%(name)s"%(hint)s; use one of: %(known)s, with a - before it for largest first.'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Which customers a list holds; what is None does not narrow it. Money in minor units; both ends are in."""

    spent_from: int | None = None
    spent_to: int | None = None
    orders_from: int | None = None
    orders_to: int | None = None
    first_order_from: date | None = None
    first_order_to: date | None = None
    last_order_from: date | None = None
    last_order_to: date | None = None
    born_from: date | None = None
    born_to: date | None = None
    gender: str | None = None
    city: str | None = None
    country: str | None = None
    tag: str | None = None
    store: str | None = None
    is_active: bool | None = True


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


def customers_list(
    wanted: CustomerFilter,
    *,
    search: str = "",
    sort: str = "-spent",
    limit: int = 50,
    offset: int = 0,
    country: str,
    visible_to: Actor,
) -> list[CustomerRow]:
    """The customers the filter lets through, in order of `sort`, ties by id. Five queries at most, whatever the number.

    A search narrows the list to its best matches. Raises Forbidden, UnknownSort.
    """
    rows = _filtered(wanted).filter(customers_within("customers.see", visible_to))
    if search.strip():
        rows = rows.filter(id__among=search_found(search, limit=limit + offset, country=country))
    rows = rows.order_by(*_order(sort))
    columns = [field.name for field in fields(CustomerRow)]
    picked = [name for name in columns if name in _COLUMNS]
    page = list(rows.values_list(*(_COLUMNS[name] for name in picked))[offset : offset + limit])
    heads = [dict(zip(picked, row, strict=True)) for row in page]
    return _completed(heads)


_COLUMNS = {
    "id": "id",
    "code": "code",
    "name": "name",
    "spent": "facts__spent",
    "orders": "facts__orders",
    "visits": "facts__visits",
    "last_order": "facts__last_order",
    "first_order": "facts__first_order",
    "units_milli": "facts__units_milli",
    "returned": "facts__returned",
    "discount": "facts__discount",
    "joined": "joined",
    "birth_date": "birth_date",
    "gender": "gender",
}


def _filtered(wanted: CustomerFilter) -> QuerySet[Customer]:
    rows = Customer.objects.all()
    ranges = {
        "facts__spent": (wanted.spent_from, wanted.spent_to),
        "facts__orders": (wanted.orders_from, wanted.orders_to),
        "facts__first_order": (wanted.first_order_from, wanted.first_order_to),
        "facts__last_order": (wanted.last_order_from, wanted.last_order_to),
        "birth_date": (wanted.born_from, wanted.born_to),
    }
    for column, (low, high) in ranges.items():
        if low is not None:
            rows = rows.filter(**{f"{column}__gte": low})
        if high is not None:
            rows = rows.filter(_at_most(column, high))
    exact = {
        "gender": wanted.gender,
        "is_active": wanted.is_active,
        "addresses__city": wanted.city,
        "addresses__country": wanted.country,
        "tags__tag": wanted.tag,
    }
    rows = rows.filter(**{column: value for column, value in exact.items() if value is not None})
    if wanted.store is not None:
        rows = rows.filter(
            id__in=Sale.objects.filter(store__name=wanted.store, status="completed").values("customer_id")
        )
    return rows.distinct() if wanted.city or wanted.country else rows


def _at_most(column: str, high: object) -> Q:
    """A customer without sales has spent 0 and made 0 orders; a date that is unknown is never within a range."""
    fits = Q(**{f"{column}__lte": high})
    if column in ("facts__spent", "facts__orders") and isinstance(high, int) and high >= 0:
        return fits | Q(facts=None)
    return fits


def _order(sort: str) -> tuple[Any, ...]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        near = nearest(name, SORTS)
        hint = f'; did you mean "{near}"?' if near else ""
        raise UnknownSort(name=name, hint=hint, known=", ".join(SORTS))
    column = F(SORTS[name])
    ordered = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return (ordered, "id")


def _completed(heads: Sequence[dict[str, Any]]) -> list[CustomerRow]:
    """The rows with what stands in other tables: the first phone and e-mail, the billing address, the tags."""
    ids = [head["id"] for head in heads]
    reach = _first_identities(ids)
    places = {row[0]: row[1:] for row in _billing(ids)}
    tags: dict[int, list[str]] = {}
    for customer, tag in Tag.objects.filter(customer_id__among=ids).order_by("tag").values_list("customer_id", "tag"):
        tags.setdefault(customer, []).append(tag)
    return [_row(head, reach, places.get(head["id"], ("", "")), tuple(tags.get(head["id"], ()))) for head in heads]


def _row(
    head: dict[str, Any], reach: dict[tuple[int, str], str], place: tuple[str, ...], tags: tuple[str, ...]
) -> CustomerRow:
    counted = {name: head[name] or 0 for name in ("spent", "orders", "visits", "units_milli", "returned", "discount")}
    orders = counted["orders"]
    return CustomerRow(
        **(head | counted),
        email=reach.get((head["id"], "email"), ""),
        phone=reach.get((head["id"], "phone"), ""),
        average_order=divided_half_up(counted["spent"], orders) if orders else None,
        city=place[0],
        country=place[1],
        tags=tags,
    )


def _first_identities(ids: Collection[int]) -> dict[tuple[int, str], str]:
    rows = Identity.objects.filter(customer_id__among=ids).exclude(kind="code").order_by("-id")
    return {(customer, kind): value for customer, kind, value in rows.values_list("customer_id", "kind", "value")}


def _billing(ids: Collection[int]) -> QuerySet[Address, tuple[int, str, str]]:
    rows = Address.objects.filter(customer_id__among=ids, kind="billing")
    return rows.values_list("customer_id", "city", "country")
