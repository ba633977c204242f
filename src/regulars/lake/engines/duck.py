"""DuckDB in this process: the engine that answers unless another one is named."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple
from weakref import ReferenceType, ref

import duckdb
import pyarrow as pa

from regulars.lake.engines.engine import Cancel, Held, Progress, Statement, StoppedError

_MEMORY = "2GB"
# How often a running question is asked how far it is, in seconds.
_LOOK = 0.05
# A word that may be the name of a relation: not that of a column, nor what something is called.
_WORD = re.compile(r"(?<![\w.$])(?<!\bas )[a-z_][a-z0-9_]*")
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
# So many connections are kept with what was laid on them, and what so many statements name.
_MOST_KEPT, _MOST_READ = 4, 512


class DuckEngine:
    """Reads the files of one folder and what it is given, nothing else: no other file, no network, no extension."""

    name = "duckdb"

    def __init__(self, folder: Path) -> None:
        self._root = duckdb.connect(
            config={
                "memory_limit": _MEMORY,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "false",
                # What does not fit into memory; as private as the files themselves.
                "temp_directory": str(folder / "spilled"),
            }
        )
        self._root.execute(f"SET allowed_directories = [{_quoted_sql(str(folder))}]")
        self._root.execute("SET parquet_metadata_cache = true")
        self._root.execute("SET enable_external_access = false")
        self._root.execute("SET lock_configuration = true")
        self._lock = Lock()
        self._idle: list[_Laid] = []

    def ask(
        self,
        statement: Statement,
        *,
        held: Mapping[str, Held],
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """As Engine.ask."""
        read = _read(statement.sql)
        with self._laid() as laid:
            for name in [name for name in held if name in read.words]:
                laid.lay(name, held[name])
            with laid.beside(statement.tables) as cursor, _watched(cursor, progress, cancel) as is_stopped:
                try:
                    bound = {name: statement.bound[name] for name in read.parameters}
                    answer = cursor.sql(statement.sql, params=bound).to_arrow_table()
                except duckdb.InterruptException as error:
                    raise StoppedError from error
                if is_stopped.is_set():
                    raise StoppedError
                return answer

    @contextmanager
    def _laid(self) -> Iterator["_Laid"]:
        """A connection for one statement, if there is one with what was laid on it before.

        None is kept on which something went wrong.
        """
        with self._lock:
            laid = self._idle.pop() if self._idle else _Laid(self._root.cursor())
        try:
            yield laid
        except BaseException:
            laid.close()
            raise
        with self._lock:
            self._idle.append(laid)
            for each in self._idle:
                each.clear()
            dropped = self._idle.pop(0) if len(self._idle) > _MOST_KEPT else None
        if dropped is not None:
            dropped.close()


class _Laid:
    """A connection and the relations that can be read there by their names, each as it was told last."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        # Not to keep one alive whose rows are no longer so.
        self._held: dict[str, ReferenceType[Held]] = {}

    def lay(self, name: str, held: Held) -> None:
        """The relation can be read by its name, with the rows it consists of."""
        known = self._held.get(name)
        if known is not None and known() is held:
            return
        self._take(name)
        view_make(self._cursor, name, held)
        self._held[name] = ref(held)

    def clear(self) -> None:
        """Nothing is kept of relations that nobody else has any longer."""
        for name in [name for name, each in self._held.items() if each() is None]:
            self._take(name)

    def _take(self, name: str) -> None:
        if self._held.pop(name, None) is not None:
            self._cursor.execute(f"DROP VIEW {_quoted_name_sql(name)}")
            self._cursor.unregister(f"tail_of_{name}")
            self._cursor.unregister(f"gone_of_{name}")

    @contextmanager
    def beside(self, tables: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
        """These tables can be read meanwhile, too."""
        for name, table in tables.items():
            self._take(name)
            self._cursor.register(name, table)
        try:
            yield self._cursor
        finally:
            for name in tables:
                self._cursor.unregister(name)

    def close(self) -> None:
        self._cursor.close()


def duck_engine(folder: Path) -> DuckEngine:
    """The engine of this process for the lake in the folder."""
    return _engine_of(folder, os.getpid())


def engines_forget() -> None:
    """No engine is kept any longer."""
    _engine_of.cache_clear()


@cache
def _engine_of(folder: Path, _process: int) -> DuckEngine:
    return DuckEngine(folder)


def view_make(cursor: duckdb.DuckDBPyConnection, name: str, held: Held) -> None:
    """The relation can be read by its name, with the rows it consists of."""
    if _has_tail(held):
        cursor.register(f"tail_of_{name}", held.tail)
    if held.touched:
        cursor.register(f"gone_of_{name}", held.gone)
    cursor.execute(f"CREATE TEMP VIEW {_quoted_name_sql(name)} AS {view_sql(name, held)}")


def view_sql(name: str, held: Held) -> str:
    """The SELECT of all rows of the relation, in DuckDB's words."""
    columns_sql = ", ".join(map(_quoted_name_sql, held.schema.names))
    parts = []
    if held.files:
        parts.append(f"SELECT {columns_sql} FROM {_files_sql(held.files)}")
    if held.touched:
        gone_sql = f"SELECT {held.key} FROM gone_of_{name}"
        parts.append(f"SELECT {columns_sql} FROM {_files_sql(held.touched)} WHERE {held.key} NOT IN ({gone_sql})")
    if _has_tail(held):
        parts.append(f"SELECT {columns_sql} FROM tail_of_{name}")
    return " UNION ALL ".join(parts)


def _has_tail(held: Held) -> bool:
    return held.tail.num_rows > 0 or not (held.files or held.touched)


def _files_sql(files: tuple[Path, ...]) -> str:
    listed = ", ".join(_quoted_sql(str(file)) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _quoted_sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted_name_sql(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Read(NamedTuple):
    """What a statement names: words that may be relations, and values."""

    words: frozenset[str]
    parameters: frozenset[str]


@lru_cache(_MOST_READ)
def _read(sql: str) -> _Read:
    words = _WORD.findall(_COMMENTS.sub(" ", sql.lower()))
    named = {name for each in duckdb.extract_statements(sql) for name in each.named_parameters}
    return _Read(frozenset(words), frozenset(named))


@contextmanager
def _watched(cursor: duckdb.DuckDBPyConnection, progress: Progress | None, cancel: Cancel | None) -> Iterator[Event]:
    """While it runs, it is told how far it is and asked whether it shall go on."""
    is_over, is_stopped = Event(), Event()

    def look() -> None:
        while not is_over.wait(_LOOK):
            if progress is not None:
                progress(max(0.0, min(1.0, cursor.query_progress() / 100)))
            if cancel is not None and cancel():
                is_stopped.set()
                cursor.interrupt()

    if progress is None and cancel is None:
        yield is_stopped
        return
    watcher = Thread(target=look, name="lake question", daemon=True)
    watcher.start()
    try:
        yield is_stopped
    finally:
        is_over.set()
        watcher.join()
