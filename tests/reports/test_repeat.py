"""How many order again, and how soon."""

import pandas as pd
import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, music

COUNTS = {"query": "customers", "distribution": "customers", "second": "customers", "within": "customers"}


def by_hand(frame, today):
    """Orders of each customer, and days from the first order to the second."""
    orders = frame[(frame["customer"] >= 0) & ~frame["is_return"]].sort_values("day")
    days = orders.groupby("customer")["day"].apply(list)
    second = days[days.map(len) > 1].map(lambda some: (some[1] - some[0]).days)
    age = days.map(lambda some: (today - some[0]).days)
    return days.map(len), second, age


@pytest.mark.real_data
@pytest.mark.parametrize("data", ["online_retail", "cdnow"])
def test_the_public_data_by_hand(real_data, data):
    if data == "cdnow":
        shop, frame = cdnow(real_data), music(real_data).assign(is_return=False)
    else:
        shop, frame = online_retail(real_data), invoices(real_data)
    count, second, age = by_hand(frame, frame["day"].max())
    asked = shop.ask("repeat")
    assert [(row["at_least"], row["customers"], row["all_customers"], row["share"]) for row in asked.rows()] == [
        (n, (count >= n).sum(), len(count), (count >= n).sum() / len(count)) for n in (2, 3, 4, 5)
    ]
    assert {row["orders"]: row["customers"] for row in asked.rows("distribution")} == count.value_counts().to_dict()
    assert sum(row["share"] for row in asked.rows("distribution")) == pytest.approx(1)
    assert asked.rows("second") == [{
        "all_customers": len(count), "customers": len(second), "share": len(second) / len(count),
        "lower_quartile": second.quantile(0.25), "median": second.median(), "upper_quartile": second.quantile(0.75),
    }]  # fmt: skip
    for row in asked.rows("within"):
        old = age[age >= row["within_days"]].index
        came = second.reindex(old) <= row["within_days"]
        assert (row["customers"], row["all_customers"], row["share"]) == (came.sum(), len(old), came.sum() / len(old))


def test_as_many_as_came_at_all_in_online_retail(real_data):
    [second] = online_retail(real_data).ask("repeat").rows("second")
    assert (second["all_customers"], second["customers"]) == (4339, 2845)


@pytest.mark.parametrize(
    ("gaps", "quartiles"),
    [
        ([5], (5.0, 5.0, 5.0)),
        ([0, 10], (2.5, 5.0, 7.5)),
        ([0, 1, 2], (0.5, 1.0, 1.5)),
        ([1, 1, 1, 9], (1.0, 1.0, 3.0)),
        ([3, 1, 2, 5, 4], (2.0, 3.0, 4.0)),
        ([7, 7, 7, 7, 7, 7], (7.0, 7.0, 7.0)),
    ],
)
def test_quartiles_between_two_figures_are_taken_in_proportion(gaps, quartiles):
    sales = [each for n, gap in enumerate(gaps) for each in (sold("2026-01-01", n), sold(f"2026-01-{1 + gap:02}", n))]
    [row] = Shop(sales).ask("repeat").rows("second")
    assert (row["lower_quartile"], row["median"], row["upper_quartile"]) == quartiles
    assert pd.Series(gaps).quantile([0.25, 0.5, 0.75]).tolist() == list(quartiles)


def test_two_orders_on_the_first_day_are_no_days_apart_and_a_return_is_no_order():
    shop = Shop([
        sold("2026-01-05", 1), sold("2026-01-05", 1), sold("2026-02-01", 1), sold("2026-01-06", 2),
        sold("2026-01-07", 2, net=-10), sold("2026-01-08"),
    ])  # fmt: skip
    asked = shop.ask("repeat")
    assert [(row["customers"], row["median"]) for row in asked.rows("second")] == [(1, 0.0)]
    assert [(row["orders"], row["customers"], row["share"]) for row in asked.rows("distribution")] == [
        (1, 1, 0.5),
        (3, 1, 0.5),
    ]
    assert [row["customers"] for row in asked.rows()] == [1, 1, 0, 0]


def test_only_who_had_the_time_is_asked_whether_they_came_back():
    shop = Shop([sold("2026-01-01", 1), sold("2026-01-31", 1), sold("2026-01-02", 2), sold("2026-02-05", 3)])
    within = shop.ask("repeat", today="2026-02-01").rows("within")
    assert [(row["within_days"], row["customers"], row["all_customers"], row["share"]) for row in within] == [
        (30, 1, 2, 0.5), (60, 0, 0, None), (90, 0, 0, None),
    ]  # fmt: skip
    # The thirtieth day counts, the day before it is too early to ask.
    assert [row["all_customers"] for row in shop.ask("repeat", today="2026-01-31").rows("within")] == [1, 0, 0]


def test_a_second_order_after_the_dates_asked_about_counts():
    shop = Shop([sold("2026-01-05", 1), sold("2026-03-05", 1), sold("2026-03-06", 2)])
    asked = shop.ask("repeat", first="2026-01-01", last="2026-01-31", today="2026-03-31")
    assert [(row["all_customers"], row["customers"], row["median"]) for row in asked.rows("second")] == [(1, 1, 59.0)]
    assert [row["customers"] for row in asked.rows()] == [0, 0, 0, 0]


@pytest.mark.parametrize("scope", [{}, {"first": "2026-02-10", "last": "2026-04-20"}, {"stores": [1, 2]}])
def test_the_customers_behind_each_row(scope):
    held_to(some_shop(), "repeat", COUNTS, **scope)


def test_what_is_told_of_little_and_of_nothing():
    assert Shop().ask("repeat").finding == "No order of a known customer."
    shop = Shop([sold("2026-01-05", 1), sold("2026-01-05", 2)])
    assert shop.ask("repeat").finding == "Nobody ordered a second time yet. Customers: 2."
    shop = Shop([sold("2026-01-05", 1), sold("2026-01-09", 1), sold("2026-01-05", 2)])
    assert shop.ask("repeat").finding == (
        "50.0 % of 2 customers ordered at least twice; half of the second orders came within 4 days."
    )
    shop = Shop([sold("2026-01-05", 1), sold("2026-01-05", 1), sold("2026-01-05", 2)])
    assert shop.ask("repeat").finding == (
        "50.0 % of 2 customers ordered at least twice; half of the second orders on the same day."
    )
