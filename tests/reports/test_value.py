"""What customers have brought so far."""

import pytest

from tests.reports.behind import held_to, meeting, some_shop
from tests.reports.harness import WORDS, Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, is_rule, music

NAMES = ("customers", "orders", "net", "orders_each", "net_each")
# 1 and 2 began in January, in stores 2 and 1; 3 in March; 4 only brought something back.
SHOP = Shop(
    [
        sold("2026-01-05", 1, 1000, store=1, hour=15),
        sold("2026-01-05", 1, 500, store=2, hour=9),
        sold("2026-03-07", 1, -300, store=1),
        sold("2026-01-20", 2, 800),
        sold("2026-03-01", 3, 600, store=2),
        sold("2026-03-01", 4, -600, store=2),
        sold("2026-03-01", None, 9000),
    ],
    beside={
        "customers": [
            {"customer": 1, "source": "till"}, {"customer": 2, "source": "self"}, {"customer": 3, "source": "till"},
        ],
        "groups": [{"group": 7, "name": "Gold", "is_tier": True}],
        "tiers": [{"customer": 1, "group": 7}, {"customer": 4, "group": 7}],
    },
)  # fmt: skip


def _told(asked, part, name):
    return [(row[name], *(row[each] for each in NAMES)) for row in asked.rows(part)]


def test_value_by_cohort_source_store_and_tier():
    asked = SHOP.ask("value")
    assert _told(asked, "query", "cohort") == [
        ("2026-01", 2, 3, 2000, 1.5, 1000.0),
        ("2026-03", 1, 1, 600, 1.0, 600.0),
    ]
    assert _told(asked, "sources", "source") == [("till", 2, 3, 1800, 1.5, 900.0), ("self", 1, 1, 800, 1.0, 800.0)]
    assert _told(asked, "stores", "store") == [(2, 2, 3, 1800, 1.5, 900.0), (1, 1, 1, 800, 1.0, 800.0)]
    assert _told(asked, "tiers", "tier") == [(7, 1, 2, 1200, 2.0, 1200.0)]
    assert asked.finding == "3 customers who began in this span have brought 8.67 each so far."


def test_only_who_began_in_the_span_counts_with_all_they_bought_after():
    asked = SHOP.ask("value", first="2026-01-01", last="2026-01-10", today="2026-12-31", period="year")
    assert _told(asked, "query", "cohort") == [("2026", 1, 2, 1200, 2.0, 1200.0)]
    assert SHOP.ask("value", first="2026-02-01", last="2026-02-20").finding == (
        "Nobody made a first order in this span."
    )


@pytest.mark.parametrize(
    ("period", "rule"),
    [
        ("month", "first_order from 2026-01-05 to 2026-01-31"),
        ("quarter", "first_order from 2026-01-05 to 2026-03-07"),
        ("day", "first_order from 2026-01-05 to 2026-01-05"),
        ("week", "first_order from 2026-01-05 to 2026-01-11"),
    ],
)
def test_the_customers_behind_a_cohort_are_a_rule(period, rule):
    assert SHOP.ask("value", period=period).drilled() == rule
    assert is_rule(rule)


def test_the_customers_behind_a_source_are_a_rule():
    rule = SHOP.ask("value", channel="in_store").drilled(part="sources")
    assert rule == 'source = "till" and first_order(channel = "in_store") from 2026-01-05 to 2026-03-07'
    assert is_rule(rule)


@pytest.mark.real_data
def test_cohorts_of_cdnow_are_as_pandas_says(real_data):
    orders = music(real_data)
    first = orders.groupby("customer")["day"].min()
    cohort = orders["customer"].map(first).map(lambda day: f"{day:%Y-%m}")
    expected = [
        (name, group["customer"].nunique(), len(group), int(group["net"].sum()))
        for name, group in orders.groupby(cohort)
    ]
    rows = cdnow(real_data).ask("value").rows()
    assert [(row["cohort"], row["customers"], row["orders"], row["net"]) for row in rows] == expected
    assert sum(row["customers"] for row in rows) == 23_570
    assert sum(row["net"] for row in rows) == 250_031_563


@pytest.mark.real_data
def test_cohorts_of_online_retail_are_as_pandas_says(real_data):
    told = invoices(real_data)
    told = told[told["customer"] >= 0]
    orders = told[~told["is_return"]]
    first = orders.groupby("customer")["day"].min()
    cohort = first.map(lambda day: f"{day:%Y-%m}")
    net, count = told.groupby("customer")["net"].sum(), orders.groupby("customer").size()
    expected = [
        (name, len(who), int(count[who.index].sum()), int(net[who.index].sum())) for name, who in cohort.groupby(cohort)
    ]
    rows = online_retail(real_data).ask("value").rows()
    assert [(row["cohort"], row["customers"], row["orders"], row["net"]) for row in rows] == expected
    assert [row["net_each"] for row in rows] == [net / many for _name, many, _orders, net in expected]


@pytest.mark.parametrize(
    "scope",
    [
        {"period": "day", "first": "2026-02-01", "last": "2026-04-15"},
        {"period": "week", "stores": [1, 2]},
        {"period": "month", "channel": "online"},
        {"period": "quarter"},
        {"period": "year", "first": "2026-02-01"},
    ],
)
def test_behind_each_row_are_as_many_customers(scope):
    counts = dict.fromkeys(("query", "stores", "tiers"), "customers")
    held_to(some_shop(), "value", counts | {"sources": ""}, **scope)


def test_behind_a_source_are_those_whose_profile_came_so():
    asked = some_shop().ask("value", stores=[2], first="2026-01-20")
    # All are of the till but two of whom nothing is known; who bought where is asked.
    of_till, began = asked.drilled(part="sources").split(" and ")
    assert of_till == 'source = "till"'
    found = meeting(some_shop(), began, today=asked.bound["today"])
    assert len(found) == sum(row["customers"] for row in asked.rows("sources"))


def test_beside_the_finding_stands_what_those_of_the_time_compared_with_brought():
    shop = Shop([sold("2026-01-05", 1, 1000), sold("2026-01-06", 2, 2000), sold("2026-02-05", 3, 500)])
    now = shop.ask("value", first="2026-02-01", last="2026-02-28")
    before = shop.ask("value", first="2026-01-01", last="2026-01-31")
    told = "Of the time compared with, 2 customers have brought 15.00 each so far."
    assert now.report.beside({"query": now.rows()}, {"query": before.rows()}, WORDS) == told
    nobody = "Nobody made a first order in the time compared with."
    assert now.report.beside({"query": now.rows()}, {"query": []}, WORDS) == nobody
