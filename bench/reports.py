"""How long each report takes over a chain's history, beside the best query by hand over the same files.

`python -m bench.reports [--customers 1000000] [--sales 20000000] [--kept DIR] [--only KEY] [--rounds 5] [--no-growth]`

Every report but those named below must answer in 300 ms warm (all its parts, with what is computed of them), and in 1 s
by an engine that is new over files that are not in memory. Its first part may take 1.2 times as long as the query by
hand. Over ten times the history (a tenth is made beside it) it may take 12 times as long; from rollups, 3 times.
"""

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.history import TODAY, history_make
from regulars.lake.calendar import calendar_table
from regulars.lake.engines.duck import DuckEngine, view_sql
from regulars.lake.engines.engine import Held, Statement
from regulars.lake.rolled import Rolled
from regulars.lake.rolling import Rolling
from regulars.lake.rolling_up import rollups_build
from regulars.reports import questions
from regulars.reports.folders import Question, question_read
from regulars.reports.narrowing import Narrowing, days_bound, narrowed

MOST_WARM, MOST_COLD, MOST_TIMES = 0.300, 1.0, 1.2
MOST_GROWTH, MOST_GROWTH_ROLLED = 12.0, 3.0
# Pairs of products, and those answered by a model, which run in the background.
LEFT_OUT = ("together", "churn", "demand")
# Below it a ratio says more of the machine than of the statement.
_GRAIN = 0.015
_ROLLED = "rolled.json"
_OF_SALES = ("sales", "lines", "payments")
_EMPTY = {
    "offer_uses": "offer INTEGER, sale BIGINT, customer BIGINT, day DATE, discount BIGINT, is_released BOOLEAN",
    "exposures": "offer INTEGER, customer BIGINT, is_held_out BOOLEAN, day DATE",
}


@dataclass(frozen=True)
class History:
    """A lake on disk that no database is behind."""

    folder: Path
    base: Mapping[str, Held]
    rolling: Rolling

    def held(self) -> dict[str, Held]:
        """All relations, the rollups among them."""
        found = dict(self.base)
        for name in _OF_SALES:
            found |= {f"history_{name}": self.base[name], f"all_{name}": self.base[name]}
        rolled = {name: self.rolling.held(name, base=self.base, sequence=0) for name in self.rolling.names}
        return found | rolled

    def forget(self) -> None:
        """No file is in memory."""
        for file in self.folder.rglob("*.parquet"):
            handle = os.open(file, os.O_RDONLY)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def history_open(folder: Path, *, customers: int, sales: int) -> History:
    """The history of that size in the folder; made, where it is not there."""
    place = folder / "v1"
    if not (place / "sales").exists():
        _told(f"{sales:,} sales", lambda: list(history_make(place, customers=customers, sales=sales)))
    base = _base(place)
    kept = place / _ROLLED
    if not kept.exists():
        rolled = _told("rollups", lambda: rollups_build(base, folder=place))
        kept.write_text(json.dumps(rolled.told), "utf-8")
    return History(place, base, Rolling(Rolled.read(json.loads(kept.read_text("utf-8"))), folder=place))


