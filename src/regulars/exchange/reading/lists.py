"""A list of customers: one in each row of any file, under a heading or without."""

from pathlib import Path

import duckdb

from regulars.core.text import folded, squeezed
from regulars.exchange.errors import DelimiterDoubtful
from regulars.exchange.reading.options import FileOptions
from regulars.exchange.reading.tables import Table, table_read

# Headings of a column that says who is meant, the surest first.
HEADINGS = ("customer", "customer id", "customer code", "id", "code", "phone", "mobile", "email", "e-mail")


def names_read(path: Path) -> list[str]:
    """What stands in the column that says who is meant, row by row: under one of HEADINGS, else the first column.

    Raises what `table_read` raises.
    """
    with duckdb.connect() as connection:
        table = _table(path, connection)
        place, is_headed = _place(table, connection)
        # Our own names, never the file's.
        column_sql, rows_sql = f"c{place}", table.name
        found = connection.execute(
            f"SELECT {column_sql} FROM {rows_sql} WHERE {column_sql} IS NOT NULL ORDER BY line"
        ).fetchall()
    return [str(name) for (name,) in found][is_headed:]


def _table(path: Path, connection: duckdb.DuckDBPyConnection) -> Table:
    try:
        return table_read(path, FileOptions(header=False), headings=HEADINGS, into=connection, number=1)
    except DelimiterDoubtful:
        # A single column has no delimiter.
        return table_read(path, FileOptions(header=False, delimiter=","), headings=HEADINGS, into=connection, number=2)


def _place(table: Table, connection: duckdb.DuckDBPyConnection) -> tuple[int, bool]:
    """Which column it is, and whether its first row is a heading."""
    rows_sql = table.name
    first = connection.execute(f"SELECT * EXCLUDE line FROM {rows_sql} ORDER BY line LIMIT 1").fetchone() or ()
    told = [folded(squeezed(str(cell or ""))).replace("_", " ") for cell in first]
    for heading in HEADINGS:
        if heading in told:
            return told.index(heading), True
    return 0, False
