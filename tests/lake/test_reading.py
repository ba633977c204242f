"""What is asked of the lake is what the database holds, to the last sale."""

from datetime import date

import pytest

from regulars.access.rules import OPERATOR
from regulars.checkout.services import sale_void
from regulars.lake.engines.engine import Statement
from regulars.lake.reading import lake_here
from tests.cast import ANNA_PHONE, BEN_PHONE, NOW, line, record, sale, shop_open

pytestmark = pytest.mark.django_db


def asked(sql, **bound):
    return lake_here().reading(at=NOW).ask(Statement(sql, bound)).to_pylist()


@pytest.fixture
def shop():
    return shop_open()


def test_an_empty_shop_answers(shop):
    assert asked("SELECT COUNT(*) AS n, SUM(net) AS net FROM history_sales") == [{"n": 0, "net": None}]
    for name in lake_here().reading(at=NOW).names:
        if name not in {"calendar", "stores"}:
            assert asked(f'SELECT COUNT(*) AS n FROM "{name}"') == [{"n": 0}], name


def test_a_sale_is_in_the_next_answer(shop):
    record(sale(1, line("LATTE"), line("BEANS", "900.00", "2"), customer={"phone": ANNA_PHONE}))
    assert asked("SELECT number, net, units, day, weekday, month, day_number FROM sales") == [
        {
            "number": "W-0001",
            "net": 215000,
            "units": 3000,
            "day": date(2026, 11, 20),
            "weekday": 5,
            "month": 24322,
            "day_number": 20777,
        }
    ]
    assert asked("SELECT n, category, quantity, net, channel FROM lines ORDER BY n") == [
        {"n": 1, "category": "", "quantity": 1000, "net": 35000, "channel": "in_store"},
        {"n": 2, "category": "", "quantity": 2000, "net": 180000, "channel": "in_store"},
    ]
    record(sale(2, customer={"phone": BEN_PHONE}))
    assert asked("SELECT COUNT(*) AS n, CAST(SUM(net) AS BIGINT) AS net FROM sales") == [{"n": 2, "net": 250000}]
    sale_void("W-0002", actor=OPERATOR, at=NOW)
    assert asked("SELECT COUNT(*) AS n FROM sales") == [{"n": 1}]
    assert asked("SELECT COUNT(*) AS n FROM lines") == [{"n": 2}]
    assert asked("SELECT COUNT(*) AS n FROM customers") == [{"n": 2}]


def test_a_flush_changes_no_answer(shop):
    from regulars.lake.flushing import lake_flush

    record(
        *(sale(n, line("LATTE"), line("BEANS", "900.00", "2"), customer={"phone": ANNA_PHONE}) for n in range(1, 30))
    )
    totals = "SELECT COUNT(*) AS n, CAST(SUM(net) AS BIGINT) AS net FROM lines"
    before = asked(totals)
    done = lake_flush(at=NOW)
    assert (done.sales, done.lines) == (29, 58)
    assert asked(totals) == before
    sale_void("W-0002", actor=OPERATOR, at=NOW)
    assert asked(totals) == [{"n": 56, "net": 215000 * 28}]
    record(sale(40))
    assert asked(totals) == [{"n": 57, "net": 215000 * 28 + 35000}]
    lake_flush(at=NOW)
    assert asked(totals) == [{"n": 57, "net": 215000 * 28 + 35000}]
    assert asked("SELECT COUNT(*) AS n FROM customers") == [{"n": 1}]


def test_a_relation_is_the_same_one_while_nothing_changed(shop):
    def relations():
        reading = lake_here().reading(at=NOW)
        return {name: reading.relation(name) for name in ("sales", "stores", "customers", "entries", "calendar")}

    record(sale(1, customer={"phone": ANNA_PHONE}))
    before = relations()
    assert {name for name, held in relations().items() if held is not before[name]} == set()
    record(sale(2, customer={"phone": ANNA_PHONE}))
    assert {name for name, held in relations().items() if held is not before[name]} == {"sales"}
    record(sale(3, customer={"phone": BEN_PHONE}))
    assert {name for name, held in relations().items() if held is not before[name]} == {"sales", "customers"}
