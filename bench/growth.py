"""What a sale costs in a shop with a long history, beside the same in a shop with a short one.

`python -m bench.growth [--database sqlite|postgres|both] [--customers 200000] [--lines 100000 5000000] [--uids 4]`

Two shops with the same customers, each in a process of its own, take in sales by turns; each also runs the bare loop
of `bench.ingest` over its own base. The limit is on processor time where the database runs inside the process
(SQLite: waiting for the disk is the same in both and would hide a difference), on wall time where it does not.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from bench.ingest import BATCH, Pair, Spent, round_of
from bench.shop import DATABASES, LINES_PER_SALE, Tills, place, shop_build

MOST = 1.3


class Base:
    """A shop with a history, in a process that measures when asked."""

    def __init__(self, environment: dict[str, str], *, customers: int, lines: int, uids: int) -> None:
        self.lines = lines
        self._folder = Path(environment["REGULARS_DATA"])
        command = [sys.executable, "-m", "bench.growth", "--inside"]
        command += ["--customers", str(customers), "--lines", str(lines), "--uids", str(uids)]
        self._process = subprocess.Popen(  # noqa: S603
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def told(self) -> str:
        """The next line the process writes."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the process that measures has ended"
        return line

    def round(self, *, size: int, batches: int) -> list[Pair]:
        """Some batches, by the product and by the bare loop."""
        assert self._process.stdin is not None
        print(size, batches, file=self._process.stdin, flush=True)
        return [Pair(Spent(*product), Spent(*bare)) for product, bare in json.loads(self.told())]

    def size(self) -> int:
        """Bytes on disk."""
        return sum(each.stat().st_size for each in self._folder.rglob("*") if each.is_file())

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def bases(database: str, *, customers: int, lines: Sequence[int], uids: int) -> Iterator[list[Base]]:
    """The shops, built side by side; gone afterwards."""
    with ExitStack() as stack:
        made = [
            Base(stack.enter_context(place(database)), customers=customers, lines=each, uids=uids) for each in lines
        ]
        for base in made:
            stack.callback(base.end)
        for base in made:
            print(f"  {base.lines:,} lines were made in {base.told()} s, {base.size() / 1e6:,.0f} MB", flush=True)
        yield made


def measured(few: Base, many: Base, *, size: int, batches: int, rounds: int, clock: int) -> bool:
    """Prints what a sale costs in both shops; whether the longer history is within the limit."""
    short: list[Pair] = []
    long: list[Pair] = []
    for n in range(rounds + 1):
        for base, pairs in ((few, short), (many, long)) if n % 2 else ((many, long), (few, short)):
            taken = base.round(size=size, batches=batches)
            pairs.extend(taken if n else [])  # the first round warms up
    print(f"  {'one by one' if size == 1 else f'batches of {size}'} ({len(short)} pairs each, medians of us/sale):")
    for name, which in (("wall", 0), ("cpu of this process", 1)):
        costs = [[median(pair[arm][which] for pair in pairs) / size * 1e6 for arm in (0, 1)] for pairs in (short, long)]
        (product, bare), (product_long, bare_long) = costs
        verdict = ("; holds" if product_long / product <= MOST else "; MISSED") if which == clock else ""
        print(
            f"    {name}: {product:.0f} with {few.lines:,} lines, {product_long:.0f} with {many.lines:,}:"
            f" {product_long / product:.2f} times, at most {MOST}{verdict}"
            f" (bare {bare:.0f} and {bare_long:.0f}: the product takes {product_long / bare_long:.2f} times that)",
            flush=True,
        )
    return median(p.product[clock] for p in long) <= MOST * median(p.product[clock] for p in short)


def inside(*, customers: int, lines: int, uids: int) -> None:
    """Builds the shop of this process's environment, then measures a round for every line read."""
    began = time.perf_counter()
    shop_build(customers=customers, sales=lines // LINES_PER_SALE, uid_version=uids)
    print(round(time.perf_counter() - began), flush=True)
    tills = Tills(customers=customers, uid_version=uids)
    for line in sys.stdin:
        size, batches = map(int, line.split())
        print(json.dumps(round_of(tills, batches=batches, size=size)), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="What a sale costs beside a long history.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="sqlite")
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 5_000_000])
    parser.add_argument("--uids", type=int, choices=(4, 7), default=4, help="The version of the ids of sales.")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        inside(customers=asked.customers, lines=asked.lines[0], uids=asked.uids)
        return 0
    held = True
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        clock = 1 if database == "sqlite" else 0
        with bases(database, customers=asked.customers, lines=asked.lines, uids=asked.uids) as (few, many):
            held &= measured(few, many, size=1, batches=50, rounds=8, clock=clock)
            held &= measured(few, many, size=BATCH, batches=1, rounds=8, clock=clock)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
