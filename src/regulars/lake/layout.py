"""The lake's folder: which files are live stands in one small file, which is replaced whole.

Nothing is ever written into a live file, so a reader needs no lock: it reads the manifest and then the files it names.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from regulars.lake.rolled import Rolled

FORMAT = 1
_MANIFEST, _DRAFT, _LOCK = "manifest.json", "manifest.draft", "flushing"
# A file that is no longer live is deleted by a later flush: whoever began to read it is done by then.
KEPT_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a relation. `first` and `last` are the least and the greatest key in it; `month` None: all of them."""

    file: str
    rows: int
    size: int
    first: int
    last: int
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is live, and up to which change.

    `sequence`: every change told by the feed up to it is in the files. `told`: what the feed says of that event, so
    that the copy of another database is known as such. `terms`: what all of it hangs on. `lasts`: by relation, the
    greatest key that may be in files. `marks`: by relation, its stamp. `retired`: files that were live, and until
    when. `seconds`: how long the flush took.
    """

    number: int
    made: datetime
    sequence: int
    told: str
    terms: Mapping[str, object]
    parts: Mapping[str, tuple[Part, ...]]
    lasts: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, datetime] = field(default_factory=dict)
    rollups: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def files(self) -> set[str]:
        """All files that are live."""
        rolled = Rolled.read(self.rollups).paths if self.rollups else set()
        return rolled | {part.file for parts in self.parts.values() for part in parts}

    def rows(self, relation: str) -> int:
        return sum(part.rows for part in self.parts.get(relation, ()))


@dataclass(frozen=True, slots=True)
class LakeFolder:
    """Where the files lie; only their owner may look in."""

    path: Path

    def manifest(self) -> Manifest | None:
        """What is live now; None where there was no flush yet, or by a version that wrote other files."""
        try:
            told = json.loads((self.path / _MANIFEST).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return _manifest_of(told) if told["format"] == FORMAT else None

    def stamp(self) -> tuple[int, int]:
        """Another one once the manifest was replaced."""
        try:
            found = (self.path / _MANIFEST).stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_ino, found.st_mtime_ns)

    def manifest_replace(self, manifest: Manifest) -> None:
        """This is live from now on, also after a power cut; its files are on disk before."""
        draft = self.path / _DRAFT
        text = json.dumps(_form_of(manifest), indent=1)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.path / _MANIFEST)
        folder_sync(self.path)

    def file(self, part: Part) -> Path:
        return self.path / part.file

    def make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.mkdir(exist_ok=True, mode=0o700)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process or thread writes here meanwhile."""
        self.make()
        handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def clean(self, live: Manifest | None, *, at: datetime) -> dict[str, datetime]:
        """Only files that are live or lately were are there; those lately live, and since when they are not.

        Only for whoever is alone: what another one writes is not live yet.
        """
        retired = {name: since for name, since in (live.retired if live else {}).items() if at - since < KEPT_FOR}
        kept = set(retired) | (live.files if live else set())
        for found in self.path.rglob("*.parquet"):
            name = str(found.relative_to(self.path))
            if name not in kept:
                found.unlink(missing_ok=True)
        return retired


def folder_sync(folder: Path) -> None:
    """Which files the folder holds is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_sync(file: Path) -> None:
    """The file and its name are on disk."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _form_of(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "number": manifest.number,
        "made": manifest.made.isoformat(),
        "sequence": manifest.sequence,
        "told": manifest.told,
        "terms": dict(manifest.terms),
        "lasts": dict(manifest.lasts),
        "marks": dict(manifest.marks),
        "retired": {name: since.isoformat() for name, since in manifest.retired.items()},
        "parts": {
            name: [[p.file, p.rows, p.size, p.first, p.last, p.month] for p in parts]
            for name, parts in manifest.parts.items()
        },
        "rollups": manifest.rollups,
        "seconds": manifest.seconds,
    }


def _manifest_of(told: Mapping[str, Any]) -> Manifest:
    return Manifest(
        number=told["number"],
        made=datetime.fromisoformat(told["made"]),
        sequence=told["sequence"],
        told=told["told"],
        terms=told["terms"],
        lasts=told["lasts"],
        marks=told["marks"],
        retired={name: datetime.fromisoformat(since) for name, since in told["retired"].items()},
        parts={name: tuple(Part(*part) for part in parts) for name, parts in told["parts"].items()},
        rollups=told["rollups"],
        seconds=told["seconds"],
    )
