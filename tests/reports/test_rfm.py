"""Scores of recency, frequency and money, and the groups they make."""

from bisect import bisect_left
from math import floor

import pytest

from regulars.reports.rfm import GROUPS
from tests.reports.behind import behind, held_to, some_shop
from tests.reports.harness import Shop, cdnow, online_retail, sold
from tests.reports.retail import invoices, music

# By recency, from the latest, and by frequency and money, from the least.
NAMES = {
    5: ["new_customers", "potential_loyalists", "potential_loyalists", "champions", "champions"],
    4: ["promising", "potential_loyalists", "potential_loyalists", "loyal", "loyal"],
    3: ["about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"],
    2: ["hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"],
    1: ["hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"],
}


def scores_by_hand(values):
    """1 + floor(5 x how many are strictly worse / all), at most 5."""
    ordered = sorted(values.values())
    return {key: min(5, 1 + floor(5 * bisect_left(ordered, value) / len(ordered))) for key, value in values.items()}


def by_hand(frame):
    """Recency, the score of frequency and money, and net of each customer."""
    known = frame[frame["customer"] >= 0]
    orders = known[~known["is_return"]].groupby("customer")
    net = known.groupby("customer")["net"].sum().loc[list(orders.groups)]
    recency = scores_by_hand(orders["day"].max().to_dict())
    frequency = scores_by_hand(orders.size().to_dict())
    money = scores_by_hand(net.to_dict())
    return {each: (recency[each], floor((frequency[each] + money[each]) / 2 + 0.5), int(net[each])) for each in recency}


def test_halves_round_up():
    assert [floor(both / 2 + 0.5) for both in range(2, 11)] == [1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.real_data
@pytest.mark.parametrize("data", ["online_retail", "cdnow"])
def test_the_public_data_by_hand(real_data, data):
    if data == "cdnow":
        shop, frame = cdnow(real_data), music(real_data).assign(is_return=False)
    else:
        shop, frame = online_retail(real_data), invoices(real_data)
    people = by_hand(frame).values()
    asked = shop.ask("rfm")
    for row in asked.rows("grid"):
        cell = [net for r, fm, net in people if (r, fm) == (row["recency"], row["frequency_money"])]
        assert (row["customers"], row["net"]) == (len(cell), sum(cell))
        assert row["rfm"] == NAMES[row["recency"]][row["frequency_money"] - 1]
    for row in asked.rows():
        group = [net for r, fm, net in people if NAMES[r][fm - 1] == row["rfm"]]
        assert (row["customers"], row["net"], row["all_customers"]) == (len(group), sum(group), len(people))
        assert row["net_per_customer"] == (sum(group) / len(group) if group else None)
    assert sum(row["share"] for row in asked.rows()) == pytest.approx(1)
    assert sum(row["net_share"] for row in asked.rows()) == pytest.approx(1)


def test_the_grid_is_whole_and_the_best_come_first():
    rows = some_shop().ask("rfm").rows("grid")
    assert [(row["recency"], row["frequency_money"]) for row in rows] == [
        (r, fm) for r in range(5, 0, -1) for fm in range(5, 0, -1)
    ]
    assert some_shop().ask("rfm").rows()[0]["rfm"] == "champions"


def test_the_groups_are_called_as_the_scores_of_the_day_call_them():
    [column] = [each for each in some_shop().ask("rfm").report.parts[1].columns if each.name == "rfm"]
    named = {(r, fm): column.words[name] for r, names in NAMES.items() for fm, name in enumerate(names, start=1)}
    assert named == GROUPS


def test_equal_customers_share_a_score():
    # Five equal ones: nobody is worse, so all score 1, and a sixth who is better scores 1 + floor(5 x 5 / 6) = 5.
    shop = Shop([*(sold("2026-01-01", n) for n in range(1, 6)), sold("2026-01-02", 6, net=1001), sold("2026-01-02", 6)])
    found = {
        (row["recency"], row["frequency_money"]): row["customers"]
        for row in shop.ask("rfm").rows("grid")
        if row["customers"]
    }
    assert found == {(1, 1): 5, (5, 5): 1}


def test_ten_different_ones_are_two_to_a_fifth():
    shop = Shop([sold(f"2026-01-{n:02}", n, net=100 * n) for n in range(1, 11)])
    found = {
        (row["recency"], row["frequency_money"]): row["customers"]
        for row in shop.ask("rfm").rows("grid")
        if row["customers"]
    }
    # All ordered once (score 1); money 1 to 5: halves of 2, 3, 4, 5, 6 are 1, 2, 2, 3, 3.
    assert found == {(1, 1): 2, (2, 2): 2, (3, 2): 2, (4, 3): 2, (5, 3): 2}


def test_only_the_days_looked_back_count():
    sales = [sold("2026-01-01", 1, net=90000), sold("2026-03-02", 1), sold("2026-03-01", 2), sold("2026-03-31", 3)]
    asked = Shop(sales).ask("rfm", lookback=30, today="2026-03-31")
    # 2 March is the first of 30 days; the order of 1 March is out.
    assert {row["all_customers"] for row in asked.rows()} == {2}
    assert sum(row["net"] for row in asked.rows()) == 2000
    assert {row["all_customers"] for row in Shop(sales).ask("rfm").rows()} == {3}


def test_the_days_of_a_span_that_is_over_are_counted_to_its_end():
    sales = [sold("2026-01-01", 1), sold("2026-02-01", 2), sold("2026-02-21", 3), sold("2026-03-31", 1)]
    asked = Shop(sales).ask("rfm", last="2026-02-28", today="2026-03-31")
    found = {row["rfm"]: row["days_since"] for row in asked.rows() if row["customers"]}
    # 1 January, 1 and 21 February, to 28 February; each bought once, so money and frequency tell nobody apart.
    assert found == {"hibernating": (58 + 27) / 2, "promising": 7.0}
    looked_back = Shop(sales).ask("rfm", last="2026-02-28", today="2026-03-31", lookback=28)
    assert {row["all_customers"] for row in looked_back.rows()} == {2}


def test_who_only_brought_something_back_has_no_score_and_returns_lower_the_money():
    shop = Shop([sold("2026-01-01", 1, net=-500), sold("2026-01-01", 2), sold("2026-01-02", 2, net=-300)])
    asked = shop.ask("rfm", today="2026-01-11")
    [row] = [row for row in asked.rows() if row["customers"]]
    assert (row["net"], row["days_since"], row["orders_per_customer"], row["net_share"]) == (700, 10.0, 1.0, 1.0)
    assert behind(shop, asked, row) == [2]


@pytest.mark.parametrize("scope", [{}, {"first": "2026-02-10", "last": "2026-04-20"}, {"lookback": 60}])
def test_the_customers_behind_each_row(scope):
    held_to(some_shop(), "rfm", {"query": "customers", "grid": "customers"}, **scope)


def test_what_is_told_of_little_and_of_nothing():
    assert Shop().ask("rfm").finding == "No order of a known customer."
    assert Shop([sold("2026-01-05", 1)]).ask("rfm").finding == "Too few customers to be told apart by fifths: 1."
