"""Writing the rollups: whole from the relations, or only what changed since they were written.

docs/algorithms/rollups.md. Whoever flushes is alone, and puts the answer into the manifest: until then nobody reads
these files.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa

from regulars.lake.engines.engine import Held
from regulars.lake.layout import file_sync, folder_sync
from regulars.lake.rolled import BY_CUSTOMER, Rolled, files_read, put_to, summed
from regulars.lake.rolling import Rolling
from regulars.lake.rollups import NAMED, ROLLUPS, Kind, Rollup

FOLDER = "rollups"
_MEMORY = "2GB"
_COPY = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
# Rows by customer are put in order some at a time.
_SLICE = 250_000
# Above this part of its rows, a rollup by customer is written anew instead of telling which rows are redone.
_MOST_REDONE = 0.05
# So many files of a rollup over sales, then they are added up into one.
_MOST_FILES = 8
# A flush is of one moment.
_NOW = "now"


def rollups_build(base: Mapping[str, Held], *, folder: Path) -> Rolled:
    """All rollups of these relations are written, from nothing else."""
    with _Writing(folder) as writing:
        return _Build(writing, base).all()


def rollups_follow(base: Mapping[str, Held], rolled: Rolled, *, folder: Path) -> Rolled:
    """The rollups hold what the tail of these relations says beside their files, which are those `rolled` is of.

    Those that another version of ours wrote are all written anew.
    """
    if not rolled.is_ours:
        return rollups_build(base, folder=folder)
    rolling = Rolling(rolled, folder=folder)
    with _Writing(folder) as writing:
        return _Follow(writing, rolling, base).all()


class _Writing:
    """Files of rollups, each on disk once it is named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spill = folder / FOLDER / f"spill-{uuid4().hex}"

    def __enter__(self) -> "_Writing":
        (self.folder / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.db = duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": str(self.spill)})
        return self

    def __exit__(self, *_told: object) -> None:
        self.db.close()
        folder_sync(self.folder / FOLDER)

    def write(self, name: str, select: str) -> str:
        """The rows of the SELECT are in a file of the rollup; its path within the lake."""
        path = f"{FOLDER}/{name}-{uuid4().hex}.parquet"
        file = self.folder / path
        self.db.execute(f"COPY ({select}) TO '{str(file).replace(chr(39), chr(39) * 2)}' {_COPY}")
        file.chmod(0o600)
        file_sync(file)
        return path

    def write_table(self, name: str, table: pa.Table, *, order: str) -> str:
        self.db.register("told", table)
        path = self.write(name, f"SELECT * FROM told ORDER BY {order}")
        self.db.unregister("told")
        return path

    def paths(self, paths: Sequence[str]) -> list[Path]:
        return [self.folder / path for path in paths]

    def count(self, sql: str) -> int:
        [[count]] = self.db.execute(sql).fetchall()
        return int(count or 0)


class _Build:
    """Everything from the relations: a month at a time, then the rows by customer some customers at a time."""

    def __init__(self, writing: _Writing, base: Mapping[str, Held]) -> None:
        self._writing, self._base = writing, base
        self._files: dict[str, list[str]] = {rollup.name: [] for rollup in ROLLUPS}

    def all(self) -> Rolled:
        for rollup in ROLLUPS:
            if rollup.kind in (Kind.SUMMED, Kind.KEYED):
                self._sum_up(rollup)
        self._by_customer()
        for rollup in ROLLUPS:
            if rollup.kind is Kind.CELLS:
                self._whole(rollup)
        booked = {rollup.name: self._booked(rollup) for rollup in ROLLUPS if rollup.kind is Kind.BOOKED}
        return Rolled({name: tuple(paths) for name, paths in self._files.items()}, booked=booked)

    def _booked(self, rollup: Rollup) -> tuple[int, int]:
        """The sums are in a file; the greatest id among their rows, and how many rows they are made of."""
        held, db = self._base[rollup.reads[0]], self._writing.db
        rows, key = self._whole_of(held.name), held.schema.names[0]
        sums = put_to(rollup.sql, {held.name: rows})
        self._files[rollup.name] = [self._writing.write(rollup.name, f"{sums} ORDER BY {', '.join(rollup.keys)}")]
        [[last, count]] = db.execute(f"SELECT COALESCE(MAX({key}), 0), COUNT(*) FROM ({rows})").fetchall()
        return last, count

    def _sum_up(self, rollup: Rollup) -> None:
        """What each month makes of it is in a table of its parts."""
        [read] = rollup.reads
        db, table = self._writing.db, f"parts_{rollup.name}"
        for n, select in enumerate(_chunks(self._writing.db, self._base[read])):
            parts = put_to(rollup.sql, {read: select})
            db.execute(f"INSERT INTO {table} {parts}" if n else f"CREATE TEMP TABLE {table} AS {parts}")
        if rollup.kind is Kind.SUMMED:
            self._whole(rollup)

    def _whole(self, rollup: Rollup) -> None:
        """The parts are added up in one file."""
        table = f"parts_{rollup.name}"
        rows = summed(rollup, self._names(table), f"SELECT * FROM {table}")
        self._files[rollup.name] = [self._writing.write(rollup.name, f"{rows} ORDER BY {', '.join(rollup.keys)}")]
        self._writing.db.execute(f"DROP TABLE {table}")

    def _by_customer(self) -> None:
        """The rows by customer are in files in the order of the customers, and what follows from them with them."""
        keyed = [rollup for rollup in ROLLUPS if rollup.kind is Kind.KEYED]
        whole = [self._whole_of(read) for each in ROLLUPS if each.kind is Kind.TOLD for read in each.reads]
        tables = [*(f"parts_{each.name}" for each in keyed), *(f"({select})" for select in whole)]
        last = max(self._writing.count(f"SELECT COALESCE(MAX(customer), 0) FROM {table}") for table in tables)
        for begin in range(0, last + 1, _SLICE):
            slices: dict[str, str] = {}
            for rollup in ROLLUPS:
                if rollup.kind not in (Kind.SUMMED, Kind.BOOKED):
                    self._slice(rollup, slices, begin)
        for rollup in keyed:
            self._writing.db.execute(f"DROP TABLE parts_{rollup.name}")

    def _slice(self, rollup: Rollup, slices: dict[str, str], begin: int) -> None:
        """What a rollup holds of some customers."""
        order = ", ".join(rollup.keys)
        some = f"customer >= {begin} AND customer < {begin} + {_SLICE}"
        if rollup.kind is Kind.KEYED:
            table = f"parts_{rollup.name}"
            rows = summed(rollup, self._names(table), f"SELECT * FROM {table} WHERE {some}")
        elif rollup.kind is Kind.TOLD:
            [read] = rollup.reads
            rows = put_to(rollup.sql, {read: f"SELECT * FROM ({self._whole_of(read)}) AS w WHERE {some}"})
        else:
            rows = put_to(rollup.sql, {read: slices.get(read) or self._whole_of(read) for read in rollup.reads})
        if rollup.kind is Kind.CELLS:
            table = f"parts_{rollup.name}"
            self._writing.db.execute(f"INSERT INTO {table} {rows}" if begin else f"CREATE TEMP TABLE {table} AS {rows}")
            return
        path = self._writing.write(rollup.name, f"{rows} ORDER BY {order}")
        self._files[rollup.name].append(path)
        slices[rollup.name] = files_read(self._writing.paths([path]))

    def _whole_of(self, read: str) -> str:
        """All rows of a relation."""
        held, db = self._base[read], self._writing.db
        db.register(f"tail_{read}", held.tail)
        parts = [files_read(held.files)] if held.files else []
        if held.touched and held.gone is not None:
            db.register(f"gone_{read}", held.gone)
            where = f"{held.key} NOT IN (SELECT {held.gone.column_names[0]} FROM gone_{read})"
            parts.append(files_read(held.touched, where=where))
        return " UNION ALL BY NAME ".join([*parts, f"SELECT * FROM tail_{read}"])

    def _names(self, table: str) -> list[str]:
        return [name for name, *_rest in self._writing.db.execute(f"DESCRIBE {table}").fetchall()]


def _chunks(db: duckdb.DuckDBPyConnection, held: Held) -> Iterator[str]:
    """SELECTs that together give the rows of a relation, each sale within one of them."""
    if held.gone is not None:
        db.register("gone_keys", held.gone)
    for is_touched, paths in ((False, held.files), (True, held.touched)):
        for _folder, some in groupby(sorted(paths), key=lambda path: path.parent):
            where = ""
            if is_touched and held.gone is not None:
                where = f"{held.key} NOT IN (SELECT {held.gone.column_names[0]} FROM gone_keys)"
            yield files_read(some, where=where)
    db.register("tail_rows", held.tail)
    yield "SELECT * FROM tail_rows"


class _Follow:
    """What is kept, and what the tail changes of it."""

    def __init__(self, writing: _Writing, rolling: Rolling, base: Mapping[str, Held]) -> None:
        self._writing, self._rolling, self._base = writing, rolling, base
        self._kept = rolling.rolled
        touched = rolling.touched(base=base, sequence=_NOW)
        writing.db.register("touched", touched)

    def all(self) -> Rolled:
        files = dict(self._kept.files)
        redone = {rollup.name: self._redone(rollup) for rollup in ROLLUPS if rollup.kind in BY_CUSTOMER}
        customers: tuple[str, ...] = (self._customers(),)
        if self._is_much(redone):
            for name, paths in redone.items():
                files[name] = self._anew(NAMED[name], paths, customers)
            redone, customers = {}, ()
        booked = {}
        for rollup in ROLLUPS:
            if rollup.kind is Kind.BOOKED:
                files[rollup.name], booked[rollup.name] = self._booked(rollup)
            elif rollup.kind not in BY_CUSTOMER:
                change = self._rolling.change(rollup.name, base=self._base, sequence=_NOW)
                files[rollup.name] = self._changed(rollup, change, self._kept.files[rollup.name])
        return Rolled(files, redone, customers, booked)

    def _booked(self, rollup: Rollup) -> tuple[tuple[str, ...], tuple[int, int]]:
        told = self._rolling.booked(rollup.name, base=self._base)
        if told.has_files:
            return self._changed(rollup, told.change, self._kept.files[rollup.name]), (told.last, told.rows)
        path = self._writing.write_table(rollup.name, told.change, order=", ".join(rollup.keys))
        return (path,), (told.last, told.rows)

    def _redone(self, rollup: Rollup) -> tuple[str, ...]:
        """The rows of all customers who bought since the files were written, as they are now."""
        now = self._rolling.now(rollup.name, base=self._base, sequence=_NOW)
        self._writing.db.register("now_rows", now)
        rows = "SELECT * FROM now_rows"
        if paths := self._kept.redone.get(rollup.name):
            older = files_read(self._writing.paths(paths), where="customer NOT IN (SELECT customer FROM touched)")
            rows = f"{rows} UNION ALL BY NAME {older}"
        return (self._writing.write(rollup.name, f"SELECT * FROM ({rows}) ORDER BY {', '.join(rollup.keys)}"),)

    def _customers(self) -> str:
        rows = "SELECT customer FROM touched"
        if self._kept.customers:
            rows = f"{rows} UNION {files_read(self._writing.paths(self._kept.customers))}"
        return self._writing.write("redone", f"SELECT * FROM ({rows}) ORDER BY customer")

    def _is_much(self, redone: Mapping[str, tuple[str, ...]]) -> bool:
        """So that readers pass over few rows that are no longer so, at a cost that does not grow with the history."""
        new = sum(self._rows(paths) for paths in redone.values())
        return new > _MOST_REDONE * sum(self._rows(self._kept.files[name]) for name in redone)

    def _anew(self, rollup: Rollup, redone: tuple[str, ...], customers: tuple[str, ...]) -> tuple[str, ...]:
        """One file in place of the old ones and what is redone, in the order of the customers."""
        replaced = files_read(self._writing.paths(customers))
        old = files_read(
            self._writing.paths(self._kept.files[rollup.name]),
            where=f"customer NOT IN (SELECT customer FROM ({replaced}))",
        )
        rows = f"{old} UNION ALL BY NAME {files_read(self._writing.paths(redone))}"
        return (self._writing.write(rollup.name, f"SELECT * FROM ({rows}) ORDER BY {', '.join(rollup.keys)}"),)

    def _changed(self, rollup: Rollup, change: pa.Table, kept: tuple[str, ...]) -> tuple[str, ...]:
        """The files of a rollup that is added up by who reads it, and what is to be added to them."""
        if not change.num_rows:
            return kept
        is_read_added_up = rollup.kind in (Kind.SUMMED, Kind.BOOKED) and not rollup.is_of_customers
        if is_read_added_up and len(kept) < _MOST_FILES:
            return (*kept, self._writing.write_table(rollup.name, change, order=", ".join(rollup.keys)))
        self._writing.db.register("change", change)
        parts = f"{files_read(self._writing.paths(kept))} UNION ALL BY NAME SELECT * FROM change"
        rows = summed(rollup, change.column_names, parts)
        return (self._writing.write(rollup.name, f"{rows} ORDER BY {', '.join(rollup.keys)}"),)

    def _rows(self, paths: Sequence[str]) -> int:
        listed = ", ".join(f"'{path}'" for path in self._writing.paths(paths))
        return self._writing.count(f"SELECT SUM(num_rows) FROM parquet_file_metadata([{listed}])")
