"""What segments and reports may ask about what was bought."""

from regulars.core.attributes import (
    Aggregate,
    Column,
    Favourite,
    Filter,
    Habit,
    How,
    Lookup,
    Measure,
    Pace,
    Ratio,
    Relation,
    Type,
    attributes_declare,
    filters_declare,
    relations_declare,
)
from regulars.core.days import WEEKDAYS
from regulars.core.text import marked as _
from regulars.sales.models import CHANNELS

_INTEGER, _TEXT, _DATE = Column.INTEGER, Column.TEXT, Column.DATE
# What every row of a sale tells: whose, when and where; voided sales tell nothing.
_SALE = {
    "customer": _INTEGER, "sale": _INTEGER, "kind": _TEXT, "day": _DATE, "weekday": _INTEGER, "hour": _INTEGER,
    "store": _INTEGER, "channel": _TEXT, "amount": _INTEGER,
}  # fmt: skip
_SALE_SQL = """s.customer_id AS customer, s.id AS sale, s.kind AS kind, s.day AS day, s.weekday AS weekday,
    s.hour AS hour, s.store_id AS store, s.channel AS channel, s.total AS amount"""
_COUNTS = "s.status = 'completed' AND s.customer_id IS NOT NULL"
_SUMS = {"net": _INTEGER, "tax": _INTEGER, "discount": _INTEGER, "units": _INTEGER}

relations_declare(
    [
        Relation(
            "sales",
            _SALE | _SUMS,
            f"""
            SELECT {_SALE_SQL}, s.net AS net, s.tax AS tax, s.discount AS discount, s.units_milli AS units
            FROM sales_sale AS s
            WHERE {_COUNTS}
            """,
            is_dated=True,
        ),
        # A gift card is a line, but its money is not spent yet.
        Relation(
            "lines",
            _SALE | {"product": _INTEGER, "category": _TEXT, "brand": _TEXT} | _SUMS,
            f"""
            SELECT {_SALE_SQL}, v.product_id AS product, v.category AS category, v.brand AS brand,
                CASE WHEN l.is_gift_card THEN 0 ELSE l.net END AS net,
                CASE WHEN l.is_gift_card THEN 0 ELSE l.tax END AS tax,
                l.discount AS discount, l.quantity_milli AS units
            FROM sales_sale AS s
            JOIN sales_saleline AS l ON l.sale_id = s.id
            JOIN sales_productversion AS v ON v.id = l.version_id
            WHERE {_COUNTS}
            """,
            is_dated=True,
        ),
        Relation(
            "facts",
            {
                "customer": _INTEGER, "spent": _INTEGER, "orders": _INTEGER, "visits": _INTEGER, "units": _INTEGER,
                "returned": _INTEGER, "discount": _INTEGER, "first_order": _DATE, "last_order": _DATE,
            },
            """
            SELECT f.customer_id AS customer, f.spent AS spent, f.orders AS orders, f.visits AS visits,
                f.units_milli AS units, f.returned AS returned, f.discount AS discount,
                f.first_order AS first_order, f.last_order AS last_order
            FROM sales_customerfacts AS f
            """,
            is_per_customer=True,
        ),
        Relation(
            "payments",
            {"sale": _INTEGER, "method": _TEXT, "day": _DATE},
            """
            SELECT p.sale_id AS sale, p.method AS method, s.day AS day
            FROM sales_payment AS p
            JOIN sales_sale AS s ON s.id = p.sale_id
            WHERE p.status <> 'failed'
            """,
            is_dated=True,
        ),
        Relation(
            "stores",
            {"store": _INTEGER, "name": _TEXT, "city": _TEXT},
            "SELECT t.id AS store, t.name AS name, t.city AS city FROM sales_store AS t",
        ),
        # Every category and brand that was ever sold.
        Relation(
            "wordings",
            {"category": _TEXT, "brand": _TEXT},
            "SELECT DISTINCT v.category AS category, v.brand AS brand FROM sales_productversion AS v",
        ),
        # A product answers to its SKU, to its name and to every name it was ever sold under.
        Relation(
            "product_names",
            {"product": _INTEGER, "name": _TEXT},
            """
            SELECT p.id AS product, p.sku AS name FROM sales_product AS p WHERE p.sku IS NOT NULL
            UNION SELECT q.id AS product, q.name AS name FROM sales_product AS q WHERE q.name <> ''
            UNION SELECT w.product_id AS product, w.name AS name FROM sales_productversion AS w WHERE w.name <> ''
            """,
        ),
    ]
)  # fmt: skip


def _each(
    how: How, *columns: str, kind: str = "", tax: str = "", sign: int = 1, of_lines: tuple[str, ...] | None = None
) -> tuple[Aggregate, ...]:
    """The same over sales and over lines; `of_lines`: other columns tell the lines' sales apart."""
    return (
        Aggregate(relation="sales", how=how, columns=columns, kind=kind, tax=tax, sign=sign),
        Aggregate(
            relation="lines", how=How.DISTINCT if of_lines else how, columns=of_lines or columns, kind=kind, tax=tax,
            sign=sign,
        ),
    )  # fmt: skip


