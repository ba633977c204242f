"""DuckDB in this process: the engine that answers unless another one is named."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Event, Thread

import duckdb
import pyarrow as pa

from regulars.lake.engines.engine import Cancel, Held, Progress, Statement, StoppedError

_MEMORY = "2GB"
# How often a running question is asked how far it is, in seconds.
_LOOK = 0.05
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


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

    def ask(
        self,
        statement: Statement,
        *,
        held: Mapping[str, Held],
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """As Engine.ask."""
        with self._root.cursor() as cursor:
            for name in _named(statement.sql, held):
                view_make(cursor, name, held[name])
            for name, table in statement.tables.items():
                cursor.register(name, table)
            with _watched(cursor, progress, cancel) as is_stopped:
                try:
                    answer = cursor.sql(statement.sql, params=_bound(statement)).to_arrow_table()
                except duckdb.InterruptException as error:
                    raise StoppedError from error
                if is_stopped.is_set():
                    raise StoppedError
                return answer


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
    tail_sql = f"tail_of_{name}"
    cursor.register(tail_sql, held.tail)
    if held.gone is not None:
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
    if held.tail.num_rows or not parts:
        parts.append(f"SELECT {columns_sql} FROM tail_of_{name}")
    return " UNION ALL ".join(parts)


def _files_sql(files: tuple[Path, ...]) -> str:
    listed = ", ".join(_quoted_sql(str(file)) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _quoted_sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted_name_sql(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _named(sql: str, held: Mapping[str, Held]) -> list[str]:
    """The relations the statement may read: whatever looks like the name of one."""
    words = set(_WORD.findall(sql.lower()))
    return [name for name in held if name in words]


def _bound(statement: Statement) -> dict[str, object]:
    """What the statement names, and nothing else."""
    named = {name for each in duckdb.extract_statements(statement.sql) for name in each.named_parameters}
    return {name: statement.bound[name] for name in named}


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
