"""What the lake holds of customers: by their number, without anything that names a person."""

from regulars.lake.relations import Kept, Kind, Relation, lake_declare

_TEXT = Kind.TEXT

# Whoever was opened, edited or removed is told of so; a sale may also have opened its customer, or been the first.
CHANGED, REMOVED = "customer.changed", "customer.removed"

lake_declare(
    [
        Relation(
            name="customers", kept=Kept.BY_KEY, key="c.id", order="customer",
            newest="SELECT COALESCE(MAX(c.id), 0) FROM customers_customer AS c",
            sums="SELECT NULL, COUNT(*), 0 FROM customers_customer AS c",
            columns={
                "customer": Kind.BIGINT, "joined": Kind.DATE, "source": _TEXT, "gender": _TEXT, "country": _TEXT,
                "region": _TEXT, "city": _TEXT, "postcode_area": _TEXT, "is_active": Kind.BOOLEAN,
            },
            read={
                "customer": Kind.BIGINT, "joined": Kind.DATE, "source": _TEXT, "gender": _TEXT, "country": _TEXT,
                "region": _TEXT, "city": _TEXT, "postcode": _TEXT, "is_active": Kind.BOOLEAN,
            },
            # The billing address says where a customer is from.
            sql="""
            SELECT c.id, c.joined, c.source, c.gender, COALESCE(a.country, ''), COALESCE(a.region, ''),
                COALESCE(a.city, ''), COALESCE(a.postcode, ''), c.is_active
            FROM customers_customer AS c
            LEFT JOIN customers_address AS a ON a.customer_id = c.id AND a.kind = 'billing'
            WHERE {these}
            """,
            # What stands before the first blank; without one, up to where its digits end: an area, not a house.
            shape=r"""
            SELECT t.customer, t.joined, t.source, t.gender, t.country, t.region, t.city,
                CASE
                    WHEN contains(trim(t.postcode), ' ') THEN split_part(trim(t.postcode), ' ', 1)
                    ELSE regexp_extract(t.postcode, '^[A-Za-z]*[0-9]*')
                END AS postcode_area,
                t.is_active
            FROM told AS t
            """,
            events=frozenset({CHANGED, REMOVED}),
            beside=frozenset({"sale.recorded", "sale.voided", "sale.reassigned", "sale.moved", "sale.removed"}),
        )
    ]
)  # fmt: skip
