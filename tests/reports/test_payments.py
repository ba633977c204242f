"""What people pay with."""

import pytest

from tests.reports.behind import behind, meeting, some_shop
from tests.reports.dressed import dressed, dressed_invoices
from tests.reports.harness import Shop, cdnow, sold


def by_hand(frame):
    """Orders by method and all of them, and what was paid, from the rules that dressed the invoices."""
    orders = frame[~frame["is_return"]]
    cash, tenth = orders["rank"] % 4 == 0, orders["rank"] % 10 == 0
    all_tenths = frame[frame["rank"] % 10 == 0]
    all_cash = frame[frame["rank"] % 4 == 0]
    cash_amount = int(all_cash["net"].sum()) - 100 * int((all_cash["rank"] % 10 == 0).sum())
    told = {
        "cash": (int(cash.sum()), len(orders), cash_amount),
        "card": (int((~cash | tenth).sum()), len(orders), int(frame["net"].sum()) - cash_amount),
    }
    assert len(all_tenths) > 1000
    return {method: row for method, row in told.items() if row[0] or row[2]}


@pytest.mark.real_data
def test_online_retail_by_hand(real_data):
    frame = dressed_invoices(real_data)
    asked = dressed(real_data).ask("payments")
    expected = by_hand(frame)
    assert {
        row["method"]: (row["orders"], row["all_orders"], row["amount"]) for row in asked.rows("methods")
    } == expected
    assert expected["card"][0] + expected["cash"][0] > expected["card"][1]
    assert sum(row["amount"] for row in asked.rows()) == frame["net"].sum()
    for month in ("2010-12", "2011-05", "2011-12"):
        some = frame[frame["day"].map("{:%Y-%m}".format) == month]
        orders = some[~some["is_return"]]
        cash = (orders["rank"] % 4 == 0).sum()
        found = {
            row["method"]: (row["orders"], row["all_orders"], row["share"])
            for row in asked.rows()
            if row["period"] == month
        }
        assert found["cash"] == (cash, len(orders), cash / len(orders))


@pytest.mark.real_data
def test_cdnow_has_no_payments(real_data):
    assert cdnow(real_data).ask("payments").finding == "No order with a payment that is known."


def test_a_split_payment_counts_in_each_method_and_the_same_twice_once():
    shop = Shop([
        sold("2026-01-05", 1, paid=[("cash", 600), ("card", 400)]),
        sold("2026-01-06", 1, paid=[("card", 300), ("card", 700)]),
        sold("2026-01-07", paid=[("voucher", 1), ("cash", 2), ("voucher", 3)]),
        sold("2026-02-07", 1, net=-500, paid=[("card", -500)]),
    ])  # fmt: skip
    asked = shop.ask("payments")
    assert [
        (row["period"], row["method"], row["orders"], row["all_orders"], row["share"], row["amount"])
        for row in asked.rows()
    ] == [
        ("2026-01", "card", 2, 3, 2 / 3, 1400),
        ("2026-01", "cash", 2, 3, 2 / 3, 602),
        ("2026-01", "voucher", 1, 3, 1 / 3, 4),
        ("2026-02", "card", 0, 0, None, -500),
    ]
    assert [(row["method"], row["orders"], row["all_orders"], row["amount"]) for row in asked.rows("methods")] == [
        ("card", 2, 3, 900),
        ("cash", 2, 3, 602),
        ("voucher", 1, 3, 4),
    ]
    assert asked.finding == "card pays most often: in 2 of 3 orders, 66.7 %."


def test_an_order_whose_first_payment_failed_counts():
    shop = Shop([sold("2026-01-05", 1, paid=[("card", 1000), ("cash", 600), ("cash", 400)]), sold("2026-01-05", 2)])
    shop.connection.execute("DELETE FROM history_payments WHERE method = 'card'")
    asked = shop.ask("payments")
    assert [(row["method"], row["orders"], row["all_orders"], row["amount"]) for row in asked.rows()] == [
        ("cash", 2, 2, 2000)
    ]
    assert [(row["method"], row["orders"], row["all_orders"]) for row in asked.rows("methods")] == [("cash", 2, 2)]
    assert [(row["tier"], row["orders"], row["all_orders"]) for row in asked.rows("tiers")] == [(None, 2, 2)]


def test_the_mix_of_each_tier_by_hand():
    shop = some_shop()
    payments = shop.connection.sql("SELECT * FROM history_payments").to_arrow_table().to_pylist()
    found = {(row["tier"], row["method"]): row for row in shop.ask("payments").rows("tiers")}
    for tier in (None, 1, 2):
        mine = [
            each for each in payments if each["kind"] == "sale" and each["customer"]
            and (each["customer"] % 2 + 1 if each["customer"] <= 8 else None) == tier
        ]  # fmt: skip
        for method in ("cash", "card", "voucher"):
            some = [each for each in mine if each["method"] == method]
            row = found.pop((tier, method))
            orders, everything = len({each["sale"] for each in some}), len({each["sale"] for each in mine})
            assert (row["orders"], row["all_orders"], row["share"]) == (orders, everything, orders / everything)
            assert row["amount"] == sum(each["amount"] for each in some)
            assert row["tier_set"] == ("Tiers" if tier else "")
    assert found == {}


def test_a_customer_in_tiers_of_two_sets_counts_in_both():
    shop = Shop([sold("2026-01-05", 1)], {"tiers": [
        {"customer": 1, "group": 5, "tier_set": "Tiers"}, {"customer": 1, "group": 9, "tier_set": "Coffee club"},
    ]})  # fmt: skip
    assert [(row["tier_set"], row["tier"], row["orders"], row["all_orders"]) for row in shop.ask("payments").rows("tiers")] == [
        ("Coffee club", 9, 1, 1), ("Tiers", 5, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "scope", [{}, {"period": "week", "first": "2026-02-10", "last": "2026-03-20", "stores": [1, 2]}]
)
def test_the_customers_behind_each_row(scope):
    shop = some_shop()
    asked = shop.ask("payments", **scope)
    for part in ("query", "methods"):
        for n, row in enumerate(asked.rows(part)):
            if row["orders"]:
                rule = asked.drilled(n, part)
                assert meeting(shop, rule, today=asked.bound["today"]) == behind(shop, asked, row, part, **scope), row
    for row in asked.rows("tiers"):
        tiers = {n: n % 2 + 1 for n in range(1, 9)}
        assert {tiers.get(customer) for customer in behind(shop, asked, row, "tiers", **scope)} == {row["tier"]}


def test_one_method_and_none():
    assert Shop([sold("2026-01-05", 1)]).ask("payments").finding == "Every order was paid with cash: 1."
    assert Shop().ask("payments").finding == "No order with a payment that is known."
