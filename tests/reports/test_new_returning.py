"""Who is new in a period, and who came before."""

import pandas as pd
import pytest

from regulars.lake.calendar import calendar_table
from tests.reports.behind import held_to, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, music


def figures(asked):
    return [
        (row["period"], row["who"], row["customers"], row["orders"], row["net"])
        for row in asked.rows()
        if row["customers"] or row["net"]
    ]


def by_hand(frame, period):
    """The same from a frame with customer, day, net and is_return."""
    known = frame[frame["customer"] >= 0].copy()
    known["period"] = known["day"].map(period)
    orders = known[~known["is_return"]]
    first = orders.groupby("customer")["day"].min().map(period)
    expected = []
    for name, rows in known.groupby("period"):
        is_new = rows["customer"].map(first) == name
        for who, some in (("new", rows[is_new]), ("returning", rows[~is_new])):
            bought = some[~some["is_return"]]
            if len(some):
                expected.append((name, who, bought["customer"].nunique(), len(bought), int(some["net"].sum())))
    return [row for row in expected if row[2] or row[4]]


MONTH = "{:%Y-%m}".format


def week(day):
    return "{}-W{:02}".format(*day.isocalendar()[:2])


def quarter(day):
    return f"{day.year}-Q{(day.month + 2) // 3}"


@pytest.mark.real_data
@pytest.mark.parametrize(("period", "of"), [("month", MONTH), ("week", week), ("quarter", quarter), ("day", str)])
def test_online_retail_by_hand(real_data, period, of):
    asked = online_retail(real_data).ask("new-returning", period=period)
    assert figures(asked) == by_hand(invoices(real_data), of)
    assert sum(row["net"] for row in asked.rows()) == invoices(real_data).query("customer >= 0")["net"].sum()


@pytest.mark.real_data
def test_cdnow_by_hand(real_data):
    frame = music(real_data).assign(is_return=False)
    asked = cdnow(real_data).ask("new-returning")
    assert figures(asked) == by_hand(frame, MONTH)
    # Nobody came for the first time after March 1997: that is how the 23,570 were chosen.
    assert sum(row["customers"] for row in asked.rows() if row["who"] == "new") == 23570
    assert {row["period"] for row in asked.rows() if row["who"] == "new" and row["customers"]} == {
        "1997-01",
        "1997-02",
        "1997-03",
    }


def test_new_and_returning_are_all_and_the_shares_come_to_one():
    asked = some_shop().ask("new-returning", period="week")
    frame = pd.DataFrame(asked.rows())
    for _period, rows in frame.groupby("period"):
        [everybody] = set(rows["all_customers"])
        assert rows["customers"].sum() == everybody
        assert rows["share"].sum() == pytest.approx(1) if everybody else rows["share"].isna().all()


def test_a_customer_is_new_for_the_whole_period_and_later_sales_change_nothing():
    before = [sold("2026-01-31", 1), sold("2026-02-03", 2), sold("2026-02-20", 2), sold("2026-02-28", 1)]
    expected = [
        ("2026-01", "new", 1, 1, 1000),
        ("2026-02", "new", 1, 2, 2000),
        ("2026-02", "returning", 1, 1, 1000),
    ]
    assert figures(Shop(before).ask("new-returning")) == expected
    later = Shop([*before, sold("2026-03-01", 2), sold("2026-03-01", 3)]).ask("new-returning")
    assert figures(later)[:3] == expected
    assert figures(later)[3:] == [("2026-03", "new", 1, 1, 1000), ("2026-03", "returning", 1, 1, 1000)]


def test_what_comes_back_is_taken_from_the_net_and_makes_nobody_a_customer():
    shop = Shop([
        sold("2026-01-05", 1), sold("2026-01-20", 1, net=-400), sold("2026-02-05", 1, net=-100),
        sold("2026-02-06", 2, net=-50), sold("2026-02-10", None),
    ])  # fmt: skip
    assert figures(shop.ask("new-returning")) == [("2026-01", "new", 1, 1, 600), ("2026-02", "returning", 0, 0, -150)]


def test_the_first_order_is_looked_for_in_all_of_history():
    shop = Shop([sold("2026-01-05", 1), sold("2026-02-10", 1), sold("2026-02-12", 2)])
    asked = shop.ask("new-returning", first="2026-02-01", last="2026-02-28")
    assert figures(asked) == [("2026-02", "new", 1, 1, 1000), ("2026-02", "returning", 1, 1, 1000)]
    # Their first order was in the period, though before the days that are asked about.
    asked = Shop([sold("2026-02-02", 1), sold("2026-02-10", 1)]).ask(
        "new-returning", first="2026-02-05", last="2026-02-28"
    )
    assert figures(asked) == [("2026-02", "new", 1, 1, 1000)]


def test_periods_without_a_sale_are_there_and_the_unfinished_is_marked():
    asked = Shop([sold("2026-01-01", 1), sold("2026-03-31", 2)]).ask("new-returning", today="2026-03-31")
    assert [(row["period"], row["who"], row["customers"], row["share"], row["is_whole"]) for row in asked.rows()] == [
        ("2026-01", "new", 1, 1.0, True),
        ("2026-01", "returning", 0, 0.0, True),
        ("2026-02", "new", 0, None, True),
        ("2026-02", "returning", 0, None, True),
        ("2026-03", "new", 1, 1.0, False),
        ("2026-03", "returning", 0, 0.0, False),
    ]
    assert asked.finding == "In <2026-01>, 1 of 1 customers were new: 100.0 %; they spent 10.00 of 10.00."


def test_weeks_that_begin_on_sunday():
    shop = Shop([sold("2026-01-10", 1), sold("2026-01-11", 2), sold("2026-01-17", 2), sold("2026-01-18", 2)])
    monday = figures(shop.ask("new-returning", period="week"))
    assert monday == [
        ("2026-W02", "new", 2, 2, 2000),
        ("2026-W03", "returning", 1, 2, 2000),
    ]
    shop.connection.register("calendar", calendar_table("sunday"))
    sunday = shop.ask("new-returning", period="week")
    assert figures(sunday) == [
        ("2026-W01", "new", 1, 1, 1000),
        ("2026-W02", "new", 1, 2, 2000),
        ("2026-W03", "returning", 1, 1, 1000),
    ]


def test_a_store_is_asked_about_as_if_there_were_no_other():
    shop = Shop([sold("2026-01-05", 1, store=1), sold("2026-02-05", 1, store=2), sold("2026-02-06", 1, store=1)])
    assert figures(shop.ask("new-returning", stores=[2])) == [("2026-02", "new", 1, 1, 1000)]


@pytest.mark.parametrize("scope", [{}, {"period": "week"}, {"first": "2026-02-10", "last": "2026-04-20"}, {"stores": [1, 3], "period": "quarter"}, {"channel": "online", "period": "day"}])  # fmt: skip
def test_the_customers_behind_each_row(scope):
    held_to(some_shop(), "new-returning", {"query": "customers"}, **scope)


def test_nothing_to_tell():
    assert Shop().ask("new-returning").finding == "No order of a known customer."
    assert Shop([sold("2026-01-05")]).ask("new-returning").finding == "No order of a known customer."
