"""How fast sales are taken in, beside a bare loop that runs the same statements without Django or any check.

`python -m bench.ingest [--database sqlite|postgres|both] [--customers 200000] [--history 500000]`

The shop has customers and the sales that made them its customers: an empty one would flatter whatever reads or writes
pages. `--history 0` measures it all the same.

The bare loop is fair to itself: every round rehearses all its sales through the product, notes each statement with
its values at the driver, and rolls back. Then the product records half of the sales and the driver alone replays the
statements of the other half, in turn and on the same connection, each sale (or batch) in a transaction of its own.
So both run the same statements with values of their own over pages that both have seen once.
Both begin with the sales as a JSON document, as any loop must; the bare one parses it and then has its values ready.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Any, NamedTuple

from django.db import connection, transaction

from bench.shop import DATABASES, Tills, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.checkout.payload import payloads_parse
from regulars.checkout.services import sales_record
from regulars.customers.rules import email_form, phone_form
from regulars.storage.sqlcipher.base import _question_marks

BATCH = 500
# One by one at most three times as long; in batches at least 60 % of the rate.
MOST_SINGLE, MOST_BATCH = 3.0, 1 / 0.6


class Statement(NamedTuple):
    """One call of the driver: how (execute, executemany, copy), what, and with which values."""

    call: str
    sql: str
    values: Any


class Spent(NamedTuple):
    """Seconds on the wall and of this process's processor."""

    wall: float
    cpu: float


class _Noting:
    """A cursor that writes down what it is asked to do."""

    def __init__(self, cursor: Any, notes: list[Statement]) -> None:
        self._cursor, self._notes = cursor, notes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def execute(self, sql: str, values: Any = None) -> Any:
        self._notes.append(Statement("execute", sql, values))
        return self._cursor.execute(sql, values)

    def executemany(self, sql: str, rows: Any) -> Any:
        held = list(rows)
        self._notes.append(Statement("executemany", sql, held))
        return self._cursor.executemany(sql, held)

    @contextmanager
    def copy(self, sql: str) -> Iterator[Any]:
        rows: list[Any] = []
        self._notes.append(Statement("copy", sql, rows))
        with self._cursor.copy(sql) as copy:
            yield _NotingCopy(copy, rows)


class _NotingCopy:
    def __init__(self, copy: Any, rows: list[Any]) -> None:
        self._copy, self._rows = copy, rows

    def write_row(self, row: Any) -> None:
        self._rows.append(row)
        self._copy.write_row(row)


def rehearsed(batches: Sequence[list[dict[str, Any]]], tills: Tills) -> list[list[Statement]]:
    """The statements each batch takes at the driver; nothing of it is kept."""
    made = connection.create_cursor
    notes: list[list[Statement]] = []
    connection.create_cursor = lambda name=None: _Noting(made(name), notes[-1] if notes else [])
    try:
        with transaction.atomic():
            for batch in batches:
                notes.append([])
                _record(batch, tills)
            transaction.set_rollback(True)
    finally:
        connection.create_cursor = made
    # What is remembered of a typed phone would not be, the first time it is typed.
    phone_form.cache_clear()
    email_form.cache_clear()
    return [[_as_driven(each) for each in taken if not _is_framing(each)] for taken in notes]


def _record(batch: Sequence[object], tills: Tills) -> None:
    answers = sales_record(batch, actor=OPERATOR, at=tills.at)
    assert all(answer.outcome == "created" for answer in answers), answers


def _is_framing(statement: Statement) -> bool:
    return statement.sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "ROLLBACK"))


def _as_driven(statement: Statement) -> Statement:
    return statement if connection.vendor != "sqlite" else statement._replace(sql=_question_marks(statement.sql))


def recorded(document: bytes, tills: Tills) -> None:
    """The sales of the document are recorded by the product."""
    _record(payloads_parse(document), tills)


def replay(document: bytes, statements: Sequence[Statement]) -> None:
    """The document is parsed and the statements are done and kept, by the driver alone."""
    json.loads(document)
    cursor = connection.connection.cursor() if connection.vendor == "sqlite" else _bare_cursor()
    cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
    for call, sql, values in statements:
        if call == "copy":
            with cursor.copy(sql) as copy:
                for row in values:
                    copy.write_row(row)
        elif call == "executemany":
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values) if values is not None else cursor.execute(sql)
            if cursor.description:
                cursor.fetchall()
    cursor.execute("COMMIT")


