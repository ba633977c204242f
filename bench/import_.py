"""How long an import of 541,909 rows takes, beside a bare `executemany` of the rows it leaves behind.

`python -m bench.import_ [--database sqlite|postgres|both] [--rounds 3] [--data ../shared/data]`

The import reads the compressed CSV, checks and links every sale, derives the facts and reconciles. The bare loop holds
the same rows in memory already and inserts them with the driver alone into the same tables and indexes of an empty
database, in one transaction that is as durable. Search words are left out of it, as SQLite keeps them in a table of
another kind. Rounds alternate; each works in a process and a database of its own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from bench.shop import DATABASES, place
from regulars.access.rules import OPERATOR
from regulars.exchange.mapping import preset_named
from regulars.exchange.services import import_run
from regulars.sales.services import business_create
from regulars.storage.sqlcipher.base import AUTHENTICATED, SETTINGS

MOST_TIMES, MOST_MEGABYTES = 3.0, 1024
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def shop_open() -> None:
    """An empty shop of the wholesaler is in the database."""
    call_command("migrate", verbosity=0)
    business_create(
        name="Online Retail", currency="GBP", country="GB", timezone="Europe/London", week_start="monday",
        day_cutoff="00:00", actor=OPERATOR,
    )  # fmt: skip


def imported(file: Path) -> dict[str, float]:
    """What the import takes: seconds, its part of reading, and the most memory of the process."""
    shop_open()
    begun, begun_cpu = time.perf_counter(), time.process_time()
    marks: dict[str, float] = {}

    def progress(step: str, done: int, total: int) -> None:
        if done == total:
            marks[step] = time.perf_counter() - begun

    result = import_run(
        paths=[file], mapping=preset_named("online-retail"), store="Online Retail", create_stores=True, dry_run=False,
        actor=OPERATOR, at=NOW, progress=progress,
    )  # fmt: skip
    seconds, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    assert result.reconciliation.rows_read == 541_909, result.reconciliation
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "reading": marks["reading"], "megabytes": megabytes}


def bare(source: str) -> dict[str, float]:
    """What inserting the rows of the other database takes, by the driver alone."""
    call_command("migrate", verbosity=0)
    # What Django makes for itself stands in an empty database too.
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("regulars.")]
    origin, target = _driver(source), _driver(_address())
    rows = {table: _rows(origin, table) for table in tables}
    cursor = target.cursor()
    begun, begun_cpu = time.perf_counter(), time.process_time()
    cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
    for table, held in rows.items():
        if held:
            mark = "?" if connection.vendor == "sqlite" else "%s"
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join([mark] * len(held[0]))})", held)
    cursor.execute("COMMIT")
    cpu = time.process_time() - begun_cpu
    return {"seconds": time.perf_counter() - begun, "cpu": cpu, "rows": sum(map(len, rows.values()))}


def _address() -> str:
    return os.environ.get("REGULARS_DATABASE_URL") or str(Path(os.environ["REGULARS_DATA"]) / "regulars.db")


def _driver(address: str) -> Any:
    if address.startswith("postgres"):
        import psycopg  # noqa: PLC0415  (only where it is asked for)

        return psycopg.connect(address, autocommit=True)
    from sqlcipher3 import dbapi2 as cipher  # noqa: PLC0415

    opened = cipher.connect(address, isolation_level=None)
    opened.execute(f"PRAGMA key = \"x'{os.environ['REGULARS_KEY']}'\"")
    for setting in (AUTHENTICATED, *SETTINGS, "PRAGMA journal_mode = WAL"):
        opened.execute(setting)
    return opened


def _rows(origin: Any, table: str) -> list[tuple[Any, ...]]:
    """All rows as the driver takes them back; psycopg must be told which dictionaries are JSON."""
    rows = origin.cursor().execute(f"SELECT * FROM {table}").fetchall()
    if connection.vendor == "sqlite":
        return rows
    from psycopg.types.json import Jsonb  # noqa: PLC0415

    return [tuple(Jsonb(cell) if isinstance(cell, dict | list) else cell for cell in row) for row in rows]


def _child(step: str, environment: dict[str, str], *more: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.import_", "--step", step, *more]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(database: str, file: Path, rounds: int) -> bool:
    """Print the figures of one database; whether they are within the limits."""
    taken, lone = [], []
    for _round in range(rounds):
        with ExitStack() as places:
            shop, empty = places.enter_context(place(database)), places.enter_context(place(database))
            taken.append(_child("import", shop, "--file", str(file)))
            source = shop.get("REGULARS_DATABASE_URL") or str(Path(shop["REGULARS_DATA"]) / "regulars.db")
            lone.append(_child("bare", empty, "--source", source))
    seconds, bare_seconds = (median(each["seconds"] for each in runs) for runs in (taken, lone))
    cpu, bare_cpu = (median(each["cpu"] for each in runs) for runs in (taken, lone))
    megabytes = max(each["megabytes"] for each in taken)
    times = seconds / bare_seconds
    print(
        f"{database}: import {seconds:.1f} s (reading {median(each['reading'] for each in taken):.1f} s),"
        f" bare executemany of {lone[0]['rows']:,.0f} rows {bare_seconds:.1f} s:"
        f" {times:.2f} times (at most {MOST_TIMES:.0f}); {megabytes:.0f} MB at most (limit {MOST_MEGABYTES});"
        f" of this process's processor {cpu:.1f} s and {bare_cpu:.1f} s"
    )
    return times <= MOST_TIMES and megabytes <= MOST_MEGABYTES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--step", choices=("import", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--source", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(imported(options.file) if options.step == "import" else bare(options.source)))
        return
    file = options.data / "online_retail" / "OnlineRetail.csv.gz"
    if not file.is_file():
        print(f"the public data sets are not at {options.data}; name them with --data")
        return
    wanted = DATABASES if options.database == "both" else (options.database,)
    kept = [measured(database, file, options.rounds) for database in wanted]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
