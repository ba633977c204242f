"""The stores side by side."""

from datetime import timedelta

import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.dressed import dressed, dressed_invoices
from tests.reports.harness import Shop, cdnow, sold
from tests.reports.retail import music


def by_hand(frame, first, last, days=90):
    expected = {}
    for store, rows in frame.groupby("store"):
        orders = rows[~rows["is_return"]]
        known = orders[orders["customer"] >= 0]
        asked = known[(known["day"] >= first) & (known["day"] <= last)]
        began = known.groupby("customer")["day"].min()
        here = set(asked["customer"])
        late = known[(known["day"] > last - timedelta(days)) & (known["day"] <= last)]
        early = known[(known["day"] > last - timedelta(2 * days)) & (known["day"] <= last - timedelta(days))]
        before, again = set(early["customer"]), set(early["customer"]) & set(late["customer"])
        within = rows[(rows["day"] >= first) & (rows["day"] <= last)]
        sales = within[~within["is_return"]]
        expected[store] = {
            "net": int(within["net"].sum()),
            "orders": len(sales),
            "average_order": int(within["net"].sum()) / len(sales),
            "identified_share": len(asked) / len(sales),
            "customers": len(here),
            "new_customers": sum(began[each] >= first for each in here),
            "returning_customers": sum(began[each] < first for each in here),
            "earlier": len(before),
            "retained": len(again),
            "retention": len(again) / len(before) if before else None,
        }
    return expected


def figures(asked):
    return {row["store"]: {name: value for name, value in row.items() if name != "store"} for row in asked.rows()}


@pytest.mark.real_data
def test_online_retail_by_hand(real_data):
    frame = dressed_invoices(real_data)
    first, last = frame["day"].min(), frame["day"].max()
    assert figures(dressed(real_data).ask("stores")) == by_hand(frame, first, last)
    summer = dressed(real_data).ask("stores", first="2011-06-01", last="2011-08-31", days=30)
    assert figures(summer) == by_hand(frame, first.replace(2011, 6, 1), first.replace(2011, 8, 31), 30)


@pytest.mark.real_data
def test_cdnow_by_hand(real_data):
    frame = music(real_data).assign(is_return=False, store=1)
    assert figures(cdnow(real_data).ask("stores")) == by_hand(frame, frame["day"].min(), frame["day"].max())


def test_a_store_s_row_is_the_same_whoever_else_is_asked_about():
    alone = some_shop().ask("stores", stores=[2], first="2026-02-01", last="2026-04-30")
    together = some_shop().ask("stores", first="2026-02-01", last="2026-04-30")
    assert alone.rows() == [row for row in together.rows() if row["store"] == 2]
    assert all(row["customers"] == row["new_customers"] + row["returning_customers"] for row in together.rows())


def test_new_is_new_to_the_store():
    shop = Shop(
        [
            sold("2026-01-05", 1, store=1),
            sold("2026-02-05", 1, store=2),
            sold("2026-02-06", 1, store=1),
            sold("2026-02-07", store=1),
        ]
    )
    rows = shop.ask("stores", first="2026-02-01", last="2026-02-28").rows()
    assert [
        (row["store"], row["customers"], row["new_customers"], row["returning_customers"], row["identified_share"])
        for row in rows
    ] == [
        (1, 1, 0, 1, 0.5),
        (2, 1, 1, 0, 1.0),
    ]


def test_the_days_of_retention_touch_and_do_not_overlap():
    sales = [
        sold("2026-01-11", 1),
        sold("2026-01-20", 1),
        sold("2026-01-01", 2),
        sold("2026-01-10", 3),
        sold("2026-01-11", 3),
    ]
    [row] = Shop(sales).ask("stores", days=10, today="2026-01-20").rows()
    # The last ten days are 11 to 20 January; of those with an order from 1 to 10, one came again.
    assert (row["earlier"], row["retained"], row["retention"]) == (2, 1, 0.5)


def test_a_store_that_only_took_back():
    [row] = Shop([sold("2026-01-05", 1, net=-500)]).ask("stores").rows()
    assert (row["net"], row["orders"], row["average_order"], row["identified_share"], row["customers"]) == (
        -500,
        0,
        None,
        None,
        0,
    )
    assert Shop([sold("2026-01-05", 1, net=-500)]).ask("stores").finding == "One store, without an order."


@pytest.mark.parametrize("scope", [{}, {"first": "2026-02-10", "last": "2026-04-20"}, {"stores": [1, 2]}])
def test_the_customers_behind_each_row(scope):
    held_to(some_shop(), "stores", {"query": "customers"}, **scope)


def test_forty_stores_one_and_none():
    shop = Shop([sold("2026-01-05", n, net=100 * n, store=n) for n in range(1, 41)])
    asked = shop.ask("stores")
    assert [row["store"] for row in asked.rows()] == list(range(40, 0, -1))
    assert asked.finding == "Store 40 sells most of 40 stores: 40.00 from 1 orders, 100.0 % of them by known customers."
    assert Shop().ask("stores").finding == "No store sold anything."