def _told(what: str, work: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    done = work()
    print(f"{what} made in {time.perf_counter() - begun:.0f} s", flush=True)
    return done


def _base(folder: Path) -> dict[str, Held]:
    base = {}
    for place in sorted(folder.iterdir()):
        files = tuple(sorted(place.rglob("*.parquet"))) if place.is_dir() and place.name != "rollups" else ()
        if files:
            schema = pq.read_schema(files[0]).remove_metadata()
            base[place.name] = Held(place.name, schema, schema.empty_table(), files)
    days = calendar_table("monday")
    base["calendar"] = Held("calendar", days.schema, days)
    for name, columns in _EMPTY.items():
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE told ({columns})")
            table = connection.sql("FROM told").to_arrow_table()
        base[name] = Held(name, table.schema, table)
    return base


def questions_read() -> dict[str, Question]:
    """All reports that are measured, by the name of their folder."""
    folders = sorted(Path(questions.__file__).parent.glob("*/shape.py"))
    return {each.parent.name: question_read(each.parent) for each in folders if each.parent.name not in LEFT_OUT}


def statements_of(question: Question, first: Any) -> dict[str, Statement]:
    """What the report asks where nothing is narrowed, by part: over rollups where it can."""
    report = question.report
    bound = {
        **days_bound(today=TODAY, first=first, last=TODAY), "period": "month", "week_start": "monday",
        "store_names": (), "channel": "", **{each.name: each.default for each in report.parameters},
    }  # fmt: skip
    rolled = question.rolled if report.rolled is not None else {}
    found = {}
    for part, asked in question.asked.items():
        told = narrowed(rolled.get(part, asked), Narrowing(), bound)
        found[part] = Statement(told.sql, told.bound)
    return found


def is_rolled(question: Question) -> bool:
    """Whether the first part comes from rollups alone."""
    sql = question.rolled.get("query", "")
    return bool(sql) and not any(f"history_{name}" in sql or f"FROM {name} " in sql for name in _OF_SALES)


def answered(
    engine: DuckEngine, question: Question, asked: Mapping[str, Statement], held: Mapping[str, Held]
) -> Mapping[str, pa.Table]:
    """The whole answer of a report."""
    tables = {part: engine.ask(statement, held=held) for part, statement in asked.items()}
    if question.report.computed is None:
        return tables
    bound = {name: value for statement in asked.values() for name, value in statement.bound.items()}
    settings = {each.name: each.default for each in question.report.parameters}
    days = days_bound(today=TODAY, first=TODAY, last=TODAY)
    return question.report.computed(tables, {**days, "period": "month", **settings, **bound})


def by_hand(held: Mapping[str, Held]) -> duckdb.DuckDBPyConnection:
    """A connection in which the files can be read by their names, set as the engine's."""
    connection = duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": "false"})
    connection.execute("SET parquet_metadata_cache = true")
    for name, each in held.items():
        connection.register(f"tail_of_{name}", each.tail)
        if each.gone is not None:
            connection.register(f"gone_of_{name}", each.gone)
        connection.execute(f'CREATE VIEW "{name}" AS {view_sql(name, each)}')
    return connection


def hand_written() -> dict[str, str]:
    """The queries of the file beside this one, by report."""
    told = Path(__file__).with_name("reports_by_hand.sql").read_text("utf-8").split("\n\n-- ")[1:]
    return dict(each.rstrip().rstrip(";").split("\n", 1) for each in told)


def least(work: Callable[[], Any], rounds: int) -> float:
    """The least seconds of so many."""
    found = []
    for _round in range(rounds):
        gc.collect()
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


@dataclass
class Figures:
    """Seconds of a report: all of it, its first part, and that by hand."""

    cold: float
    warm: float
    first: float
    hand: float | None


def measured(history: History, *, rounds: int, only: str, has_cold: bool) -> dict[str, Figures]:
    """The figures of each report."""
    held = history.held()
    engine, hands = DuckEngine(history.folder), by_hand(held)
    [day] = engine.ask(Statement("SELECT MIN(day) AS day FROM history_sales"), held=held).to_pylist()
    found, written = {}, hand_written()
    for name, question in questions_read().items():
        if only and name not in only.split(","):
            continue
        asked = statements_of(question, day["day"])
        whole = partial(answered, engine, question, asked, held)
        cold = _cold(history, question, asked, held) if has_cold else 0.0
        sql = written.get(name)
        hand = least(lambda sql=sql: hands.sql(sql).to_arrow_table(), rounds) if sql else None
        first = least(lambda asked=asked: engine.ask(asked["query"], held=held), rounds)
        found[name] = Figures(cold, least(whole, rounds), first, hand)
        print(f"    {name} {found[name]}", file=sys.stderr, flush=True)
    return found


def _cold(
    history: History, question: Question, asked: Mapping[str, Statement], held: Mapping[str, Held]
) -> float:  # fmt: skip
    history.forget()
    engine = DuckEngine(history.folder)
    return least(lambda: answered(engine, question, asked, held), 1)


def shown(found: Mapping[str, Figures], small: Mapping[str, Figures]) -> bool:
    """Prints each figure; whether all hold."""
    all_hold = True
    asked = questions_read()
    for name, each in found.items():
        missed = []
        if each.warm > MOST_WARM:
            missed.append("warm")
        if each.cold > MOST_COLD:
            missed.append("cold")
        ratio = each.first / each.hand if each.hand else None
        if ratio is not None and ratio > MOST_TIMES and each.first - each.hand > _GRAIN:
            missed.append("ratio")
        grown = (each.warm + _GRAIN) / (small[name].warm + _GRAIN) if name in small else None
        most = MOST_GROWTH_ROLLED if is_rolled(asked[name]) else MOST_GROWTH
        if grown is not None and grown > most:
            missed.append("growth")
        all_hold &= not missed
        print(
            f"  {name:14} warm {each.warm * 1e3:7.1f} ms  cold {each.cold * 1e3:7.1f} ms"
            f"  first part {each.first * 1e3:7.1f} ms"
            + (f"  by hand {each.hand * 1e3:7.1f} ms  {ratio:5.2f}" if each.hand else " " * 29)
            + (f"  growth {grown:4.1f} of {most:.0f}" if grown is not None else "")
            + (f"  MISSED {' '.join(missed)}" if missed else ""),
            flush=True,
        )
    return all_hold


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--sales", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="The folders of some reports, with commas between.")
    parser.add_argument("--no-growth", action="store_true", help="No tenth of the history is made and asked.")
    parser.add_argument("--kept", type=Path, help="A folder to make the history in, or to find it in.")
    options = parser.parse_args()
    kept = options.kept or Path(tempfile.mkdtemp(prefix="regulars-bench-"))
    try:
        history = history_open(kept / "whole", customers=options.customers, sales=options.sales)
        found = measured(history, rounds=options.rounds, only=options.only, has_cold=True)
        small = {}
        if not options.no_growth:
            tenth = history_open(kept / "tenth", customers=options.customers // 10, sales=options.sales // 10)
            small = measured(tenth, rounds=options.rounds, only=options.only, has_cold=False)
        size = sum(file.stat().st_size for file in (kept / "whole").rglob("*.parquet"))
        print(f"{options.customers:,} customers, {options.sales:,} sales, {size / 1e9:.2f} GB on disk")
        return 0 if shown(found, small) else 1
    finally:
        if not options.kept:
            shutil.rmtree(kept, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
