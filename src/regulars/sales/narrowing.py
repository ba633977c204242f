"""Which customers a list holds: the filter, as conditions on Customer, and the few it leaves where it leaves few."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

from regulars.access.rules import Actor
from regulars.customers.models import Address, Customer, Tag
from regulars.customers.reach import customers_within
from regulars.sales.models import CustomerFacts, Sale, Store
from regulars.sales.reach import sales_within

# Up to so many customers are gathered and sorted; of more, the list walks an index in its order. Gathering 5,000
# takes as long as walking past 10,000 (bench/pages.py), and one of two conditions that hard is met by either.
MOST_GATHERED = 5_000
MOST_COUNTED = 10_000
# The facts that a filter can bound.
RANGES = ("spent", "orders", "last_order", "first_order")


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


class Counted(NamedTuple):
    """How many; where counting stopped early, at least so many."""

    number: int
    is_exact: bool


def customers_narrowed(wanted: CustomerFilter, *, visible_to: Actor) -> QuerySet[Customer]:
    """The customers within reach whom the filter lets through, each once, in no order. Raises Forbidden."""
    rows = Customer.objects.filter(customers_within("customers.see", visible_to), *_tests(wanted))
    place = _place(wanted)
    if place:
        rows = rows.filter(Exists(Address.objects.filter(customer=OuterRef("id"), **place)))
    if wanted.tag is not None:
        rows = rows.filter(Exists(Tag.objects.filter(customer=OuterRef("id"), tag=wanted.tag)))
    if wanted.store is not None:
        sales = Sale.objects.filter(
            sales_within("sales.see", visible_to), customer=OuterRef("id"), kind="sale", status="completed"
        )
        # Who never bought is told by the facts, without a look at the sales.
        rows = rows.filter(GreaterThanOrEqual(_Unhinted(F("facts__orders")), 1))
        rows = rows.filter(Exists(sales.filter(store=Store.objects.filter(name=wanted.store).values("id")[:1])))
    return rows.order_by()


def customers_few(wanted: CustomerFilter) -> list[int] | None:
    """The customers that one part of the filter leaves, where an index knows that they are few; None where not.

    All whom the whole filter lets through are among them. Two queries at most for each part that is given.
    """
    for rows in _by_index(wanted):
        if rows[: MOST_GATHERED + 1].count() <= MOST_GATHERED:
            return list(rows)
    return None


def customers_count(wanted: CustomerFilter, *, at_most: int | None = MOST_COUNTED, visible_to: Actor) -> Counted:
    """How many customers the filter lets through; counting stops beyond `at_most` (None: never). Raises Forbidden."""
    rows = customers_narrowed(wanted, visible_to=visible_to)
    few = customers_few(wanted)
    if few is not None:
        rows = rows.filter(id__among=few)
    if at_most is None:
        return Counted(rows.count(), is_exact=True)
    count = rows[: at_most + 1].count()
    return Counted(min(count, at_most), is_exact=count <= at_most)


def _by_index(wanted: CustomerFilter) -> Iterator[QuerySet[Any, int]]:
    """For each part of the filter that has an index of its own, whom it leaves; the likeliest to leave few first."""
    if wanted.tag is not None:
        yield Tag.objects.filter(tag=wanted.tag).order_by().values_list("customer_id", flat=True)
    place = _place(wanted)
    if place:
        yield Address.objects.filter(**place).order_by().values_list("customer_id", flat=True)
    if wanted.is_active is False:
        yield Customer.objects.filter(is_active=False).order_by().values_list("id", flat=True)
    for column in RANGES:
        part = range_of(wanted, column)
        if part:
            yield CustomerFacts.objects.filter(**part).order_by().values_list("customer_id", flat=True)
    born = _between("birth_date", wanted.born_from, wanted.born_to)
    if born:
        yield Customer.objects.filter(**born).order_by().values_list("id", flat=True)


class _Unhinted(Func):
    """A column as it is. SQLite, which knows nothing of its values, would take any test of it for one that few pass,
    and gather and sort a million customers rather than walk the index that has them in order (sqlite.org/optoverview,
    "unary +")."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


def _tests(wanted: CustomerFilter) -> Iterator[Any]:
    """The tests of the columns of a customer and of their facts."""
    if wanted.is_active is not None:
        yield Q(is_active=wanted.is_active)
    if wanted.gender is not None:
        yield Exact(_Unhinted(F("gender")), wanted.gender)
    ranges = {f"facts__{column}": column for column in RANGES} | {"birth_date": "born"}
    for column, name in ranges.items():
        low, high = getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to")
        if low is not None:
            yield GreaterThanOrEqual(_Unhinted(F(column)), low)
        if high is not None:
            yield LessThanOrEqual(_Unhinted(F(column)), high)


def _place(wanted: CustomerFilter) -> dict[str, str]:
    """What one and the same address must say."""
    told = {"city": wanted.city, "country": wanted.country}
    return {column: value for column, value in told.items() if value is not None}


def range_of(wanted: CustomerFilter, name: str, *, of: str = "") -> dict[str, object]:
    """The bounds of one of RANGES as conditions on the facts, or on what leads to them (`of`)."""
    return _between(f"{of}{name}", getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to"))


def _between(column: str, low: object, high: object) -> dict[str, object]:
    """Both ends are in; a value that is unknown is never within a range."""
    ends = {f"{column}__gte": low, f"{column}__lte": high}
    return {test: value for test, value in ends.items() if value is not None}
