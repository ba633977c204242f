"""What the lake holds of the sales, the shop and what it sells. Voided sales and failed payments count nowhere."""

from regulars.lake.relations import (
    Feed,
    Kept,
    Kind,
    Lookup,
    Relation,
    feed_declare,
    lake_declare,
    terms_declare,
)
from regulars.sales.business import business_get

_INTEGER, _BIGINT, _TEXT, _DATE = Kind.INTEGER, Kind.BIGINT, Kind.TEXT, Kind.DATE
# What every part of a sale tells of it, so that no question joins for it.
_OF_SALE = {
    "kind": _TEXT, "channel": _TEXT, "store": _INTEGER, "customer": _BIGINT, "day": _DATE, "day_number": _INTEGER,
    "month": _INTEGER,
}  # fmt: skip
_OF_SALE_SQL = ", ".join(f"s.{name}" for name in _OF_SALE)

_SALES_READ = {
    "sale": _BIGINT, "number": _TEXT, "store": _INTEGER, "register": _INTEGER, "channel": _TEXT, "customer": _BIGINT,
    "kind": _TEXT, "day": _DATE, "weekday": _INTEGER, "hour": _INTEGER, "minute": _INTEGER, "net": _BIGINT,
    "tax": _BIGINT, "discount": _BIGINT, "units": _BIGINT,
}  # fmt: skip
_SALES = {
    "sale": _BIGINT, "number": _TEXT, "store": _INTEGER, "register": _INTEGER, "channel": _TEXT, "customer": _BIGINT,
    "kind": _TEXT, "day": _DATE, "day_number": _INTEGER, "month": _INTEGER, "weekday": _INTEGER, "hour": _INTEGER,
    "minute": _INTEGER, "net": _BIGINT, "tax": _BIGINT, "discount": _BIGINT, "units": _BIGINT,
}  # fmt: skip
_DAY_NUMBER = "CAST(t.day - DATE '1970-01-01' AS INTEGER) AS day_number"
_MONTH = "CAST(year(t.day) * 12 + month(t.day) - 1 AS INTEGER) AS month"


