"""Files are known by their content, and every row keeps its line."""

import csv
import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from regulars.exchange.errors import (
    ColumnMissing,
    ColumnsDiffer,
    ColumnTwice,
    DelimiterDoubtful,
    FileAbsent,
    FileDamaged,
    FileEmpty,
    FileTruncated,
    NoRows,
    NotAFile,
    NotInEncoding,
    NotUtf8,
    NotWhatItIsCalled,
    SheetAbsent,
    SheetDoubtful,
    ZeroByte,
)
from regulars.exchange.reading.options import FileOptions
from regulars.exchange.reading.tables import Table, table_read

HEADINGS = ("a", "b")
MOMENT = datetime(2019, 1, 5, 13, 8, tzinfo=UTC).replace(tzinfo=None)


def read(path: Path, options: FileOptions | None = None, headings: tuple[str, ...] = HEADINGS):
    """The table, its rows and its broken lines."""
    with duckdb.connect() as connection:
        table = table_read(path, options or FileOptions(), headings=headings, into=connection, number=1)
        rows = connection.execute(f"SELECT * FROM {table.name} ORDER BY line").fetchall()
        broken = connection.execute(f"SELECT * FROM {table.broken} ORDER BY line").fetchall()
    return table, rows, broken


def written(tmp_path: Path, content: bytes | str, name: str = "sales.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,x\n2,y\n",
        "a;b\r\n1;x\r\n2;y\r\n",
        "a\tb\n1\tx\n2\ty",
        "a|b\n1|x\n2|y\n",
        "  a   b \n 1   x\n 2\ty\n",
        'a,b\n"1","x"\n2, y \n',
        "a,b\r1,x\r2,y\r",
        "\ufeffa,b\n1,x\n2,y\n",
    ],
)
def test_a_delimiter_is_found(tmp_path, content):
    table, rows, broken = read(written(tmp_path, content))
    assert table.columns == ("a", "b")
    assert rows == [(2, "1", "x"), (3, "2", "y")]
    assert broken == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_marked_or_named_encoding_is_read(tmp_path, encoding):
    path = written(tmp_path, "a,b\n1,Café\n".encode(encoding))
    named = None if encoding in {"utf-8-sig", "utf-16"} else encoding
    assert read(path, FileOptions(encoding=named))[1] == [(2, "1", "Café")]


def test_an_encoding_that_can_only_be_one_is_found(tmp_path):
    path = written(tmp_path, ("a,b\n" + "1,東京都新宿区\n" * 20).encode("shift_jis"))
    assert read(path)[1][0] == (2, "1", "東京都新宿区")


def test_broken_utf8_is_refused_with_line_and_byte(tmp_path):
    path = written(tmp_path, "a,b\n1,é\n2,".encode() + b"caf\xe9\n")
    with pytest.raises(NotUtf8) as caught:
        read(path)
    assert str(caught.value).startswith('Line 3 of "sales.csv" is not UTF-8: its byte 6 is 0xE9')


def test_an_encoding_in_doubt_is_refused(tmp_path):
    with pytest.raises(NotUtf8, match="Line 2"):
        read(written(tmp_path, "a,b\n1,caf\u00e9\n".encode("cp1252")))


def test_a_character_cut_off_at_the_end_is_refused(tmp_path):
    with pytest.raises(NotUtf8, match="Line 2"):
        read(written(tmp_path, "a,b\n1,é".encode()[:-1]))


def test_a_named_encoding_that_is_wrong_is_refused(tmp_path):
    with pytest.raises(NotInEncoding, match=r"Line 2 .* is not written in ascii"):
        read(written(tmp_path, "a,b\n1,é\n"), FileOptions(encoding="ascii"))


def test_a_zero_byte_is_refused(tmp_path):
    with pytest.raises(ZeroByte, match="Line 2"):
        read(written(tmp_path, "a,b\n1,\x00\n"))


def test_every_row_keeps_its_line(tmp_path):
    content = '\na,b\n1,x\n\n2,"y\nz"\njunk\n3,"p\nq\nr"\n,\n4,u\n5,6,7\n6,v\n'
    _table, rows, broken = read(written(tmp_path, content))
    assert rows == [(3, "1", "x"), (5, "2", "y\nz"), (8, "3", "p\nq\nr"), (12, "4", "u"), (14, "6", "v")]
    assert broken == [(7, 1, "junk"), (13, 3, "5,6,7")]


def test_a_quotation_mark_within_a_cell_is_a_sign_like_any_other(tmp_path):
    _table, rows, _broken = read(written(tmp_path, 'a,b\n12" ruler,"say ""hi"""\n'))
    assert rows == [(2, '12" ruler', 'say "hi"')]


def test_a_file_without_heading_takes_its_names_from_the_mapping(tmp_path):
    options = FileOptions(columns=("a", "b"))
    assert read(written(tmp_path, "1,x\n"), options)[1] == [(1, "1", "x")]
    assert read(written(tmp_path, "A,B\n1,x\n"), options)[1] == [(2, "1", "x")]


