"""Rollups of rows that come and stay, such as those of the ledger: what is kept, and the rows above the last in it.

Such rows are taken away only all at once, of a customer who is removed: then fewer are left than were added up, and
everything is added up again.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from regulars.lake.engines.engine import Held
from regulars.lake.rolled import Rolled, files_read, put_to, summed
from regulars.lake.rollups import Rollup
from regulars.lake.writing import registered


class Sums(NamedTuple):
    """`change`: what is to be added to the files; `has_files`: whether they still hold. `last`, `rows`: the greatest
    id there is, and how many rows are up to it."""

    change: pa.Table
    has_files: bool
    last: int
    rows: int


class Booked:
    """Each as the relation it is added up from makes it. For one thread at a time."""

    def __init__(
        self, rolled: Rolled, *, db: duckdb.DuckDBPyConnection, paths: Callable[[Iterable[str]], tuple[Path, ...]]
    ) -> None:
        self._rolled, self._db, self._paths = rolled, db, paths
        self._made: dict[str, tuple[Held, Held]] = {}
        self._counted: dict[str, tuple[tuple[Path, ...], int]] = {}

    def held(self, rollup: Rollup, base: Held) -> Held:
        """The rollup beside `base`, the relation; the same again while that is the same."""
        made = self._made.get(rollup.name)
        if made is None or made[0] is not base:
            made = base, self._hold(rollup, base)
            self._made[rollup.name] = made
        return made[1]

    def _hold(self, rollup: Rollup, base: Held) -> Held:
        told = self.sums(rollup, base)
        files = self._paths(self._rolled.files[rollup.name])
        schema = self._db.sql(f"SELECT * FROM ({files_read(files)}) LIMIT 0").to_arrow_table().schema
        change = told.change.cast(schema)
        if not told.has_files:
            return Held(rollup.name, schema, change)
        if not rollup.is_of_customers or not change.num_rows:
            return Held(rollup.name, schema, change, files)
        return self._added(rollup, change, files)

    def _added(self, rollup: Rollup, change: pa.Table, files: tuple[Path, ...]) -> Held:
        """The customers of whom something was booked have their rows beside the files, in place of those in them."""
        with registered(self._db, "booked_change", change):
            gone = self._told("SELECT DISTINCT customer FROM booked_change")
            rows = files_read(files, where="customer IN (SELECT customer FROM booked_change)")
            parts = f"{rows} UNION ALL BY NAME SELECT * FROM booked_change"
            tail = self._told(summed(rollup, change.column_names, parts)).cast(change.schema)
        return Held(rollup.name, change.schema, tail, (), files, gone, "customer")

    def sums(self, rollup: Rollup, base: Held) -> Sums:
        """What the relation comes to beside what is kept."""
        kept, counted = self._rolled.booked[rollup.name]
        key = base.schema.names[0]
        self._db.register("booked_tail", base.tail)
        has_files = self._count(rollup, base, kept) == counted
        where = f"{key} > {kept}" if has_files else ""
        change = self._told(_summed(rollup, _rows(base, where)))
        new = self._told(f"SELECT MAX({key}) AS last, COUNT(*) AS rows FROM ({_rows(base, where)})").to_pylist()[0]
        self._db.unregister("booked_tail")
        last, count = new["last"] or 0, new["rows"]
        if has_files:
            return Sums(change, has_files, max(kept, last), counted + count)
        return Sums(change, has_files, last, count)

    def _count(self, rollup: Rollup, base: Held, last: int) -> int:
        """How many rows there are up to the last that was added up; of the same files it is counted once."""
        key, (among, counted) = base.schema.names[0], self._counted.get(rollup.name, (None, 0))
        if among != base.files:
            sql = f"SELECT COUNT(*) AS rows FROM ({files_read(base.files, where=f'{key} <= {last}')})"
            counted = self._told(sql).to_pylist()[0]["rows"] if base.files else 0
            self._counted[rollup.name] = base.files, counted
        tail = self._told(f"SELECT COUNT(*) AS rows FROM booked_tail WHERE {key} <= {last}").to_pylist()[0]["rows"]
        return counted + int(tail)

    def _told(self, sql: str) -> pa.Table:
        return self._db.sql(sql).to_arrow_table()


def _summed(rollup: Rollup, rows: str) -> str:
    [read] = rollup.reads
    return put_to(rollup.sql, {read: rows})


def _rows(base: Held, where: str) -> str:
    columns = ", ".join(base.schema.names)
    rows = f"SELECT {columns} FROM booked_tail" + (f" WHERE {where}" if where else "")
    if not base.files:
        return rows
    return f"SELECT {columns} FROM ({files_read(base.files, where=where)}) UNION ALL {rows}"
