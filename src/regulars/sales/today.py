"""The business day that is going on: its figures beside those of a week ago, and what was sold last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum

from regulars.access.rules import Actor
from regulars.core.days import moment_at, timezone_of
from regulars.core.money import divided_half_up
from regulars.sales.models import Sale, Store
from regulars.sales.reach import sales_within

_WEEK = timedelta(days=7)
_Row = tuple[int, date, int | None, int, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was sold. Net in minor units, returns off; orders are sales that are no returns; `known` of them have a
    customer."""

    net: int = 0
    orders: int = 0
    known: int = 0

    @property
    def known_share(self) -> float | None:
        """Of the orders, how many have a customer, 0 to 1; None without orders."""
        return self.known / self.orders if self.orders else None

    @property
    def average_order(self) -> int | None:
        """Net per order in minor units; None without orders."""
        return divided_half_up(self.net, self.orders) if self.orders else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.net + other.net, self.orders + other.orders, self.known + other.known)


@dataclass(frozen=True, slots=True)
class StoreToday:
    """One store's day so far, and what it had a week ago by this time."""

    name: str
    now: Figures
    week_ago: Figures


@dataclass(frozen=True, slots=True)
class Today:
    """The day so far over the stores within reach, and each of them, by name."""

    now: Figures
    week_ago: Figures
    stores: tuple[StoreToday, ...]


@dataclass(frozen=True, slots=True)
class NewestSale:
    """A sale as a list of the newest shows it. Total in minor units; names are empty where there is none."""

    uid: UUID
    number: str
    sold_at: datetime
    store: str
    kind: str
    status: str
    customer_id: int | None
    customer: str
    total: int


def today_figures(*, at: datetime, visible_to: Actor) -> Today:
    """The figures of each store's own business day, up to now and, a week ago, up to the same time.

    Two queries, whatever the number of stores and sales. Raises Forbidden.
    """
    stores = _stores(visible_to)
    days = {store.id: _day_of(store, at) for store in stores}
    rows = list(_rows(days, at=at)) if stores else []
    found = {(store, day): Figures(net or 0, orders, known) for store, day, net, orders, known in rows}
    shown = tuple(
        StoreToday(
            store.name,
            found.get((store.id, days[store.id]), Figures()),
            found.get((store.id, days[store.id] - _WEEK), Figures()),
        )
        for store in stores
    )
    return Today(
        sum((store.now for store in shown), Figures()), sum((store.week_ago for store in shown), Figures()), shown
    )


def sales_newest(*, limit: int, visible_to: Actor) -> Sequence[NewestSale]:
    """The sales within reach that were recorded last, the newest first. One query. Raises Forbidden."""
    rows = Sale.objects.filter(sales_within("sales.see", visible_to)).order_by("-id")
    columns = rows.values_list(
        "uid", "number", "sold_at", "store__name", "kind", "status", "customer_id", "customer__name", "total"
    )
    return [NewestSale(*row[:7], row[7] or "", row[8]) for row in columns[:limit]]


def _stores(visible_to: Actor) -> Sequence[Store]:
    own = visible_to.stores_within("reports.see")
    rows = Store.objects.filter(is_active=True)
    return list(rows if own is None else rows.filter(id__in=own))


def _day_of(store: Store, at: datetime) -> date:
    return moment_at(at, timezone=timezone_of(store.timezone), cutoff_minutes=store.day_cutoff).day


def _rows(days: dict[int, date], *, at: datetime) -> Iterable[_Row]:
    """Store, day, net, orders, known. Stores on one day are asked for together."""
    of_day: dict[date, list[int]] = {}
    for store, day in days.items():
        of_day.setdefault(day, []).append(store)
    wanted = Q()
    for day, ids in of_day.items():
        wanted |= Q(day=day, store_id__in=ids)
        wanted |= Q(day=day - _WEEK, store_id__in=ids, sold_at__lte=at - _WEEK)
    is_order = Q(kind="sale")
    return (
        Sale.objects.filter(wanted, status="completed")
        .order_by()
        .values_list("store_id", "day")
        .annotate(
            net=Sum("net"), orders=Count("id", filter=is_order), known=Count("customer", filter=is_order),
        )
    )  # fmt: skip
