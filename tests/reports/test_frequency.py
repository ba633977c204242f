"""How long customers wait from one order to the next."""

from collections import Counter
from itertools import pairwise

import pandas as pd
import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, music

COUNTS = {"query": "", "typical": "", "monthly": "", "months": "customers"}


def gaps_by_hand(frame):
    orders = frame[(frame["customer"] >= 0) & ~frame["is_return"]]
    gaps = []
    for _customer, days in orders.groupby("customer")["day"]:
        ordered = sorted(days)
        gaps += [(after - before).days for before, after in pairwise(ordered)]
    return gaps


@pytest.mark.real_data
@pytest.mark.parametrize("data", ["online_retail", "cdnow"])
def test_the_public_data_by_hand(real_data, data):
    if data == "cdnow":
        shop, frame = cdnow(real_data), music(real_data).assign(is_return=False)
    else:
        shop, frame = online_retail(real_data), invoices(real_data)
    gaps = gaps_by_hand(frame)
    asked = shop.ask("frequency")
    counted = Counter(gap // 7 for gap in gaps)
    assert [(row["from_days"], row["to_days"], row["gaps"]) for row in asked.rows()] == [
        (7 * step, 7 * step + 6, counted[step]) for step in sorted(counted)
    ]
    assert sum(row["share"] for row in asked.rows()) == pytest.approx(1)
    series = pd.Series(gaps)
    assert asked.rows("typical") == [{
        "gaps": len(gaps), "lower_quartile": series.quantile(0.25), "median": series.median(),
        "upper_quartile": series.quantile(0.75),
    }]  # fmt: skip
    orders = frame[(frame["customer"] >= 0) & ~frame["is_return"]]
    months = orders.groupby([orders["day"].map("{:%Y-%m}".format), "customer"]).size()
    assert {row["orders"]: row["customer_months"] for row in asked.rows("monthly")} == months.value_counts().to_dict()
    assert [
        (row["month"], row["customers"], row["orders"], row["orders_per_customer"]) for row in asked.rows("months")
    ] == [(month, len(some), some.sum(), some.sum() / len(some)) for month, some in months.groupby(level=0)]


def test_the_same_day_is_no_wait_and_nobody_waits_for_others():
    shop = Shop([
        sold("2026-01-01", 1), sold("2026-01-01", 1), sold("2026-01-07", 1), sold("2026-01-14", 1),
        sold("2026-01-03", 2), sold("2026-01-05", 2, net=-5), sold("2026-01-10", 2), sold("2026-01-11"),
    ])  # fmt: skip
    asked = shop.ask("frequency")
    # 0, 6 and 7 days of the first, 7 of the second.
    assert [(row["from_days"], row["to_days"], row["gaps"], row["share"]) for row in asked.rows()] == [
        (0, 6, 2, 0.5), (7, 13, 2, 0.5),
    ]  # fmt: skip
    assert [(row["from_days"], row["to_days"], row["gaps"]) for row in shop.ask("frequency", width=1).rows()] == [
        (0, 0, 1), (6, 6, 1), (7, 7, 2),
    ]  # fmt: skip
    assert asked.rows("typical") == [{"gaps": 4, "lower_quartile": 4.5, "median": 6.5, "upper_quartile": 7.0}]
    assert [(row["orders"], row["customer_months"]) for row in asked.rows("monthly")] == [(2, 1), (4, 1)]
    assert [(row["customers"], row["orders_per_customer"], row["is_whole"]) for row in asked.rows("months")] == [
        (2, 3.0, False)
    ]
    assert (
        asked.finding
        == "Half of the 4 waits from one order to the next last 6.5 days or less; the middle half 4.5 to 7 days."
    )


def test_a_wait_that_begins_before_the_dates_is_not_counted():
    shop = Shop([sold("2026-01-01", 1), sold("2026-02-01", 1), sold("2026-02-11", 1)])
    asked = shop.ask("frequency", first="2026-02-01", last="2026-02-28")
    assert [(row["from_days"], row["gaps"]) for row in asked.rows()] == [(7, 1)]


@pytest.mark.parametrize("scope", [{}, {"first": "2026-02-10", "last": "2026-04-20"}, {"stores": [1, 2]}])
def test_the_customers_behind_each_row(scope):
    held_to(some_shop(), "frequency", COUNTS, **scope)


def test_what_is_told_of_little_and_of_nothing():
    assert Shop().ask("frequency").finding == "No order of a known customer."
    one = Shop([sold("2026-01-05", 1)]).ask("frequency")
    assert one.finding == "Nobody ordered twice yet, so there is no time between orders to tell of."
