"""How fast the lake's files are written, and how long a sale waits meanwhile.

`python -m bench.flush [--database sqlite|postgres|both] [--sales 500000] [--customers 100000]`

A process of its own writes all files anew, rollups among them, while a till sells without a pause. At least 200,000
lines go into files in a second, in a second run that is not disturbed; the longest sale meanwhile takes at most 50 ms
more than the longest of as many by the till alone, which waits for the disk now and then, too. Then 10,000 more sales
are flushed, and the lake agrees with the database.
"""

import argparse
import subprocess
import sys
import time
from statistics import median

from bench.shop import DATABASES, LINES_PER_SALE, Tills, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.checkout.services import sales_record
from regulars.lake.checking import lake_check
from regulars.lake.flushing import lake_flush, lake_rebuild

LEAST_LINES, MOST_MS = 200_000, 50.0
MORE, BATCH = 10_000, 500


def sold(tills: Tills) -> float:
    """Milliseconds that one sale takes."""
    payloads = tills.sales(1)
    begun = time.perf_counter()
    sales_record(payloads, actor=OPERATOR, at=tills.at)
    return (time.perf_counter() - begun) * 1e3


def beside(tills: Tills, *, database: str) -> list[float]:
    """Milliseconds of each sale while another process writes all files."""
    command = [sys.executable, "-m", "bench.flush", "--rebuild", "--database", database]
    with subprocess.Popen(command) as other:  # noqa: S603
        found = []
        while other.poll() is None:
            found.append(sold(tills))
    assert other.returncode == 0
    return found


def _long(taken: list[float]) -> int:
    return sum(each > MOST_MS for each in taken)


def inside(*, database: str, customers: int, sales: int) -> bool:
    """Prints every figure; whether all hold."""
    begun = time.perf_counter()
    shop_build(customers=customers, sales=sales, skew=2.5)
    print(f"  {sales:,} sales of {LINES_PER_SALE} lines made in {time.perf_counter() - begun:.0f} s", flush=True)
    tills = Tills(customers=customers, uid_version=7)
    taken = beside(tills, database=database)
    alone = [sold(tills) for _sale in taken]
    held_up = max(taken) - max(alone)
    done = lake_rebuild(at=tills.at)
    rate = done.lines / done.seconds
    is_fast, is_free = rate >= LEAST_LINES, held_up <= MOST_MS
    print(f"  {done.lines:,} lines in {done.seconds:.1f} s: {rate:,.0f} a second {'' if is_fast else 'MISSED'}")
    print(
        f"  {len(taken):,} sales meanwhile, as many alone: the median {median(taken):.1f} and {median(alone):.1f} ms;"
        f" above {MOST_MS:.0f} ms {_long(taken)} and {_long(alone)};"
        f" the longest {max(taken):.0f} and {max(alone):.0f} ms {'' if is_free else 'MISSED'}"
    )
    for _batch in range(MORE // BATCH):
        sales_record(tills.sales(BATCH), actor=OPERATOR, at=tills.at)
    more = lake_flush(at=tills.at)
    print(f"  {more.sales:,} sales flushed in {more.seconds:.2f} s", flush=True)
    differences = lake_check(at=tills.at)
    for difference in differences:
        print(f"  MISSED {difference}")
    return is_fast and is_free and not differences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--sales", type=int, default=500_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rebuild", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.rebuild:
        lake_rebuild(at=Tills(customers=1, uid_version=7).at)
        return 0
    if asked.inside:
        return 0 if inside(database=asked.database, customers=asked.customers, sales=asked.sales) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.flush", "--inside", "--database", database]
            command += ["--customers", str(asked.customers), "--sales", str(asked.sales)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
