"""What will be sold and what should be ordered."""

from datetime import date, timedelta

import numpy as np
import pytest

from regulars.reports.prediction.demanding import demand
from regulars.reports.questions.demand.shape import _drawn, _urgency
from tests.reports.harness import Shop, online_retail, sold

TODAY = date(2026, 11, 21)


def weekly(product: int, units, *, store: int = 1, price: int = 1000, customer=None):
    """A sale in the middle of each week, the last of `units` within the last seven days."""
    return [
        sold(
            (TODAY - timedelta(days=7 * back + 3)).isoformat(), customer, store=store,
            lines=[(product, each, each * price)],
        )
        for back, each in enumerate(reversed(units))
        if each
    ]  # fmt: skip


def test_the_forecast_of_the_same_every_week_is_the_same():
    said = demand(np.full(40, 5.0), weeks=4)
    assert said is not None
    assert (said.expected, said.low, said.high) == pytest.approx((20, 20, 20))
    assert (said.before, said.came) == pytest.approx((20, 20))


def test_weeks_of_nothing_are_counted_and_those_before_the_first_are_not():
    now_and_then = np.tile([0.0, 0.0, 0.0, 4.0], 13)
    said = demand(np.concatenate([np.zeros(30), now_and_then]), weeks=4)
    assert said is not None
    assert said == demand(now_and_then, weeks=4)
    assert said.expected == pytest.approx(4, rel=0.25)


@pytest.mark.parametrize("weeks_sold", [0, 1, 7])
def test_too_little_says_nothing(weeks_sold):
    assert demand(np.array([0.0] * 20 + [3.0] * weeks_sold), weeks=4) is None


def test_a_short_series_has_no_interval():
    said = demand(np.full(10, 2.0), weeks=4)
    assert said is not None
    assert (said.expected, said.low, said.high) == (pytest.approx(8), None, None)


def test_four_of_five_sums_lie_in_the_interval():
    rng = np.random.default_rng(3)
    inside = []
    for _each in range(60):
        units = rng.poisson(rng.uniform(1, 20), size=64).astype(float)
        said = demand(units[:60], weeks=4)
        assert said is not None
        assert said.low is not None
        assert said.high is not None
        assert 0 <= said.low <= said.expected <= said.high
        inside.append(said.low <= units[60:].sum() <= said.high)
    assert 0.65 <= np.mean(inside) <= 0.95


def test_the_suggested_order_is_what_the_stock_lacks():
    shop = Shop(
        [*weekly(1, [5] * 30), *weekly(2, [10] * 30, store=2), *weekly(3, [1] * 30)],
        beside={
            "stock": [
                {"product": 1, "store": 1, "on_hand": 2_500},
                {"product": 2, "store": 2, "on_hand": 99_000},
                {"product": 2, "store": 1, "on_hand": 0},
            ]
        },
    )
    asked = shop.ask("demand", today=TODAY.isoformat())

    names = (
        "product",
        "store",
        "pace",
        "sold",
        "weekly",
        "expected",
        "low",
        "high",
        "on_hand",
        "cover_days",
        "reorder",
    )
    assert [tuple(row[name] for name in names) for row in asked.rows()] == [
        (1, 1, "steady", 150_000, 5.0, 20_000, 20_000, 20_000, 2_500, pytest.approx(3.5), 18_000),
        (2, 2, "steady", 300_000, 10.0, 40_000, 40_000, 40_000, 99_000, pytest.approx(69.3), 0),
        (3, 1, "steady", 30_000, 1.0, 4_000, 4_000, 4_000, None, None, None),
    ]
    assert {row["anonymous_share"] for row in asked.rows()} == {1.0}
    assert asked.finding == (
        "1 of 3 should be ordered, first Product 1 for Store 1: up to 20 may be sold in the next 4 weeks, "
        "2.5 are in stock. "
        "Of the weeks before, 64 units were foretold and 64 came."
    )


def test_what_runs_out_first_is_on_top():
    """Of what should be ordered; then what will run out next."""
    on_hand = {1: 15_000, 2: 80_000, 3: 5_000, 4: 60_000}
    shop = Shop(
        [sale for product in on_hand for sale in weekly(product, [5] * 30)],
        beside={"stock": [{"product": n, "store": 1, "on_hand": each} for n, each in on_hand.items()]},
    )
    asked = shop.ask("demand", today=TODAY.isoformat())
    assert [(row["product"], row["reorder"]) for row in asked.rows()] == [(3, 15_000), (1, 5_000), (4, 0), (2, 0)]
    assert asked.finding.startswith("2 of 4 should be ordered, first Product 3 for Store 1: up to 20 may be sold")


def test_what_nobody_expects_to_sell_has_no_days_of_cover_and_is_last_of_its_kind():
    rows = [
        {"product": n, "store": 1, "cover_days": cover, "reorder": reorder}
        for n, (cover, reorder) in enumerate([(None, None), (9.0, 0), (None, 3_000), (0.0, 1_000), (0.0, 2_000)])
    ]
    assert [row["product"] for row in sorted(rows, key=_urgency)] == [4, 3, 2, 1, 0]


