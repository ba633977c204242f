"""Which categories have their months."""

from datetime import date

import pytest

from tests.reports.behind import behind, some_shop
from tests.reports.dressed import dressed, dressed_lines
from tests.reports.harness import Shop, cdnow, sold
from tests.reports.retail import music


def by_hand(lines):
    """Index, lines and net of each category in each month of the year."""
    of_month, of_category, total = (
        lines.groupby("month")["net"].sum(),
        lines.groupby("category")["net"].sum(),
        lines["net"].sum(),
    )
    cells = lines.groupby(["category", "month"])["net"]
    net, count = cells.sum().to_dict(), cells.size().to_dict()
    expected = {}
    for category in of_category.index:
        for month in of_month.index:
            here = net.get((category, month), 0)
            share, usual = here / of_month[month], of_category[category] / total
            index = share / usual if usual > 0 else None
            expected[category, month] = (index, count.get((category, month), 0), here, share, usual)
    return expected


@pytest.mark.real_data
def test_online_retail_by_hand(real_data):
    """December 2010 to November 2011 is a whole year; the nine days of December 2011 are left out."""
    lines = dressed_lines(real_data)
    ranked = lines.groupby("number")["day"].transform("min")
    lines = lines.assign(day=ranked)
    lines = lines[lines["day"].map("{:%Y-%m}".format) <= "2011-11"]
    lines["month"] = lines["day"].map("{:%m}".format)
    rows = dressed(real_data).ask("season").rows()
    expected = by_hand(lines)
    assert {(row["category"], row["month"]) for row in rows} == expected.keys()
    for row in rows:
        index, count, net, share, usual = expected[row["category"], row["month"]]
        assert (row["lines_sold"], row["net"], row["month_share"], row["year_share"]) == (count, net, share, usual)
        assert row["season_index"] == (pytest.approx(index, rel=1e-12) if index is not None else None)
        assert (row["months_counted"], row["is_whole"], row["all_lines"]) == (12, True, len(lines))
    for month in ("01", "12"):
        assert sum(row["month_share"] for row in rows if row["month"] == month) == pytest.approx(1)


@pytest.mark.real_data
def test_cdnow_sells_one_thing(real_data):
    asked = cdnow(real_data).ask("season", today="1998-07-01")
    assert [(row["month"], row["season_index"], row["months_counted"]) for row in asked.rows()] == [
        (f"{n:02}", 1.0, 12) for n in range(1, 13)
    ]
    # The last twelve months that are over: July 1997 to June 1998.
    days = music(real_data)["day"]
    assert (
        sum(row["lines_sold"] for row in asked.rows())
        == asked.rows()[0]["all_lines"]
        == (days >= date(1997, 7, 1)).sum()
    )
    assert asked.finding == "Too little was sold, or in one category only, to tell its months apart."


def year_of(ice, tea, first=2025, months=12):
    """On the first of each month from January: as much ice as `ice` of the month says, and tea."""
    days = [f"{first + n // 12}-{n % 12 + 1:02}-01" for n in range(months)]
    return [sold(day, 1, lines=[(1, 1, ice(n % 12 + 1), "Ice"), (2, 1, tea, "Tea")]) for n, day in enumerate(days)]


def test_twice_as_much_as_usual():
    # Ice: half of sales in July, a quarter elsewhere... of 12 months 100 of tea each, ice 100 in July and 25 otherwise.
    shop = Shop(year_of(lambda month: 100 if month == 7 else 25, 100))
    rows = {(row["category"], row["month"]): row for row in shop.ask("season", today="2026-01-01").rows()}
    july, usual = rows["Ice", "07"], (100 + 11 * 25) / (1200 + 100 + 11 * 25)
    assert july["month_share"] == 0.5
    assert july["year_share"] == usual
    assert july["season_index"] == 0.5 / usual
    assert july["is_whole"]
    assert len(rows) == 24


def test_less_than_a_year_is_marked_and_all_of_it_counts():
    shop = Shop(year_of(lambda _month: 100, 100, months=11))
    rows = shop.ask("season", today="2025-12-01").rows()
    assert {(row["is_whole"], row["months_counted"]) for row in rows} == {(False, 11)}
    assert {row["month"] for row in rows} == {f"{n:02}" for n in range(1, 12)}
    assert {row["season_index"] for row in rows} == {1.0}


def test_the_month_that_is_not_over_counts_only_when_it_is():
    shop = Shop(year_of(lambda _month: 100, 100))
    assert {(row["is_whole"], row["months_counted"]) for row in shop.ask("season", today="2025-12-31").rows()} == {
        (False, 11)
    }
    assert {(row["is_whole"], row["months_counted"]) for row in shop.ask("season", today="2026-01-01").rows()} == {
        (True, 12)
    }


def test_of_thirty_months_the_last_two_years_count():
    shop = Shop(year_of(lambda _month: 100, 100, first=2023, months=30))
    rows = shop.ask("season", today="2025-07-01").rows()
    assert {(row["is_whole"], row["months_counted"], row["all_lines"]) for row in rows} == {(True, 24, 48)}
    assert {row["month_lines"] for row in rows} == {4}


@pytest.mark.parametrize(("opened", "counted"), [("2025-01-07", (True, 12)), ("2025-01-08", (False, 11))])
def test_the_month_of_opening_counts_if_it_began_in_its_first_week(opened, counted):
    shop = Shop([sold(opened, 1), *year_of(lambda _month: 100, 100)[1:]])
    rows = shop.ask("season", today="2026-01-01").rows()
    assert {(row["is_whole"], row["months_counted"]) for row in rows} == {counted}


def test_a_month_that_is_cut_by_the_dates_does_not_count():
    shop = Shop(year_of(lambda _month: 100, 100))
    cut = shop.ask("season", first="2025-02-10", today="2026-01-01").rows()
    assert {(row["is_whole"], row["months_counted"]) for row in cut} == {(False, 10)}


def test_the_finding_needs_some_lines_and_two_categories():
    sales = [each for _ in range(10) for each in year_of(lambda month: 100 if month == 7 else 25, 100)]
    asked = Shop(sales).ask("season", today="2026-01-01")
    assert asked.finding == "Ice has its season in July: 2.1 times its usual share of sales."
    part = Shop(sales).ask("season", today="2025-12-01")
    assert part.finding == "Not a whole year yet; so far Ice stands out in July: 2.1 times its usual share of sales."
    assert Shop().ask("season").finding == "Nothing was sold."


def test_more_brought_back_than_sold_has_no_index():
    shop = Shop(
        [sold("2026-01-05", 1, lines=[(1, -1, -500, "Tea")]), sold("2026-02-05", 1, lines=[(1, 1, 900, "Tea")])]
    )
    rows = shop.ask("season").rows()
    assert [(row["month"], row["month_share"], row["season_index"]) for row in rows] == [
        ("01", None, None),
        ("02", 1.0, 1.0),
    ]


def test_the_customers_behind_a_cell():
    shop = some_shop()
    asked = shop.ask("season")
    for row in asked.rows():
        found = shop.connection.execute(
            "SELECT DISTINCT customer FROM history_lines WHERE kind = 'sale' AND customer IS NOT NULL AND category = ?"
            " AND strftime(day, '%m') = ? ORDER BY 1", [row["category"], row["month"]],
        ).fetchall()  # fmt: skip
        assert behind(shop, asked, row) == [customer for (customer,) in found]
