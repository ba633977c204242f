"""Any file as a DuckDB table of text: the line each row stands on, and its cells c0, c1, ..."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.text import folded, nearest, squeezed
from regulars.exchange.errors import ColumnMissing, ColumnsDiffer, ColumnTwice, NoRows
from regulars.exchange.reading.delimiters import delimiter_of, split_rows
from regulars.exchange.reading.encodings import TextFile, text_file
from regulars.exchange.reading.kinds import Kind, kind_of
from regulars.exchange.reading.options import FileOptions
from regulars.exchange.reading.separated import SeparatedRows
from regulars.exchange.reading.spreadsheets import SheetRows, cell_text, parquet_opened, sheet_opened

# Blanks that mean nothing at the ends of a cell.
_BLANKS = " \t\r\n\u00a0\ufeff"
_BROKEN = pa.schema([("ordinal", pa.int64()), ("cells", pa.int64()), ("text", pa.string())])


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read into DuckDB.

    `name` is the table of its rows: line, c0, c1, ...; a blank cell is NULL and a row without content is left out.
    `broken` is the table of the lines that are no rows: line, cells, text. `typed` columns hold no text in the file.
    """

    file: str
    name: str
    broken: str
    columns: tuple[str, ...]
    typed: frozenset[int]

    def place_of(self, column: str) -> int | None:
        """Where the column stands; case and blanks do not matter."""
        wanted = folded(squeezed(column))
        return next((n for n, name in enumerate(self.columns) if folded(squeezed(name)) == wanted), None)

    def place_needed(self, column: str) -> int:
        """Where the column stands. Raises ColumnMissing, with the nearest name and all there are."""
        place = self.place_of(column)
        if place is None:
            near = nearest(column, self.columns)
            hint = f' (did it become "{near}"?)' if near else ""
            raise ColumnMissing(file=self.file, column=column, hint=hint, found=", ".join(self.columns))
        return place


def table_read(
    path: Path, options: FileOptions, *, headings: Collection[str], into: duckdb.DuckDBPyConnection, number: int
) -> Table:
    """The file, read into the tables raw_<number> and broken_<number>; `headings` are the columns looked for.

    Raises what `kind_of`, `text_file`, `delimiter_of`, `sheet_opened`, `parquet_opened` raise; ColumnTwice,
    ColumnsDiffer, NoRows.
    """
    table = _READERS[kind_of(path)](path, options, headings, _Tables(into, number))
    if not into.execute(f"SELECT 1 FROM {table.name} UNION ALL SELECT 1 FROM {table.broken} LIMIT 1").fetchall():
        raise NoRows(file=path.name)
    return table


