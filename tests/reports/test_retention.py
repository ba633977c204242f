"""Who came again, who came back, who stayed away."""

import pandas as pd
import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, music

WHO = ("retained", "reactivated", "new", "churned")


def moves(asked):
    found = {}
    for row in asked.rows("moves"):
        found.setdefault(row["period"], {})[row["who"]] = (row["customers"], row["net"])
    return found


def by_hand(frame, freq):
    """Sets of customers, period by period."""
    known = frame[frame["customer"] >= 0].copy()
    known["period"] = pd.PeriodIndex(pd.to_datetime(known["day"]), freq=freq)
    orders = known[~known["is_return"]]
    here = {period: set(rows["customer"]) for period, rows in orders.groupby("period")}
    net = known.groupby(["period", "customer"])["net"].sum().to_dict()
    expected = {}
    for period in pd.period_range(min(here), max(here), freq=freq):
        now, before = here.get(period, set()), here.get(period - 1, set())
        ever = set().union(*(some for other, some in here.items() if other < period))
        sets = {
            "retained": now & before, "reactivated": (now & ever) - before, "new": now - ever, "churned": before - now,
        }  # fmt: skip
        expected[period] = {
            who: (len(some), sum(int(net.get((period - 1 if who == "churned" else period, each), 0)) for each in some))
            for who, some in sets.items()
        }
    return expected


@pytest.mark.real_data
@pytest.mark.parametrize(("period", "freq", "written"), [("month", "M", "{0.year}-{0.month:02}"), ("quarter", "Q", "{0.year}-Q{0.quarter}"), ("year", "Y", "{0.year}")])  # fmt: skip
@pytest.mark.parametrize("data", ["online_retail", "cdnow"])
def test_the_public_data_by_hand(real_data, data, period, freq, written):
    if data == "cdnow":
        shop, frame = cdnow(real_data), music(real_data).assign(is_return=False)
    else:
        shop, frame = online_retail(real_data), invoices(real_data)
    expected = {written.format(each): some for each, some in by_hand(frame, freq).items()}
    asked = shop.ask("retention", period=period)
    assert moves(asked) == expected
    for row in asked.rows():
        told = {who: expected[row["period"]][who][0] for who in WHO}
        assert row["retained"] == told["retained"]
        assert row["churned"] == told["churned"]
        assert row["earlier"] == told["retained"] + told["churned"]
        assert row["customers"] == told["retained"] + told["reactivated"] + told["new"]
        assert row["share"] == (row["retained"] / row["earlier"] if row["earlier"] else None)


def test_the_parts_are_the_whole():
    asked = some_shop().ask("retention", period="week")
    told = moves(asked)
    for before, row in zip([None, *asked.rows()], asked.rows(), strict=False):
        parts = told[row["period"]]
        assert row["customers"] == sum(parts[who][0] for who in WHO[:3])
        assert row["earlier"] == parts["retained"][0] + parts["churned"][0]
        assert row["earlier"] == (before["customers"] if before else 0)


def test_each_way_to_come_and_to_stay_away():
    shop = Shop([
        sold("2026-01-05", 1), sold("2026-02-05", 1, net=700),  # comes again
        sold("2026-01-06", 2, net=300),  # stays away in February, comes back in March
        sold("2026-03-06", 2, net=200), sold("2026-02-07", 3, net=500), sold("2026-02-08", 3, net=-100),
        sold("2026-03-31"),
    ])  # fmt: skip
    asked = shop.ask("retention", today="2026-03-31")
    assert moves(asked) == {
        "2026-01": {"retained": (0, 0), "reactivated": (0, 0), "new": (2, 1300), "churned": (0, 0)},
        "2026-02": {"retained": (1, 700), "reactivated": (0, 0), "new": (1, 400), "churned": (1, 300)},
        "2026-03": {"retained": (0, 0), "reactivated": (1, 200), "new": (0, 0), "churned": (2, 1100)},
    }
    assert [(row["earlier"], row["retained"], row["share"], row["is_whole"]) for row in asked.rows()] == [
        (0, 0, None, False),  # the shop opened on the fifth
        (2, 1, 0.5, True),
        (2, 0, 0.0, False),
    ]
    assert asked.finding == "50.0 % of the 2 customers of the period before ordered again in <2026-02>; 1 stayed away."


def test_a_year_without_a_sale():
    shop = Shop([sold("2024-12-05", 1), sold("2026-01-05", 1)])
    told = moves(shop.ask("retention"))
    assert len(told) == 14
    assert told["2025-01"] == {"retained": (0, 0), "reactivated": (0, 0), "new": (0, 0), "churned": (1, 1000)}
    assert told["2026-01"] == {"retained": (0, 0), "reactivated": (1, 1000), "new": (0, 0), "churned": (0, 0)}
    years = moves(shop.ask("retention", period="year"))
    assert years["2026"]["reactivated"] == (1, 1000)


def test_the_period_before_is_looked_for_outside_the_dates():
    shop = Shop([sold("2026-01-05", 1), sold("2026-02-05", 1), sold("2026-02-20", 2)])
    asked = shop.ask("retention", first="2026-02-01", last="2026-02-10", today="2026-03-01")
    assert [
        (row["period"], row["earlier"], row["retained"], row["customers"], row["is_whole"]) for row in asked.rows()
    ] == [("2026-02", 1, 1, 1, False)]


@pytest.mark.parametrize("scope", [{}, {"period": "week"}, {"first": "2026-02-10", "last": "2026-04-20"}, {"stores": [1, 2], "period": "quarter"}])  # fmt: skip
def test_the_customers_behind_each_row(scope):
    held_to(some_shop(), "retention", {"query": "retained", "moves": "customers"}, **scope)


def test_little_and_nothing_to_tell():
    assert Shop().ask("retention").finding == "No order of a known customer."
    one = Shop([sold("2026-01-05", 1)]).ask("retention")
    assert one.finding == "Nobody could come again yet. Customers in <2026-01>: 1."
