"""One file with the relations as tables: written whole beside the old one, then the newest; read by every process."""

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.attributes import Column
from regulars.lake.engines.engine import Held

# Told by relation: how its columns are called and what they hold, and its rows some thousands at a time.
Filling = Mapping[str, tuple[Mapping[str, Column], Iterable[Sequence[Sequence[Any]]]]]

# The columns of some relations, as the table of customers calls them.
Merged = Mapping[str, Mapping[str, str]]
_PEOPLE, _KEY = "customers", "customer"

_TYPES = {Column.INTEGER: "BIGINT", Column.TEXT: "VARCHAR", Column.DATE: "DATE"}
_ARROW = {Column.INTEGER: pa.int64(), Column.TEXT: pa.string(), Column.DATE: pa.string()}
# DuckDB knows an open file by its name, so each copy has a name of its own; the last in order is the newest.
_NAMES = "copy-*.duckdb"
# Of a process that was cut off before its copy was whole; one process at a time makes one.
_DRAFTS = "draft-*"
_MADE = "made"
# One process answers several people; DuckDB's own threads share what is left.
_MEMORY = "1GB"


class NoCopyError(Exception):
    """There is no copy yet."""


class Made(NamedTuple):
    """The moment a copy tells of, and how many seconds it took to make."""

    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class _Opened:
    """A connection to one state of the file."""

    file: Path
    connection: duckdb.DuckDBPyConnection


class Copy:
    """The copy in a folder. Answers come from the newest whole one; who asks while it is replaced gets the old one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: _Opened | None = None
        self._lock = Lock()

    def write(self, filling: Filling, *, merged: Merged, at: datetime) -> None:
        """The copy holds these relations and nothing else, as of `at`. A crash leaves the old one.

        Those named in `merged` have a row at most for each customer; they become columns of the table of customers.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(self.folder):
            self._write(filling, merged, at)

    def _write(self, filling: Filling, merged: Merged, at: datetime) -> None:
        begun = time.perf_counter()
        for left in self.folder.glob(_DRAFTS):
            left.unlink(missing_ok=True)
        draft = self.folder / f"draft-{os.getpid()}.duckdb"
        try:
            with duckdb.connect(str(draft), config={"memory_limit": _MEMORY}) as connection:
                draft.chmod(0o600)
                for name, (columns, rows) in filling.items():
                    _table_write(connection, name, columns, rows)
                tables_merge(connection, merged)
                connection.execute(f"CREATE TABLE {_MADE} (moment VARCHAR, seconds DOUBLE)")
                connection.execute(f"INSERT INTO {_MADE} VALUES (?, ?)", [at.isoformat(), time.perf_counter() - begun])
            older = list(self.folder.glob(_NAMES))
            draft.rename(self.folder / f"copy-{time.time_ns():020}.duckdb")
            # Who reads an old one keeps it until done.
            for file in older:
                file.unlink(missing_ok=True)
        finally:
            for left in self.folder.glob(_DRAFTS):
                left.unlink(missing_ok=True)

    def made(self) -> Made:
        """The moment the copy tells of, and what it took. Raises NoCopyError."""
        [[at, seconds]] = self.ask(f"SELECT moment, seconds FROM {_MADE}", {})
        return Made(datetime.fromisoformat(at).astimezone(UTC), seconds)

    def ask(self, sql: str, bound: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows the statement answers with. Raises NoCopyError."""
        return self._cursor().execute(sql, dict(bound)).fetchall()

    def told(self, folder: Path) -> dict[str, Held]:
        """The relations of the newest copy, for another engine: a file of each in the folder. Raises NoCopyError."""
        with self._cursor() as cursor:
            names = [str(name) for (name,) in cursor.execute("SHOW TABLES").fetchall()]
            return {name: _table_told(cursor, name, folder) for name in names if name != _MADE}

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of the caller's own to the newest copy."""
        with self._lock:
            while (newest := max(self.folder.glob(_NAMES), default=None)) is not None:
                if self._opened is not None and self._opened.file == newest:
                    return self._opened.connection.cursor()
                try:
                    # The old connection ends when the last who asks with it is done.
                    self._opened = _Opened(newest, _opened(newest))
                except duckdb.IOException:
                    # Another process put a newer one in its place meanwhile.
                    if newest.exists():
                        raise
        raise NoCopyError


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process makes a copy here meanwhile."""
    with (folder / "making").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    """Read only, so that every process may; nothing is fetched or reached from within a statement."""
    return duckdb.connect(
        str(file),
        read_only=True,
        config={
            "memory_limit": _MEMORY,
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "lock_configuration": "true",
        },
    )


def _table_write(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, Column],
    rows: Iterable[Sequence[Sequence[Any]]],
) -> None:
    """The table holds the rows. Days come as dates or as texts such as 2026-11-22."""
    declared = [f"{key} {_TYPES[kind]}" for key, kind in columns.items()]
    connection.execute(f"CREATE TABLE {name} ({', '.join(declared)})")
    for some in rows:
        told = [
            pa.array(
                [str(each) if each is not None else None for each in held] if kind is Column.DATE else held,
                _ARROW[kind],
            )
            for held, kind in zip(zip(*some, strict=True), columns.values(), strict=True)
        ]
        connection.register("told", pa.table(told, names=list(columns)))
        connection.execute(f"INSERT INTO {name} SELECT * FROM told")
        connection.unregister("told")


def _table_told(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> Held:
    """The table as a file, written some thousand rows at a time."""
    file = folder / f"{name}.parquet"
    rows = connection.sql(f"SELECT * FROM {name}").to_arrow_reader()
    with pq.ParquetWriter(file, rows.schema) as written:
        for some in rows:
            written.write_batch(some)
    return Held(name=name, schema=rows.schema, tail=rows.schema.empty_table(), files=(file,))


def tables_merge(connection: duckdb.DuckDBPyConnection, merged: Merged) -> None:
    """One table with a row for each customer and the columns of all these relations."""
    columns = [
        f"{name}.{column} AS {called}" for name, called_so in merged.items() for column, called in called_so.items()
        if column != _KEY
    ]  # fmt: skip
    others = "".join(f" LEFT JOIN {name} USING ({_KEY})" for name in merged if name != _PEOPLE)
    connection.execute(
        f"CREATE TABLE people AS SELECT {', '.join([f'{_PEOPLE}.{_KEY}', *columns])} FROM {_PEOPLE}{others}"
        f" ORDER BY {_PEOPLE}.{_KEY}"
    )
    for name in merged:
        connection.execute(f"DROP TABLE {name}")
    connection.execute(f"ALTER TABLE people RENAME TO {_PEOPLE}")
