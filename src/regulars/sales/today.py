"""The business day that is going on: its figures beside those of a week ago, and what was sold last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
class HoursToday:
    """The hours from the first with a sale to the last, today or usually; `days`: of how many the usual is made."""

    hours: tuple[HourToday, ...]
    days: int


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
    """Hour by hour the day so far beside what is usual: the mean of the same weekday in the four weeks before.

    A week in which nothing was sold on that day is none of them. Two queries. Raises Forbidden.
    """
    stores = _stores(visible_to)
    if not stores:
        return HoursToday((), 0)
    days = {store.id: _day_of(store, at) for store in stores}
    told: dict[tuple[int, int], Figures] = {}
    for store, day, hour, net, orders in _rows_by_hour(days):
        key = ((days[store] - day).days // _WEEK.days, hour)
        told[key] = told.get(key, Figures()) + Figures(net or 0, orders)
    weeks = {back for back, _hour in told if back}
    return HoursToday(_hours(told, weeks, start=min(store.day_cutoff for store in stores) // 60), len(weeks))


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


def _rows_by_hour(days: dict[int, date]) -> Iterable[tuple[int, date, int, int | None, int]]:
    """Store, day, hour, net, orders: of today and of the same weekday in the weeks before."""
    of_day: dict[date, list[int]] = {}
    for store, day in days.items():
        of_day.setdefault(day, []).append(store)
    wanted = Q()
    for day, ids in of_day.items():
        wanted |= Q(day__in=[day - _WEEK * back for back in range(USUAL_WEEKS + 1)], store_id__in=ids)
    return (
        Sale.objects.filter(wanted, status="completed")
        .order_by()
        .values_list("store_id", "day", "hour")
        .annotate(net=Sum("net"), orders=Count("id", filter=Q(kind="sale")))
    )  # fmt: skip


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
