"""The customers behind each figure: those that the question's own SQL names, and those that meet the rule it gives."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from random import Random
from typing import Any

from regulars.core.attributes import relations
from regulars.reports.folders import question_read
from regulars.reports.narrowing import Narrowing, narrowed
from regulars.segments.language.life import Life
from regulars.segments.language.meaning import matches
from regulars.segments.language.reading import rule_read
from regulars.segments.language.terms import Terms
from tests.reports.harness import FOLDER, Asked, Shop, sold
from tests.reports.retail import is_rule

TERMS = Terms(places=2)


@cache
def some_shop(seed: int = 7) -> Shop:
    """Three stores, fourteen customers and nobody, five months with a gap: returns, two payments, ties, busy days."""
    random = Random(seed)
    sales = []
    for _ in range(260):
        day = date.fromordinal(date(2026, 1, 10).toordinal() + random.choice([*range(60), *range(80, 150)]))
        net = random.choice([500, 1000, 1000, 2500, 4000, 0])
        paid: list[tuple[str, int]] = [(random.choice(["cash", "card", "voucher"]), net)]
        if random.random() < 0.3:
            paid.append((random.choice(["cash", "card"]), 100))
        is_return = random.random() < 0.12
        category = random.choice(["Tea", "Coffee", "Mugs", ""])
        sales.append(
            sold(
                day.isoformat(), random.choice([None, *range(1, 15), 1, 1, 2]), kind="return" if is_return else "sale",
                store=random.choice([1, 1, 1, 2, 3]), channel=random.choice(["in_store", "online"]),
                hour=random.choice([9, 12, 12, 17]), paid=paid,
                lines=[(1, -1, -net, category)] if is_return else [(1, 1, net, category)],
            )
        )  # fmt: skip
    cities = ["Leeds", "Leeds", "York", ""]
    return Shop(sales, {
        "customers": [
            {"customer": n, "joined": date(2026, 1, 1), "source": "till", "country": ["GB", "FR", ""][n % 3],
             "region": "Yorkshire" if n % 2 else "", "city": cities[n % 4], "postcode_area": f"L{n % 3}"}
            for n in range(1, 13)
        ],
        "groups": [{"group": 1, "name": "Gold", "is_tier": True}, {"group": 2, "name": "Silver", "is_tier": True}],
        "tiers": [{"customer": n, "group": n % 2 + 1, "tier_set": "Tiers", "since": date(2026, 1, 1)} for n in range(1, 9)],
    })  # fmt: skip


def behind(shop: Shop, asked: Asked, row: Mapping[str, Any], part: str = "query", **scope: Any) -> list[int]:
    """The customers that the question's SQL names for a row of an answer within the same scope."""
    question = question_read(FOLDER / asked.report.key.replace("-", "_"))
    narrowing = Narrowing(
        first=date.fromisoformat(scope["first"]) if "first" in scope else None,
        last=date.fromisoformat(scope["last"]) if "last" in scope else None,
        stores=tuple(scope["stores"]) if "stores" in scope else None,
        channel=scope.get("channel", ""), until=asked.bound["today"],
    )  # fmt: skip
    bound = {**asked.bound, **{f"row_{name}": value for name, value in row.items()}}
    statement = narrowed(question.behind[part], narrowing, bound)
    rows = shop.connection.execute(statement.sql, dict(statement.bound)).fetchall()
    found = [customer for (customer,) in rows]
    assert found == sorted(set(found))
    return found


def meeting(shop: Shop, rule: str, *, today: date) -> list[int]:
    """The customers that meet a rule, by what rules mean."""
    assert is_rule(rule)
    read = rule_read(rule)
    return [
        customer for customer, life in lives(shop).items() if matches(read, life, terms=TERMS, today=today, as_of=True)
    ]


_LIVES: dict[int, Mapping[int, Life]] = {}


def lives(shop: Shop) -> Mapping[int, Life]:
    """All that rules may ask about each customer of the shop."""
    if id(shop) not in _LIVES:
        _LIVES[id(shop)] = dict(_lives(shop))
    return _LIVES[id(shop)]


def _lives(shop: Shop) -> Iterator[tuple[int, Life]]:
    stores = _rows(shop, "SELECT store, name, city FROM stores")
    payments = _rows(shop, "SELECT sale, method, day FROM history_payments")
    sales = _rows(shop, "SELECT *, net AS amount FROM history_sales WHERE customer IS NOT NULL ORDER BY day, sale")
    lines = _rows(
        shop,
        """
        SELECT l.*, l.quantity AS units, 0 AS tax, s.weekday, s.hour, s.net AS amount
        FROM history_lines AS l JOIN history_sales AS s USING (sale)
        WHERE l.customer IS NOT NULL ORDER BY l.day, l.sale, l.n
    """,
    )
    homes = {row["customer"]: row for row in _rows(shop, "SELECT * FROM customers")}
    assert {"sales", "lines", "stores", "payments", "places"} <= relations().keys()
    for customer in sorted({row["customer"] for row in sales} | homes.keys()):
        rows = {
            "sales": [row for row in sales if row["customer"] == customer],
            "lines": [row for row in lines if row["customer"] == customer],
            "stores": stores,
            "payments": payments,
            "places": [homes[customer] | {"postcode": ""}] if customer in homes else [],
        }
        yield customer, Life(rows)


def _rows(shop: Shop, sql: str) -> list[dict[str, Any]]:
    return shop.connection.sql(sql).to_arrow_table().to_pylist()


def held_to(shop: Shop, key: str, counts: Mapping[str, str], **scope: Any) -> None:
    """A row's customers are as many as it says (`counts`: the column by part; "": not said), and meet its rule.

    Of long parts two dozen rows are looked at.
    """
    asked = shop.ask(key, **scope)
    ruled = 0
    for part in asked.report.parts:
        rows = asked.rows(part.name)
        assert rows, part.name
        for n in range(0, len(rows), 1 + len(rows) // 24):
            row = rows[n]
            found = behind(shop, asked, row, part.name, **scope) if part.behind else None
            if found is not None and counts[part.name]:
                assert len(found) == row[counts[part.name]], (part.name, row)
            rule = asked.drilled(n, part.name) if part.drill else None
            if rule is not None and found is not None:
                assert meeting(shop, rule, today=asked.bound["today"]) == found, (part.name, row, rule)
                ruled += 1
    assert ruled or not any(part.drill for part in asked.report.parts)
