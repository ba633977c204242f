"""What sales that are in no file cost an answer: `python -m bench.freshness [--database sqlite|postgres|both]`.

A shop of 500,000 sales is flushed and asked; then 10,000 sales come, and before each of some questions one more. The
answer holds it, always; and the median answer takes at most 50 ms longer than where all was in files, for reports over
rows and over rollups. The first answer after the 10,000, which looks up whose they are, is printed.
"""

import argparse
import gc
import subprocess
import sys
import time
from statistics import median
from typing import Any

from bench.shop import DATABASES, Tills, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.checkout.services import sales_record
from regulars.lake.engines.engine import Statement
from regulars.lake.flushing import lake_flush
from regulars.lake.reading import lake_here

MOST_MS = 50.0
UNFLUSHED, BATCH, ASKED = 10_000, 500, 15
# Each answers with a number of orders, which one more sale makes greater by one.
QUESTIONS = {
    "rows": "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM history_sales WHERE kind = 'sale'",
    "hours": "SELECT CAST(SUM(orders) AS BIGINT) AS n FROM by_store_day_hour",
    "customers": (
        "SELECT (SELECT CAST(SUM(orders) AS BIGINT) FROM by_customer) + (SELECT CAST(COUNT(*) AS BIGINT) "
        "FROM history_sales WHERE kind = 'sale' AND customer IS NULL) AS n"
    ),
    "cohorts": (
        "SELECT (SELECT CAST(SUM(orders) AS BIGINT) FROM by_cohort WHERE kind = 'month') + (SELECT "
        "CAST(COUNT(*) AS BIGINT) FROM history_sales WHERE kind = 'sale' AND customer IS NULL) AS n"
    ),
}


def answered(tills: Tills, sql: str) -> tuple[int, float]:
    """What the lake says now, and the milliseconds it took from the tail's top-up on."""
    gc.collect()
    begun = time.perf_counter()
    [row] = lake_here().reading(at=tills.at).ask(Statement(sql)).to_pylist()
    return row["n"], (time.perf_counter() - begun) * 1e3


def asked(tills: Tills, sql: str) -> list[float]:
    """Milliseconds of answers, before each of which one more sale was recorded; it is in all of them."""
    known, _first = answered(tills, sql)
    found = []
    for _question in range(ASKED):
        sell(tills, 1)
        said, taken = answered(tills, sql)
        assert said == known + 1, (said, known)
        known = said
        found.append(taken)
    return found


def sell(tills: Tills, count: int) -> None:
    for begin in range(0, count, BATCH):
        taken: list[Any] = tills.sales(min(BATCH, count - begin))
        sales_record(taken, actor=OPERATOR, at=tills.at)


def inside(*, customers: int, sales: int) -> bool:
    """Prints every figure; whether all hold."""
    shop_build(customers=customers, sales=sales, skew=2.5)
    tills = Tills(customers=customers, uid_version=7)
    lake_flush(at=tills.at)
    before = {name: median(asked(tills, sql)) for name, sql in QUESTIONS.items()}
    sell(tills, UNFLUSHED)
    all_hold = True
    for name, sql in QUESTIONS.items():
        _said, first = answered(tills, sql)
        after = median(asked(tills, sql))
        is_well = after - before[name] <= MOST_MS
        all_hold &= is_well
        print(
            f"  {name:10} {before[name]:6.1f} ms; with {UNFLUSHED:,} unflushed {after:6.1f} ms, the first"
            f" {first:6.1f} ms {'' if is_well else 'MISSED'}",
            flush=True,
        )
    return all_hold


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--sales", type=int, default=500_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.inside:
        return 0 if inside(customers=told.customers, sales=told.sales) else 1
    failed = 0
    for database in DATABASES if told.database == "both" else [told.database]:
        print(database, flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.freshness", "--inside"]
            command += ["--customers", str(told.customers), "--sales", str(told.sales)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
