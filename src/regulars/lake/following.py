"""The files of one flush: which of those that are live stay, and what the new ones hold."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.lake.calendar import COLUMNS, calendar_table
from regulars.lake.engines.engine import Held
from regulars.lake.feeding import Change, Mark, changes_since
from regulars.lake.fetching import These, among, between, rows_told
from regulars.lake.layout import Manifest, Part
from regulars.lake.relations import Kept, Relation, lake_relations
from regulars.lake.rolled import FOLLOWED, OF_SALES, Rolled
from regulars.lake.rolling_up import rollups_build, rollups_follow
from regulars.lake.shaping import Words, shaped
from regulars.lake.state import CALENDAR, WEEK_START, held_with, is_touched, keys_gone
from regulars.lake.tail import keys_told, months_of, of_sales, sales_asked, sales_made
from regulars.lake.writing import Gathered, Writer, beside, files_sql, registered
from regulars.storage.reading import one_state

# So many sales are read in one state of the database.
_AT_ONCE = 25_000
# A file of fewer rows is put into the next one of its month.
_SMALL = 5_000
_CALENDAR = Relation(name=CALENDAR, kept=Kept.WHOLE, columns=COLUMNS, order="day")


class Flush:
    """`base` None: everything is written, from the database alone. What was read is of the mark, or later."""

    def __init__(
        self, words: Words, writer: Writer, terms: Mapping[str, object], mark: Mark, base: Manifest | None
    ) -> None:
        self._words, self._writer, self._terms, self._mark, self._base = words, writer, terms, mark, base
        self._gathered: dict[str, Gathered] = {}
        self._gone: Sequence[int] = []
        self._changed: dict[str, Sequence[int]] = {}  # by relation that is kept by key, what was read anew of it
        self.number = writer.number
        self.parts: dict[str, tuple[Part, ...]] = {}
        self.lasts: dict[str, int] = dict(mark.lasts)
        self.marks: dict[str, str] = dict(mark.moved)
        self.rollups: Mapping[str, object] = {}
        self.sales = self.lines = 0

    def write(self) -> None:
        """Everything that had happened up to the mark is in files."""
        told = changes_since(self._base.sequence) if self._base else []
        changes = [each for each in told if each.id <= self._mark.id]
        self._sales_read(changes)
        self._calendar()
        if self._base is None and not self._is_spooled:
            self._others_write(Kept.APPENDED, changes)
            self._others_write(Kept.BY_KEY, changes)
            # On another core: what they need is in memory, or in files already.
            with beside() as other:
                built = other.submit(rollups_build, self._ready(), folder=self._writer.folder.path)
                self._sales_write()
                self._others_write(Kept.WHOLE, changes)
            self.rollups = built.result().told
        else:
            self._sales_write()
            for kept in (Kept.APPENDED, Kept.BY_KEY, Kept.WHOLE):
                self._others_write(kept, changes)
            self._rollups()
        self._writer.settle()

    def _sales_write(self) -> None:
        """What was read of sales is in files."""
        months = months_of(self._gone)
        for relation in of_sales():
            self.parts[relation.name] = tuple(self._months(relation, self._gone, months))

    def _others_write(self, kept: Kept, changes: Sequence[Change]) -> None:
        """Every relation that is kept so is in files. What is appended comes first: it says whom it tells of, before
        those who follow it are asked for.
        """
        write = {Kept.APPENDED: self._appended, Kept.BY_KEY: self._by_key, Kept.WHOLE: self._whole}
        for relation in lake_relations().values():
            if relation.kept is kept:
                write[kept](relation, changes)

    def _sales_read(self, changes: Sequence[Change]) -> None:
        head, *_parts = relations = of_sales()
        keys = keys_told(changes, head)
        self._gone = keys_gone(self._base, head, keys) if self._base else []
        for relation in relations:
            self._gathered[relation.name] = Gathered(self._writer, relation)
        made: Future[dict[str, pa.Table]] | None = None
        with beside() as other:
            for these in self._portions(head, sorted(keys)):
                # Each portion is one state of the database, so that nobody waits for a long one to end.
                with one_state():
                    asked = sales_asked(these, terms=self._terms, words=self._words)
                # One is made while the next is asked for; never are there more.
                self._add(made)
                made = other.submit(sales_made, asked)
            self._add(made)
        self.sales, self.lines = self._gathered["sales"].rows, self._gathered["lines"].rows

    def _add(self, made: Future[dict[str, pa.Table]] | None) -> None:
        for name, table in made.result().items() if made else ():
            self._gathered[name].add(table)

    def _portions(self, relation: Relation, keys: Sequence[int]) -> Iterator[These]:
        """The rows of these keys, or of all where everything is written, some at a time."""
        if self._base is None:
            return _ranges(relation, 0, self.lasts[relation.name])
        return (among(relation, keys[n : n + _AT_ONCE]) for n in range(0, len(keys), _AT_ONCE))

    def _months(self, relation: Relation, gone: Sequence[int], months: Mapping[int, int]) -> Iterator[Part]:
        """The files of the relation: those that stay, and one for each month that has won or lost something."""
        by_month: dict[int, list[Part]] = {}
        for part in self._held(relation):
            by_month.setdefault(part.month or 0, []).append(part)
        new = self._gathered[relation.name]
        added = new.months
        for month in sorted({*by_month, *added}):
            held = by_month.get(month, [])
            touched = [part for part in held if gone and is_touched(part, gone, months)]
            rest = [part for part in held if part not in touched]
            rows = added[month] + sum(part.rows for part in touched)
            merged = parts_taken_in(rest, rows)
            yield from (part for part in rest if part not in merged)
            if rows:
                sources = [new.sql(month)] if added[month] else []
                sources += self._sources(relation, touched, gone) + self._sources(relation, merged, ())
                yield from self._writer.part(relation, sources, month=month)

    def _by_key(self, relation: Relation, changes: Sequence[Change]) -> None:
        held, keys = self._held(relation), sorted(keys_told(changes, relation))
        is_anew = self._is_anew(relation, changes)
        if relation.follows:
            followed = self._gathered[relation.follows]
            keys = sorted(set(followed.table()[relation.keyed].to_pylist()))
            is_anew = is_anew or followed.is_spooled
        new = self._gathered[relation.name] = Gathered(self._writer, relation)
        if is_anew:
            held, keys, these = (), [], _ranges(relation, 0, self.lasts[relation.name])
        else:
            self._changed[relation.name], these = keys, self._portions(relation, keys)
            if not keys:
                self.parts[relation.name] = held
                return
        for some in these:
            new.add(self._read(relation, some))
        self.parts[relation.name] = self._writer.part(relation, [new.sql(), *self._sources(relation, held, keys)])

    def _appended(self, relation: Relation, changes: Sequence[Change]) -> None:
        """Rows with greater ids than those in files; all of them, where some were taken away."""
        is_anew = self._is_anew(relation, changes)
        held = () if is_anew else self._held(relation)
        last = 0 if is_anew or self._base is None else self._base.lasts.get(relation.name, 0)
        new = self._gathered[relation.name] = Gathered(self._writer, relation)
        for some in _ranges(relation, last, self.lasts[relation.name]):
            new.add(self._read(relation, some))
        if not new.rows:
            self.parts[relation.name] = held
            return
        merged = parts_taken_in(held, new.rows)
        made = self._writer.part(relation, [new.sql(), *self._sources(relation, merged, ())])
        self.parts[relation.name] = (*(each for each in held if each not in merged), *made)

    def _whole(self, relation: Relation, changes: Sequence[Change]) -> None:
        """As it is now; where it is as it was, in the file it was in."""
        held = self._held(relation)
        if self._base is not None and relation.name in self._base.parts and (relation.moved or relation.events):
            is_same = self._base.marks.get(relation.name) == self.marks.get(relation.name)
            if is_same and not any(each.kind in relation.events | relation.emptied for each in changes):
                self.parts[relation.name] = held
                return
        table = self._read(relation, These())
        if held and self._read_back(held).equals(table):
            self.parts[relation.name] = held
            return
        with registered(self._writer.engine, "whole_table", table):
            self.parts[relation.name] = self._writer.part(relation, ["SELECT * FROM whole_table"])

    def _calendar(self) -> None:
        self.parts[CALENDAR] = self._base.parts.get(CALENDAR, ()) if self._base and self._has_same_weeks() else ()
        if not self.parts[CALENDAR]:
            with registered(self._writer.engine, "whole_table", self._days()):
                self.parts[CALENDAR] = self._writer.part(_CALENDAR, ["SELECT * FROM whole_table"])

    def _days(self) -> pa.Table:
        return calendar_table(str(self._terms[WEEK_START]))

    def _has_same_weeks(self) -> bool:
        return self._base is not None and self._base.terms[WEEK_START] == self._terms[WEEK_START]

    def _rollups(self) -> None:
        """What is added up beforehand follows what is new; where that is too much to hold, it is added up anew."""
        folder = self._writer.folder
        files = {
            relation.name: held_with(folder, self.parts[relation.name], relation)
            for relation in (*lake_relations().values(), _CALENDAR)
        }
        if self._base is None or not self._base.rollups or not self._has_same_weeks() or not self._is_followed:
            self.rollups = rollups_build(files, folder=folder.path).told
            return
        before = {name: self._before(lake_relations()[name], self._base) for name in FOLLOWED}
        if not any(each.tail.num_rows or each.gone for each in before.values()):
            self.rollups = self._base.rollups
            return
        kept = Rolled.read(self._base.rollups)
        self.rollups = rollups_follow(files | before, kept, folder=folder.path).told

    def _before(self, relation: Relation, base: Manifest) -> Held:
        """The relation as the files before have it, what of that is no longer so, and what came."""
        changed = self._changed.get(relation.name)
        gone = self._gone if changed is None else keys_gone(base, relation, dict.fromkeys(changed, 0))
        tail = self._gathered[relation.name].table()
        return held_with(self._writer.folder, self._held(relation), relation, gone=gone, tail=tail)

    def _ready(self) -> dict[str, Held]:
        """All sales as they were read, and what is in files before them."""
        folder = self._writer.folder
        ready = {each.name: held_with(folder, (), each, tail=self._gathered[each.name].table()) for each in of_sales()}
        written = [_CALENDAR, *(each for each in lake_relations().values() if each.name in self.parts)]
        return ready | {each.name: held_with(folder, self.parts[each.name], each) for each in written}

    @property
    def _is_followed(self) -> bool:
        """Whether all that changed of what rollups follow is in memory, beside the files that were live."""
        is_known = all(name in self._changed for name in FOLLOWED if name not in OF_SALES)
        return is_known and not any(self._gathered[name].is_spooled for name in FOLLOWED)

    @property
    def _is_spooled(self) -> bool:
        """Whether not all sales that were read are in memory."""
        return any(self._gathered[relation.name].is_spooled for relation in of_sales())

    def _held(self, relation: Relation) -> tuple[Part, ...]:
        return self._base.parts.get(relation.name, ()) if self._base else ()

    def _is_anew(self, relation: Relation, changes: Sequence[Change]) -> bool:
        is_emptied = any(each.kind in relation.emptied for each in changes)
        return self._base is None or is_emptied or relation.name not in self._base.parts

    def _read(self, relation: Relation, these: These) -> pa.Table:
        return shaped(relation, rows_told(relation, these, terms=self._terms), {})

    def _read_back(self, parts: Sequence[Part]) -> pa.Table:
        return pa.concat_tables([pq.read_table(self._writer.folder.file(part), partitioning=None) for part in parts])

    def _sources(self, relation: Relation, parts: Sequence[Part], gone: Sequence[int]) -> list[str]:
        """SELECTs of the rows of live files, without those of some keys."""
        if not parts:
            return []
        select_sql = f"SELECT * FROM {files_sql([self._writer.folder.file(part) for part in parts])}"
        if not gone:
            return [select_sql]
        self._writer.gone(gone)
        return [f"{select_sql} WHERE {relation.keyed} NOT IN (SELECT key FROM gone_keys)"]


def _ranges(relation: Relation, after: int, last: int) -> Iterator[These]:
    """All rows of keys above `after`, up to `last`, some at a time."""
    while after < last:
        yield between(relation, after, min(last, after + _AT_ONCE))
        after += _AT_ONCE


def parts_taken_in(parts: Sequence[Part], rows: int) -> list[Part]:
    """The files that are put into the new one beside so many rows: small ones, and each that is not twice as large.

    So there are but a few of each month, and no row is written again more often than the rows double.
    """
    merged: list[Part] = []
    for part in sorted(parts, key=lambda each: each.rows) if rows else ():
        if part.rows > _SMALL and part.rows > 2 * rows:
            break
        merged.append(part)
        rows += part.rows
    return merged
