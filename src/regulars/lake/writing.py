"""Parquet files: sorted, compressed, on disk before anybody is told of them."""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regulars.lake.layout import LakeFolder, Part, file_sync, folder_sync
from regulars.lake.relations import Kept, Relation

ROW_GROUP = 122_880
_MEMORY = "1GB"
# So many rows of a relation are held in memory before they are put aside.
HELD = 2_000_000
# By how much what is done beside gives way to sales.
_NICE = 10
# So many files are waited for together.
_AT_ONCE = 8
_SPOOLED, _SPILLED = "spooled", "spilled"


@dataclass(slots=True)
class Writer:
    """Writes the files of one flush. `number`: that of its manifest, in the names of its files."""

    folder: LakeFolder
    number: int
    engine: duckdb.DuckDBPyConnection
    count: int = 0
    files: int = 0
    size: int = 0
    _unsettled: list[Path] = field(default_factory=list)

    def part(self, relation: Relation, sources: Sequence[str], *, month: int | None = None) -> tuple[Part, ...]:
        """The rows of these SELECTs are in a new file, in their order; in none, if there are none."""
        self.count += 1
        name = f"{relation.name}/{_folder_of(month)}part-{self.number:08}-{self.count}.parquet"
        file = self._made(name)
        columns_sql = ", ".join(f'"{each}"' for each in relation.columns)
        union_sql = " UNION ALL ".join(f"SELECT {columns_sql} FROM ({source_sql})" for source_sql in sources)
        sorted_sql = ", ".join(each for each in (_by_day(relation), relation.order) if each)
        order_sql = f"ORDER BY {sorted_sql}" if sorted_sql else ""
        self._copy(f"SELECT * FROM ({union_sql}) {order_sql}", file)
        told = pq.read_metadata(file)
        if told.num_rows == 0:
            file.unlink()
            return ()
        first, last = _least_and_greatest(told, relation.keyed) if relation.key else (0, 0)
        part = Part(name, told.num_rows, file.stat().st_size, first, last, month)
        self.files, self.size = self.files + 1, self.size + part.size
        self._unsettled.append(file)
        return (part,)

    def spool(self, relation: Relation, table: pa.Table) -> str:
        """The rows are put aside for this flush; the SELECT of them. Those of one month lie together."""
        self.count += 1
        file = self._made(f"{_SPOOLED}/{relation.name}-{self.number:08}-{self.count}.parquet")
        order_sql = "ORDER BY month" if relation.kept is Kept.BY_MONTH else ""
        with registered(self.engine, "spooled_table", table):
            self._copy(f"SELECT * FROM spooled_table {order_sql}", file)
        return f"SELECT * FROM {files_sql([file])}"

    def settle(self) -> None:
        """All parts are on disk. Each waits for it, so that many do at once."""
        with ThreadPoolExecutor(_AT_ONCE) as waiting:
            list(waiting.map(file_sync, self._unsettled))
            list(waiting.map(folder_sync, sorted({file.parent for file in self._unsettled})))
        self._unsettled = []

    def gone(self, keys: Sequence[int]) -> None:
        """The table `gone_keys` holds these keys."""
        self.engine.register("gone_keys", pa.table([pa.array(keys, pa.int64())], names=["key"]))

    def _made(self, name: str) -> Path:
        file = self.folder.path / name
        for folder in (file.parent.parent, file.parent):
            folder.mkdir(exist_ok=True, mode=0o700)
        return file

    def _copy(self, select_sql: str, file: Path) -> None:
        # Made first, so that nobody else may read it while it is written.
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        self.engine.execute(
            f"COPY ({select_sql}) TO {quoted_sql(str(file))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        file.chmod(0o600)


def _least_and_greatest(told: pq.FileMetaData, key: str) -> tuple[int, int]:
    place = told.schema.names.index(key)
    statistics = [told.row_group(n).column(place).statistics for n in range(told.num_row_groups)]
    return min(each.min for each in statistics), max(each.max for each in statistics)


class Gathered:
    """New rows of a relation: in memory, and put aside where they are many."""

    def __init__(self, writer: Writer, relation: Relation) -> None:
        self._writer, self._relation = writer, relation
        self._held: list[pa.Table] = []
        self._spooled: list[str] = []
        self._in_memory = 0
        self.rows = 0
        # How many there are of each month.
        self.months: Counter[int] = Counter()

    @property
    def is_spooled(self) -> bool:
        """Whether not all of them are in memory."""
        return bool(self._spooled)

    def add(self, table: pa.Table) -> None:
        self._held.append(table)
        self.rows += table.num_rows
        self._in_memory += table.num_rows
        if self._relation.kept is Kept.BY_MONTH:
            counted = pc.value_counts(table["month"]).to_pylist()
            self.months.update({each["values"]: each["counts"] for each in counted})
        if self._in_memory >= HELD:
            self._spooled.append(self._writer.spool(self._relation, self.table()))
            self._held, self._in_memory = [], 0

    def table(self) -> pa.Table:
        """Those in memory."""
        return pa.concat_tables([self._relation.schema.empty_table(), *self._held])

    def sql(self, month: int | None = None) -> str:
        """The SELECT of them; of those of a month."""
        new_sql, held = f"new_{self._relation.name}", self.table()
        if month is not None:
            # The engine would look through all of them for each month.
            held = held.filter(pc.equal(held["month"], month))
        self._writer.engine.register(new_sql, held)
        union_sql = " UNION ALL ".join([f"SELECT * FROM {new_sql}", *self._spooled])
        month_sql = "" if month is None else " WHERE month = " + str(int(month))
        return f"SELECT * FROM ({union_sql}){month_sql}"


@contextmanager
def writer_of(folder: LakeFolder, number: int) -> Iterator[Writer]:
    """Writes until it is left; what was put aside is gone then."""
    # A file of a month is for one core; the other one is for the tills.
    spilled = str(folder.path / _SPILLED)
    with duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": spilled, "threads": "1"}) as engine:
        try:
            yield Writer(folder, number, engine)
        finally:
            for left in (folder.path / _SPOOLED).glob("*.parquet"):
                left.unlink(missing_ok=True)


@contextmanager
def beside() -> Iterator[Executor]:
    """What does one thing after the other while this thread does something else; a sale goes before it."""
    with ThreadPoolExecutor(1, initializer=_give_way) as executor:
        yield executor


def _give_way() -> None:
    """This thread and those it starts wait for whoever else wants a core. Only Linux knows that of a thread."""
    if sys.platform == "linux":
        os.nice(_NICE)


@contextmanager
def registered(engine: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    """The table can be read by that name meanwhile."""
    engine.register(name, table)
    try:
        yield
    finally:
        engine.unregister(name)


def files_sql(files: Sequence[Path]) -> str:
    """What reads the files as one table. Their paths say the month, too, but not as the column does."""
    return f"read_parquet([{', '.join(quoted_sql(str(file)) for file in files)}], hive_partitioning = false)"


def quoted_sql(text: str) -> str:
    """The text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _folder_of(month: int | None) -> str:
    return "" if month is None else f"month={month // 12:04}-{month % 12 + 1:02}/"


def _by_day(relation: Relation) -> str:
    """Sorted by day the files are smaller, and months are read as fast as by customer."""
    return "day" if relation.kept is Kept.BY_MONTH else ""
