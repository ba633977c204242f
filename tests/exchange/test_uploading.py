"""What comes in is no larger, no other and no worse than a table: sizes, types, bombs, entities, formulas, names."""

import csv
import gzip
import io
import struct
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from regulars.core.errors import RegularsError
from regulars.exchange import uploading
from regulars.exchange.errors import (
    DeclaresEntities,
    FileDamaged,
    FileEmpty,
    FileTruncated,
    NotATable,
    NothingUploaded,
    NotWhatItIsCalled,
    TooManyFiles,
    UnpacksTooLarge,
    UploadTooLarge,
)
from regulars.exchange.refused import refused_write
from regulars.exchange.staging.figures import RefusedRow
from regulars.exchange.uploading import files_keep, name_cleaned
from tests.exchange.importing import SALES
from tests.exchange.uploading import sent

MEGABYTE = 1024 * 1024


def book(*rows, sheets=("Sheet1",)):
    """An XLSX with these rows on each sheet."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        for name in sheets:
            sheet = made.add_worksheet(name)
            for n, row in enumerate(rows or (("Receipt", "Item"), ("1", "Tea"))):
                sheet.write_row(n, 0, row)
    return held.getvalue()


def with_part(content, name, text):
    """The workbook with one part replaced or added."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.namelist():
            if part != name:
                after.writestr(part, before.read(part))
        after.writestr(name, text)
    return held.getvalue()


def lying(content, name, size):
    """The workbook whose directory gives a part this size, whatever it is."""
    told = bytearray(content)
    at = told.find(b"PK\x01\x02")
    while at >= 0:
        (length,) = struct.unpack_from("<H", told, at + 28)
        if told[at + 46 : at + 46 + length] == name.encode():
            struct.pack_into("<I", told, at + 24, size)
        at = told.find(b"PK\x01\x02", at + 4)
    return bytes(told)


def table(rows=1):
    held = io.BytesIO()
    parquet.write_table(pa.table({"Receipt": ["1"] * rows, "Item": ["Tea"] * rows}), held)
    return held.getvalue()


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&lol2;</t></si></sst>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><x>&x;</x>'
BOMB = with_part(book(), "xl/worksheets/sheet2.xml", b"<row/>" * (4 * MEGABYTE))

GOOD = [
    sent(SALES, "a.csv"),
    sent(SALES.encode("utf-16"), "utf-16.csv"),
    sent(SALES.replace(",", "\t"), "a.tsv"),
    sent(gzip.compress(SALES.encode()), "a.csv.gz"),
    sent(book(), "a.xlsx"),
    sent(table(), "a.parquet"),
    sent(SALES * 4_000, "large.csv"),
    sent(gzip.compress((SALES * 4_000).encode()), "large.csv.gz"),
]
BAD = [
    (sent(b"", "empty.csv"), FileEmpty),
    (sent(b"%PDF-1.7\n1 0 obj", "sales.csv"), NotATable),
    (sent(b"\x89PNG\r\n\x1a\n" + bytes(64), "sales.csv"), NotATable),
    (sent(b"\x7fELF\x02\x01\x01" + bytes(64), "sales"), NotATable),
    (sent(b"MZ" + bytes(64), "sales.csv"), NotATable),
    (sent(b"  <!doctype HTML><p>", "sales.csv"), NotATable),
    (sent(b'<?xml version="1.0"?><x/>', "sales.csv"), NotATable),
    (sent(b"SQLite format 3\x00" + bytes(64), "sales.csv"), NotATable),
    (sent(b"a,b\n1,\x00\x01\x02\n", "sales.csv"), NotATable),
    (sent(gzip.compress(b"%PDF-1.7"), "sales.csv.gz"), NotATable),
    (sent(SALES, "sales.xlsx"), NotWhatItIsCalled),
    (sent(SALES, "sales.parquet"), NotWhatItIsCalled),
    (sent(with_part(b"PK\x05\x06" + bytes(18), "a.csv", SALES), "a.zip"), FileDamaged),
    (sent(book()[:-40], "cut.xlsx"), FileDamaged),
    (sent(table()[:-20], "cut.parquet"), FileTruncated),
    (sent(gzip.compress(SALES.encode())[:-9], "cut.csv.gz"), FileTruncated),
    (sent(gzip.compress(bytes(ord("a") for _n in range(32)) * MEGABYTE), "bomb.csv.gz"), UnpacksTooLarge),
    (sent(BOMB, "bomb.xlsx"), UnpacksTooLarge),
    (sent(lying(BOMB, "xl/worksheets/sheet2.xml", 600), "lying.xlsx"), FileDamaged),
    (sent(with_part(book(), "xl/sharedStrings.xml", BILLION), "laughs.xlsx"), DeclaresEntities),
    (sent(with_part(book(), "xl/sharedStrings.xml", BILLION.encode("utf-16")), "laughs.xlsx"), DeclaresEntities),
    (sent(with_part(book(), "xl/extra.xml", OUTSIDE), "outside.xlsx"), DeclaresEntities),
]


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.name)
def test_a_table_is_taken(tmp_path, file):
    [path] = files_keep([file], folder=tmp_path / "files")
    assert path.read_bytes() == file.content


