"""Whether who comes more often spends more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from regulars.reports.questions.loyalty import shape
from tests.reports.behind import behind, meeting, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, is_rule, music


def _entry(n, customer, kind, amount, day, *, book="points"):
    return {"id": n, "customer": customer, "book": book, "kind": kind, "amount": amount, "day": day}


def _often(customer, orders, net, day="2026-01-05"):
    return [sold(day, customer, net) for _ in range(orders)]


# Five customers with 1, 2, 2, 3 and 7 orders; 1 and 5 spent points, 2 has some, 3 gave what was spent back.
SHOP = Shop(
    [
        *_often(1, 1, 100), *_often(2, 2, 400), *_often(3, 2, 100), *_often(4, 3, 100), *_often(5, 7, 500),
        sold("2026-01-06", 5, -200), sold("2026-01-06", 6, -200), sold("2026-01-06", None, 9000),
    ],
    beside={
        "entries": [
            _entry(1, 1, "earn", 10, "2026-01-05"), _entry(2, 1, "spend", -4, "2026-01-05"),
            _entry(3, 5, "bonus", 10, "2026-01-05"), _entry(4, 5, "spend", -4, "2026-01-05"),
            _entry(5, 2, "earn", 10, "2026-01-05"),
            _entry(6, 3, "earn", 10, "2026-01-05"), _entry(7, 3, "spend", -4, "2026-01-05"),
            _entry(8, 3, "spend_back", 4, "2026-01-06"),
            _entry(9, 4, "issue", 500, "2026-01-06", book="credit"),
        ],
        "groups": [{"group": 7, "name": "Gold", "is_tier": True}, {"group": 8, "name": "Standard", "is_tier": True}],
        "tiers": [{"customer": 5, "group": 7}, {"customer": 4, "group": 7}, {"customer": 1, "group": 8},
                  {"customer": 6, "group": 8}],
    },
)  # fmt: skip


def _told(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_customers_by_how_often_they_ordered():
    rows = SHOP.ask("loyalty").rows()
    assert _told(rows, "orders_each", "customers", "orders", "net", "net_each", "average_order") == [
        ("1", 1, 1, 100, 100.0, 100.0),
        ("2", 2, 4, 1000, 500.0, 250.0),
        ("3", 1, 3, 300, 300.0, 100.0),
        ("6-10", 1, 7, 3300, 3300.0, 3300 / 7),
    ]


@pytest.mark.parametrize(
    ("orders", "named"),
    [(5, "5"), (6, "6-10"), (10, "6-10"), (11, "11-20"), (20, "11-20"), (21, "21-50"), (50, "21-50"), (51, "51+")],
)
def test_the_edges_of_the_bins(orders, named):
    [row] = Shop(_often(1, orders, 10)).ask("loyalty").rows()
    assert (row["orders_each"], row["orders"]) == (named, orders)


def test_standing_and_tiers_are_ranked_with_mid_ranks():
    asked = SHOP.ask("loyalty")
    names = ("customers", "orders", "net", "orders_each", "net_each")
    assert _told(asked.rows("standing"), "standing", *names) == [
        ("all", 5, 15, 4700, 3.0, 940.0),
        ("redeemer", 2, 8, 3400, 4.0, 1700.0),
        ("member", 2, 4, 1000, 2.0, 500.0),
        ("none", 1, 3, 300, 3.0, 300.0),
    ]
    # Orders 1 2 2 3 7 rank 1, 2.5, 2.5, 4, 5; net 100 800 200 300 3300 rank 1, 4, 2, 3, 5.
    assert [row["correlation"] for row in asked.rows("standing")] == [pytest.approx(8 / 95**0.5), 1.0, None, None]
    assert _told(asked.rows("tiers"), "tier", *names, "correlation") == [
        (7, 2, 10, 3600, 5.0, 1800.0, 1.0),
        (8, 1, 1, 100, 1.0, 100.0, None),
    ]
    assert asked.finding == "Too few customers ordered to tell whether who comes more often spends more: 5."


def test_before_and_after_joining_are_the_same_customers_and_as_many_days():
    shop = Shop(
        [
            # 1 joined on 11 April; 1 April and 21 April are the last days that count.
            sold("2026-01-01", 1, 5000), sold("2026-03-31", 1, 700), sold("2026-04-01", 1, 300),
            sold("2026-04-11", 1, 9000), sold("2026-04-21", 1, 400), sold("2026-04-20", 1, -100),
            sold("2026-04-22", 1, 800),
            # 2 began too late before, 3 joined too late to be looked at, 4 never joined.
            sold("2026-04-05", 2, 100), sold("2026-01-01", 3, 100), sold("2026-04-05", 4, 100),
        ],
        beside={
            "entries": [
                _entry(1, 1, "earn", 10, "2026-04-11"), _entry(2, 1, "earn", 10, "2026-04-20"),
                _entry(3, 2, "earn", 10, "2026-04-11"), _entry(4, 3, "earn", 10, "2026-04-13"),
            ]
        },
    )  # fmt: skip
    names = ("span", "customers", "orders", "net", "orders_each", "net_each")
    assert _told(shop.ask("loyalty", days=10).rows("joined"), *names) == [
        ("before", 1, 1, 300, 1.0, 300.0),
        ("after", 1, 1, 300, 1.0, 300.0),
    ]
    assert _told(shop.ask("loyalty", days=10, first="2026-04-12", today="2026-04-22").rows("joined"), *names) == [
        ("before", 0, 0, 0, None, None),
        ("after", 0, 0, 0, None, None),
    ]


def test_the_customers_behind_a_row_are_a_rule():
    asked = SHOP.ask("loyalty")
    span = "from 2026-01-05 to 2026-01-06"
    assert [asked.drilled(n) for n in (0, 3)] == [f"orders {span} = 1", f"orders {span} between 6 and 10"]
    assert [asked.drilled(n, "standing") for n in range(4)] == [
        f"orders {span} >= 1",
        f"orders {span} >= 1 and points_spent > 0",
        f"orders {span} >= 1 and points_spent <= 0 and points_earned > 0",
        f"orders {span} >= 1 and points_spent <= 0 and points_earned <= 0",
    ]
    assert all(is_rule(asked.drilled(n)) for n in range(4))
    assert all(is_rule(asked.drilled(n, "standing")) for n in range(4))
    assert is_rule(Shop(_often(1, 51, 10)).ask("loyalty").drilled())


def test_few_customers_are_told_honestly():
    assert Shop().ask("loyalty").finding == "No identified customer ordered anything here."
    assert Shop(_often(1, 2, 10)).ask("loyalty").finding == (
        "1 customers are all alike in orders or in net sales, so nothing can be said."
    )
    less = Shop([
        sold("2026-01-05", n, net) for n in range(1, 11) for net in [100 * (11 - n), *[0] * (n - 1)]
    ]).ask("loyalty")  # fmt: skip
    assert less.rows("standing")[0]["correlation"] == -1.0
    assert less.finding == "Of 10 customers, who orders more often spends less in all."


@pytest.mark.parametrize(
    ("spent", "finding"),
    [
        (9, "Of 20 customers, who orders more often clearly spends more in all."),
        (
            10,
            (
                "Of 20 customers, who orders more often clearly spends more in all; those who spent points brought "
                "15.50 each, those without points 5.50."
            ),
        ),
    ],
)
def test_a_standing_of_few_is_not_told_of(spent, finding):
    entries = [_entry(n, 20 - n, "spend", -4, "2026-01-05") for n in range(spent)]
    shop = Shop([each for n in range(1, 21) for each in _often(n, n, 100)], beside={"entries": entries})
    assert shop.ask("loyalty").finding == finding


@pytest.mark.real_data
def test_the_correlation_of_online_retail_is_scipys(real_data):
    told = invoices(real_data)
    told = told[told["customer"] >= 0]
    orders = told[~told["is_return"]].groupby("customer").size()
    net = told.groupby("customer")["net"].sum()[orders.index]
    asked = online_retail(real_data).ask("loyalty")
    every, without = asked.rows("standing")
    assert every["correlation"] == pytest.approx(spearmanr(orders, net).statistic, rel=1e-12)
    assert (every["customers"], every["orders"], every["net"]) == (len(orders), orders.sum(), net.sum())
    assert without["standing"] == "none"
    assert sum(row["net"] for row in asked.rows()) == net.sum()
    assert asked.rows()[0]["customers"] == (orders == 1).sum()


@pytest.mark.real_data
def test_the_correlation_of_cdnow_is_scipys(real_data):
    of_each = music(real_data).groupby("customer")["net"].agg(["size", "sum"])
    every = cdnow(real_data).ask("loyalty").rows("standing")[0]
    assert every["correlation"] == pytest.approx(spearmanr(of_each["size"], of_each["sum"]).statistic, rel=1e-12)
    assert every["customers"] == 23_570


def test_behind_a_tier_are_those_who_ordered():
    asked = SHOP.ask("loyalty")
    assert [behind(SHOP, asked, row, "tiers") for row in asked.rows("tiers")] == [[4, 5], [1]]
    asked = some_shop().ask("loyalty")
    for n, row in enumerate(asked.rows()):
        assert len(meeting(some_shop(), asked.drilled(n), today=asked.bound["today"])) == row["customers"], row


@given(st.lists(st.integers(-(10**14), 10**14) | st.integers(-3, 70_000)))
def test_customers_are_in_the_order_of_net_sales_equals_as_they_came(values):
    found = shape._rising(np.array(values, np.int64)).tolist()
    assert found == sorted(range(len(values)), key=lambda place: values[place])
