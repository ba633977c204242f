"""Rows of a spreadsheet or a Parquet file, as Arrow batches of text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import python_calamine as calamine
from pyarrow import parquet

from regulars.core.text import marked as _
from regulars.exchange.errors import FileDamaged, NoRows, SheetAbsent, SheetDoubtful

_ROWS = 20_000


class Sheet(NamedTuple):
    """A table of cells: the line of its first row, and its rows of any values."""

    first_line: int
    width: int
    rows: Iterator[Sequence[object]]


def sheet_opened(path: Path, *, sheet: str | None) -> Sheet:
    """The sheet that holds the rows. Raises FileDamaged, NoRows, SheetAbsent, SheetDoubtful."""
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        found = _sheet_named(book, path, sheet) if sheet else _only_sheet(book, path)
    except (calamine.CalamineError, OSError) as error:
        raise FileDamaged(file=path.name, reason=_("it cannot be opened as a spreadsheet (%s)") % error) from None
    if found.start is None:
        raise NoRows(file=path.name)
    return Sheet(found.start[0] + 1, found.width, _rows_of(found))


def _rows_of(sheet: calamine.CalamineSheet) -> Iterator[Sequence[object]]:
    """The rows from the first with content on (those above hold nothing)."""
    first = sheet.start[0] if sheet.start else 0
    return islice(sheet.iter_rows(), first, None)


def _sheet_named(book: calamine.CalamineWorkbook, path: Path, name: str) -> calamine.CalamineSheet:
    if name not in book.sheet_names:
        raise SheetAbsent(file=path.name, name=name, names=", ".join(book.sheet_names))
    return book.get_sheet_by_name(name)


def _only_sheet(book: calamine.CalamineWorkbook, path: Path) -> calamine.CalamineSheet:
    filled = [sheet for sheet in map(book.get_sheet_by_name, book.sheet_names) if sheet.start is not None]
    if not filled:
        raise NoRows(file=path.name)
    if len(filled) > 1:
        raise SheetDoubtful(file=path.name, count=len(filled), names=", ".join(sheet.name for sheet in filled))
    return filled[0]


@dataclass(slots=True)
class SheetRows:
    """The rows of a sheet below its heading.

    `texted` are the columns that hold text, once `batches` is read to its end.
    """

    rows: Iterator[Sequence[object]]
    width: int
    texted: set[int] = field(default_factory=set)

    def batches(self) -> pa.RecordBatchReader:
        """The rows as columns c0, c1, ... of text; empty cells null."""
        schema = pa.schema([(f"c{n}", pa.string()) for n in range(self.width)])
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        while chunk := list(islice(self.rows, _ROWS)):
            padded = ([*row, *[None] * (self.width - len(row))] for row in chunk)
            columns = list(zip(*padded, strict=True))
            self.texted.update(n for n, column in enumerate(columns) if any(map(_is_text, column)))
            texts = [pa.array(map(cell_text, column), pa.string()) for column in columns]
            yield pa.RecordBatch.from_arrays(texts, schema=schema)


def _is_text(cell: object) -> bool:
    return isinstance(cell, str) and cell != ""


def cell_text(cell: object) -> str | None:
    """The cell as text: numbers with a point and the 15 digits a spreadsheet keeps, dates as ISO; None where empty."""
    match cell:
        case None | "":
            return None
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:.15g}"
        case datetime():
            return cell.isoformat(" ")
        case _:
            return str(cell).replace("\x00", "\ufffd")


class ParquetTable(NamedTuple):
    """The columns of a Parquet file: their names and kinds, and the rows as columns c0, c1, ..."""

    names: Sequence[str]
    kinds: Sequence[pa.DataType]
    batches: pa.RecordBatchReader


def parquet_opened(path: Path) -> ParquetTable:
    """The table of the file. Raises FileDamaged."""
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise FileDamaged(file=path.name, reason=_("it cannot be opened as Parquet (%s)") % error) from None
    found = file.schema_arrow
    schema = pa.schema([(f"c{n}", kind) for n, kind in enumerate(found.types)])
    return ParquetTable(
        found.names, found.types, pa.RecordBatchReader.from_batches(schema, _renamed(file, schema, path))
    )


def _renamed(file: parquet.ParquetFile, schema: pa.Schema, path: Path) -> Iterator[pa.RecordBatch]:
    try:
        for batch in file.iter_batches(_ROWS):
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
    except (pa.ArrowInvalid, OSError) as error:
        raise FileDamaged(file=path.name, reason=_("its content cannot be read (%s)") % error) from None
