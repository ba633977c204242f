"""What happened since the files were written, as tables in memory that each process tops up before it answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from regulars.lake.feeding import Change, Mark, changes_since, feed_mark, is_settled
from regulars.lake.fetching import These, among, rows_told
from regulars.lake.relations import Kept, Relation, lake_relations
from regulars.lake.shaping import Words, shaped
from regulars.storage.reading import one_state

# So many keys are read together.
_AT_ONCE = 20_000
# Tables of more pieces than that are put into one.
_PIECES = 64


def of_sales() -> list[Relation]:
    """The relations that are rows of sales; the sales themselves are the first."""
    return [each for each in lake_relations().values() if each.kept is Kept.BY_MONTH]


def by_key() -> list[Relation]:
    """The relations whose changes the feed tells of by themselves."""
    return [each for each in lake_relations().values() if each.kept is Kept.BY_KEY and not each.follows]


class Tail:
    """The rows, as they are now, of everything that changed after the event `since`."""

    def __init__(self, since: int, words: Words) -> None:
        self._words = words
        # All up to `_whole` has been read; of what comes after it, what was seen: more may come to be seen late.
        self._whole, self._mark = since, Mark(since, {}, {}, 0)
        self._seen: set[int] = set()
        self.newest = since
        # Another one once any row may be another; the kinds of what happened, and the last event of each.
        self.version = 0
        self.told: dict[str, int] = {}
        # By the relation whose key it is: what changed, and the last event that told so.
        self.changed: dict[str, dict[int, int]] = {}
        self.tables: dict[str, pa.Table] = {each.name: each.schema.empty_table() for each in (*of_sales(), *by_key())}

    def top_up(self, *, terms: Mapping[str, object]) -> bool:
        """The rows are as the database has them at this moment; whether any are others."""
        is_whole = is_settled(self._mark)
        mark = feed_mark() if is_whole else self._mark
        with one_state():
            new = [each for each in changes_since(self._whole) if each.id not in self._seen]
            if new:
                self._sales_read(keys_told(new, of_sales()[0]), terms)
                for relation in by_key():
                    self._read(relation, keys_told(new, relation), terms)
                self.version += 1
        self._seen |= {each.id for each in new}
        self.told.update((each.kind, each.id) for each in new)
        self.newest = max([self.newest, *(each.id for each in new)])
        if is_whole:
            # Whatever is up to the mark before was there to be seen just now.
            self._seen_up_to(self._mark.id)
            self._mark = mark
        return bool(new)

    def _seen_up_to(self, event: int) -> None:
        """No change up to this event will come to be seen any more."""
        if event > self._whole:
            self._whole = event
            self._seen = {each for each in self._seen if each > event}

    def forget(self, until: int) -> None:
        """What no event after `until` told of is no longer here: it is in the files."""
        for name, changed in self.changed.items():
            gone = [key for key, event in changed.items() if event <= until]
            if gone:
                for key in gone:
                    del changed[key]
                relations = of_sales() if name == of_sales()[0].name else [lake_relations()[name]]
                for relation in relations:
                    self.tables[relation.name] = _without(self.tables[relation.name], relation.keyed, gone)
        self._seen_up_to(until)
        self.newest = max(self.newest, until)
        self.told = {kind: event for kind, event in self.told.items() if event > until}
        self.version += 1

    def _sales_read(self, keys: Mapping[int, int], terms: Mapping[str, object]) -> None:
        self._replaced(of_sales(), keys)
        for some in _some(sorted(keys)):
            asked = sales_asked(among(of_sales()[0], some), terms=terms, words=self._words)
            for name, table in sales_made(asked).items():
                self._add(name, table)

    def _read(self, relation: Relation, keys: Mapping[int, int], terms: Mapping[str, object]) -> None:
        self._replaced([relation], keys)
        for some in _some(sorted(keys)):
            told = rows_told(relation, among(relation, some), terms=terms)
            self._add(relation.name, shaped(relation, told, {}))

    def _replaced(self, relations: Sequence[Relation], keys: Mapping[int, int]) -> None:
        """What is known of these keys is no longer so."""
        changed = self.changed.setdefault(relations[0].name, {})
        again = [key for key in keys if key in changed]
        changed.update(keys)
        if again:
            for relation in relations:
                self.tables[relation.name] = _without(self.tables[relation.name], relation.keyed, again)

    def _add(self, name: str, new: pa.Table) -> None:
        table = pa.concat_tables([self.tables[name], new])
        is_in_pieces = table.num_columns and table.column(0).num_chunks > _PIECES
        self.tables[name] = table.combine_chunks() if is_in_pieces else table


class Asked(NamedTuple):
    """What the database said of some sales, by relation, and the tables of words beside it."""

    told: Mapping[str, pa.Table]
    beside: Mapping[str, Mapping[str, pa.Table]]


def sales_asked(these: These, *, terms: Mapping[str, object], words: Words) -> Asked:
    """What the database says of these sales. Inside `one_state()`; a query for each relation."""
    head, *parts = of_sales()
    told = {each.name: rows_told(each, these.of(each), terms=terms) for each in (head, *parts)}
    return Asked(told, {each.name: words.beside(told[each.name]) for each in parts})


def sales_made(asked: Asked) -> dict[str, pa.Table]:
    """The rows of these sales, by relation. Asks nothing, so any thread may do it."""
    head, *parts = of_sales()
    sales = shaped(head, asked.told[head.name], {})
    made = {head.name: sales}
    for relation in parts:
        beside = {"told_sales": sales, **asked.beside[relation.name]}
        made[relation.name] = shaped(relation, asked.told[relation.name], beside)
    return made


def months_of(keys: Iterable[int]) -> dict[int, int]:
    """The month of each of these sales that there is, also of those that count nowhere. One query."""
    head, wanted = of_sales()[0], list(keys)
    if not wanted:
        return {}
    these = among(head, wanted)
    with connection.cursor() as cursor:
        cursor.execute(head.dated.format(these=these.sql), list(these.bound))
        return {key: _month(day) for key, day in cursor.fetchall()}


def _month(stored: date | str) -> int:
    """SQLite has no type for days and gives text."""
    day = date.fromisoformat(stored) if isinstance(stored, str) else stored
    return day.year * 12 + day.month - 1


def keys_told(changes: Iterable[Change], relation: Relation) -> dict[int, int]:
    """The keys of the relation that these changes tell of, and the last that does."""
    keys: dict[int, int] = {}
    for each in changes:
        if each.kind in relation.events:
            keys[each.subject] = each.id
        if each.customer is not None and each.kind in relation.beside:
            keys[each.customer] = each.id
    return keys


def _some(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[n : n + _AT_ONCE] for n in range(0, len(keys), _AT_ONCE))


def _without(table: pa.Table, key: str, gone: Sequence[Any]) -> pa.Table:
    if not table.num_rows:
        return table
    return table.filter(pc.invert(pc.is_in(table[key], value_set=pa.array(gone, table.schema.field(key).type))))
