"""How fast the size of a segment is told while it is typed, among a million customers: `python -m bench.preview`.

Each of 20 reference rules is counted on the columnar copy, beside SQL written by hand for the same question; rounds
alternate, the least of each counts. Exits with 1 when a rule takes more than 1.2 times its hand-written query or more
than a second, when all 20 in one pass take more than 3 seconds, or when the two give different numbers.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from regulars.core.attributes import relations
from regulars.lake.copying import Copy, tables_merge
from regulars.segments.language.reading import rule_read
from regulars.segments.language.sql.dialects import Dialect
from regulars.segments.language.sql.plan import plan_of
from regulars.segments.language.sql.rows import own_name
from regulars.segments.language.terms import Terms

TODAY = date(2026, 11, 21)
MOST_TIMES, MOST_SECONDS, MOST_PASS = 1.2, 1.0, 3.0
# What two readings of one clock differ by; nobody waits for it.
_GRAIN = 0.002


class Question(NamedTuple):
    """A rule, and the same question in SQL written by hand."""

    rule: str
    by_hand: str


def questions() -> list[Question]:
    """All of them, from the file beside this one."""
    told = _text("preview_questions.sql").split("\n\n-- ")[1:]
    return [Question(*each.rstrip().rstrip(";").split("\n", 1)) for each in told]


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def shop_make(file: Path, *, customers: int, sales: int) -> None:
    """The copy of a shop of that size lies in the file."""
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(_text("preview_shop.sql").format(customers=customers, sales=sales))
        merged = [each for each in relations().values() if each.is_per_customer]
        tables_merge(
            connection, {each.name: {name: own_name(each.name, name) for name in each.columns} for each in merged}
        )


def least(works: Sequence[Callable[[], Any]], *, rounds: int) -> list[float]:
    """The least seconds of each, in rounds that take turns."""
    found = [float("inf")] * len(works)
    for _round in range(rounds):
        for n, work in enumerate(works):
            begun = time.perf_counter()
            work()
            found[n] = min(found[n], time.perf_counter() - begun)
    return found


def inside(folder: Path, *, customers: int, sales: int, rounds: int) -> bool:
    """Prints every figure; whether all hold."""
    copy = Copy(folder / "lake")
    if not list(copy.folder.glob("*.duckdb")):
        begun = time.perf_counter()
        shop_make(copy.folder / "copy-1.duckdb", customers=customers, sales=sales)
        print(f"{customers:,} customers, {sales:,} sales made in {time.perf_counter() - begun:.0f} s", flush=True)
    asked = questions()
    rules = [rule_read(each.rule) for each in asked]
    holds = True
    for rule, (text, by_hand) in zip(rules, asked, strict=True):
        plan = plan_of((rule,), dialect=Dialect.DUCKDB, terms=Terms(2), is_copy=True, is_some=False)
        sql, bound = plan.count, plan.bound(TODAY)
        ours, theirs = copy.ask(sql, bound), copy.ask(by_hand, {})
        taken, bare = least([lambda: copy.ask(sql, bound), lambda: copy.ask(by_hand, {})], rounds=rounds)  # noqa: B023
        is_well = ours == theirs and taken <= max(MOST_TIMES * bare, bare + _GRAIN) and taken <= MOST_SECONDS
        print(
            f"  {text:75} {ours[0][0]:>9,}  {taken * 1e3:7.1f} ms  by hand {bare * 1e3:7.1f} ms"
            f"  {taken / bare:5.2f} {'' if is_well else f'MISSED {theirs}'}",
            flush=True,
        )
        holds &= is_well
    plan = plan_of(tuple(rules), dialect=Dialect.DUCKDB, terms=Terms(2), is_copy=True, is_some=False)
    [seconds] = least([lambda: copy.ask(plan.counts, plan.bound(TODAY))], rounds=rounds)
    verdict = "holds" if seconds <= MOST_PASS else "MISSED"
    print(f"  all {len(rules)} in one pass: {seconds:.2f} s, at most {MOST_PASS:.0f}: {verdict}")
    return holds and seconds <= MOST_PASS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--sales", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="A folder to make the shop in, or to find it in.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        kept = options.keep or Path(folder)
        return 0 if inside(kept, customers=options.customers, sales=options.sales, rounds=options.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
