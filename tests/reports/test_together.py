"""What is bought together."""

from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from tests.reports.behind import behind
from tests.reports.harness import Shop, online_retail, sold
from tests.reports.retail import is_rule, retail

# Tea with mugs twice, tea alone once, mugs alone once, cake four times without either.
SHOP = Shop(
    [
        sold("2026-01-05", 1, lines=[(1, 1, 300, "Tea"), (2, 1, 900, "Mugs"), (1, 1, 300, "Tea")]),
        sold("2026-01-06", None, lines=[(1, 1, 300, "Tea"), (2, 2, 1800, "Mugs")]),
        sold("2026-01-07", 2, lines=[(1, 1, 300, "Tea")]),
        sold("2026-01-07", 2, lines=[(2, 1, 900, "Mugs")]),
        *[sold("2026-01-08", 3, lines=[(3, 1, 500, "Cake"), (4, 1, 100, "")]) for _ in range(4)],
        sold("2026-01-09", 1, lines=[(1, -1, -300, "Tea"), (3, -1, -500, "Cake")]),
    ]
)


def test_a_pair_is_counted_in_sales():
    asked = SHOP.ask("together", by="category", least=1)
    assert asked.rows() == [
        {
            "what": "category", "first_name": "Mugs", "first_sku": "", "second_name": "Tea", "second_sku": "",
            "sales": 2, "support": 2 / 8, "all_sales": 8, "confidence": 2 / 3, "first_sales": 3,
            "confidence_back": 2 / 3, "second_sales": 3, "lift": 2 * 8 / 9,
        }
    ]  # fmt: skip
    assert asked.finding == "Who buys Mugs also buys Tea in 66.7 % of 3 sales: 1.8 times as often as anybody."
    assert asked.drilled() is None


def test_pairs_in_too_few_sales_are_left_out():
    assert SHOP.ask("together", least=5).rows() == []
    asked = SHOP.ask("together", least=4)
    assert [(row["first_sku"], row["second_sku"], row["sales"], row["lift"]) for row in asked.rows()] == [
        ("P3", "P4", 4, 2.0)
    ]
    assert SHOP.ask("together").finding == "No two things were bought together often enough to say so."


def test_what_chance_alone_brings_together_is_no_finding():
    """Both are in two of four sales, together in one: as often as chance has it."""
    baskets = ([(1, 1, 300)], [(2, 1, 300)], [(1, 1, 300), (2, 1, 300)], [(3, 1, 100)])
    asked = Shop([sold("2026-01-05", lines=lines) for lines in baskets]).ask("together", least=1)
    assert [row["lift"] for row in asked.rows()] == [1.0]
    assert asked.finding == "No two things are bought together more often than chance would have it."


def test_the_customers_behind_two_products_are_a_rule():
    asked = SHOP.ask("together", least=2)
    rule = asked.drilled(1)
    assert rule == 'bought_together("P1", "P2") from 2026-01-05 to 2026-01-09'
    assert is_rule(rule)
    assert SHOP.ask("together", least=2, stores=[1]).drilled(1) is None


@pytest.mark.real_data
def test_pairs_of_a_month_are_those_counted_by_hand(real_data):
    lines = retail(real_data)
    month = lines[(lines["day"] >= date(2011, 1, 1)) & (lines["day"] <= date(2011, 1, 31)) & ~lines["is_return"]]
    baskets = [sorted(set(each)) for _number, each in month[month["units"] > 0].groupby("number")["sku"]]
    whole = month["number"].nunique()
    one = Counter(sku for basket in baskets for sku in basket)
    both = Counter(pair for basket in baskets for pair in combinations(basket, 2))
    lifts = {pair: n * whole / (one[pair[0]] * one[pair[1]]) for pair, n in both.items() if n >= 10}
    asked = online_retail(real_data).ask("together", first="2011-01-01", last="2011-01-31")
    rows = asked.rows()
    assert len(rows) == min(500, len(lifts)) == 500
    assert [row["lift"] for row in rows] == pytest.approx(sorted(lifts.values(), reverse=True)[:500], rel=1e-12)
    for row in rows:
        pair = tuple(sorted((row["first_sku"], row["second_sku"])))
        assert (row["sales"], row["all_sales"]) == (both[pair], whole)
        assert (row["first_sales"], row["second_sales"]) == (one[row["first_sku"]], one[row["second_sku"]])


@pytest.mark.parametrize(("by", "expected"), [("product", [3]), ("category", [1])])
def test_behind_a_pair_are_those_whose_sale_held_both(by, expected):
    asked = SHOP.ask("together", by=by, least=2)
    found = behind(SHOP, asked, asked.rows()[0])
    assert found == expected