def _bare_cursor() -> Any:
    """psycopg as it comes: values bound by the server, statements prepared when they come again."""
    import psycopg  # noqa: PLC0415  (only where it is asked for)

    if not hasattr(_bare_cursor, "connection"):
        _bare_cursor.connection = psycopg.connect(os.environ["REGULARS_DATABASE_URL"], autocommit=True)
    return _bare_cursor.connection.cursor()


def spent(work: Callable[[], None]) -> Spent:
    """What the work takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


class Pair(NamedTuple):
    """The same work by the product and by the bare loop."""

    product: Spent
    bare: Spent


def round_of(tills: Tills, *, batches: int, size: int) -> list[Pair]:
    """Batches of sales by turns: one by the product, one by the bare loop."""
    payloads = [tills.sales(size) for _ in range(2 * batches)]
    documents = [json.dumps(batch).encode() for batch in payloads]
    # Who goes first changes from pair to pair; it must be the same in the rehearsal, where ids are given out.
    is_product = [n % 4 in (0, 3) for n in range(2 * batches)]
    statements = rehearsed(payloads, tills)
    del payloads
    # What is held here is not the product's to look through for garbage.
    gc.collect()
    gc.freeze()
    taken: list[Spent] = []
    for document, replayed, by_product in zip(documents, statements, is_product, strict=True):
        taken.append(spent(partial(recorded, document, tills) if by_product else partial(replay, document, replayed)))
    gc.unfreeze()
    pairs = zip(taken[::2], taken[1::2], is_product[::2], strict=True)
    return [Pair(one, two) if first else Pair(two, one) for one, two, first in pairs]


def measured(tills: Tills, *, rounds: int, batches: int, size: int, most: float) -> bool:
    """Prints the figures of one size of batch; whether they are within the limit."""
    pairs = [pair for _ in range(rounds) for pair in round_of(tills, batches=batches, size=size)]
    wall, cpu = _ratio(pairs, 0), _ratio(pairs, 1)
    print(
        f"  {'one by one' if size == 1 else f'batches of {size}'} ({len(pairs)} pairs, medians):"
        f" product {_us(pairs, 0, 0, size):.0f} us/sale ({_rate(pairs, 0, size):,.0f}/s),"
        f" bare {_us(pairs, 1, 0, size):.0f} us/sale ({_rate(pairs, 1, size):,.0f}/s)"
    )
    print(
        f"    wall: {wall:.2f} times the bare loop ({100 / wall:.0f} % of its rate), at most {most:.2f}:"
        f" {'holds' if wall <= most else 'MISSED'};"
        f" cpu of this process: {cpu:.2f} times"
        f" ({_us(pairs, 0, 1, size):.0f} and {_us(pairs, 1, 1, size):.0f} us/sale)",
        flush=True,
    )
    return wall <= most


def _ratio(pairs: Sequence[Pair], clock: int) -> float:
    """Median over median: a pair of single sales is too short to be divided alone."""
    return median(pair.product[clock] for pair in pairs) / median(pair.bare[clock] for pair in pairs)


def _us(pairs: Sequence[Pair], arm: int, clock: int, size: int) -> float:
    return median(pair[arm][clock] for pair in pairs) / size * 1e6


def _rate(pairs: Sequence[Pair], arm: int, size: int) -> float:
    return 1e6 / _us(pairs, arm, 0, size)


def inside(*, customers: int, history: int, uid_version: int) -> bool:
    """Builds the shop of this process's environment and measures it."""
    began = time.perf_counter()
    shop_build(customers=customers, sales=history, uid_version=uid_version)
    took = time.perf_counter() - began
    print(f"  {customers:,} customers, {history:,} sales made in {took:.0f} s; ids of version {uid_version}")
    tills = Tills(customers=customers, uid_version=uid_version)
    round_of(tills, batches=30, size=1)
    single = measured(tills, rounds=5, batches=200, size=1, most=MOST_SINGLE)
    round_of(tills, batches=1, size=BATCH)
    batch = measured(tills, rounds=6, batches=2, size=BATCH, most=MOST_BATCH)
    return single and batch


def main() -> int:
    parser = argparse.ArgumentParser(description="How fast sales are taken in, beside a bare loop.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--history", type=int, default=500_000, help="Sales before the measurement.")
    parser.add_argument("--uids", type=int, choices=(4, 7), action="append", help="Versions of the ids of sales.")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    uids = asked.uids or [4, 7]
    if asked.inside:
        return 0 if inside(customers=asked.customers, history=asked.history, uid_version=uids[0]) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        for version in uids:
            print(database, flush=True)
            with place(database) as environment:
                command = [sys.executable, "-m", "bench.ingest", "--inside", "--uids", str(version)]
                command += ["--customers", str(asked.customers), "--history", str(asked.history)]
                failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
