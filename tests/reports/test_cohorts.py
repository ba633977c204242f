"""Cohorts: who came first in a period, and what became of them."""

import pandas as pd
import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, music

# What Fader and Hardie's sample of a tenth comes to, by hand and by others.
PUBLISHED = {
    "1997-01": [781, 124, 95, 70, 65, 77],
    "1997-02": [857, 134, 110, 75, 77, 75],
    "1997-03": [719, 87, 84, 78, 63, 64],
}


def figures(asked):
    return {(row["cohort"], row["period"]): (row["customers"], row["net"]) for row in asked.rows()}


def by_hand(frame, freq):
    """Customers and net of each cohort in each period, as pandas counts periods."""
    known = frame[frame["customer"] >= 0].copy()
    known["period"] = pd.PeriodIndex(pd.to_datetime(known["day"]), freq=freq)
    cohort = known[~known["is_return"]].groupby("customer")["period"].min()
    known["cohort"] = known["customer"].map(cohort)
    known = known[known["cohort"].notna()]
    known = known[[period >= first for period, first in zip(known["period"], known["cohort"], strict=True)]]
    expected = {}
    for (first, period), rows in known.groupby(["cohort", "period"]):
        expected[first, period] = (rows[~rows["is_return"]]["customer"].nunique(), int(rows["net"].sum()))
    sizes = cohort.value_counts().to_dict()
    return expected, sizes


@pytest.mark.real_data
def test_the_published_rows_of_the_sample(real_data):
    asked = cdnow(real_data, sample=True).ask("cohorts")
    for cohort, published in PUBLISHED.items():
        rows = [row for row in asked.rows() if row["cohort"] == cohort]
        assert [row["customers"] for row in rows[:6]] == published
        assert [row["since"] for row in rows] == list(range(18 - list(PUBLISHED).index(cohort)))
        assert rows[1]["share"] == published[1] / published[0]
        assert {row["size"] for row in rows} == {published[0]}
    assert asked.finding == (
        "14.6 % of 2,357 customers ordered again in the period after their first; most of those of <1997-01>: 15.9 %."
    )


def texts(period, freq):
    return str(period) if freq != "Q" else f"{period.year}-Q{period.quarter}"


@pytest.mark.real_data
@pytest.mark.parametrize(("period", "freq"), [("month", "M"), ("quarter", "Q")])
@pytest.mark.parametrize("data", ["online_retail", "cdnow"])
def test_the_public_data_by_hand(real_data, data, period, freq):
    if data == "cdnow":
        shop, frame = cdnow(real_data), music(real_data).assign(is_return=False)
    else:
        shop, frame = online_retail(real_data), invoices(real_data)
    expected, sizes = by_hand(frame, freq)
    asked = shop.ask("cohorts", period=period)
    found = figures(asked)
    assert {key: value for key, value in found.items() if value != (0, 0)} == {
        (texts(first, freq), texts(then, freq)): value for (first, then), value in expected.items() if value != (0, 0)
    }
    assert {row["cohort"]: row["size"] for row in asked.rows()} == {texts(key, freq): n for key, n in sizes.items()}
    # Net so far is what all periods up to this one come to, by customer of the cohort.
    frame = pd.DataFrame(asked.rows())
    so_far = frame.groupby("cohort")["net"].cumsum() / frame["size"]
    assert frame["net_per_customer"].tolist() == pytest.approx(so_far.tolist(), abs=1e-9)


def test_weeks_by_hand():
    shop = Shop([sold("2026-01-04", 1), sold("2026-01-05", 2), sold("2026-01-11", 1, net=300), sold("2026-01-12", 2)])
    rows = shop.ask("cohorts", period="week", today="2026-01-20").rows()
    assert [
        (row["cohort"], row["since"], row["period"], row["customers"], row["size"], row["net_per_customer"])
        for row in rows
    ] == [
        ("2026-W01", 0, "2026-W01", 1, 1, 1000.0),
        ("2026-W01", 1, "2026-W02", 1, 1, 1300.0),
        ("2026-W01", 2, "2026-W03", 0, 1, 1300.0),
        ("2026-W02", 0, "2026-W02", 1, 1, 1000.0),
        ("2026-W02", 1, "2026-W03", 1, 1, 2000.0),
    ]