@dataclass(frozen=True, slots=True)
class _Tables:
    """The two tables of one file; their names are ours, so they may stand in SQL."""

    connection: duckdb.DuckDBPyConnection
    number: int

    @property
    def rows(self) -> str:
        return f"raw_{self.number}"

    @property
    def broken(self) -> str:
        return f"broken_{self.number}"

    def fill(self, rows: pa.RecordBatchReader, *, first: int, cells: Sequence[str]) -> int:
        """The rows stand in the table, numbered from `first`, their cells as text; how many were numbered.

        `cells` are the texts in SQL, without blanks around them; an empty one is none.
        """
        texts = ", ".join(f"nullif({cell}, '') AS c{n}" for n, cell in enumerate(cells))
        with self.connection.cursor() as cursor:
            cursor.register("incoming", _numbered(rows, first))
            cursor.execute(f"CREATE TABLE {self.rows} AS SELECT line, {texts} FROM incoming")
            cursor.unregister("incoming")
            row = cursor.execute(f"SELECT count(*) FROM {self.rows}").fetchone()
        return row[0] if row else 0

    def drop_empty(self, *, width: int) -> None:
        nothing = " AND ".join(f"c{n} IS NULL" for n in range(width))
        self.connection.execute(f"DELETE FROM {self.rows} WHERE {nothing}")

    def break_off(self, broken: pa.Table) -> None:
        """The broken rows stand in their table, and the rows after each of them have moved one line down."""
        with self.connection.cursor() as cursor:
            cursor.register("incoming", broken)
            cursor.execute(
                f"CREATE TABLE {self.broken} AS SELECT ordinal AS line, cells, text FROM incoming ORDER BY line"
            )
            cursor.unregister("incoming")
            if broken.num_rows:
                cursor.execute(
                    f"CREATE TEMP TABLE moves AS SELECT line - n AS before, max(n) AS by_lines"
                    f" FROM (SELECT line, row_number() OVER (ORDER BY line) AS n FROM {self.broken}) GROUP BY before"
                )
                cursor.execute(
                    f"CREATE OR REPLACE TABLE {self.rows} AS"
                    f" SELECT r.* REPLACE (r.line + coalesce(m.by_lines, 0) AS line)"
                    f" FROM {self.rows} AS r ASOF LEFT JOIN moves AS m ON r.line > m.before ORDER BY r.line"
                )
                cursor.execute("DROP TABLE moves")

    def stretch(self, *, width: int) -> None:
        """The rows stand on the lines they have in the file, although cells of some hold line ends."""
        ends = " + ".join(f"coalesce(length(c{n}) - length(replace(c{n}, chr(10), '')), 0)" for n in range(width))
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE shifts AS SELECT line, coalesce(sum(ends) OVER"
                f" (ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS by_lines FROM"
                f" (SELECT line, {ends} AS ends FROM {self.rows} UNION ALL"
                f" SELECT line, length(text) - length(replace(text, chr(10), '')) FROM {self.broken})"
            )
            for table in (self.rows, self.broken):
                cursor.execute(
                    f"CREATE OR REPLACE TABLE {table} AS SELECT t.* REPLACE (t.line + s.by_lines AS line)"
                    f" FROM {table} AS t JOIN shifts AS s USING (line) ORDER BY t.line"
                )
            cursor.execute("DROP TABLE shifts")


