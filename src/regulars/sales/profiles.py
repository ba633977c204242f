"""One customer in full: facts, habits, what they buy, and everything that happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from regulars.access.rules import Actor
from regulars.core.money import divided_half_up
from regulars.customers.selectors import ProfileDetails, customer_details, rows_of_customer
from regulars.privacy.selectors import ConsentShown, consent_history, consents_held
from regulars.sales.models import Sale
from regulars.sales.reach import sales_within
from regulars.storage.reading import moment_read
from regulars.storage.writing import is_sqlite

MOST_PRODUCTS = 10


@dataclass(frozen=True, slots=True)
class Stats:
    """What a customer's sales come to. Money in minor units; averages are None without an order."""

    spent: int = 0
    orders: int = 0
    visits: int = 0
    returned: int = 0
    discount: int = 0
    units_milli: int = 0
    first_order: date | None = None
    last_order: date | None = None

    @property
    def average_order(self) -> int | None:
        """Spent by orders, in minor units."""
        return divided_half_up(self.spent, self.orders) if self.orders else None

    @property
    def units_per_order_milli(self) -> int | None:
        return divided_half_up(self.units_milli, self.orders) if self.orders else None

    @property
    def days_between_orders(self) -> float | None:
        """Mean days from one order to the next; None below two orders."""
        if self.orders < 2 or self.first_order is None or self.last_order is None:
            return None
        return (self.last_order - self.first_order).days / (self.orders - 1)


@dataclass(frozen=True, slots=True)
class Bought:
    """What a customer bought of one product or category, returns taken off."""

    name: str
    orders: int
    units_milli: int
    net: int


@dataclass(frozen=True, slots=True)
class Habits:
    """Where and when a customer buys: by most orders, then the latest; None without an order. Weekday 1 is Monday."""

    store: str | None = None
    weekday: int | None = None
    hour: int | None = None
    channel: str | None = None


class Occasion(NamedTuple):
    """How many orders a customer made on a weekday (1 is Monday) in an hour."""

    weekday: int
    hour: int
    orders: int


@dataclass(frozen=True, slots=True)
class Month:
    """What a customer spent in one month."""

    year: int
    month: int
    orders: int
    net: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: a sale, a return, a note, a consent. `amount` in minor units, for sales and returns."""

    at: datetime
    kind: str
    text: str
    amount: int | None = None
    number: str = ""
    store: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is known of a customer."""

    about: ProfileDetails
    stats: Stats
    habits: Habits
    products: Sequence[Bought]
    categories: Sequence[Bought]
    months: Sequence[Month]
    consents: dict[str, bool]
    timeline: Sequence[Moment] = field(default=())
    occasions: Sequence[Occasion] = field(default=())


# Plain SQL: a page asks all of these, and building them takes Django ten times the time of answering them.
_STATS_COLUMNS = ", ".join(Stats.__slots__)
_STATS = f"SELECT {_STATS_COLUMNS} FROM sales_customerfacts WHERE customer_id = %s"
_OCCASIONS = """
    SELECT store.name, sale.weekday, sale.hour, sale.channel, COUNT(*), MAX(sale.sold_at)
    FROM sales_sale AS sale JOIN sales_store AS store ON store.id = sale.store_id
    WHERE sale.customer_id = %s AND sale.status = 'completed' AND sale.kind = 'sale'
    GROUP BY store.name, sale.weekday, sale.hour, sale.channel
"""
_BOUGHT = """
    SELECT {column}, COUNT(DISTINCT line.sale_id), SUM(line.quantity_milli), SUM(line.net) AS worth
    FROM sales_sale AS sale
    JOIN sales_saleline AS line ON line.sale_id = sale.id
    JOIN sales_productversion AS version ON version.id = line.version_id
    JOIN sales_product AS product ON product.id = version.product_id
    WHERE sale.customer_id = %s AND sale.status = 'completed' AND {column} <> ''
    GROUP BY {column}
    ORDER BY worth DESC, {column}
    LIMIT {most}
"""
_PRODUCTS = _BOUGHT.format(column="product.name", most=MOST_PRODUCTS)
_CATEGORIES = _BOUGHT.format(column="version.category", most=MOST_PRODUCTS)
# SQLite keeps days as text that begins with the month.
_MONTHS = """
    SELECT {month} AS month, kind, COUNT(*), SUM(net)
    FROM sales_sale
    WHERE customer_id = %s AND status = 'completed'
    GROUP BY month, kind
    ORDER BY month, kind
"""


