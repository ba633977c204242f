"""Which products of a first order bring customers back."""

from datetime import date, timedelta

import pytest

from tests.reports.behind import held_to, some_shop
from tests.reports.harness import Shop, online_retail, sold
from tests.reports.retail import invoices, retail

NAMES = ("product", "customers", "seen", "came_back", "share", "seconds", "second_order", "on_hand", "days_of_cover")
# Tea (1) brought 1 back on day 30 and 2 not; 3 came back too late; mugs (2) brought 1 back; 4 has just begun, twice a day.
SHOP = Shop(
    [
        sold("2026-01-01", 1, lines=[(1, 1, 300), (2, 1, 900)]),
        sold("2026-01-31", 1, lines=[(2, 1, 700)]),
        sold("2026-02-01", 1, lines=[(2, 1, 5000)]),
        sold("2026-01-02", 2, lines=[(1, 1, 300)]),
        sold("2026-01-05", 2, lines=[(1, -1, -300)]),
        sold("2026-01-03", 3, lines=[(1, 1, 300)]),
        sold("2026-02-03", 3, lines=[(1, 1, 300)]),
        sold("2026-02-20", 4, hour=15, lines=[(2, 1, 800)]),
        sold("2026-02-20", 4, hour=9, lines=[(1, 1, 400)]),
        sold("2026-02-21", None, lines=[(1, 9, 2700)]),
    ],
    beside={"stock": [{"product": 1, "store": 1, "on_hand": 20_000}, {"product": 1, "store": 2, "on_hand": 2_000}]},
)


def _told(asked, *names):
    return [tuple(row[name] for name in names) for row in asked.rows()]


def test_a_share_is_of_those_whose_days_have_gone_by():
    asked = SHOP.ask("retaining", today="2026-02-28", within_days=30, least=1)
    # In the 28 days up to 28 February: 1 + 1 + 9 units of tea.
    assert _told(asked, *NAMES) == [
        (2, 1, 1, 1, 1.0, 1, 700.0, None, None),
        (1, 4, 3, 1, 1 / 3, 2, 750.0, 22_000, 22_000 * 28 / 11_000),
    ]
    assert asked.finding == (
        "No product was in enough first orders, long enough ago, to say whether it brings people back."
    )


def test_first_orders_are_those_in_the_span_and_stock_that_of_its_stores():
    asked = SHOP.ask("retaining", first="2026-01-02", last="2026-02-15", today="2026-02-28", within_days=32, least=2,
                     stores=[1])  # fmt: skip
    # In the 28 days up to 15 February tea was sold once.
    assert _told(asked, *NAMES) == [(1, 2, 2, 1, 0.5, 1, 300.0, 20_000, 560.0)]


def test_too_few_stand_last():
    shop = Shop([
        *[sold("2026-01-01", n, lines=[(1, 1, 300)]) for n in range(1, 13)],
        *[sold("2026-01-09", n, lines=[(1, 1, 300)]) for n in range(1, 4)],
        *[sold("2026-03-01", n, lines=[(2, 1, 300)]) for n in range(21, 32)],
        sold("2026-01-01", 32, lines=[(2, 1, 300)]),
        sold("2026-01-01", 32, lines=[(2, 1, 300)]),
    ], beside={"stock": [{"product": 1, "store": 1, "on_hand": 500}]})  # fmt: skip
    asked = shop.ask("retaining", today="2026-03-20", within_days=30)
    assert _told(asked, "product", "seen", "share") == [(1, 12, 0.25), (2, 1, 1.0)]
    assert asked.finding == "Product 1 brings back 25.0 % of 12 customers who began with it."
    asked = shop.ask("retaining", last="2026-01-20", today="2026-04-20", within_days=30)
    assert asked.finding == ("Product 1 brings back 25.0 % of 12 who began with it, and lasts only 0.7 more days.")


def test_an_empty_shop_says_so():
    assert Shop().ask("retaining").finding.startswith("No product was in enough first orders")


@pytest.mark.real_data
def test_products_of_the_first_invoices_are_as_pandas_says(real_data):
    orders = invoices(real_data)
    orders = orders[(orders["customer"] >= 0) & ~orders["is_return"]]
    orders = orders.reset_index().sort_values(["customer", "day", "hour", "number"])
    place = orders.groupby("customer").cumcount()
    first, second = (orders[place == n].set_index("customer") for n in (0, 1))
    gap = {c: (second["day"][c] - first["day"][c]).days for c in second.index}
    back = {c for c, days in gap.items() if days <= 60}
    lines = retail(real_data)
    held = lines[lines["number"].isin(set(first["number"])) & (lines["units"] > 0)]
    today = date(2011, 12, 9)
    expected = {}
    for sku, customers in held.groupby("sku")["customer"].unique().items():
        seen = [c for c in customers if first["day"][c] <= today - timedelta(days=60)]
        if len(customers) >= 20:
            nets = [int(second["net"][c]) for c in customers if c in back]
            expected[sku] = (
                len(customers), len(seen), len(back.intersection(seen)), len(nets),
                sum(nets) / len(nets) if nets else None,
            )  # fmt: skip
    shop = online_retail(real_data)
    skus = dict(shop.connection.execute("SELECT product, sku FROM products").fetchall())
    found = {
        skus[row["product"]]: (row["customers"], row["seen"], row["came_back"], row["seconds"], row["second_order"])
        for row in shop.ask("retaining", within_days=60, least=20).rows()
    }
    assert len(found) > 1000
    assert found == expected


@pytest.mark.parametrize("scope", [{}, {"stores": [2, 3]}, {"channel": "online"}, {"first": "2026-01-20"}])
def test_behind_a_product_are_those_who_began_with_it(scope):
    held_to(some_shop(), "retaining", {"query": "customers"}, least=1, **scope)
