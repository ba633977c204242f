"""What a chart shows of the rows of its part: steps without gaps, periods that are not over, no more than can be read."""

from datetime import UTC, date, datetime, timedelta

from regulars.reports.drawing import VALUES, spec_of
from regulars.reports.running import Answer
from regulars.reports.scope import Scope
from regulars.reports.telling import Named
from tests.reports.harness import WORDS, Asked, Shop, sold
from tests.reports.test_flows import _changes as changes
from tests.reports.test_liability import SHOP as LEDGER


def spec(asked: Asked, part: str = "query"):
    """The spec of the part's chart, as doors make it."""
    answer = Answer(
        report=asked.report, scope=Scope(), header=(), parts=asked.tables, compared=None, finding="",
        at=datetime(2026, 1, 1, tzinfo=UTC), today=asked.bound["today"], bound=asked.bound, seconds=0.0, currency="KES",
    )  # fmt: skip
    [drawn] = [each for each in asked.report.parts if each.name == part]
    return spec_of(answer, drawn, WORDS, named=Named())


def values(asked: Asked, part: str = "query"):
    """The values of the part's chart as tuples."""
    return [tuple(row.values()) for row in spec(asked, part)["datasets"][VALUES]]


# Steps


def test_a_step_in_which_there_is_nothing_is_drawn_as_zero():
    sales = [
        sold(f"2026-01-{day:02}", customer) for customer, days in ((1, (1, 2, 3, 4, 5)), (2, (1, 2))) for day in days
    ]
    asked = Shop(sales).ask("repeat")
    assert [row["orders"] for row in asked.rows("distribution")] == [2, 5]
    assert values(asked, "distribution") == [("2", 1), ("3", 0), ("4", 0), ("5", 1)]


def test_the_last_step_holds_all_that_follow():
    sales = [sold("2026-01-01", customer) for customer, orders in ((1, 1), (2, 24), (3, 25), (4, 26), (5, 99))
             for _ in range(orders)]  # fmt: skip
    drawn = values(Shop(sales).ask("repeat"), "distribution")
    assert len(drawn) == 25
    assert drawn[:2] == [("1", 1), ("2", 0)]
    assert drawn[-2:] == [("24", 1), ("25+", 3)]
    # Nothing follows: the last step is itself.
    assert values(Shop(sales[:50]).ask("repeat"), "distribution")[-1] == ("25", 1)


def test_days_between_orders_stand_in_steps_of_a_week():
    asked = Shop([sold(day, 1) for day in ("2024-01-01", "2024-01-03", "2024-01-24", "2025-04-01", "2026-09-01")]).ask(
        "frequency"
    )
    assert [row["from_days"] for row in asked.rows()] == [0, 21, 427, 518]
    drawn = values(asked)
    assert drawn[:5] == [("0", 1), ("7", 0), ("14", 0), ("21", 1), ("28", 0)]
    assert (len(drawn), drawn[-1]) == (57, ("392+", 2))


# Periods


def test_a_period_that_is_not_over_or_not_all_asked_about_says_so():
    shop = Shop([sold(day, 1) for day in ("2025-12-20", "2026-01-20", "2026-02-10", "2026-03-03")])
    asked = shop.ask("summary", first="2025-12-15", today="2026-03-15")
    assert [row[0] for row in values(asked)] == ["<2025-12> (part)", "<2026-01>", "<2026-02>", "<2026-03> (so far)"]
    asked = shop.ask("summary", first="2026-01-01", last="2026-02-10", today="2026-03-15")
    assert [row[0] for row in values(asked)] == ["<2026-01>", "<2026-02> (part)"]
    asked = shop.ask("summary", first="2026-01-01", last="2026-03-31", today="2026-04-01")
    assert [row[0] for row in values(asked)] == ["<2026-01>", "<2026-02>", "<2026-03>"]


