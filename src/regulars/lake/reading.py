"""What the lake holds at this moment: the files of one manifest, and what happened since."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regulars.lake.calendar import calendar_table
from regulars.lake.engines.duck import duck_engine, engines_forget
from regulars.lake.engines.engine import Cancel, Engine, Held, Progress, Statement
from regulars.lake.feeding import changes_count, one_read
from regulars.lake.fetching import These, above, among, rows_told
from regulars.lake.flushing import lake_flush
from regulars.lake.layout import LakeFolder, Manifest
from regulars.lake.place import folder_of, place_here, words_of
from regulars.lake.relations import Kept, Relation, lake_relations, lake_terms
from regulars.lake.rolled import Rolled
from regulars.lake.rolling import Rolling
from regulars.lake.shaping import shaped
from regulars.lake.state import CALENDAR, WEEK_START, held_with, is_ours, keys_gone
from regulars.lake.tail import Tail, by_key, of_sales

# Under which names the relations of sales are read: what narrows one stands in front under the name itself.
ALSO = ("history_", "all_")
# With more changes than that the files are written first: nobody holds all of a large shop in memory.
_MOST = 200_000


@dataclass(frozen=True)
class Reading:
    """The relations as they are at one moment, for as many questions as one likes.

    `asked_at`: that moment. `sequence`: the last change in it. `version`: another one once a sale in it may be another.
    """

    asked_at: datetime
    sequence: int
    version: tuple[int, int]
    place: Path
    manifest: Manifest | None
    terms: Mapping[str, object]
    told: frozenset[str]
    rolling: Rolling | None
    _same: Callable[[Held], Held]
    _held: dict[str, Held]
    _lock: Any = field(default_factory=Lock)

    def ask(
        self,
        statement: Statement,
        *,
        engine: Engine | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """The rows the statement answers with, by the engine; DuckDB in this process, if none is named.

        Raises StoppedError once `cancel` says so.
        """
        asked = engine or duck_engine(self.place)
        return asked.ask(statement, held=Relations(self), progress=progress, cancel=cancel)

    def relation(self, name: str) -> Held:
        """What the relation consists of, under one of its names. Raises KeyError."""
        own = _own_name(name)
        if self.rolling is not None and own in self.rolling.names:
            return self.rolling.held(own, base=Relations(self), sequence=self.version)
        with self._lock:
            held = self._held.get(own)
        if held is None:
            held = self._same(self._read(own))
            with self._lock:
                self._held[own] = held
        return held

    @property
    def names(self) -> list[str]:
        """All that can be read."""
        also = [f"{before}{each.name}" for before in ALSO for each in of_sales()]
        return [*lake_relations(), CALENDAR, *also, *sorted(self.rolling.names if self.rolling else ())]

    def _read(self, name: str) -> Held:
        """What is read when it is asked for: it is small, or grows at its end only."""
        if name == CALENDAR:
            table = _calendar(str(self.terms[WEEK_START]))
            return Held(name, table.schema, table)
        relation = lake_relations()[name]
        if self.manifest is None or self.told & relation.emptied:
            return self._of_database(relation)
        if relation.kept is Kept.APPENDED:
            return self._grown(relation, self.manifest)
        if relation.follows:
            return self._following(relation, self.manifest)
        is_small = not relation.moved and not relation.events
        if is_small or self.told & relation.events or self._has_moved(relation, self.manifest):
            return self._of_database(relation)
        return self._with_files(relation, self.manifest)

    def _of_database(self, relation: Relation) -> Held:
        return Held(relation.name, relation.schema, self._rows(relation, These()))

    def _grown(self, relation: Relation, manifest: Manifest) -> Held:
        last = manifest.lasts.get(relation.name, 0)
        tail = self._rows(relation, above(relation, last)) if int(one_read(relation.newest)) > last else None
        return self._with_files(relation, manifest, tail=tail)

    def _following(self, relation: Relation, manifest: Manifest) -> Held:
        """Those named by the rows that another relation grew by are read, the others are in files."""
        keys = pc.unique(self.relation(relation.follows).tail[relation.keyed]).to_pylist()
        tail = self._rows(relation, among(relation, keys)) if keys else None
        return self._with_files(relation, manifest, gone=sorted(keys), tail=tail)

    def _with_files(
        self, relation: Relation, manifest: Manifest, *, gone: Sequence[int] = (), tail: pa.Table | None = None
    ) -> Held:
        parts = manifest.parts.get(relation.name, ())
        return held_with(folder_of(self.place), parts, relation, gone=gone, tail=tail)

    def _has_moved(self, relation: Relation, manifest: Manifest) -> bool:
        return bool(relation.moved) and manifest.marks.get(relation.name) != str(one_read(relation.moved))

    def _rows(self, relation: Relation, these: These) -> pa.Table:
        return shaped(relation, rows_told(relation, these, terms=self.terms), {})


class Relations(Mapping[str, Held]):
    """The relations of a reading by name; some are read only when they are asked for."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._names = dict.fromkeys(reading.names)

    def __getitem__(self, name: str) -> Held:
        if name not in self._names:
            raise KeyError(name)
        return self._reading.relation(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Lake:
    """The lake in a folder, as this process knows it."""

    def __init__(self, place: Path) -> None:
        self.folder: LakeFolder = folder_of(place)
        self._words = words_of(place)
        self._lock = Lock()
        self._tail: Tail | None = None
        self._manifest: Manifest | None = None
        self._rolling: Rolling | None = None
        self._stamp: tuple[int, int] | None = None
        self._terms: dict[str, object] = {}
        self._known: dict[str, Held] = {}

    def reading(self, *, at: datetime) -> Reading:
        """All that is known now, to the last sale."""
        with self._lock:
            tail = self._follow()
            if changes_count(tail.newest) > _MOST:
                lake_flush(at=at)
                tail = self._follow()
            tail.top_up(terms=self._terms)
            held = {each.name: self._same(self._held(each, tail)) for each in (*of_sales(), *by_key())}
            return Reading(
                at, tail.newest, (self._manifest.number if self._manifest else 0, tail.version), self.folder.path,
                self._manifest, self._terms, frozenset(tail.told), self._rolling, self._same, held,
            )  # fmt: skip

    def _follow(self) -> Tail:
        """What comes after the newest manifest."""
        terms, stamp = lake_terms(), self.folder.stamp()
        if self._tail is not None and (stamp, terms) == (self._stamp, self._terms):
            return self._tail
        manifest = self.folder.manifest()
        if manifest is not None and not is_ours(manifest, terms):
            manifest = None
        since = manifest.sequence if manifest else 0
        if self._tail is None or terms != self._terms or since < (self._manifest.sequence if self._manifest else 0):
            self._tail = Tail(since, self._words)
        else:
            self._tail.forget(since)
        self._manifest, self._stamp, self._terms = manifest, stamp, terms
        self._rolling = None
        if manifest is not None and manifest.rollups and manifest.terms == terms:
            rolled = Rolled.read(manifest.rollups)
            self._rolling = Rolling(rolled, folder=self.folder.path) if rolled.is_ours else None
        return self._tail

    def _same(self, held: Held) -> Held:
        """What was told of the relation before, where it still is so."""
        known = self._known.get(held.name)
        if known is not None and _is_same(known, held):
            return known
        self._known[held.name] = held
        return held

    def _held(self, relation: Relation, tail: Tail) -> Held:
        group = of_sales()[0].name if relation.kept is Kept.BY_MONTH else relation.name
        if self._manifest is None:
            return held_with(self.folder, (), relation, tail=tail.tables[relation.name])
        gone = keys_gone(self._manifest, relation, tail.changed.get(group, {}))
        parts = self._manifest.parts.get(relation.name, ())
        return held_with(self.folder, parts, relation, gone=gone, tail=tail.tables[relation.name])


def _is_same(one: Held, other: Held) -> bool:
    return (
        (one.files, one.touched, one.key) == (other.files, other.touched, other.key)
        and _is_same_table(one.gone, other.gone)
        and _is_same_table(one.tail, other.tail)
    )


def _is_same_table(one: pa.Table | None, other: pa.Table | None) -> bool:
    if one is other or one is None or other is None:
        return one is other
    return bool(one.equals(other))


@cache
def _calendar(week_start: str) -> pa.Table:
    return calendar_table(week_start)


@cache
def _lake_of(place: Path, _process: int) -> Lake:
    return Lake(place)


def lake_here() -> Lake:
    """The lake of the shop this process works on."""
    return _lake_of(place_here(), os.getpid())


def lakes_forget() -> None:
    """This process knows nothing of any lake; for tests, in whose databases what happened is undone."""
    _lake_of.cache_clear()
    words_of.cache_clear()
    engines_forget()


def _own_name(name: str) -> str:
    for before in ALSO:
        if name.startswith(before) and name.removeprefix(before) in {each.name for each in of_sales()}:
            return name.removeprefix(before)
    return name
