"""A question answers the same over rollups as over all rows."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from regulars.lake.rolled import put_to
from regulars.lake.rollups import ROLLUPS
from regulars.reports.folders import question_read
from regulars.reports.narrowing import Narrowing
from regulars.reports.steps import Text, statement_rolled, statement_whole, steps_of
from tests.reports.harness import FOLDER, Shop, sold

OPENED = date(2025, 10, 3)
QUESTIONS = sorted(file.parent.name for file in FOLDER.glob("*/shape.py") if question_read(file.parent).rolled)
# Other values than those that are set, where the statement looks at them.
SETTINGS = {
    "rfm": [{"lookback": 40}],
    "preferences": [{"by": "product", "least": 1}, {"by": "brand", "least": 1}, {"least": 1}],
    "places": [{"by": "city"}, {"by": "region"}, {"by": "postcode_area"}],
    "top": [{"by": "orders"}, {"by": "average", "least_orders": 1}],
    "decline": [{"against": "year"}],
    "stores": [{"days": 20}],
    "loyalty": [{"days": 10}],
    "retaining": [{"least": 1, "within_days": 30}],
    "customers": [{"most": 3}],
    "cohorts": [{"columns": 3}],
    "frequency": [{"width": 3}],
}


@pytest.fixture(scope="module")
def shop():
    """A quarter and a half of sales, late and early ones, some of nobody, some brought back, some paid in two ways."""
    chance = Random(11)
    sales = []
    for _sale in range(400):
        day = OPENED + timedelta(days=chance.randrange(160))
        customer = chance.choice([None, *range(1, 30), *range(1, 6)])
        sign = -1 if chance.random() < 0.15 else 1
        lines = [
            (chance.randint(1, 6), sign * chance.choice([0, 1, 2]), sign * chance.randint(0, 900), chance.choice("ABC"))
            for _n in range(chance.randint(1, 3))
        ]
        net = sum(line[2] for line in lines)
        paid = [("cash", net - net // 3), (chance.choice(["cash", "card"]), net // 3)] if chance.random() < 0.2 else []
        sales.append(sold(
            day.isoformat(), customer, kind="return" if sign < 0 else "sale", store=chance.randint(1, 4),
            channel=chance.choice(["in_store", "online"]), hour=chance.randint(8, 20), discount=chance.randint(0, 9),
            lines=lines, paid=paid,
        ))  # fmt: skip
    shop = Shop(sales, beside={
        "customers": [
            {"customer": n, "joined": OPENED, "source": chance.choice(["till", "web"]), "country": chance.choice(["", "KE"]),
             "region": chance.choice(["", "R"]), "city": chance.choice(["", "X", "Y"]),
             "postcode_area": chance.choice(["", "N1", "N2"]), "is_active": True}
            for n in range(1, 25)
        ],
        "tiers": [
            *({"customer": n, "group": 1 + n % 2, "tier_set": "Tiers", "since": OPENED} for n in range(1, 12)),
            *({"customer": n, "group": 3, "tier_set": "Club", "since": OPENED} for n in range(5, 15)),
            *({"customer": n, "group": 4, "tier_set": "Years", "since": OPENED} for n in range(10, 20)),
        ],
        "groups": [{"group": n, "name": f"Tier {n}", "is_tier": True} for n in (1, 2, 3, 4)],
        "entries": [
            {"id": n, "customer": chance.randint(1, 20), "book": "points", "kind": chance.choice(["earn", "spend"]),
             "amount": chance.randint(1, 50), "day": OPENED + timedelta(days=chance.randrange(20, 140))}
            for n in range(1, 60)
        ],
        "stock": [{"product": n, "store": 1, "on_hand": 5000} for n in range(1, 5)],
    })  # fmt: skip
    _rolled_up(shop)
    return shop


def _rolled_up(shop):
    for rollup in ROLLUPS:
        tables = {
            name: f"SELECT * FROM history_{name}" for name in ("sales", "lines", "payments") if name in rollup.reads
        }
        shop.connection.execute(f"CREATE VIEW {rollup.name} AS {put_to(rollup.sql, tables) if tables else rollup.sql}")


def hold(shop, name, **settings):
    question = question_read(FOLDER / name)
    today = shop._last_day() + timedelta(days=3)
    narrowing = Narrowing(until=today)
    bound = shop._bound(question, narrowing, today, settings)
    shop._beside(None)
    assert question.rolled
    for part, sql in question.rolled.items():
        found, expected = shop._asked(sql, narrowing, bound), shop._asked(question.asked[part], narrowing, bound)
        assert found.schema == expected.schema, f"{name}/{part}"
        assert _rows(found, sql) == _rows(expected, sql), f"{name}/{part} {settings}"
    return question


def _rows(table, sql):
    """As they come, where the statement puts them in order."""
    rows = table.to_pylist()
    return rows if "ORDER BY" in sql.rpartition("FROM ")[2] else sorted(rows, key=repr)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_answers_the_same_over_rollups(shop, name):
    question = hold(shop, name)
    if any("$period" in sql for sql in question.asked.values()):
        for period in ("day", "week", "quarter", "year"):
            hold(shop, name, period=period)
    for settings in SETTINGS.get(name, []):
        hold(shop, name, **settings)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_shop_without_a_sale_answers_the_same_over_rollups(name):
    shop = Shop()
    _rolled_up(shop)
    hold(shop, name)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_can_be_answered_from_rollups_says_so(name):
    """Of all that was ever sold, in any case; of less, where the shape says so."""
    assert question_read(FOLDER / name).report.rolled is not None


def test_all_parts_of_what_says_so_are_answered_from_rollups():
    """One that reads the sales beside its rolled steps would go the long way unnoticed."""
    questions = [question_read(file.parent) for file in FOLDER.glob("*/shape.py")]
    said = [question for question in questions if question.report.rolled is not None]
    missing = {f"{each.report.key}/{part}" for each in said for part in each.asked.keys() - each.rolled.keys()}
    assert len(said) > 15
    # The second reads no sales.
    assert missing <= {"value/stores", "loyalty/tiers"}


ROLLED = [
    (key, name)
    for key in QUESTIONS
    for name in steps_of(FOLDER / key).rolled
    if any(f"{name} AS (" in sql for sql in question_read(FOLDER / key).rolled.values())
]


@pytest.mark.parametrize(("key", "name"), ROLLED)
def test_a_step_has_the_same_rows_from_rollups(shop, key, name):
    question, steps = question_read(FOLDER / key), steps_of(FOLDER / key)
    text = Text(FOLDER / key, f"SELECT * FROM {name}")
    found = 0
    for settings in [{}, {"period": "week"}, *SETTINGS.get(key, [])]:
        bound = shop._bound(question, Narrowing(), shop._last_day() + timedelta(days=3), settings)
        shop._beside(None)
        plain, rolled = (
            shop._asked(made(text, steps), Narrowing(), bound).to_pylist()
            for made in (statement_whole, statement_rolled)
        )
        assert Counter(frozenset(row.items()) for row in plain) == Counter(frozenset(row.items()) for row in rolled)
        found += len(plain)
    assert found