@pytest.mark.parametrize(
    ("content", "name", "options", "error", "words"),
    [
        ("", "sales.csv", {}, FileEmpty, "is empty"),
        ("  \n\n", "sales.csv", {}, FileEmpty, "is empty"),
        ("a,b\n", "sales.csv", {}, NoRows, "no rows below"),
        ("a,b\n,\n", "sales.csv", {}, NoRows, "no rows below"),
        ("a,a\n1,2\n", "sales.csv", {}, ColumnTwice, 'two columns "a"'),
        ("1,2\n", "sales.csv", {"columns": ("a", "b", "c")}, ColumnsDiffer, "has 2 columns .* names 3"),
        ("x,y;z\n1,2;3\n", "sales.csv", {}, DelimiterDoubtful, "at commas or at semicolons"),
        ("a,b\n1,2\n", "sales.xlsx", {}, NotWhatItIsCalled, "called an XLSX but is none"),
        ("a,b\n1,2\n", "sales.parquet", {}, NotWhatItIsCalled, "called a Parquet file"),
        (b"PK\x03\x04 no archive", "sales.xlsx", {}, FileDamaged, "ZIP container"),
        (b"PAR1 no table", "sales.parquet", {}, FileTruncated, "ends in the middle"),
        (b"PAR1 no table PAR1", "sales.parquet", {}, FileDamaged, "cannot be opened as Parquet"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "sales.csv.gz", {}, FileTruncated, "ends in the middle"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "sales.csv.gz", {}, FileDamaged, "compressed content is broken"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, content, name, options, error, words):  # noqa: PLR0917
    with pytest.raises(error, match=words):
        read(written(tmp_path, content, name), FileOptions(**options))


def test_a_zip_without_a_workbook_is_refused(tmp_path):
    path = tmp_path / "sales.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sales.csv", "a,b\n1,2\n")
    with pytest.raises(FileDamaged, match="without a workbook"):
        read(path)


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(FileAbsent, match="There is no file"):
        read(tmp_path / "absent.csv")
    with pytest.raises(NotAFile, match="is a folder"):
        read(tmp_path)


def test_a_missing_column_is_named_with_what_is_there(tmp_path):
    table, _rows, _broken = read(written(tmp_path, "Quantty,Price\n1,2\n"))
    with pytest.raises(ColumnMissing) as caught:
        table.place_needed("Quantity")
    sentence = '"sales.csv" has no column "Quantity" (did it become "Quantty"?); its columns are: Quantty, Price.'
    assert str(caught.value) == sentence


def sheet(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for n, row in enumerate(rows):
                page.write_row(n, 0, row)
    return path


def test_a_spreadsheet_is_read_as_it_shows(tmp_path):
    path = sheet(tmp_path / "s.xlsx", One=[["a", "b", "c"], [1, "x", MOMENT], [], [0.1 + 0.2, None, None]])
    table, rows, _broken = read(path)
    assert rows == [(2, "1", "x", "2019-01-05 13:08:00"), (4, "0.3", None, None)]
    assert table.typed == {0, 2}


def test_a_sheet_is_named_where_there_are_several(tmp_path):
    path = sheet(tmp_path / "s.xlsx", One=[["a", "b"], [1, 2]], Two=[["a", "b"], [3, 4]], Empty=[])
    with pytest.raises(SheetDoubtful, match=r"2 sheets with content \(One, Two\)"):
        read(path)
    assert read(path, FileOptions(sheet="Two"))[1] == [(2, "3", "4")]
    with pytest.raises(SheetAbsent, match='no sheet "Three"'):
        read(path, FileOptions(sheet="Three"))


def test_rows_that_start_lower_down_keep_their_line(tmp_path):
    path = sheet(tmp_path / "s.xlsx", One=[[], [], ["a", "b"], ["1", "x"]])
    assert read(path)[1] == [(4, "1", "x")]


# Cells as a person could write them: no control signs, no blanks at the ends; a number would change between kinds.
CELLS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp", "Cf"]), max_size=8).map(
    lambda text: text and f"t{text}"
)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12).filter(lambda rows: any(map(any, rows)))


def as_text(rows: list[tuple[str, ...]], delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *rows])
    return out.getvalue().encode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TABLES)
def test_the_same_table_reads_the_same_in_every_kind_of_file(tmp_path, rows):
    (tmp_path / "t.csv").write_bytes(as_text(rows, ","))
    (tmp_path / "t.tsv").write_bytes(as_text(rows, "\t"))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(as_text(rows, ";"), mtime=0))
    (tmp_path / "t16.csv").write_bytes(as_text(rows, ",").decode().encode("utf-16"))
    with xlsxwriter.Workbook(tmp_path / "t.xlsx", {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        for n, row in enumerate([("a", "b", "c"), *rows]):
            page.write_row(n, 0, [cell or None for cell in row])
    columns = {name: [row[n] or None for row in rows] for n, name in enumerate("abc")}
    table = pa.table({name: pa.array(held, pa.string()) for name, held in columns.items()})
    parquet.write_table(table, tmp_path / "t.parquet")
    expected = [tuple(cell or None for cell in row) for row in rows if any(row)]
    for name in ("t.csv", "t.tsv", "t.csv.gz", "t16.csv", "t.xlsx", "t.parquet"):
        _table, found, broken = read(tmp_path / name, headings=("a", "b", "c"))
        assert [row[1:] for row in found] == expected, name
        assert broken == []


def test_parquet_values_are_written_as_a_spreadsheet_shows_them(tmp_path):
    path = tmp_path / "t.parquet"
    table = pa.table({"a": [0.1 + 0.2], "b": [MOMENT], "c": [MOMENT.replace(tzinfo=UTC)], "d": [True], "e": [7]})
    parquet.write_table(table, path)
    found: Table
    found, rows, _broken = read(path)
    assert rows == [(1, "0.3", "2019-01-05 13:08:00", "2019-01-05 13:08:00+00:00", "yes", "7")]
    assert found.typed == {0, 1, 2, 3, 4}
    assert json.dumps(rows)
