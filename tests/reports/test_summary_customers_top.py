"""Summary, customers and top on the public data come to what the source files say, asked without any code of ours."""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest

from tests.reports.harness import Shop, cdnow, online_retail, sold

pytestmark = pytest.mark.real_data
FIRST, LAST = "2011-01-01", "2011-11-30"


@pytest.fixture(scope="module")
def invoices(real_data):
    """What each invoice of the wholesaler came to: number, customer, day, pence, units; in plain Python."""
    path = real_data / "online_retail" / "OnlineRetail.csv.gz"
    lines = duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true)").fetchall()
    names = [
        column[0] for column in duckdb.sql(f"DESCRIBE SELECT * FROM read_csv('{path}', all_varchar = true)").fetchall()
    ]
    place = {name: n for n, name in enumerate(names)}
    found = defaultdict(lambda: [None, None, 0, 0])
    for line in lines:
        number, quantity = line[place["InvoiceNo"]], int(line[place["Quantity"]])
        if number.startswith("A") or (quantity < 0 and not number.startswith("C")):
            continue
        worth = (quantity * Decimal(line[place["UnitPrice"]]) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        invoice = found[number]
        invoice[0] = line[place["CustomerID"]] or None
        invoice[1] = min(invoice[1] or "9999", _day(line[place["InvoiceDate"]]))
        invoice[2] += int(worth)
        invoice[3] += quantity
    return {number: tuple(row) for number, row in found.items()}


def _day(text: str) -> str:
    return text[:10]


def of_customers(invoices, first=FIRST, last=LAST):
    """Pence, orders, units and the last order of each customer in a span."""
    found = defaultdict(lambda: [0, 0, 0, ""])
    for number, (customer, day, pence, units) in invoices.items():
        if customer and first <= day <= last:
            row = found[int(float(customer))]
            row[0] += pence
            row[2] += units
            if not number.startswith("C"):
                row[1] += 1
                row[3] = max(row[3], day)
    return found


@pytest.mark.parametrize("by", ["net", "orders", "average"])
def test_the_best_customers_are_those_of_the_file(real_data, invoices, by):
    people = of_customers(invoices)
    asked = online_retail(real_data).ask("top", first=FIRST, last=LAST, by=by, most=50)
    measure = {"net": lambda row: row[0], "orders": lambda row: row[1], "average": lambda row: row[0] / row[1]}[by]
    able = {id_: row for id_, row in people.items() if by != "average" or row[1] >= 3}
    best = sorted(able, key=lambda id_: (-measure(able[id_]), -able[id_][0], id_))[:50]
    assert [row["customer"] for row in asked.rows()] == best
    whole = sum(row[0] for row in people.values())
    for n, row in enumerate(asked.rows(), start=1):
        pence, orders, units, last = people[row["customer"]]
        assert (row["place"], row["net"], row["orders"], row["units"]) == (n, pence, orders, units * 1000)
        assert (row["average"], row["share"]) == (pence / orders, pence / whole)
        assert row["last_order"] == date.fromisoformat(last)


def test_the_first_of_the_best_is_known(real_data):
    [first, *_rest] = online_retail(real_data).ask("top", first=FIRST, last=LAST).rows()
    assert (first["customer"], first["net"], first["orders"]) == (14646, 25916912, 69)


def test_every_customer_has_what_the_file_says(real_data, invoices):
    people = of_customers(invoices)
    asked = online_retail(real_data).ask("customers", first=FIRST, last=LAST, most=10_000_000)
    assert {row["customer"]: (row["net"], row["orders"], row["units"]) for row in asked.rows()} == {
        id_: (pence, orders, units * 1000) for id_, (pence, orders, units, _last) in people.items()
    }
    whole = sum(row[0] for row in people.values())
    so_far = 0
    for row in asked.rows():
        so_far += row["net"]
        assert row["share_so_far"] == so_far / whole
    assert asked.rows("total") == [
        {
            "customers": len(people), "buyers": sum(row[1] > 0 for row in people.values()),
            "orders": sum(row[1] for row in people.values()), "net": whole, "net_of_each": whole / len(people),
        }
    ]  # fmt: skip


def test_every_month_is_that_of_the_file(real_data, invoices):
    months = defaultdict(lambda: [0, 0, 0, 0, 0, 0])
    for number, (customer, day, pence, units) in invoices.items():
        row, is_order = months[day[:7]], not number.startswith("C")
        row[0] += pence
        row[1] += is_order
        row[2] += units
        row[3] += is_order and customer is not None
        row[4] += pence if customer else 0
        row[5] += 0 if is_order else -pence
    found = online_retail(real_data).ask("summary").rows()
    assert [row["period"] for row in found] == sorted(months)
    for row in found:
        pence, orders, units, known, known_net, returned = months[row["period"]]
        assert (row["net"], row["orders"], row["returns"], row["discounts"]) == (pence, orders, returned, 0)
        assert row["average"] == pence / orders
        assert row["units_per_order"] == pytest.approx(units / orders, rel=1e-15)
        assert (row["known_orders"], row["known_net"]) == (known / orders, known_net / pence)


def test_the_music_shop_comes_to_what_is_published(real_data):
    [total] = cdnow(real_data).ask("summary").rows("total")
    assert (total["net"], total["orders"], total["customers"]) == (250031563, 69659, 23570)
    [total] = cdnow(real_data).ask("customers").rows("total")
    assert (total["customers"], total["orders"], total["net"]) == (23570, 69659, 250031563)
    file = (real_data / "cdnow" / "CDNOW_master.txt").read_text("ascii").split("\n")
    spent = defaultdict(int)
    for line in file:
        told = line.split()
        if told and told[0].isdigit():
            spent[int(told[0])] += int(Decimal(told[3]) * 100)
    best = sorted(spent, key=lambda id_: (-spent[id_], id_))[:20]
    assert [(row["customer"], row["net"]) for row in cdnow(real_data).ask("top").rows()] == [
        (id_, spent[id_]) for id_ in best
    ]


def test_a_sale_paid_in_two_ways_is_one_order():
    shop = Shop([sold("2026-01-05", 1, 1000, paid=[("cash", 400), ("card", 600)])])
    [row] = shop.ask("summary").rows()
    assert (row["orders"], row["net"], row["average"]) == (1, 1000, 1000.0)


def test_equals_stand_by_net_then_by_number():
    shop = Shop([sold("2026-01-05", 3, 500), sold("2026-01-05", 1, 500), sold("2026-01-05", 2, 700)])
    assert [row["customer"] for row in shop.ask("top", by="orders").rows()] == [2, 1, 3]


def test_a_return_lowers_net_and_is_no_order():
    shop = Shop([sold("2026-01-05", 1, 1000), sold("2026-01-09", 1, -300)])
    [row] = shop.ask("customers").rows()
    assert (row["net"], row["orders"], row["returns"], row["average"]) == (700, 1, 300, 700.0)
