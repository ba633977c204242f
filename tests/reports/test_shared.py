"""Customers who buy in more stores than one."""

from itertools import permutations

import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.dressed import dressed, dressed_invoices
from tests.reports.harness import WORDS, Shop, cdnow, sold


@pytest.mark.real_data
def test_online_retail_by_hand(real_data):
    frame = dressed_invoices(real_data)
    known = frame[frame["customer"] >= 0]
    orders = known[~known["is_return"]]
    people = {store: set(rows["customer"]) for store, rows in orders.groupby("store")}
    asked = dressed(real_data).ask("shared")
    assert [
        (row["store"], row["other"], row["customers"], row["store_customers"], row["share"]) for row in asked.rows()
    ] == [
        (
            one,
            other,
            len(people[one] & people[other]),
            len(people[one]),
            len(people[one] & people[other]) / len(people[one]),
        )
        for one, other in permutations((1, 2, 3), 2)
    ]
    reach = orders.groupby("customer")["store"].nunique()
    net = known.groupby("customer")["net"].sum()
    total = int(net.loc[reach.index].sum())
    for word, n in (("one", 1), ("two", 2), ("three", 3)):
        some = reach[reach == n].index
        [row] = [row for row in asked.rows("reach") if row["reach"] == word]
        value = int(net.loc[some].sum())
        assert (row["customers"], row["all_customers"], row["net"]) == (len(some), len(reach), value)
        assert (row["share"], row["net_share"], row["net_per_customer"]) == (
            len(some) / len(reach),
            value / total,
            value / len(some),
        )
        assert row["orders"] == len(orders[orders["customer"].isin(some)])


@pytest.mark.real_data
def test_cdnow_is_one_store(real_data):
    asked = cdnow(real_data).ask("shared")
    assert asked.rows() == []
    assert [(row["reach"], row["customers"], row["net"], row["share"]) for row in asked.rows("reach")] == [
        ("one", 23570, 250031563, 1.0)
    ]
    assert asked.finding == "Nobody buys in more than one of these stores. Customers: 23,570."


def test_pairs_both_ways_and_three_or_more():
    shop = Shop([
        *(sold("2026-01-05", 1, store=store) for store in (1, 2, 3, 4)), sold("2026-01-05", 2, store=1),
        sold("2026-01-05", 3, store=1, net=500), sold("2026-01-05", 3, store=2, net=700),
        # What is brought back to another store makes nobody its customer, but is worth less.
        sold("2026-01-06", 2, store=2, net=-300), sold("2026-01-07", store=2),
    ])  # fmt: skip
    asked = shop.ask("shared")
    found = {(row["store"], row["other"]): (row["customers"], row["share"]) for row in asked.rows()}
    assert len(found) == 12
    assert (found[1, 2], found[2, 1], found[3, 4]) == ((2, 2 / 3), (2, 1.0), (1, 1.0))
    assert [
        (row["reach"], row["customers"], row["orders"], row["net"], row["net_per_customer"])
        for row in asked.rows("reach")
    ] == [
        ("one", 1, 1, 700, 700.0),
        ("two", 1, 2, 1200, 1200.0),
        ("three", 1, 4, 4000, 4000.0),
    ]
    assert asked.finding == "2 of 3 customers buy in more than one store; they are worth 26.00 each, 52.00 in all."


@pytest.mark.parametrize("scope", [{}, {"first": "2026-02-10", "last": "2026-04-20"}, {"channel": "online"}])
def test_the_customers_behind_each_row(scope):
    held_to(some_shop(), "shared", {"query": "customers", "reach": "customers"}, **scope)


def test_the_shares_of_reach_come_to_one():
    rows = some_shop().ask("shared").rows("reach")
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert sum(row["net_share"] for row in rows) == pytest.approx(1)
    assert sum(row["customers"] for row in rows) == rows[0]["all_customers"]


def test_stores_out_of_reach_are_not_told_of():
    asked = some_shop().ask("shared", stores=[1])
    assert asked.rows() == []
    assert [row["reach"] for row in asked.rows("reach")] == ["one"]


def test_nothing_to_tell():
    assert Shop().ask("shared").finding == "No order of a known customer."


def test_of_few_customers_the_finding_names_no_rate():
    shop = Shop([sold("2026-01-05", 1, 1000), sold("2026-01-06", 1, 1000, store=2), sold("2026-01-07", 2, 1000)])
    assert shop.ask("shared").finding == (
        "1 of 2 customers buy in more than one store; they are worth 20.00 each, 20.00 in all."
    )


def test_beside_the_finding_stands_the_share_of_the_time_compared_with():
    then = [sold("2026-01-05", n, 1000) for n in range(1, 11)] + [sold("2026-01-06", 1, 1000, store=2)]
    shop = Shop([*then, sold("2026-02-05", 1, 1000)])
    now = shop.ask("shared", first="2026-02-01", last="2026-02-28")
    before = shop.ask("shared", first="2026-01-01", last="2026-01-31")
    assert now.finding == "Nobody buys in more than one of these stores. Customers: 1."
    told = "In the time compared with, 10.0 % of 10 customers bought in more than one store."
    assert now.report.beside({"reach": now.rows("reach")}, {"reach": before.rows("reach")}, WORDS) == told
    nothing = "In the time compared with no known customer ordered."
    assert now.report.beside({"reach": now.rows("reach")}, {"reach": []}, WORDS) == nothing
