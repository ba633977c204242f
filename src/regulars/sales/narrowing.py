"""Which customers a list holds: the filter, as conditions on Customer, and the few it leaves where it leaves few."""

from collections.abc import Iterator, Sequence
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
from regulars.storage.lookups import Among

# So many customers at most are worth knowing by their ids: a list gathers and sorts them, or walks an index past all
# others (bench/pages.py).
MOST_FEW = 10_000
MOST_COUNTED = 10_000
# The facts that a filter can bound.
RANGES = ("spent", "orders", "last_order", "first_order")
# The facts whose index also holds how many orders there were: that is known before a row is looked up.
_WITH_ORDERS = ("spent", "last_order", "orders")


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
    rows = _profiles(wanted, visible_to=visible_to)
    for look in _looks(wanted, visible_to=visible_to):
        rows = rows.filter(Exists(look.filter(customer=OuterRef("id"))))
    return rows.order_by()


def rows_narrowed(
    table: type[Customer] | type[CustomerFacts], wanted: CustomerFilter, *, column: str, visible_to: Actor
) -> QuerySet[Any]:
    """The rows of one of these tables, one for each customer of `customers_narrowed`, for a walk along the column.

    What is asked lies in other tables and is looked up for a row at a time, in small indexes first: a row that the
    list does not show costs the walk little more than its entry in the index. Raises Forbidden.
    """
    key = OuterRef(key_of(table))
    rows = table._default_manager.order_by()
    is_at_hand = table is CustomerFacts and wanted.tag is None and not _place(wanted)
    if is_at_hand:
        rows = rows.filter(*_facts_tests(wanted))
    elif column in _WITH_ORDERS:
        rows = rows.filter(*_orders_tests(wanted))
    for look in _looks(wanted, visible_to=visible_to, with_facts=not is_at_hand):
        rows = rows.filter(Exists(look.filter(customer=key)))
    return rows.filter(Exists(_profiles(wanted, visible_to=visible_to).filter(id=key)))


def key_of(table: type[Customer] | type[CustomerFacts]) -> str:
    """The column of the table that holds the customer."""
    return "id" if table is Customer else "customer_id"


def is_among(column: str, ids: Sequence[int]) -> Among:
    """The condition that the column is one of these ids, for a walk along an index that has the column."""
    return Among(_Unhinted(F(column)), ids)


def customers_few(wanted: CustomerFilter) -> list[int] | None:
    """The customers that one part of the filter leaves, where an index knows that they are few; None where not.

    All whom the whole filter lets through are among them. Two queries at most for each part that is given.
    """
    for rows in _by_index(wanted):
        if rows[: MOST_FEW + 1].count() <= MOST_FEW:
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


def _profiles(wanted: CustomerFilter, *, visible_to: Actor) -> QuerySet[Customer]:
    """The customers within reach of whom their own columns are as wanted."""
    tests: list[Any] = []
    if wanted.is_active is not None:
        tests.append(Q(is_active=wanted.is_active))
    if wanted.gender is not None:
        tests.append(Exact(_Unhinted(F("gender")), wanted.gender))
    tests += _bounds("birth_date", wanted.born_from, wanted.born_to)
    return Customer.objects.filter(customers_within("customers.see", visible_to), *tests)


def _looks(wanted: CustomerFilter, *, visible_to: Actor, with_facts: bool = True) -> Iterator[QuerySet[Any]]:
    """The rows of other tables of which a customer must have one each; the smallest tables first."""
    if wanted.tag is not None:
        yield Tag.objects.filter(tag=wanted.tag)
    place = _place(wanted)
    if place:
        yield Address.objects.filter(**place)
    facts = _facts_tests(wanted)
    if facts and with_facts:
        yield CustomerFacts.objects.filter(*facts)
    if wanted.store is not None:
        sales = Sale.objects.filter(sales_within("sales.see", visible_to), kind="sale", status="completed")
        yield sales.filter(store=Store.objects.filter(name=wanted.store).values("id")[:1])


def _facts_tests(wanted: CustomerFilter) -> list[Any]:
    others = [test for name in RANGES if name != "orders" for test in _bounds(name, *_ends(wanted, name))]
    return [*_orders_tests(wanted), *others]


def _orders_tests(wanted: CustomerFilter) -> list[Any]:
    """What the filter says of the number of orders: who never bought has no days of orders, and bought in no store."""
    dates = (wanted.first_order_from, wanted.first_order_to, wanted.last_order_from, wanted.last_order_to)
    has_bought = wanted.store is not None or any(day is not None for day in dates)
    least = max(wanted.orders_from or 0, 1) if has_bought else wanted.orders_from
    return _bounds("orders", least, wanted.orders_to)


def _bounds(column: str, low: object, high: object) -> list[Any]:
    """Both ends are in; a value that is unknown is never within a range."""
    tests: list[Any] = [] if low is None else [GreaterThanOrEqual(_Unhinted(F(column)), low)]
    return tests if high is None else [*tests, LessThanOrEqual(_Unhinted(F(column)), high)]


def _ends(wanted: CustomerFilter, name: str) -> tuple[object, object]:
    return getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to")


def _place(wanted: CustomerFilter) -> dict[str, str]:
    """What one and the same address must say."""
    told = {"city": wanted.city, "country": wanted.country}
    return {column: value for column, value in told.items() if value is not None}


def range_of(wanted: CustomerFilter, name: str) -> dict[str, object]:
    """The bounds of one of RANGES as conditions on the facts that an index may begin and end with."""
    return _between(name, *_ends(wanted, name))


def _between(column: str, low: object, high: object) -> dict[str, object]:
    ends = {f"{column}__gte": low, f"{column}__lte": high}
    return {test: value for test, value in ends.items() if value is not None}
