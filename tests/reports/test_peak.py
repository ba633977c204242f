"""When it is busy."""

from datetime import timedelta

import pandas as pd
import pytest

from tests.reports.behind import behind, meeting, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, music


def by_hand(frame, first, last):
    """Medians over all days of a weekday before the last one, which is today; nothing sold is zero."""
    days = [first + timedelta(n) for n in range((last - first).days)]
    orders = frame[~frame["is_return"]]
    index = pd.MultiIndex.from_product([days, sorted(frame["hour"].unique())], names=["day", "hour"])
    cells = pd.DataFrame(index=index)
    cells["orders"] = orders.groupby(["day", "hour"]).size()
    cells["net"] = frame.groupby(["day", "hour"])["net"].sum()
    cells["customers"] = orders[orders["customer"] >= 0].groupby(["day", "hour"])["customer"].nunique()
    cells = cells.fillna(0).reset_index()
    cells["weekday"] = cells["day"].map(lambda day: day.isoweekday())
    grouped = cells.groupby(["weekday", "hour"])
    medians = grouped[["orders", "net", "customers"]].median()
    medians["days"] = grouped.size()
    return medians


@pytest.mark.real_data
@pytest.mark.parametrize("data", ["online_retail", "cdnow"])
def test_the_public_data_by_hand(real_data, data):
    if data == "cdnow":
        shop, frame = cdnow(real_data), music(real_data).assign(is_return=False, hour=0)
    else:
        shop, frame = online_retail(real_data), invoices(real_data)
    expected = by_hand(frame, frame["day"].min(), frame["day"].max())
    rows = shop.ask("peak").rows()
    assert [
        ((row["weekday"], row["hour"]), row["usual_orders"], row["usual_net"], row["usual_customers"], row["days"])
        for row in rows
    ] == [(key, row["orders"], row["net"], row["customers"], row["days"]) for key, row in expected.iterrows()]
    sums = frame.groupby([frame["day"].map(lambda day: day.isoweekday()), "hour"])
    net, orders = sums["net"].sum(), sums["is_return"].agg(lambda some: (~some).sum())
    assert {
        (row["weekday"], row["hour"]): (row["orders"], row["net"]) for row in rows if row["orders"] or row["net"]
    } == {key: (orders[key], net[key]) for key in net.index if orders[key] or net[key]}


def test_one_odd_day_does_not_lead():
    # Three Mondays (5, 12 and 19 January): one order each at 9; forty at 17 on one of them.
    sales = [sold(day, 1, hour=9) for day in ("2026-01-05", "2026-01-12", "2026-01-19")]
    sales += [sold("2026-01-12", n, hour=17) for n in range(40)]
    asked = Shop(sales).ask("peak", today="2026-01-20")
    mondays = [row for row in asked.rows() if row["weekday"] == 1]
    assert [(row["hour"], row["usual_orders"], row["orders"], row["days"]) for row in mondays] == [
        (9, 1.0, 3, 3),
        (17, 0.0, 40, 3),
    ]
    assert asked.finding == "The busiest hour is usually Monday from 09:00: 1 orders, the middle of 3 such days."


def test_an_even_number_of_days_takes_the_middle_of_the_middle_two_and_returns_are_no_orders():
    shop = Shop([
        sold("2026-01-05", 1, net=300), sold("2026-01-05", 1, net=400), sold("2026-01-05", 2, net=100), sold("2026-01-12", net=500),
        sold("2026-01-12", 3, net=-200), sold("2026-01-13"),
    ])  # fmt: skip
    row = shop.ask("peak").rows()[0]
    assert (row["weekday"], row["hour"], row["days"], row["usual_orders"], row["usual_customers"], row["usual_net"]) == (
        1, 12, 2, 2.0, 1.0, 550.0,
    )  # fmt: skip
    assert (row["orders"], row["net"]) == (4, 1100)


def test_today_is_not_over():
    shop = Shop([sold("2026-01-05", 1), sold("2026-01-12", 1), sold("2026-01-12", 2)])
    rows = {row["weekday"]: row for row in shop.ask("peak", today="2026-01-12").rows()}
    assert (rows[1]["usual_orders"], rows[1]["days"], rows[1]["orders"]) == (1.0, 1, 3)
    assert (rows[2]["usual_orders"], rows[2]["days"], rows[2]["orders"]) == (0.0, 1, 0)
    first = Shop([sold("2026-01-05", 1)]).ask("peak")
    assert [(row["usual_orders"], row["days"], row["orders"]) for row in first.rows()] == [(None, 0, 1)]
    assert first.finding == "No day of the span is over yet; what is usual shows from tomorrow."


def test_days_before_the_first_order_ever_do_not_count():
    shop = Shop([sold("2026-01-05", 1), sold("2026-01-12", 1), sold("2026-01-13", 1)])
    [monday] = [row for row in shop.ask("peak", first="2025-01-01").rows() if row["weekday"] == 1]
    assert monday["days"] == 2


def test_the_customers_behind_each_hour():
    shop = some_shop()
    for scope in ({}, {"stores": [1], "first": "2026-02-10", "last": "2026-04-20"}):
        asked = shop.ask("peak", **scope)
        for n, row in enumerate(asked.rows()):
            assert meeting(shop, asked.drilled(n), today=asked.bound["today"]) == behind(shop, asked, row, **scope)


def test_nothing_to_tell():
    assert Shop().ask("peak").finding == "No order."
    # Nothing is sold on most days at any hour: of equals the first of the week is told, as one of several.
    thin = Shop([sold("2026-01-05", 1), *(sold(f"2026-01-{n:02}", hour=9) for n in (13, 21))]).ask("peak")
    told = "No hour is busy on most of its days; most orders in all came, among others, on Monday from 12:00: 1."
    assert thin.finding == told
    one = Shop([*(sold("2026-01-05", n) for n in (1, 2, 3)), sold("2026-01-13", hour=9), sold("2026-01-21", hour=9)])
    told = "No hour is busy on most of its days; most orders in all came on Monday from 12:00: 3."
    assert one.ask("peak").finding == told


def test_hours_that_are_equally_busy_are_counted():
    mondays = [sold(f"2026-01-{n:02}", hour=hour) for n in (5, 12, 19) for hour in (9, 10, 11)]
    told = "3 hours are usually the busiest, with 1 orders each, among them Monday from 09:00."
    assert Shop(mondays).ask("peak", today="2026-01-20").finding == told
    # Of these more orders in all came at eleven.
    told = "3 hours are usually the busiest, with 1 orders each; of these most in all came on Monday from 11:00: 4."
    assert Shop([*mondays, sold("2026-01-12", hour=11)]).ask("peak", today="2026-01-20").finding == told
