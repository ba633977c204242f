"""Where files are worked on: a DuckDB of bounded memory that spills, encrypted, into a folder that goes with it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from regulars.exchange.fields import NEEDED_OF_CUSTOMER, NEEDED_OF_SALE, are_of_customers
from regulars.exchange.mapping import FileMapping
from regulars.storage.arrays import pandas_left_out

pandas_left_out()
_MEMORY = "384MB"
# Half away from zero, as everywhere (core/money.py): millionths of the minor unit to the minor unit.
_MACROS = (
    "CREATE MACRO half(n, d) AS CASE WHEN n >= 0 THEN (2 * n + d) // (2 * d) ELSE -((-2 * n + d) // (2 * d)) END",
    "CREATE MACRO minor(n) AS CAST(half(CAST(n AS HUGEINT), 1000000) AS BIGINT)",
)


@dataclass(slots=True)
class Desk:
    """The connection, and what is known of the import at hand. `keys` are the fields that some file gives."""

    connection: duckdb.DuckDBPyConnection
    mapping: FileMapping
    places: int
    prices_include_tax: bool
    keys: frozenset[str] = frozenset()
    files: list[str] = field(default_factory=list)

    def run(self, sql: str, values: Mapping[str, object] | None = None) -> list[tuple[object, ...]]:
        """The rows of a statement; values are bound by name."""
        with self.connection.cursor() as cursor:
            return cursor.execute(sql, dict(values or {})).fetchall()

    def number(self, sql: str) -> int:
        """The one whole number a statement answers."""
        value = self.run(sql)[0][0]
        return int(str(value or 0))

    def has(self, key: str) -> bool:
        return key in self.keys

    @property
    def is_of_customers(self) -> bool:
        """Whether the files tell of customers alone: each row is one, and there are no sales."""
        return are_of_customers(self.keys or self.mapping.sources.keys())

    @property
    def needed(self) -> Sequence[tuple[str, ...]]:
        """Groups of fields of which every row gives at least one."""
        return NEEDED_OF_CUSTOMER if self.is_of_customers else NEEDED_OF_SALE

    def column(self, key: str) -> str:
        """The field's column in `rows`, or NULL where no file gives it."""
        if key == "sale_number" and not self.has(key):
            key = "sale_id"
        return key if self.has(key) else "NULL"


@contextmanager
def desk_opened(mapping: FileMapping, *, places: int, prices_include_tax: bool) -> Iterator[Desk]:
    """A desk that is gone with all it held when the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="regulars-import-") as folder,
        duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": folder}) as connection,
    ):
        connection.execute("SET temp_file_encryption = true")
        for macro in _MACROS:
            connection.execute(macro)
        if mapping.prices_include_tax is not None:
            prices_include_tax = mapping.prices_include_tax
        yield Desk(connection, mapping, places, prices_include_tax)