def _trimmed(rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """The same texts without blanks around them; SQL would take ten times as long as Arrow."""
    batches = (
        pa.RecordBatch.from_arrays(
            [pc.utf8_trim(column, characters=_BLANKS) for column in batch.columns], schema=rows.schema
        )
        for batch in rows
    )
    return pa.RecordBatchReader.from_batches(rows.schema, batches)


def _trimmed_sql(cell: str) -> str:
    """The cell without blanks around it; most begin and end with a plain sign."""
    plain = f"({cell})[1] BETWEEN '!' AND '~' AND ({cell})[-1] BETWEEN '!' AND '~'"
    return f"CASE WHEN {plain} THEN {cell} ELSE trim({cell}, '{_BLANKS}') END"


def _numbered(rows: pa.RecordBatchReader, first: int) -> pa.RecordBatchReader:
    """The same batches with the number of each row before its cells."""
    schema = pa.schema([("line", pa.int64()), *rows.schema])
    return pa.RecordBatchReader.from_batches(schema, _numbered_batches(rows, first, schema))


def _numbered_batches(rows: pa.RecordBatchReader, first: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    line = first
    for batch in rows:
        lines = pa.arange(line, line + batch.num_rows)
        line += batch.num_rows
        yield pa.RecordBatch.from_arrays([lines, *batch.columns], schema=schema)


def _plain(columns: Sequence[str]) -> list[str]:
    """The cells of a file that holds text already."""
    return [f"c{n}" for n in range(len(columns))]


def _text_read(path: Path, options: FileOptions, headings: Collection[str], tables: _Tables) -> Table:
    text = text_file(path, encoding=options.encoding)
    delimiter = options.delimiter or delimiter_of(text.start, file=path.name, headings=headings)
    first = next((row for row in split_rows(text.start, delimiter) if any(row)), [""])
    columns, has_header = _columns_of(path, options, [squeezed(cell) for cell in first])
    skip = _blank_lines_before(text) + has_header
    rows = SeparatedRows(text, delimiter, len(columns), skip)
    numbered = tables.fill(_trimmed(rows.batches()), first=skip + 1, cells=_plain(columns))
    broken = [row for row in rows.broken if row.text.strip()]
    tables.break_off(pa.Table.from_pylist([row._asdict() for row in broken], schema=_BROKEN))
    if text.lines > skip + numbered + len(rows.broken):
        tables.stretch(width=len(columns))
    tables.drop_empty(width=len(columns))
    return Table(path.name, tables.rows, tables.broken, columns, frozenset())


def _blank_lines_before(text: TextFile) -> int:
    """How many lines stand before the first with content."""
    return text.start[: len(text.start) - len(text.start.lstrip())].count("\n")


def _columns_of(path: Path, options: FileOptions, first: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The names of the columns, and whether the first row is their heading."""
    named = options.columns
    is_heading = [folded(cell) for cell in first] == [folded(squeezed(name)) for name in named]
    has_header = options.header if options.header is not None else not named or is_heading
    columns = named or (tuple(first) if has_header else tuple(str(n + 1) for n in range(len(first))))
    if len(columns) != len(first):
        raise ColumnsDiffer(file=path.name, found=len(first), expected=len(columns))
    names = [folded(squeezed(name)) for name in columns]
    for n, name in enumerate(names):
        if name and name in names[:n]:
            raise ColumnTwice(file=path.name, column=columns[n])
    return columns, has_header


def _sheet_read(path: Path, options: FileOptions, _headings: Collection[str], tables: _Tables) -> Table:
    sheet = sheet_opened(path, sheet=options.sheet)
    first = list(next(sheet.rows))
    columns, has_header = _columns_of(path, options, [squeezed(cell_text(cell) or "") for cell in first])
    rows = SheetRows(sheet.rows if has_header else chain([first], sheet.rows), len(columns))
    tables.fill(_trimmed(rows.batches()), first=sheet.first_line + has_header, cells=_plain(columns))
    tables.break_off(_BROKEN.empty_table())
    tables.drop_empty(width=len(columns))
    typed = frozenset(range(len(columns))) - rows.texted
    return Table(path.name, tables.rows, tables.broken, columns, typed)


def _parquet_read(path: Path, _options: FileOptions, _headings: Collection[str], tables: _Tables) -> Table:
    found = parquet_opened(path)
    cells = [_trimmed_sql(_cell_sql(n, kind)) for n, kind in enumerate(found.kinds)]
    tables.fill(found.batches, first=1, cells=cells)
    tables.break_off(_BROKEN.empty_table())
    tables.drop_empty(width=len(found.names))
    typed = frozenset(n for n, kind in enumerate(found.kinds) if not _is_text(kind))
    return Table(path.name, tables.rows, tables.broken, tuple(found.names), typed)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def _cell_sql(place: int, kind: pa.DataType) -> str:
    """A typed cell as the text a spreadsheet would show: 15 digits, dates as ISO, moments with their zone as UTC."""
    if pa.types.is_floating(kind):
        return f"format('{{:.15g}}', c{place}::DOUBLE)"
    if pa.types.is_boolean(kind):
        return f"CASE WHEN c{place} THEN 'yes' WHEN NOT c{place} THEN 'no' END"
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return f"timezone('UTC', c{place})::VARCHAR || '+00:00'"
    if _is_text(kind):
        # A zero byte has no place in a text; PostgreSQL keeps none.
        return f"replace(c{place}::VARCHAR, chr(0), chr(65533))"
    return f"c{place}::VARCHAR"


_READERS = {Kind.TEXT: _text_read, Kind.SPREADSHEET: _sheet_read, Kind.PARQUET: _parquet_read}
