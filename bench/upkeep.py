"""What 50 live segments add to a sale: `python -m bench.upkeep [--database sqlite|postgres|both]`.

Twenty of the rules have windows. Sales are recorded by turns with the rules followed and with nobody following, one by
one and in batches of 500; then the one SELECT that evaluates all rules is timed beside a SELECT written by hand for the
same questions. Exits with 1 when a single sale takes over 3 ms longer (SQLite), a batch more than twice as long, the
SELECT more than 1.5 times the hand-written one, or when the two SELECTs differ.
"""

import argparse
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from statistics import median
from typing import Any

from django.db import connection

from bench.shop import DATABASES, NOW, Tills, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.checkout.services import sales_record
from regulars.customers import following
from regulars.segments.asking import rules_hold
from regulars.segments.live import live_now
from regulars.segments.midnight import days_catch_up
from regulars.segments.services import segment_save
from regulars.storage.writing import bound_list, in_list

BATCH = 500
MOST_MS, MOST_BATCH, MOST_TIMES = 3.0, 2.0, 1.5
# Regulars buy more often than others (bench/shop.py): who buys once a year moves more with each sale.
SKEW = 2.5
_SPENT = (100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
_COUNTS = (1, 2, 3, 5, 8, 13)
_DAYS = (30, 60, 90, 180)

# Each rule, and what somebody would write for it who knows the tables; :dN is the day N days ago.
_OF_FACTS = [
    *((f"spent >= {each}", f"f.spent >= {each * 100}") for each in _SPENT),
    *((f"orders >= {each}", f"f.orders >= {each}") for each in _COUNTS),
    *((f"visits >= {each}", f"f.visits >= {each}") for each in _COUNTS[:4]),
    *(
        (f"average_order >= {each}", f"f.orders > 0 AND f.spent >= {each * 100} * f.orders")
        for each in (100, 300, 500, 900)
    ),
    *(
        (f"last_order < {each} days ago and spent >= 500", f"f.last_order < :d{each} AND f.spent >= 50000")
        for each in _DAYS
    ),
    *((f'gender = "{each}" and orders >= 2', f"c.gender = '{each}' AND f.orders >= 2") for each in ("female", "male")),
    ('language = "en"', "c.language = 'en'"),
    ("joined in last 30 days", "c.joined >= :d29 AND c.joined <= :d0"),
]
_WEEKEND = "s.kind = 'sale' AND s.weekday IN (6, 7) AND s.day >= :d89"
_OF_SALES = [
    *(
        (
            f"orders in last {days} days >= {least}",
            f"COUNT(CASE WHEN s.kind = 'sale' AND s.day >= :d{days - 1} THEN 1 END)",
            least,
        )
        for days in _DAYS for least in (2, 4)
    ),
    *(
        (f"spent in last {days} days >= {least}", f"SUM(CASE WHEN s.day >= :d{days - 1} THEN s.net END)", least * 100)
        for days in (30, 90, 365) for least in (500, 2000)
    ),
    *(
        (
            f'orders(store = "{store}", weekday in ("sat", "sun")) in last 90 days >= 1',
            f"COUNT(CASE WHEN {_WEEKEND} AND t.name = '{store}' THEN 1 END)",
            1,
        )
        for store in ("Westlands", "Karen", "Nyali")
    ),
]  # fmt: skip
_OF_LINES = [
    (
        f'spent(category = "Category {n}") in last 90 days >= 50',
        f"SUM(CASE WHEN v.category = 'Category {n}' AND NOT l.is_gift_card THEN l.net END)",
        5000,
    )
    for n in (1, 2, 3)
]
RULES = [str(rule) for rule, *_sql in (*_OF_FACTS, *_OF_SALES, *_OF_LINES)]


def by_hand() -> str:
    """One SELECT for all the rules; `ids` is bound twice for lines and sales and once for customers."""
    facts = [f"CASE WHEN {sql} THEN 1 ELSE 0 END" for _rule, sql in _OF_FACTS]
    sums = [
        f"CASE WHEN {alias}.m{n} >= {least} THEN 1 ELSE 0 END"
        for alias, some in (("s", _OF_SALES), ("l", _OF_LINES))
        for n, (_rule, _sql, least) in enumerate(some)
    ]
    sales = ", ".join(f"{sql} AS m{n}" for n, (_rule, sql, _least) in enumerate(_OF_SALES))
    lines = ", ".join(f"{sql} AS m{n}" for n, (_rule, sql, _least) in enumerate(_OF_LINES))
    return f"""
        SELECT c.id, {", ".join([*facts, *sums])}
        FROM customers_customer AS c
        JOIN sales_customerfacts AS f ON f.customer_id = c.id
        LEFT JOIN (
            SELECT s.customer_id, {sales} FROM sales_sale AS s JOIN sales_store AS t ON t.id = s.store_id
            WHERE {in_list("s.customer_id").replace("%s", ":ids")} AND s.status = 'completed'
                AND s.day >= :d364 AND s.day <= :d0
            GROUP BY s.customer_id
        ) AS s ON s.customer_id = c.id
        LEFT JOIN (
            SELECT s.customer_id, {lines} FROM sales_sale AS s
            JOIN sales_saleline AS l ON l.sale_id = s.id JOIN sales_productversion AS v ON v.id = l.version_id
            WHERE {in_list("s.customer_id").replace("%s", ":ids")} AND s.status = 'completed'
                AND s.day >= :d89 AND s.day <= :d0
            GROUP BY s.customer_id
        ) AS l ON l.customer_id = c.id
        WHERE {in_list("c.id").replace("%s", ":ids")}
    """


def asked_by_hand(sql: str, ids: Sequence[int], today: date) -> dict[int, tuple[bool, ...]]:
    """The answer of the hand-written SELECT, in the shape of `rules_hold`."""
    days = {f"d{n}": today - timedelta(days=n) for n in (0, 29, 30, 59, 60, 89, 90, 179, 180, 364)}
    bound = {"ids": bound_list(sorted(ids))}
    bound |= {name: str(day) if connection.vendor == "sqlite" else day for name, day in days.items()}
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        return {row[0]: tuple(map(bool, row[1:])) for row in cursor.fetchall()}


@contextmanager
def nobody_follows() -> Iterator[None]:
    """Sales are recorded as if there were no rule at all."""
    held, following._FOLLOWING[:] = list(following._FOLLOWING), []
    try:
        yield
    finally:
        following._FOLLOWING[:] = held


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long the work takes, and its answer."""
    begun = time.perf_counter()
    answer = work()
    return time.perf_counter() - begun, answer


def by_turns(tills: Tills, *, size: int, rounds: int) -> tuple[float, float]:
    """The median seconds of a batch of that size with the rules followed, and with nobody following."""
    taken: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for n in range(2 * rounds):
        batch = tills.sales(size)
        if n % 4 in (0, 3):
            taken[0].append(seconds(partial(_record, batch, tills))[0])
        else:
            with nobody_follows():
                taken[1].append(seconds(partial(_record, batch, tills))[0])
    return median(taken[0]), median(taken[1])


def _record(batch: Sequence[object], tills: Tills) -> None:
    answers = sales_record(batch, actor=OPERATOR, at=tills.at)
    assert {answer.outcome for answer in answers} == {"created"}


def selects(customers: int, *, size: int, rounds: int) -> tuple[float, float, bool]:
    """The median seconds of the product's SELECT and of the hand-written one, and whether they answer alike."""
    live, sql = live_now(), by_hand()
    sql = sql if connection.vendor == "sqlite" else _psycopg(sql)
    today = live.today(NOW)
    ours: list[float] = []
    theirs: list[float] = []
    alike = True
    for n in range(rounds):
        first = 1 + n * 97 % (customers - size)
        ids = list(range(first, first + size))
        asked = partial(rules_hold, live.rules, today=today, terms=live.terms, customer_ids=ids)
        took, found = seconds(asked)
        ours.append(took)
        took, expected = seconds(partial(asked_by_hand, sql, ids, today))
        theirs.append(took)
        alike &= _in_order(found, live.ids) == expected
    return median(ours), median(theirs), alike


def _in_order(found: dict[int, tuple[bool, ...]], group_ids: Sequence[int]) -> dict[int, tuple[bool, ...]]:
    """The flags in the order in which the rules were saved."""
    order = sorted(range(len(group_ids)), key=lambda n: group_ids[n])
    return {id_: tuple(flags[n] for n in order) for id_, flags in found.items()}


def _psycopg(sql: str) -> str:
    """Parameters as psycopg writes them."""
    for name in ("ids", *(f"d{n}" for n in (364, 180, 179, 90, 89, 60, 59, 30, 29, 0))):
        sql = sql.replace(f":{name}", f"%({name})s")
    return sql


def told(what: str, found: float, most: float, unit: str, *, is_asked: bool = True) -> bool:
    """Prints the figure beside its limit; whether it holds."""
    holds = found <= most or not is_asked
    print(f"  {what}: {found:.2f}{unit}, at most {most:.2f}: {'holds' if found <= most else 'MISSED'}", flush=True)
    return holds


def inside(*, customers: int, history: int) -> bool:
    """Builds the shop of this process's environment and measures it."""
    begun = time.perf_counter()
    shop_build(customers=customers, sales=history, skew=SKEW)
    # The segments are there since yesterday, as most are, and the night was followed.
    for n, rule in enumerate(RULES, 1):
        segment_save(f"Segment {n:02}", rule, actor=OPERATOR, at=NOW - timedelta(days=1))
    days_catch_up(at=NOW)
    took = time.perf_counter() - begun
    print(f"  {customers:,} customers, {history:,} sales, {len(RULES)} rules made in {took:.0f} s", flush=True)
    tills = Tills(customers=customers, uid_version=7, skew=SKEW)
    by_turns(tills, size=1, rounds=40)
    followed, bare = by_turns(tills, size=1, rounds=300)
    print(f"  one by one: {followed * 1e3:.2f} ms with the rules, {bare * 1e3:.2f} ms without")
    holds = told(
        "added to a single sale", (followed - bare) * 1e3, MOST_MS, " ms", is_asked=connection.vendor == "sqlite"
    )
    followed, bare = by_turns(tills, size=BATCH, rounds=8)
    print(
        f"  batches of {BATCH}: {followed * 1e6 / BATCH:.0f} us a sale with the rules, {bare * 1e6 / BATCH:.0f} without"
    )
    holds &= told("times a batch without rules", followed / bare, MOST_BATCH, "")
    for size, rounds in ((1, 300), (BATCH, 20)):
        ours, theirs, alike = selects(customers, size=size, rounds=rounds)
        print(f"  the SELECT of {size}: {ours * 1e6:.0f} us, by hand {theirs * 1e6:.0f} us; alike: {alike}")
        holds &= told("times the hand-written one", ours / theirs, MOST_TIMES, "") and alike
    return holds


def main() -> int:
    parser = argparse.ArgumentParser(description="What 50 live segments add to a sale.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="sqlite")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--history", type=int, default=500_000, help="Sales before the measurement.")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        return 0 if inside(customers=asked.customers, history=asked.history) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.upkeep", "--inside"]
            command += ["--customers", str(asked.customers), "--history", str(asked.history)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