def test_two_orders_in_a_period_are_one_customer_and_returns_lower_the_net():
    shop = Shop([
        sold("2026-01-02", 1), sold("2026-01-03", 1), sold("2026-02-01", 1, net=-500), sold("2026-02-02", 2),
        sold("2026-01-01", 2, net=-100), sold("2026-02-03"),
    ])  # fmt: skip
    rows = shop.ask("cohorts").rows()
    assert [(row["cohort"], row["since"], row["customers"], row["net"], row["net_per_customer"]) for row in rows] == [
        ("2026-01", 0, 1, 2000, 2000.0),
        ("2026-01", 1, 0, -500, 1500.0),
        ("2026-02", 0, 1, 1000, 1000.0),
    ]


def test_the_period_that_is_not_over_is_marked_and_a_gap_is_zeros():
    shop = Shop([sold("2026-01-01", 1), sold("2026-03-30", 1)])
    rows = shop.ask("cohorts", today="2026-03-31").rows()
    assert [(row["period"], row["customers"], row["is_whole"]) for row in rows] == [
        ("2026-01", 1, True), ("2026-02", 0, True), ("2026-03", 1, False),
    ]  # fmt: skip
    assert [row["is_whole"] for row in shop.ask("cohorts", today="2026-04-01").rows()] == [True, True, True]
    assert len(shop.ask("cohorts", columns=2).rows()) == 2


def test_cohorts_of_the_dates_asked_about():
    shop = Shop([sold("2026-01-05", 1), sold("2026-02-05", 1), sold("2026-02-05", 2), sold("2026-03-05", 2)])
    rows = shop.ask("cohorts", first="2026-02-01", last="2026-02-28", today="2026-03-31").rows()
    assert [(row["cohort"], row["period"], row["size"], row["customers"]) for row in rows] == [
        ("2026-02", "2026-02", 1, 1)
    ]


def test_as_of_a_past_day_later_sales_are_not_known():
    shop = Shop([sold("2026-01-05", 1), sold("2026-02-05", 1), sold("2026-02-06", 2)])
    early = Shop([sold("2026-01-05", 1), sold("2026-02-05", 1)])
    assert shop.ask("cohorts", today="2026-02-05").rows() == early.ask("cohorts", today="2026-02-05").rows()


@pytest.mark.parametrize("scope", [{}, {"period": "week"}, {"first": "2026-02-10", "last": "2026-04-20"}, {"stores": [1], "period": "quarter"}])  # fmt: skip
def test_the_customers_behind_each_cell(scope):
    held_to(some_shop(), "cohorts", {"query": "customers"}, **scope)


def test_a_cohort_of_few_is_not_told_of():
    sales = [
        *(sold("2026-01-05", n) for n in range(10)), *(sold("2026-02-05", n) for n in range(2)),
        *(sold("2026-02-06", n) for n in range(20, 29)), *(sold("2026-03-05", n) for n in range(20, 29)),
    ]  # fmt: skip
    few = Shop(sales).ask("cohorts", today="2026-04-02")
    assert few.finding == "57.9 % of 19 customers ordered again in the period after their first."
    enough = Shop([*sales, sold("2026-02-07", 29)]).ask("cohorts", today="2026-04-02")
    assert enough.finding == (
        "55.0 % of 20 customers ordered again in the period after their first; most of those of <2026-02>: 90.0 %."
    )


def test_little_and_nothing_to_tell():
    assert Shop().ask("cohorts").finding == "No customer ordered for the first time."
    assert Shop([sold("2026-01-05")]).ask("cohorts").rows() == []
    one = Shop([sold("2026-01-05", 1)]).ask("cohorts")
    assert one.finding == "First orders: 1. No period has passed since to see who came again."
