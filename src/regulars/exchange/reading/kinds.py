"""What a file is, by its content; and its bytes, decompressed where it is compressed."""

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import IO, Protocol

from regulars.core.text import marked as _
from regulars.exchange.errors import (
    FileAbsent,
    FileDamaged,
    FileEmpty,
    FileTruncated,
    FileUnreadable,
    NotAFile,
    NotWhatItIsCalled,
)

BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_SPREADSHEETS = {".xlsx": "an XLSX", ".xlsm": "an XLSM", ".xlsb": "an XLSB", ".xls": "an XLS", ".ods": "an ODS"}


class Kind(Enum):
    """How a file keeps its rows."""

    TEXT = "text"
    SPREADSHEET = "spreadsheet"
    PARQUET = "parquet"


class Bytes(Protocol):
    """What can be read block by block."""

    def read(self, size: int = ..., /) -> bytes: ...


def kind_of(path: Path) -> Kind:
    """What the file is. Raises FileAbsent, NotAFile, FileUnreadable, FileEmpty, NotWhatItIsCalled, FileDamaged."""
    head, tail = _ends(path)
    if not head:
        raise FileEmpty(file=path.name)
    if head.startswith(_PARQUET):
        if tail != _PARQUET:
            raise FileTruncated(file=path.name)
        return Kind.PARQUET
    if head.startswith(_ZIP):
        return _spreadsheet(path)
    if head.startswith(_OLE):
        return Kind.SPREADSHEET
    if path.suffix.lower() in _SPREADSHEETS:
        raise NotWhatItIsCalled(file=path.name, called=_SPREADSHEETS[path.suffix.lower()])
    if path.suffix.lower() in {".parquet", ".pq"}:
        raise NotWhatItIsCalled(file=path.name, called="a Parquet file")
    return Kind.TEXT


def _ends(path: Path) -> tuple[bytes, bytes]:
    try:
        with path.open("rb") as file:
            head = file.read(8)
            size = file.seek(0, 2)
            file.seek(max(0, size - 4))
            return head, file.read(4)
    except FileNotFoundError:
        raise FileAbsent(path=path) from None
    except IsADirectoryError:
        raise NotAFile(path=path) from None
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from None


def _spreadsheet(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError) as error:
        raise FileDamaged(file=path.name, reason=_("its ZIP container cannot be opened (%s)") % error) from None
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        return Kind.SPREADSHEET
    raise FileDamaged(
        file=path.name, reason=_("it is a ZIP archive without a workbook; take the file out of the archive")
    )


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a text file, decompressed where it is gzip, whatever its name."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == _GZIP
        file.seek(0)
        if not is_gzip:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as plain:
            yield plain  # type: ignore[misc]  # a GzipFile reads like any binary file


def blocks(file: Bytes, *, name: str) -> Iterator[bytes]:
    """The bytes in blocks. Raises FileTruncated and FileDamaged for compressed content that is cut off or broken."""
    while True:
        try:
            block = file.read(BLOCK)
        except EOFError:
            raise FileTruncated(file=name) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise FileDamaged(file=name, reason=_("its compressed content is broken (%s)") % error) from None
        if not block:
            return
        yield block


def digest_of(paths: list[Path]) -> str:
    """SHA-256 of the files' content, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()