def test_a_product_is_shown_in_all_of_its_stores_or_in_none():
    """Of the two products that sell most for money the second has a store in which it sells next to nothing."""
    shop = Shop(
        [
            *weekly(1, [9] * 20, price=9000), *weekly(1, [8] * 20, store=2, price=9000),
            *weekly(2, [5] * 20, price=5000), *weekly(2, [1] * 20, store=3, price=1),
            *weekly(3, [4] * 20, price=5000),
        ]
    )  # fmt: skip
    asked = shop.ask("demand", today=TODAY.isoformat(), top=2)
    expected = [(1, 1, 36_000), (1, 2, 32_000), (2, 1, 20_000), (2, 3, 4_000)]
    assert sorted((row["product"], row["store"], row["expected"]) for row in asked.rows()) == expected
    assert [(row["product"], row["store"], row["expected"]) for row in asked.rows("products")] == expected


def test_no_more_products_are_drawn_than_fit_and_each_in_all_of_its_stores():
    many = [{"product": n, "store": store} for n in range(30) for store in range(3)]
    assert len(list(_drawn(many))) == 60
    stores = [{"product": n, "store": store} for n in range(3) for store in range(150)]
    assert len(list(_drawn(stores))) == 300
    assert len(list(_drawn([{"product": 1, "store": store} for store in range(900)]))) == 900


def test_returns_and_what_is_sold_later_do_not_count():
    sales = weekly(1, [5] * 30)
    more = [
        sold(TODAY.isoformat(), lines=[(1, -3, -3000)]),
        sold((TODAY + timedelta(days=1)).isoformat(), lines=[(1, 50, 50_000)]),
    ]
    alone, beside = (Shop(each).ask("demand", today=TODAY.isoformat()) for each in (sales, [*sales, *more]))
    assert alone.rows() == beside.rows()


def test_the_group_that_buys_more_of_it_than_of_the_rest_drives_it():
    of_each = [weekly(1, [1] * 12, customer=n) + weekly(2, [1 if n > 5 else 4] * 12, customer=n) for n in range(1, 11)]
    changes = [
        {"id": n, "group": 7 if n > 5 else 8, "customer": n, "day": TODAY, "is_entry": True} for n in range(1, 11)
    ]
    left = [{"id": 99, "group": 9, "customer": 1, "day": TODAY, "is_entry": True}]
    left += [{"id": 100, "group": 9, "customer": 1, "day": TODAY, "is_entry": False}]
    asked = Shop([one for each in of_each for one in each], beside={"membership_changes": changes + left}).ask(
        "demand", today=TODAY.isoformat()
    )
    assert {row["product"]: (row["driver"], row["driver_share"], row["driver_buyers"]) for row in asked.rows()} == {
        1: (7, 0.5, 5),  # of everything they buy 2 of 7
        2: (8, 0.8, 5),  # of everything 5 of 7
    }


def test_a_shop_without_sales_is_told_so():
    asked = Shop().ask("demand")
    assert (asked.rows(), asked.rows("course")) == ([], [])
    assert asked.finding == "Nothing was sold in the last year."


def test_one_sale_foretells_nothing():
    asked = Shop([sold("2026-11-20")]).ask("demand", today="2026-11-21")
    assert [(row["pace"], row["expected"], row["reorder"]) for row in asked.rows()] == [("new", None, None)]
    assert asked.finding == "Nothing was sold for long enough to foretell what will be."


@pytest.mark.real_data
def test_the_gift_wholesaler_is_counted_as_in_the_file(real_data):
    import duckdb

    asked = online_retail(real_data).ask("demand", top=5)
    assert len(asked.rows()) == 5
    # By hand: the five products of the highest net sales of the last 52 weeks, over the file itself.
    by_hand = duckdb.sql(f"""
        SELECT StockCode::TEXT, sum(Quantity), sum(CASE WHEN CustomerID IS NULL THEN Quantity ELSE 0 END) / sum(Quantity)
        FROM '{real_data}/online_retail/OnlineRetail.parquet'
        WHERE Quantity > 0 AND InvoiceNo NOT LIKE 'C%' AND InvoiceNo NOT LIKE 'A%'
            AND InvoiceDate::TIMESTAMP::DATE > DATE '2011-12-09' - 364
        GROUP BY 1 ORDER BY sum(round(100 * Quantity::INTEGER * UnitPrice::DECIMAL(18, 3))) DESC, 1 LIMIT 5
    """).fetchall()  # fmt: skip
    found = sorted((row["sold"] / 1000, row["anonymous_share"]) for row in asked.rows())
    np.testing.assert_allclose(found, sorted((float(units), float(share)) for _code, units, share in by_hand))
