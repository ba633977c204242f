"""What the lake holds of balances: every movement of the ledger."""

from regulars.lake.relations import Kept, Kind, Relation, lake_declare

lake_declare(
    [
        Relation(
            name="entries", kept=Kept.APPENDED, key="e.id", order="id",
            newest="SELECT COALESCE(MAX(e.id), 0) FROM balances_entry AS e",
            sums="SELECT e.day, COUNT(*), SUM(e.amount) FROM balances_entry AS e GROUP BY e.day",
            measure="amount",
            emptied=frozenset({"customer.removed"}),
            columns={
                "id": Kind.BIGINT, "customer": Kind.BIGINT, "book": Kind.TEXT, "kind": Kind.TEXT,
                "amount": Kind.BIGINT, "day": Kind.DATE, "month": Kind.INTEGER, "expires_day": Kind.DATE,
                "sale": Kind.TEXT,
            },
            read={
                "id": Kind.BIGINT, "customer": Kind.BIGINT, "book": Kind.TEXT, "kind": Kind.TEXT,
                "amount": Kind.BIGINT, "day": Kind.DATE, "expires_day": Kind.DATE, "sale": Kind.TEXT,
            },
            sql="""
            SELECT e.id, e.customer_id, e.book, e.kind, e.amount, e.day, o.expires_on, {uuid_text}(e.sale_uid)
            FROM balances_entry AS e LEFT JOIN balances_lot AS o ON o.id = e.lot_id
            WHERE {these}
            """,
            shape="""
            SELECT t.id, t.customer, t.book, t.kind, t.amount, t.day,
                CAST(year(t.day) * 12 + month(t.day) - 1 AS INTEGER) AS month, t.expires_day,
                COALESCE(lower(replace(t.sale, '-', '')), '') AS sale
            FROM told AS t
            """,
        )
    ]
)  # fmt: skip
