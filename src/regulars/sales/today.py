"""The business day that is going on: its figures beside those of earlier days, and what was sold last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum

from regulars.access.rules import Actor
from regulars.core.days import moment_at, timezone_of
from regulars.core.money import divided_half_up
from regulars.sales.models import CustomerFacts, Sale, Store
from regulars.sales.reach import sales_within

_WEEK = timedelta(days=7)
# As many of the same weekday say what is usual.
USUAL_WEEKS = 4
# Among so many that were recorded last are those that were made last. Not many: for who sees one store of a thousand,
# each is found past the sales of all others.
_RECORDED_LAST = 50
_HOURS = 24
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
class HourToday:
    """An hour of the stores' clocks: what was sold in it today, and on an average of the usual days. Minor units."""

    hour: int
    net: int
    orders: int
    usual_net: int
    usual_orders: float


@dataclass(frozen=True, slots=True)
class Usual:
    """What is sold by this time on an average of the usual days; shares and orders' averages are of all of them."""

    net: int
    orders: float
    known_share: float | None
    average_order: int | None


@dataclass(frozen=True, slots=True)
class HoursToday:
    """The hours from the first with a sale to the last, today or usually; `days`: of how many the usual is made.

    `usual`: those days up to the time it is now; None without such a day.
    """

    hours: tuple[HourToday, ...]
    days: int
    usual: Usual | None = None


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


def hours_today(*, at: datetime, visible_to: Actor) -> HoursToday:
    """Hour by hour the day so far beside what is usual: the mean of the same weekday in the four weeks before,
    hour by hour and up to the same time.

    A week in which nothing was sold on that day is none of them. Two queries. Raises Forbidden.
    """
    stores = _stores(visible_to)
    if not stores:
        return HoursToday((), 0)
    days = {store.id: _day_of(store, at) for store in stores}
    told: dict[tuple[int, int], Figures] = {}
    by_now = Figures()
    for store, day, hour, net, orders, *so_far in _rows_by_hour(days, at=at):
        key = ((days[store] - day).days // _WEEK.days, hour)
        told[key] = told.get(key, Figures()) + Figures(net or 0, orders)
        by_now += Figures(so_far[0] or 0, *so_far[1:])
    weeks = {back for back, _hour in told if back}
    hours = _hours(told, weeks, start=min(store.day_cutoff for store in stores) // 60)
    return HoursToday(hours, len(weeks), _usual(by_now, len(weeks)) if weeks else None)


def customers_new_today(*, at: datetime, visible_to: Actor) -> int:
    """How many bought for the first time ever today, in a store within reach. Two queries. Raises Forbidden."""
    stores = _stores(visible_to)
    if not stores:
        return 0
    days = {_day_of(store, at) for store in stores}
    rows = CustomerFacts.objects.filter(first_order__in=days)
    if visible_to.stores_within("reports.see") is not None:
        ids = [store.id for store in stores]
        here = Sale.objects.filter(customer_id=OuterRef("customer_id"), day__in=days, store_id__in=ids)
        rows = rows.filter(Exists(here))
    return rows.count()


def sales_newest(*, limit: int, visible_to: Actor) -> Sequence[NewestSale]:
    """Of the sales within reach that were recorded last those that were made last, the newest first.

    A sale that comes late stands where it belongs. One query. Raises Forbidden.
    """
    # In the order of recording, which needs no index of its own: one by moment would cost every sale that is stored.
    recorded = Sale.objects.filter(sales_within("sales.see", visible_to)).order_by("-id").values("id")
    rows = Sale.objects.filter(id__in=recorded[:_RECORDED_LAST]).order_by("-sold_at", "-id")
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


def _rows_by_hour(days: dict[int, date], *, at: datetime) -> Iterable[tuple[Any, ...]]:
    """Store, day, hour, net, orders: of today and of the same weekday in the weeks before.

    Then net, orders and known of the weeks before alone, up to the same time.
    """
    of_day: dict[date, list[int]] = {}
    for store, day in days.items():
        of_day.setdefault(day, []).append(store)
    wanted, by_now = Q(), Q()
    for day, ids in of_day.items():
        wanted |= Q(day__in=[day - _WEEK * back for back in range(USUAL_WEEKS + 1)], store_id__in=ids)
        for back in range(1, USUAL_WEEKS + 1):
            by_now |= Q(day=day - _WEEK * back, store_id__in=ids, sold_at__lte=at - _WEEK * back)
    is_order = Q(kind="sale")
    return (
        Sale.objects.filter(wanted, status="completed")
        .order_by()
        .values_list("store_id", "day", "hour")
        .annotate(
            sold=Sum("net"), orders=Count("id", filter=is_order), sold_by_now=Sum("net", filter=by_now),
            orders_by_now=Count("id", filter=is_order & by_now),
            known_by_now=Count("customer", filter=is_order & by_now),
        )
    )  # fmt: skip


def _usual(sums: Figures, days: int) -> Usual:
    return Usual(divided_half_up(sums.net, days), sums.orders / days, sums.known_share, sums.average_order)


def _hours(told: dict[tuple[int, int], Figures], weeks: set[int], *, start: int) -> tuple[HourToday, ...]:
    """In the order of the business day, which begins at `start`; hours without a sale between others are zeros."""
    places = [(hour - start) % _HOURS for _back, hour in told]
    if not places:
        return ()
    hours = [(place + start) % _HOURS for place in range(min(places), max(places) + 1)]
    return tuple(_hour(told, weeks, hour) for hour in hours)


def _hour(told: dict[tuple[int, int], Figures], weeks: set[int], hour: int) -> HourToday:
    now = told.get((0, hour), Figures())
    usual = sum((told.get((back, hour), Figures()) for back in weeks), Figures())
    count = max(len(weeks), 1)
    return HourToday(hour, now.net, now.orders, divided_half_up(usual.net, count), usual.orders / count)