attributes_declare(
    [
        Measure(
            name="spent", meaning=_("money spent: sales less returns"), type=Type.MONEY, whole="spent",
            by=_each(How.SUM, "net", tax="tax"),
        ),
        Measure(
            name="orders", meaning=_("number of sales, returns not counted"), type=Type.COUNT, whole="orders",
            by=_each(How.COUNT, kind="sale", of_lines=("sale",)),
        ),
        Measure(
            name="visits", meaning=_("number of days with a sale, store by store"), type=Type.COUNT, whole="visits",
            by=_each(How.DISTINCT, "store", "day", kind="sale"),
        ),
        Measure(
            name="units", meaning=_("units bought, less those returned"), type=Type.QUANTITY, whole="units",
            by=_each(How.SUM, "units"),
        ),
        Ratio(
            name="average_order", meaning=_("money spent for each order"), type=Type.MONEY, of="spent", over="orders",
        ),
        Measure(
            name="returned", meaning=_("worth of what was brought back"), type=Type.MONEY, whole="returned",
            by=_each(How.SUM, "net", kind="return", tax="tax", sign=-1),
        ),
        Measure(
            name="discount", meaning=_("discounts received"), type=Type.MONEY, whole="discount",
            by=_each(How.SUM, "discount"),
        ),
        Measure(
            name="first_order", meaning=_("day of the first order"), type=Type.DATE, whole="first_order",
            by=_each(How.FIRST, "day", kind="sale"),
        ),
        Measure(
            name="last_order", meaning=_("day of the last order"), type=Type.DATE, whole="last_order",
            by=_each(How.LAST, "day", kind="sale"),
        ),
        Measure(
            name="products", meaning=_("number of different products bought"), type=Type.COUNT,
            by=(Aggregate(relation="lines", how=How.DISTINCT, columns=("product",), kind="sale"),),
        ),
        Measure(
            name="stores", meaning=_("number of different stores bought in"), type=Type.COUNT,
            by=_each(How.DISTINCT, "store", kind="sale"),
        ),
        Favourite(
            name="favourite_store", meaning=_("the store most orders were made in"), type=Type.TEXT,
            relation="sales", column="store", via=Lookup("stores", "store"), shown="name",
            vocabulary=("stores", "name"),
        ),
        Favourite(
            name="favourite_category", meaning=_("the category most orders hold"), type=Type.TEXT,
            relation="lines", column="category", vocabulary=("wordings", "category"),
        ),
        Favourite(
            name="favourite_weekday", meaning=_("the weekday most orders were made on"), type=Type.COUNT,
            words={day: n for n, day in enumerate(WEEKDAYS, 1)}, relation="sales", column="weekday",
        ),
        Favourite(
            name="favourite_hour", meaning=_("the hour most orders were made in, 0 to 23"), type=Type.COUNT,
            relation="sales", column="hour",
        ),
        Habit(
            name="days_between_orders", meaning=_("days from one order to the next, on average"), type=Type.NUMBER,
            pace=Pace.GAP,
        ),
        Habit(
            name="overdue", meaning=_("days since the last order, over the usual days between orders"),
            type=Type.NUMBER, pace=Pace.OVERDUE,
        ),
    ]
)  # fmt: skip
filters_declare(
    [
        Filter(
            name="product", meaning=_("SKU or name of the product"), type=Type.TEXT, relation="lines",
            column="product", via=Lookup("product_names", "product"), shown="name",
            vocabulary=("product_names", "name"),
        ),
        Filter(
            name="category", meaning=_("category, as it was sold"), type=Type.TEXT, relation="lines",
            column="category", vocabulary=("wordings", "category"),
        ),
        Filter(
            name="brand", meaning=_("brand, as it was sold"), type=Type.TEXT, relation="lines",
            column="brand", vocabulary=("wordings", "brand"),
        ),
        Filter(
            name="store", meaning=_("name of the store"), type=Type.TEXT, relation="sales", column="store",
            via=Lookup("stores", "store"), shown="name", vocabulary=("stores", "name"),
        ),
        Filter(
            name="city", meaning=_("city of the store"), type=Type.TEXT, relation="sales", column="store",
            via=Lookup("stores", "store"), shown="city", vocabulary=("stores", "city"),
        ),
        Filter(
            name="channel", meaning=_("in_store or online"), type=Type.TEXT, choices=CHANNELS, relation="sales",
            column="channel",
        ),
        Filter(
            name="payment", meaning=_("a method it was paid with"), type=Type.TEXT, relation="sales", column="sale",
            via=Lookup("payments", "sale"), shown="method", vocabulary=("payments", "method"),
        ),
        Filter(
            name="weekday", meaning=_("weekday of the store"), type=Type.COUNT,
            words={day: n for n, day in enumerate(WEEKDAYS, 1)}, relation="sales", column="weekday",
        ),
        Filter(
            name="hour", meaning=_("hour on the store's clock, 0 to 23"), type=Type.COUNT, relation="sales",
            column="hour",
        ),
        Filter(
            name="amount", meaning=_("total of the sale"), type=Type.MONEY, relation="sales", column="amount",
        ),
    ]
)  # fmt: skip
