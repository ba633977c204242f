"""What holds of every report there is: odd shops, an earlier day, its words."""

import re
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from regulars.reports.catalogue import built_in
from regulars.reports.folders import Question
from regulars.reports.shape import Unit
from tests.reports.harness import Shop, sold

QUESTIONS = built_in()
KEYS = sorted(QUESTIONS)
PERIODS = ("day", "week", "month", "quarter", "year")
RELATIONS = {
    "sales", "lines", "payments", "history_sales", "history_lines", "history_payments", "all_sales", "all_lines",
    "all_payments", "customers", "stores", "products", "stock", "tiers", "groups", "membership_changes", "entries",
    "offers", "offer_uses", "exposures", "calendar",
}  # fmt: skip


def some_sales(seed: int, *, stores: int = 2, customers: int = 12, days: int = 40, each: int = 60) -> list:
    """Sales, returns and anonymous ones over some days; lines, payments and hours differ."""
    chance = Random(seed)
    found = []
    for n in range(each):
        day = date(2026, 1, 1) + timedelta(days=n * days // each)
        customer = chance.choice([None, *range(1, customers + 1)])
        bought = [
            (thing, chance.randint(1, 3), chance.randint(100, 5000), f"C{thing % 3}")
            for thing in chance.sample(range(1, 9), chance.randint(1, 3))
        ]
        if n % 11 == 10:
            bought = [(thing, -units, -net, kind) for thing, units, net, kind in bought[:1]]
        total = sum(line[2] for line in bought)
        paid = [("cash", total // 2), ("card", total - total // 2)] if n % 3 == 0 else [("cash", total)]
        found.append(
            sold(
                day.isoformat(), customer, lines=bought, paid=paid, store=chance.randint(1, stores),
                hour=chance.randint(8, 20), channel=chance.choice(["in_store", "online"]),
            )
        )  # fmt: skip
    return found


def no_sales() -> Shop:
    return Shop()


def one_customer() -> Shop:
    return Shop([sold("2026-01-05", 1), sold("2026-01-20", 1, 2500)])


def one_sale() -> Shop:
    return Shop([sold("2026-01-05", 1)])


def nobody_known() -> Shop:
    return Shop([sold("2026-01-05"), sold("2026-02-05")])


def all_buy_once() -> Shop:
    return Shop([sold(f"2026-01-{n:02}", n, 100 * n) for n in range(1, 25)])


def all_brought_back() -> Shop:
    return Shop([sold("2026-01-05", 1, 1000), sold("2026-01-06", 1, -1000)])


def only_returns() -> Shop:
    return Shop([sold("2026-01-06", 1, -1000)])


def nothing_costs() -> Shop:
    return Shop([sold("2026-01-05", 1, 0), sold("2026-01-06", 2, 0), sold("2026-02-06", 2, 0)])


def one_store() -> Shop:
    return Shop(some_sales(1, stores=1))


def many_stores() -> Shop:
    return Shop(some_sales(2, stores=40, each=120))


def a_years_gap() -> Shop:
    return Shop([sold("2024-03-05", 1), sold("2024-03-09", 2), sold("2026-01-05", 1), sold("2026-01-06", 3)])


SHOPS = (
    no_sales, one_customer, one_sale, nobody_known, all_buy_once, all_brought_back, only_returns, nothing_costs,
    one_store, many_stores, a_years_gap,
)  # fmt: skip
made = cache(lambda build: build())


def is_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"\S.*[.!?%]", text, re.DOTALL)) and "None" not in text and "nan" not in text.split()


@pytest.mark.parametrize("build", SHOPS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("key", KEYS)
def test_an_odd_shop_gets_an_honest_sentence(key, build):
    asked = made(build).ask(key, today="2026-03-01")
    assert is_sentence(asked.finding), asked.finding
    narrowed = made(build).ask(key, today="2026-03-01", first="2026-01-06", last="2026-01-20", stores=[1], members=[1])
    assert is_sentence(narrowed.finding), narrowed.finding
    nothing = made(build).ask(key, today="2026-03-01", stores=[], members=[])
    assert is_sentence(nothing.finding), nothing.finding


@pytest.mark.parametrize("key", KEYS)
def test_each_period_is_told(key):
    if not QUESTIONS[key].has_periods:
        return
    for period in PERIODS:
        assert is_sentence(made(one_store).ask(key, today="2026-03-01", period=period).finding)


@pytest.mark.parametrize("key", KEYS)
def test_a_sale_dated_after_today_changes_nothing(key):
    sales = some_sales(3)
    late = sold("2026-12-24", 3, 99999)
    assert answers(Shop([*sales, late]), key, "2026-02-09") == answers(Shop(sales), key, "2026-02-09")


@pytest.mark.parametrize("key", KEYS)
def test_each_parameter_is_taken_at_its_ends(key):
    for each in QUESTIONS[key].report.parameters:
        for value in list(each.choices) or [each.least, min(each.most, 10_000)]:
            asked = made(one_store).ask(key, today="2026-03-01", **{each.name: value})
            assert is_sentence(asked.finding), (each.name, value, asked.finding)


def answers(shop: Shop, key: str, today: str, *, is_past: bool = False) -> dict:
    asked = shop.ask(key, today=today, is_past=is_past)
    return {name: table.to_pylist() for name, table in asked.tables.items()} | {"finding": asked.finding}


CHANGES = [
    (1, 1, 1, "2026-01-04", True), (2, 2, 2, "2026-01-04", True), (3, 1, 1, "2026-01-15", False),
    (4, 2, 1, "2026-01-15", True), (5, 3, 5, "2026-01-20", True), (6, 3, 5, "2026-02-02", False),
]  # fmt: skip
ENTRIES = [
    (1, 1, "points", "earn", 100, "2026-01-04", "2026-02-28"), (2, 1, "points", "spend", -40, "2026-01-12", None),
    (3, 2, "credit", "issue", 500, "2026-01-20", None), (4, 1, "points", "expire", -60, "2026-02-08", "2026-02-28"),
]  # fmt: skip


def beside(until: str) -> dict:
    """Groups, the ledger and their changes as they are known at the end of a day."""
    told = [change for change in CHANGES if change[3] <= until]
    inside = {(group, customer): (day, is_in) for _id, group, customer, day, is_in in told}
    entries = ("id", "customer", "book", "kind", "amount", "day", "expires_day")
    return {
        "groups": [
            {"group": 1, "name": "Silver", "is_tier": True, "tier_set": "Tiers"},
            {"group": 2, "name": "Gold", "is_tier": True, "tier_set": "Tiers"},
            {"group": 3, "name": "Friends", "is_tier": False, "tier_set": ""},
        ],
        "membership_changes": [
            {"id": n, "group": group, "customer": customer, "day": date.fromisoformat(day), "is_entry": is_in, "reason": "rule"}
            for n, group, customer, day, is_in in told
        ],
        "tiers": [
            {"customer": customer, "group": group, "tier_set": "Tiers", "since": date.fromisoformat(day)}
            for (group, customer), (day, is_in) in inside.items()
            if is_in and group < 3
        ],
        "entries": [
            {
                **dict(zip(entries, row, strict=True)), "day": date.fromisoformat(row[5]), "sale": "",
                "month": 2026 * 12 + int(row[5][5:7]) - 1, "expires_day": row[6] and date.fromisoformat(row[6]),
            }
            for row in ENTRIES
            if row[5] <= until
        ],
    }  # fmt: skip


SALES = some_sales(4, days=44, each=90)
REPLAYED = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in (0, 3, 9, 14, 19, 25, 32, 33, 40, 43)]


@cache
def shop_then(day: str) -> Shop:
    """The shop at the end of that day."""
    return Shop([sale for sale in SALES if sale.day.isoformat() <= day], beside=beside(day))


@pytest.mark.parametrize("key", KEYS)
def test_as_of_an_earlier_day_is_what_was_said_that_day(key):
    whole = shop_then("2026-12-31")
    for day in REPLAYED:
        assert answers(whole, key, day, is_past=True) == answers(shop_then(day), key, day), day


@pytest.mark.parametrize("key", KEYS)
def test_a_question_is_written_in_the_portable_part_of_the_dialect(key):
    question: Question = QUESTIONS[key]
    for name, sql in {**question.asked, **question.rolled, **question.behind}.items():
        plain = re.sub(r"--[^\n]*", "", sql)
        own = set(re.findall(r"(?:WITH|,)\s+([a-z_0-9]+)\s+AS\s+\(", plain))
        assert not own & RELATIONS, (name, own & RELATIONS)
        assert not any(each.startswith("by_") for each in own), name
        for word in (
            "QUALIFY",
            "FILTER",
            "LATERAL",
            "SAMPLE",
            "GROUP BY ALL",
            "EXCLUDE",
            "UNNEST",
            "strftime",
            "date_trunc",
            "now()",
            "current_date",
        ):
            assert not re.search(rf"\b{re.escape(word)}", plain, re.IGNORECASE), (name, word)


@pytest.mark.parametrize("key", KEYS)
def test_a_report_says_what_it_is(key):
    report = QUESTIONS[key].report
    assert report.question.endswith("?")
    assert report.definition.endswith(".")
    assert report.theme in ("sales", "customers", "loyalty", "products", "stores")
    for part in report.parts:
        names = [column.name for column in part.columns]
        assert len(set(names)) == len(names)
        assert all(column.title for column in part.columns)
        assert all(column.words for column in part.columns if column.unit is Unit.WORD)