def customer_profile(customer_id: int, *, timeline: int = 20, visible_to: Actor) -> Profile:
    """The customer with the newest `timeline` moments. 13 queries, whatever the history; one less without moments.

    Raises Forbidden, CustomerUnknown.
    """
    about = customer_details(customer_id, visible_to=visible_to)
    consents = consent_history(customer_id, visible_to=visible_to)
    counted = _counted(customer_id)
    return Profile(
        about=about,
        stats=customer_stats(customer_id),
        habits=_habits(counted),
        occasions=_occasions(counted),
        products=_bought(customer_id, _PRODUCTS),
        categories=_bought(customer_id, _CATEGORIES),
        months=_months(customer_id),
        consents=consents_held(consents),
        timeline=_timeline(customer_id, about, consents, limit=timeline, visible_to=visible_to) if timeline else (),
    )


def customer_stats(customer_id: int) -> Stats:
    """The facts of the customer; zeros for one who never bought. One query."""
    for row in rows_of_customer(_STATS, customer_id):
        told = dict(zip(Stats.__slots__, row, strict=True))
        days = {name: _day_read(told[name]) for name in ("first_order", "last_order")}
        return Stats(**told | days)
    return Stats()


def _day_read(stored: date | str | None) -> date | None:
    """The day of a column; SQLite has no type for it and gives text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _counted(customer_id: int) -> list[tuple[Any, ...]]:
    """Store, weekday, hour, channel, orders, the latest. One query; as many rows as kinds of occasions."""
    return [(*row[:5], moment_read(row[5])) for row in rows_of_customer(_OCCASIONS, customer_id)]


def _occasions(counted: Sequence[tuple[Any, ...]]) -> list[Occasion]:
    orders: dict[tuple[int, int], int] = {}
    for _store, weekday, hour, _channel, count, _latest in counted:
        orders[weekday, hour] = orders.get((weekday, hour), 0) + count
    return [Occasion(*place, count) for place, count in sorted(orders.items())]


def _habits(counted: Sequence[tuple[Any, ...]]) -> Habits:
    return Habits(*(_favourite([(row[place], *row[4:]) for row in counted]) for place in range(4)))


def _favourite(counted: Sequence[tuple[Any, int, datetime]]) -> Any:
    """The value with most orders, of equals the one with the latest; None of nothing."""
    tallies: dict[Any, tuple[int, datetime]] = {}
    for value, orders, latest in counted:
        held = tallies.get(value, (0, latest))
        tallies[value] = (held[0] + orders, max(held[1], latest))
    return max(sorted(tallies), key=tallies.__getitem__, default=None)


def _bought(customer_id: int, sql: str) -> list[Bought]:
    # PostgreSQL sums whole numbers to decimals.
    return [
        Bought(name, orders, int(units), int(worth))
        for name, orders, units, worth in rows_of_customer(sql, customer_id)
    ]


def _months(customer_id: int) -> list[Month]:
    sql = _MONTHS.format(month="substr(day, 1, 7)" if is_sqlite() else "to_char(day, 'YYYY-MM')")
    months: dict[str, Month] = {}
    for told, kind, count, worth in rows_of_customer(sql, customer_id):
        held = months.get(told, Month(int(told[:4]), int(told[5:]), 0, 0))
        orders = held.orders + (count if kind == "sale" else 0)
        months[told] = Month(held.year, held.month, orders, held.net + int(worth))
    return list(months.values())


def _timeline(
    customer_id: int, about: ProfileDetails, consents: Sequence[ConsentShown], *, limit: int, visible_to: Actor
) -> list[Moment]:
    """The newest moments of every kind together; sales of own stores where the right ends there. One query."""
    within = sales_within("sales.see", visible_to)
    sales = Sale.objects.filter(within, customer_id=customer_id).order_by("-sold_at", "-id")
    moments = [
        Moment(sold_at, kind, number, amount=total, number=number, store=store, status=status)
        for sold_at, kind, number, total, store, status in sales.values_list(
            "sold_at", "kind", "number", "total", "store__name", "status"
        )[:limit]
    ]
    moments += [Moment(note.at, "note", f"{note.author}: {note.text}") for note in about.notes]
    moments += [
        Moment(each.at, "consent", f"{each.channel}: {'given' if each.is_given else 'withdrawn'}", store=each.place)
        for each in consents
    ]
    newest: Callable[[Moment], datetime] = lambda moment: moment.at  # noqa: E731
    return sorted(moments, key=newest, reverse=True)[:limit]