feed_declare(
    Feed(
        since="SELECT id, kind, subject_id, customer_id FROM events_event WHERE id > %s ORDER BY id",
        count="SELECT COUNT(*) FROM events_event WHERE id > %s",
        last="SELECT COALESCE(MAX(id), 0) FROM events_event",
        one="SELECT at, subject_id FROM events_event WHERE id = %s",
    )
)
terms_declare(
    {
        "tax_share": lambda: 0 if business_get().spend_includes_tax else 1,
        "week_start": lambda: business_get().week_start,
    }
)
lake_declare(
    [
        Relation(
            name="sales", kept=Kept.BY_MONTH, columns=_SALES, read=_SALES_READ, key="s.id", order="sale",
            sql="""
            SELECT s.id, s.number, s.store_id, s.register_id, s.channel, s.customer_id, s.kind, s.day, s.weekday,
                s.hour, s.minute, s.net - {tax_share} * s.tax, s.tax, s.discount, s.units_milli
            FROM sales_sale AS s WHERE {these} AND s.status = 'completed'
            """,
            shape=f"""
            SELECT t.sale, t.number, t.store, t.register, t.channel, t.customer, t.kind, t.day, {_DAY_NUMBER}, {_MONTH},
                t.weekday, t.hour, t.minute, t.net, t.tax, t.discount, t.units
            FROM told AS t
            """,
            newest="SELECT COALESCE(MAX(s.id), 0) FROM sales_sale AS s",
            sums="""
            SELECT s.day, COUNT(*), SUM(s.net - {tax_share} * s.tax)
            FROM sales_sale AS s WHERE s.status = 'completed' GROUP BY s.day
            """,
            measure="net",
            dated="SELECT s.id, s.day FROM sales_sale AS s WHERE {these}",
            events=frozenset({"sale.recorded", "sale.voided", "sale.reassigned", "sale.moved", "sale.removed"}),
        ),
        # The money of a gift card is not spent yet.
        Relation(
            name="lines", kept=Kept.BY_MONTH, key="l.sale_id", order="sale, n",
            sums="""
            SELECT s.day, COUNT(*), SUM(CASE WHEN l.is_gift_card THEN 0 ELSE l.net - {tax_share} * l.tax END)
            FROM sales_sale AS s JOIN sales_saleline AS l ON l.sale_id = s.id
            WHERE s.status = 'completed' GROUP BY s.day
            """,
            measure="net",
            columns={
                "sale": _BIGINT, "n": _INTEGER, "product": _INTEGER, "category": _TEXT, "brand": _TEXT,
                "quantity": _BIGINT, "net": _BIGINT, "discount": _BIGINT,
            } | _OF_SALE,
            read={
                "sale": _BIGINT, "n": _INTEGER, "version": _BIGINT, "quantity": _BIGINT, "net": _BIGINT,
                "discount": _BIGINT,
            },
            sql="""
            SELECT l.sale_id, l.n, l.version_id, l.quantity_milli,
                CASE WHEN l.is_gift_card THEN 0 ELSE l.net - {tax_share} * l.tax END, l.discount
            FROM sales_saleline AS l WHERE {these}
            """,
            shape=f"""
            SELECT t.sale, t.n, v.product, v.category, v.brand, t.quantity, t.net, t.discount, {_OF_SALE_SQL}
            FROM told AS t JOIN told_sales AS s ON s.sale = t.sale JOIN versions AS v ON v.version = t.version
            """,
        ),
        Relation(
            name="payments", kept=Kept.BY_MONTH, key="p.sale_id", order="sale, n",
            sums="""
            SELECT s.day, COUNT(*), SUM(p.amount)
            FROM sales_sale AS s JOIN sales_payment AS p ON p.sale_id = s.id
            WHERE s.status = 'completed' AND p.status <> 'failed' GROUP BY s.day
            """,
            measure="amount",
            columns={"sale": _BIGINT, "n": _INTEGER, "method": _TEXT, "amount": _BIGINT, "status": _TEXT} | _OF_SALE,
            read={"sale": _BIGINT, "n": _INTEGER, "method": _TEXT, "amount": _BIGINT, "status": _TEXT},
            sql="""
            SELECT p.sale_id, p.n, p.method, p.amount, p.status
            FROM sales_payment AS p WHERE {these} AND p.status <> 'failed'
            """,
            shape=f"""
            SELECT t.sale, t.n, t.method, t.amount, t.status, {_OF_SALE_SQL}
            FROM told AS t JOIN told_sales AS s ON s.sale = t.sale
            """,
        ),
        Relation(
            name="stores", kept=Kept.WHOLE,
            columns={"store": _INTEGER, "name": _TEXT, "city": _TEXT, "region": _TEXT, "country": _TEXT},
            sql="SELECT t.id, t.name, t.city, t.region, t.country FROM sales_store AS t ORDER BY t.id",
        ),
        Relation(
            name="products", kept=Kept.WHOLE,
            columns={
                "product": _INTEGER, "sku": _TEXT, "name": _TEXT, "category": _TEXT, "brand": _TEXT, "price": _BIGINT,
            },
            sql="SELECT p.id, p.sku, p.name, p.category, p.brand, p.price FROM sales_product AS p ORDER BY p.id",
            # Sales make products, each with what it was called.
            moved="""
            SELECT (SELECT COALESCE(MAX(p.id), 0) FROM sales_product AS p)
                || '/' || (SELECT COALESCE(MAX(v.id), 0) FROM sales_productversion AS v)
            """,
            events=frozenset({"product.changed"}),
        ),
        Relation(
            name="stock", kept=Kept.WHOLE,
            columns={"product": _INTEGER, "store": _INTEGER, "on_hand": _BIGINT},
            sql="""
            SELECT k.product_id, k.store_id, k.on_hand_milli FROM sales_stock AS k ORDER BY k.product_id, k.store_id
            """,
            events=frozenset({"stock.counted"}),
        ),
    ],
    lookups=[
        # A product as it was called when it was sold: never edited.
        Lookup(
            name="versions",
            columns={"version": _BIGINT, "product": _INTEGER, "category": _TEXT, "brand": _TEXT},
            sql="""
            SELECT v.id, v.product_id, v.category, v.brand FROM sales_productversion AS v WHERE v.id > %s ORDER BY v.id
            """,
        )
    ],
)  # fmt: skip