def test_what_expires_is_drawn_from_the_first_month_that_holds_something():
    asked = LEDGER.ask("liability", first="2026-02-01", last="2026-04-30", today="2026-12-10")
    assert [row["expires"] for row in asked.rows("expiry")] == ["2026-03", "2026-12", ""]
    # A month to come is no part of anything; without a last day it is never.
    assert values(asked, "expiry") == [("<2026-12>", 7), ("never", 5)]


# Series


def test_no_more_lines_than_colours():
    groups = [{"group": n, "name": f"G{n:02}", "is_tier": False} for n in range(1, 11)]
    rows = changes(*(("2026-01-05", customer, "+", n, "sale") for n in range(1, 11) for customer in range(1, n + 1)))
    asked = Shop(beside={"groups": groups, "membership_changes": rows}).ask(
        "flows", first="2026-01-01", last="2026-02-28", today="2026-03-15"
    )
    drawn = spec(asked)
    assert {row["group_id"] for row in drawn["datasets"][VALUES]} == {str(n) for n in range(3, 11)}
    assert drawn["encoding"]["color"]["title"] == "Group (the greatest 8 of 10)"
    assert len(asked.rows()) == 20


def test_of_a_whole_the_rest_is_one():
    paid = [sold("2026-01-05", 1, n, paid=[(f"method {n}", n)]) for n in range(100, 1100, 100)]
    drawn = values(Shop(paid).ask("payments", today="2026-02-10"))
    assert len(drawn) == 8
    # 1 to 3 of ten: 1 + 2 + 3 shillings.
    assert drawn[-1] == ("<2026-01> (part)", "all others", 6.0)
    assert sum(row[-1] for row in drawn) == 55.0


# Kinds


def test_what_is_no_part_of_a_whole_is_not_stacked():
    shop = Shop(
        [sold("2026-01-05", 1, 1000, paid=[("cash", 500), ("card", 500)]), sold("2026-02-05", 2)],
        {"tiers": [{"customer": 1, "group": 7, "tier_set": "Tiers", "since": date(2026, 1, 1)}]},
    )
    by_tier = spec(shop.ask("payments"), "tiers")
    # One order, paid in two ways: the shares come to more than all, and stand beside each other.
    assert {(row["method"], row["share"]) for row in by_tier["datasets"][VALUES] if row["tier"] == "7"} == {
        ("Cash", 1.0), ("Card", 1.0),
    }  # fmt: skip
    assert (by_tier["mark"]["type"], by_tier["encoding"]["xOffset"]["field"]) == ("bar", "method")
    assert spec(shop.ask("retention"), "moves")["mark"]["type"] == "line"


def test_an_index_that_is_the_same_of_everything_is_not_drawn():
    shop = Shop([sold("2026-01-05", n, lines=[(1, 1, 100, "Tea"), (n, 1, 100, f"C{n % 2}")]) for n in range(2, 50)])
    assert {row["preference"] for row in shop.ask("preferences").rows()} == {1.0}
    assert spec(shop.ask("preferences")) is None
    assert len(values(shop.ask("preferences", members=range(2, 30, 2)))) == 3


# Two ways


def test_the_latest_cohorts_are_drawn_whole_with_their_sizes():
    first = date(2025, 1, 6)
    weeks = [(first + timedelta(weeks=n)).isoformat() for n in range(62)]
    asked = Shop([sold(day, n) for n, week in enumerate(weeks) for day in (week, weeks[-1])]).ask(
        "cohorts", period="week", columns=70, today="2026-12-31"
    )
    drawn = spec(asked)
    cohorts = {row["cohort"]: row for row in drawn["datasets"][VALUES]}
    # 62 weeks, of which the first two have no place; the last has no week after it yet.
    assert (len(cohorts), min(cohorts), max(cohorts)) == (59, "<2025-W04>", "<2026-W10>")
    assert drawn["encoding"]["y"]["title"] == "First order in (the latest 60 of 62)"
    assert drawn["datasets"][VALUES][-1] == {"since": 1, "cohort": "<2026-W10>", "share": 1.0, "size": 1}