@pytest.mark.parametrize(("file", "error"), BAD, ids=[f"{file.name} {error.__name__}" for file, error in BAD])
def test_anything_else_is_refused_and_nothing_of_it_stays(tmp_path, file, error):
    with pytest.raises(error) as raised:
        files_keep([sent(), file], folder=tmp_path / "files")
    assert isinstance(raised.value, RegularsError)
    assert list(tmp_path.iterdir()) == []


def test_the_size_of_all_files_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(uploading, "MOST_BYTES", 2 * len(SALES))
    assert len(files_keep([sent(), sent()], folder=tmp_path / "one")) == 2
    with pytest.raises(UploadTooLarge):
        files_keep([sent(), sent(), sent("x")], folder=tmp_path / "two")
    assert not (tmp_path / "two").exists()


def test_there_is_a_file_and_not_too_many(tmp_path):
    with pytest.raises(NothingUploaded):
        files_keep([], folder=tmp_path / "files")
    with pytest.raises(TooManyFiles):
        files_keep([sent()] * 21, folder=tmp_path / "files")
    assert list(tmp_path.iterdir()) == []


def test_a_table_of_very_many_cells_is_refused_by_what_it_says(tmp_path, monkeypatch):
    monkeypatch.setattr(uploading, "MOST_CELLS", 100)
    with pytest.raises(UnpacksTooLarge):
        files_keep([sent(table(51), "a.parquet")], folder=tmp_path / "files")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("sales 2026-03.csv", "sales 2026-03.csv"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/cron.d/x", "x"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("<script>.csv", "_script_.csv"),
        ("Umsätze März.xlsx", "Umsätze März.xlsx"),
        ("\u202egnp.csv", "_gnp.csv"),
        ("con|prn:*?.csv", "con_prn___.csv"),
        ("x" * 400 + ".csv.gz", "x" * 100 + ".gz"),
        ("ż" * 300 + ".csv", "ż" * 100 + ".csv"),
        ("売上" * 200 + ".xlsx", ("売上" * 200)[:78] + ".xlsx"),
    ],
)
def test_a_name_is_only_ever_a_name(tmp_path, name, kept):
    assert name_cleaned(name) == kept
    [path] = files_keep([sent(SALES, name)] if "xlsx" not in name else [sent(book(), name)], folder=tmp_path / "files")
    assert path.parent == tmp_path / "files"
    assert len(path.name.encode()) <= 255


def test_refused_cells_run_no_formula(tmp_path):
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    path = refused_write(tmp_path / "x", [RefusedRow("a.csv", 2, "Item", cell, cell) for cell in cells])
    assert path is not None
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == [f"'{cell}" for cell in cells]
    assert [row["reason"] for row in rows] == [f"'{cell}" for cell in cells]
