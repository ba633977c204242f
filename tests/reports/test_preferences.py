"""What a segment buys, against everybody."""

import pytest

from tests.reports.behind import meeting, some_shop
from tests.reports.harness import Shop, online_retail, sold
from tests.reports.retail import is_rule, retail

# Four buyers: tea by 1 and 2, mugs by 1, 2 and 3, cake by 4. A return is no order.
SHOP = Shop(
    [
        sold("2026-01-05", 1, lines=[(1, 2, 600, "Tea"), (2, 1, 900, "Mugs")]),
        sold("2026-01-06", 1, lines=[(1, 1, 300, "Tea")]),
        sold("2026-01-06", 2, lines=[(1, 1, 300, "Tea"), (2, 1, 900, "Mugs")]),
        sold("2026-01-07", 3, lines=[(2, 1, 900, "Mugs")]),
        sold("2026-01-08", 4, lines=[(3, 1, 500, "Cake")]),
        sold("2026-01-09", 1, lines=[(1, -1, -300, "Tea")]),
        sold("2026-01-09", 3, lines=[(1, -1, -300, "Tea")]),
        sold("2026-01-09", None, lines=[(1, 5, 1500, "Tea")]),
        sold("2026-02-09", 4, lines=[(1, 1, 300, "Tea")]),
    ]
)
NAMES = ("name", "customers", "net", "share", "buyers", "all_customers", "all_share", "all_buyers", "preference")


def _told(asked, *names):
    return [tuple(row[name] for name in names) for row in asked.rows()]


def test_the_index_is_the_share_of_theirs_by_the_share_of_all():
    asked = SHOP.ask("preferences", first="2026-01-01", last="2026-01-31", members=[1, 3], least=1)
    assert _told(asked, *NAMES) == [
        ("Mugs", 2, 1800, 1.0, 2, 3, 0.75, 4, 1.0 / 0.75),
        ("Tea", 1, 300, 0.5, 2, 2, 0.5, 4, 1.0),
        ("Cake", 0, 0, 0.0, 2, 1, 0.25, 4, 0.0),
    ]
    assert asked.finding == "Mugs stands out: 100.0 % of these 2 buyers bought it, against 75.0 % of all."


def test_what_too_few_of_all_bought_is_not_told():
    assert _told(SHOP.ask("preferences", last="2026-01-31", members=[1], least=3), "name") == [("Mugs",)]
    asked = SHOP.ask("preferences", members=[1])
    assert asked.rows() == []
    assert asked.finding == "Nothing was bought by enough customers to tell what anybody prefers."


def test_products_are_named_with_their_sku():
    asked = SHOP.ask("preferences", members=[4], least=1, by="product")
    assert _told(asked, "what", "name", "sku", "preference") == [
        ("product", "Product 3", "P3", 4.0),
        ("product", "Product 1", "P1", 4 / 3),
        ("product", "Product 2", "P2", 0.0),
    ]
    assert asked.drilled() == 'orders(product = "P3") from 2026-01-05 to 2026-02-09 >= 1'


def test_all_buyers_prefer_nothing_and_nobody_says_so():
    assert SHOP.ask("preferences", least=1).finding.startswith("These are all buyers")
    assert SHOP.ask("preferences", least=1, members=[]).finding == "Nobody asked about bought anything."


def test_the_customers_behind_a_row_are_a_rule():
    asked = SHOP.ask("preferences", members=[1], least=1, stores=[1], channel="in_store", last="2026-01-31")
    tea = [row["name"] for row in asked.rows()].index("Tea")
    rule = asked.drilled(tea)
    assert rule == (
        'orders(category = "Tea", store in ("Store 1"), channel = "in_store") from 2026-01-05 to 2026-01-31 >= 1'
    )
    assert is_rule(rule)
    unnamed = Shop([sold("2026-01-05", 1, lines=[(1, 1, 5, "")]), sold("2026-01-05", 2, lines=[(1, 1, 5, "")])])
    rule = unnamed.ask("preferences", least=1, members=[1]).drilled()
    assert rule == "orders(category is unknown) from 2026-01-05 to 2026-01-05 >= 1"
    assert is_rule(rule)


@pytest.mark.real_data
def test_what_germany_buys_is_as_pandas_says(real_data):
    lines = retail(real_data)
    german = set(lines[lines["country"] == "Germany"]["customer"]) - {-1}
    asked = online_retail(real_data).ask("preferences", by="product", members=sorted(german))
    known = lines[lines["customer"] >= 0]
    bought = known[~known["is_return"] & (known["units"] > 0)]
    theirs = bought[bought["customer"].isin(german)]
    all_of = bought.groupby("sku")["customer"].nunique()
    of_them = theirs.groupby("sku")["customer"].nunique()
    net = known[known["customer"].isin(german)].groupby("sku")["net"].sum()
    buyers, all_buyers = theirs["customer"].nunique(), bought["customer"].nunique()
    expected = {
        sku: (
            int(of_them.get(sku, 0)), int(net.get(sku, 0)), buyers, int(count), all_buyers,
            (of_them.get(sku, 0) / buyers) / (count / all_buyers),
        )
        for sku, count in all_of.items()
        if count >= 20
    }  # fmt: skip
    found = {
        row["sku"]: (
            row["customers"],
            row["net"],
            row["buyers"],
            row["all_customers"],
            row["all_buyers"],
            row["preference"],
        )
        for row in asked.rows()
    }
    assert found.keys() == expected.keys()
    assert len(found) > 2000
    assert {sku: row[:5] for sku, row in found.items()} == {sku: row[:5] for sku, row in expected.items()}
    assert [row[5] for row in found.values()] == pytest.approx([expected[sku][5] for sku in found], rel=1e-12)
    assert [row["preference"] for row in asked.rows()] == sorted((row[5] for row in found.values()), reverse=True)


@pytest.mark.parametrize("scope", [{}, {"stores": [1]}, {"channel": "online", "first": "2026-02-01"}])
def test_behind_a_row_are_those_who_bought_it(scope):
    asked = some_shop().ask("preferences", least=1, **scope)
    assert len(asked.rows()) == 4
    for n, row in enumerate(asked.rows()):
        assert len(meeting(some_shop(), asked.drilled(n), today=asked.bound["today"])) == row["customers"], row
