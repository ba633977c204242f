"""Files as they come in: kept for their owner only, under a harmless name, and checked before anything reads them.

Nothing here knows of the database.
"""

import re
import shutil
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from pyarrow import parquet

from regulars.core.text import marked as _
from regulars.exchange.errors import (
    DeclaresEntities,
    FileDamaged,
    NotATable,
    NothingUploaded,
    TooManyFiles,
    UnpacksTooLarge,
    UploadTooLarge,
)
from regulars.exchange.reading.kinds import Kind, blocks, kind_of, opened

MEGABYTE = 1024 * 1024
# What one upload may hold in all; config/serving takes no longer body.
MOST_BYTES = 200 * MEGABYTE
MOST_FILES = 20
# What a file may become when it is unpacked, and how many times its size beyond a size where that may be chance.
MOST_UNPACKED = 1024 * MEGABYTE
MOST_UNPACKED_BOOK = 400 * MEGABYTE
SMALL, MOST_SWELLING = 20 * MEGABYTE, 150
MOST_PARTS = 5_000
MOST_CELLS = 400_000_000

_LONGEST_NAME = 100
_BAD_IN_NAMES = re.compile(r"[^\w .()+=,@&-]")
# What people upload by mistake, by how it begins.
_OTHERS = (
    (b"%PDF", _("a PDF")), (b"\x89PNG", _("a picture")), (b"\xff\xd8\xff", _("a picture")), (b"GIF8", _("a picture")),
    (b"\x7fELF", _("a program")), (b"MZ", _("a program")), (b"SQLite format 3\x00", _("a database")),
    (b"7z\xbc\xaf", _("an archive")), (b"Rar!", _("an archive")), (b"<!DOCTYPE html", _("a web page")),
    (b"<html", _("a web page")), (b"<?xml", _("XML")),
)  # fmt: skip
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Incoming(Protocol):
    """A file that somebody sends."""

    @property
    def name(self) -> str | None: ...

    def chunks(self) -> Iterator[bytes]: ...


def files_keep(files: Sequence[Incoming], *, folder: Path) -> list[Path]:
    """The files stand in the new folder, readable by its owner only, and each is what it may be.

    Raises NothingUploaded, TooManyFiles, UploadTooLarge and what `file_check` raises; then there is no folder.
    """
    if not files:
        raise NothingUploaded
    if len(files) > MOST_FILES:
        raise TooManyFiles(found=len(files), most=MOST_FILES)
    folder.mkdir(parents=True, mode=0o700)
    try:
        paths = list(_written(files, folder))
        for path in paths:
            file_check(path)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return paths


def _written(files: Sequence[Incoming], folder: Path) -> Iterator[Path]:
    left = MOST_BYTES
    for file in files:
        path = _free(folder, name_cleaned(file.name or ""))
        with path.open("xb") as kept:
            path.chmod(0o600)
            for chunk in file.chunks():
                left -= len(chunk)
                if left < 0:
                    raise UploadTooLarge(most=MOST_BYTES // MEGABYTE)
                kept.write(chunk)
        yield path


def name_cleaned(name: str) -> str:
    """A name for a file that means nothing but itself: no folder, no leading dot, no sign that a program acts on."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    safe = _BAD_IN_NAMES.sub("_", last).strip(" .")
    stem, dot, suffix = safe.rpartition(".")
    if not stem or len(suffix) > 8:
        stem, dot, suffix = safe, "", ""
    # A name of a file may be 255 bytes long; a letter takes up to four.
    room = 240 - len(f"{dot}{suffix}".encode())
    stem = stem[:_LONGEST_NAME].encode()[:room].decode(errors="ignore").strip(" .")
    return f"{stem or 'file'}{dot}{suffix}"


def _free(folder: Path, name: str) -> Path:
    """Where a file of that name can lie beside others that are called the same."""
    path, n = folder / name, 1
    while path.exists():
        n += 1
        path = folder / f"{Path(name).stem} ({n}){Path(name).suffix}"
    return path


def file_check(path: Path) -> None:
    """Returns when the file can be read as a table without harm.

    Raises what `kind_of` raises; NotATable, UnpacksTooLarge, DeclaresEntities, FileDamaged, FileTruncated.
    """
    match kind_of(path):
        case Kind.SPREADSHEET if zipfile.is_zipfile(path):
            _check_book(path)
        case Kind.PARQUET:
            _check_parquet(path)
        case Kind.TEXT:
            _check_text(path)
        case _:
            # An old XLS is not packed: it grows no larger than it is.
            return


def _check_text(path: Path) -> None:
    size, most = 0, _most(path, MOST_UNPACKED)
    with opened(path) as file:
        for n, block in enumerate(blocks(file, name=path.name)):
            if n == 0:
                _check_beginning(path, block)
            size += len(block)
            if size > most:
                raise _too_large(path, most)


def _check_beginning(path: Path, block: bytes) -> None:
    for beginning, what in _OTHERS:
        if block[:32].lstrip().lower().startswith(beginning.lower()):
            raise NotATable(file=path.name, found=what)
    if b"\x00" in block[:4096] and not block.startswith(_UTF16):
        raise NotATable(file=path.name, found=_("bytes that are no text"))


def _most(path: Path, most: int) -> int:
    """How large the file may become when it is unpacked."""
    return min(most, max(SMALL, path.stat().st_size * MOST_SWELLING))


def _too_large(path: Path, most: int) -> UnpacksTooLarge:
    return UnpacksTooLarge(file=path.name, reason=_("more than %d MB") % (most // MEGABYTE))


def _check_book(path: Path) -> None:
    """What a workbook says of the size of its parts is true, bearable, and none of them declares a document type."""
    most = _most(path, MOST_UNPACKED_BOOK)
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
            if len(parts) > MOST_PARTS:
                raise UnpacksTooLarge(file=path.name, reason=_("%d parts") % len(parts))
            if sum(part.file_size for part in parts) > most:
                raise _too_large(path, most)
            for part in parts:
                _check_part(path, book, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise FileDamaged(file=path.name, reason=_("its ZIP container cannot be unpacked (%s)") % error) from None


def _check_part(path: Path, book: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read to the end: zipfile stops at the size told and then holds it against the check sum."""
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    seen = b""
    with book.open(part) as file:
        while block := file.read(MEGABYTE):
            if is_xml:
                # UTF-16 has a zero byte in every letter of this.
                plain = (seen + block).replace(b"\x00", b"")
                if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                    raise DeclaresEntities(file=path.name)
                seen = block[-32:]


def _check_parquet(path: Path) -> None:
    try:
        told = parquet.ParquetFile(path).metadata
    except (pa.ArrowInvalid, OSError) as error:
        raise FileDamaged(file=path.name, reason=_("it cannot be opened as Parquet (%s)") % error) from None
    size = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups))
    if size > MOST_UNPACKED or told.num_rows * told.num_columns > MOST_CELLS:
        raise _too_large(path, MOST_UNPACKED)
