"""Whatever happens to a shop, and whenever it is flushed: the lake says what the database says."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.access.rules import OPERATOR
from regulars.checkout.services import sale_reassign, sale_return, sale_void, sales_remove
from regulars.core.errors import RegularsError
from regulars.customers.models import Customer
from regulars.lake.checking import lake_check
from regulars.lake.engines.engine import Statement
from regulars.lake.flushing import lake_flush, lake_rebuild
from regulars.lake.reading import lake_here, lakes_forget
from regulars.sales.models import Sale
from tests.cast import KAREN, NOW, WESTLANDS, line, record, sale, shop_open, uid

pytestmark = pytest.mark.django_db

PHONES = [f"+2547120000{n:02}" for n in range(6)]
ROWS = {
    "sales": """
        SELECT s.id, s.number, s.store_id, s.channel, s.customer_id, s.kind, CAST(s.day AS TEXT), s.net, s.units_milli
        FROM sales_sale AS s WHERE s.status = 'completed' ORDER BY s.id
        """,
    "lines": """
        SELECT l.sale_id, l.n, v.product_id, v.category, l.quantity_milli, l.net, s.customer_id, CAST(s.day AS TEXT)
        FROM sales_saleline AS l JOIN sales_sale AS s ON s.id = l.sale_id
        JOIN sales_productversion AS v ON v.id = l.version_id
        WHERE s.status = 'completed' ORDER BY l.sale_id, l.n
        """,
    "payments": """
        SELECT p.sale_id, p.n, p.method, p.amount, s.customer_id
        FROM sales_payment AS p JOIN sales_sale AS s ON s.id = p.sale_id
        WHERE s.status = 'completed' AND p.status <> 'failed' ORDER BY p.sale_id, p.n
        """,
    "customers": """
        SELECT c.id, CAST(c.joined AS TEXT), c.source, c.gender FROM customers_customer AS c ORDER BY c.id
        """,
    "products": "SELECT p.id, p.sku, p.name, p.category, p.brand, p.price FROM sales_product AS p ORDER BY p.id",
}
ASKED = {
    "sales": """
        SELECT sale, number, store, channel, customer, kind, CAST(day AS VARCHAR), net, units FROM sales ORDER BY sale
        """,
    "lines": """
        SELECT sale, n, product, category, quantity, net, customer, CAST(day AS VARCHAR) FROM lines ORDER BY sale, n
        """,
    "payments": "SELECT sale, n, method, amount, customer FROM payments ORDER BY sale, n",
    "customers": "SELECT customer, CAST(joined AS VARCHAR), source, gender FROM customers ORDER BY customer",
    "products": "SELECT product, sku, name, category, brand, price FROM products ORDER BY product",
}


def of_database(name: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS[name])
        return [tuple(row) for row in cursor.fetchall()]


def of_lake(name: str) -> list[tuple[object, ...]]:
    answer = lake_here().reading(at=NOW).ask(Statement(ASKED[name]))
    return [tuple(row.values()) for row in answer.to_pylist()]


def agree() -> None:
    """The lake holds the rows of the database, and its own check says so."""
    for name in ROWS:
        assert of_lake(name) == of_database(name), name
    assert lake_check(at=NOW) == []


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("sale"), st.integers(0, 60), st.sampled_from([None, *PHONES]), st.integers(0, 70),
            st.sampled_from([WESTLANDS, KAREN]), st.sampled_from(["LATTE", "BEANS", "MUG"]),
        ),
        st.tuples(st.just("void"), st.integers(0, 60)),
        st.tuples(st.just("return"), st.integers(0, 60), st.integers(100, 160)),
        st.tuples(st.just("reassign"), st.integers(0, 60), st.integers(0, 5)),
        st.tuples(st.just("both"), st.integers(200, 260), st.integers(0, 5), st.integers(0, 5), st.integers(0, 70)),
        st.tuples(st.just("undo"), st.integers(0, 2)),
        st.tuples(st.just("flush")),
        st.tuples(st.just("ask")),
        st.tuples(st.just("rebuild")),
        st.tuples(st.just("other process")),
    ),
    max_size=14,
)  # fmt: skip


def happen(step: tuple) -> None:  # noqa: C901  (a case for each thing that can happen)
    match step:
        case ("sale", n, phone, days, store, sku):
            more = {"customer": {"phone": phone}} if phone else {}
            record(
                sale(n, line(sku, category=sku[0]), at=NOW - timedelta(days=days, minutes=n), store=store,
                     payments=[{"method": "cash", "amount": "350.00"}], **more)
            )  # fmt: skip
            Sale.objects.filter(uid=uid(n)).update(brought_by=n % 3)
        case ("void", n):
            sale_void(f"W-{n:04}", actor=OPERATOR, at=NOW)
        case ("return", n, other):
            sale_return(f"W-{n:04}", uid=uid(other), actor=OPERATOR, at=NOW)
        case ("reassign", n, place):
            ids = list(Customer.objects.order_by("id").values_list("id", flat=True))
            sale_reassign(f"W-{n:04}", ids[place] if place < len(ids) else None, actor=OPERATOR, at=NOW)
        case ("both", n, one, other, days):
            record(sale(n, at=NOW - timedelta(days=days), customer={"phone": PHONES[one], "code": f"C{other}"}))
        case ("undo", brought_by):
            sales_remove(brought_by=brought_by, actor=OPERATOR, at=NOW)
        case ("flush",):
            lake_flush(at=NOW)
        case ("rebuild",):
            lake_rebuild(at=NOW)
        case ("other process",):
            lakes_forget()
        case ("ask",):
            agree()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=steps)
def test_the_lake_says_what_the_database_says(steps, tmp_path_factory, monkeypatch):
    place = tmp_path_factory.mktemp("lake") / "v1"
    monkeypatch.setattr("regulars.lake.place.lake_place", lambda _folder: place)
    lakes_forget()
    with transaction.atomic():
        shop_open()
        for step in steps:
            try:
                with transaction.atomic():
                    happen(step)
            except RegularsError:
                continue
        agree()
        lake_flush(at=NOW)
        agree()
        lakes_forget()
        agree()
        transaction.set_rollback(True)
