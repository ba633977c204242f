"""Rows of a text file with a delimiter, as Arrow batches of text, and the rows that are none."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv as arrow_csv

from regulars.core.text import marked as _
from regulars.exchange.errors import FileDamaged
from regulars.exchange.reading.delimiters import BLANKS
from regulars.exchange.reading.encodings import TextFile

_BLOCK = 4 << 20
_BLANK_RUNS = re.compile(rb"[ \t]+")
_BLANK_ENDS = re.compile(rb"^[ \t]+|[ \t\r]+$", re.MULTILINE)


class BrokenRow(NamedTuple):
    """A row with too few or too many cells: its place among all rows of the file, heading included."""

    ordinal: int
    cells: int
    text: str


@dataclass(slots=True)
class SeparatedRows:
    """The rows of a file below its heading; `broken` is complete once `batches` is read to its end."""

    file: TextFile
    delimiter: str
    width: int
    skip: int
    broken: list[BrokenRow] = field(default_factory=list)

    def batches(self) -> pa.RecordBatchReader:
        """The rows with the right number of cells, blank lines too: columns c0, c1, ... of text, empty cells null."""
        names = [f"c{n}" for n in range(self.width)]
        try:
            reader = arrow_csv.open_csv(
                pa.PythonFile(_Stream(self._bytes()), mode="r"),
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, block_size=_BLOCK, column_names=names, skip_rows_after_names=self.skip
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter="\t" if self.delimiter == BLANKS else self.delimiter,
                    newlines_in_values=self.delimiter != BLANKS,
                    quote_char=False if self.delimiter == BLANKS else '"',
                    invalid_row_handler=self._set_aside,
                    ignore_empty_lines=False,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    check_utf8=False,
                    strings_can_be_null=True,
                    null_values=[""],
                    column_types=dict.fromkeys(names, pa.string()),
                ),
            )
        except pa.ArrowInvalid as error:
            raise self._damaged(error) from None
        return pa.RecordBatchReader.from_batches(reader.schema, self._read(reader))

    def _read(self, reader: arrow_csv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
        try:
            yield from reader
        except pa.ArrowInvalid as error:
            raise self._damaged(error) from None

    def _damaged(self, error: pa.ArrowInvalid) -> FileDamaged:
        reason = _("its rows cannot be told apart, perhaps for a quotation mark that is never closed (%s)") % error
        return FileDamaged(file=self.file.path.name, reason=reason)

    def _set_aside(self, row: arrow_csv.InvalidRow) -> str:
        self.broken.append(BrokenRow(row.number, row.actual_columns, row.text))
        return "skip"

    def _bytes(self) -> Iterator[bytes]:
        blocks = self.file.utf8_blocks()
        return _with_tabs(blocks) if self.delimiter == BLANKS else blocks


def _with_tabs(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The text with one tab for every run of blanks, and none at the ends of lines."""
    rest = b""
    for block in blocks:
        whole, feed, rest = (rest + block).rpartition(b"\n")
        yield _BLANK_RUNS.sub(b"\t", _BLANK_ENDS.sub(b"", whole)) + feed
    yield _BLANK_RUNS.sub(b"\t", _BLANK_ENDS.sub(b"", rest))


class _Stream(io.RawIOBase):
    """Blocks of bytes as the file that Arrow reads."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks = blocks
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._held:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._held = memoryview(block)
        taken = self._held[:size] if size >= 0 else self._held
        self._held = self._held[len(taken) :]
        return bytes(taken)
