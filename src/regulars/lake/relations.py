"""What the lake holds: each room declares its own relations, downward, as it does with attributes.

A relation is read from the database by its SQL. What is not a plain column (the words a product was sold under, whose
a line is) is put to it afterwards by `shape`, on the engine, which costs a tenth of a join in the database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")


class Kind(StrEnum):
    """What a column holds, in the words of the engines' SQL."""

    INTEGER = "INTEGER"
    BIGINT = "BIGINT"
    TEXT = "VARCHAR"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"


Columns = Mapping[str, Kind]


def schema_of(columns: Columns) -> "pa.Schema":
    """The columns as Arrow has them."""
    # Loaded by whoever asks the lake, not by every command whose rooms declare what is in it.
    import pyarrow as pa  # noqa: PLC0415

    arrow = {
        Kind.INTEGER: pa.int32(),
        Kind.BIGINT: pa.int64(),
        Kind.TEXT: pa.string(),
        Kind.DATE: pa.date32(),
        Kind.BOOLEAN: pa.bool_(),
    }
    return pa.schema([(name, arrow[kind]) for name, kind in columns.items()])


class Kept(Enum):
    """How a relation changes, which says how the copy follows."""

    BY_MONTH = "by month"  # rows of sales; a sale that changed is told by the feed
    BY_KEY = "by key"  # rows of a subject; one that changed is told by the feed, by itself or beside a sale
    APPENDED = "appended"  # rows that come and stay, with an id that grows
    WHOLE = "whole"  # small; as it is now at each question


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows that may be asked about, without anything that names a person.

    `sql` reads `read` (by default `columns`) from the database; `{these}` in it stands for a condition on `key`, one of
    its columns, `{tax_share}` and the like for the terms. `shape` turns what was read, a table `told`, into `columns`;
    beside it are `told_sales`, for the parts of a sale, and the lookups. `rows` gives them where no SQL can.

    How it is known what changed. `events`: the kinds of the feed's events whose subject is a key here, or that say that
    a whole relation changed; `beside`: those that name a key as the customer; `emptied`: those after which rows may be
    gone that nothing names. `follows`: the relation that grows by a row with the key whenever rows of it change.
    `newest`: SQL of the greatest key there is. `moved`: SQL of one value that is another one once a whole relation may
    have changed; with neither that nor events it is read again for each question. `dated`: SQL of the key and the day
    of any sale, also of those that do not count.

    `sums` is what the copy is checked against: SQL of a day (or null), how many rows it has, and what they have of
    `measure`, one of the columns.
    """

    name: str
    columns: Columns
    sql: str = ""
    kept: Kept
    key: str = ""
    read: Columns | None = None
    shape: str = ""
    order: str = ""
    events: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    newest: str = ""
    dated: str = ""
    moved: str = ""
    follows: str = ""
    sums: str = ""
    measure: str = ""
    rows: Callable[[], Iterable[Sequence[Any]]] | None = None

    @property
    def schema(self) -> "pa.Schema":
        return schema_of(self.columns)

    @property
    def keyed(self) -> str:
        """The name of the column that `key` is."""
        return next(iter(self.columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A table of words whose rows come and stay, read once and then only what is new: `key` grows."""

    name: str
    columns: Columns
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Where every change of a sale, or of what hangs on one, is told of in the order it happened.

    `since` gives (id, kind, subject, customer) of the events after a bound id; `count` how many they are; `last` the
    greatest id; `one` the time and subject of the event with a bound id, by which a feed is told from another one's
    copy.
    """

    since: str
    count: str
    last: str
    one: str


@dataclass(slots=True)
class _Declared:
    relations: dict[str, Relation] = field(default_factory=dict)
    lookups: dict[str, Lookup] = field(default_factory=dict)
    terms: dict[str, Callable[[], object]] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)


_DECLARED = _Declared()


def lake_declare(relations: Iterable[Relation], *, lookups: Iterable[Lookup] = ()) -> None:
    """The lake holds these; declaring one twice is a bug."""
    for each in relations:
        _declare(_DECLARED.relations, each.name, each)
    for lookup in lookups:
        _declare(_DECLARED.lookups, lookup.name, lookup)


def terms_declare(terms: Mapping[str, Callable[[], object]]) -> None:
    """What the whole copy hangs on: when one of these is another than it was, the copy is made anew."""
    for name, told in terms.items():
        _declare(_DECLARED.terms, name, told)


def feed_declare(feed: Feed) -> None:
    """There is one feed."""
    _declare(_DECLARED.feeds, "feed", feed)


def lake_relations() -> Mapping[str, Relation]:
    """All relations by name."""
    return _DECLARED.relations


def lake_lookups() -> Mapping[str, Lookup]:
    return _DECLARED.lookups


def lake_terms() -> dict[str, object]:
    """What the copy hangs on, now."""
    return {name: told() for name, told in _DECLARED.terms.items()} | {"form": _form()}


@cache
def _form() -> str:
    """Another text once a version of ours keeps other columns, or reads them otherwise."""
    told = [
        (each.name, [*each.columns.items()], each.sql, each.shape, each.order) for each in _DECLARED.relations.values()
    ]
    return sha256(repr(sorted(told)).encode()).hexdigest()[:16]


def lake_feed() -> Feed:
    return _DECLARED.feeds["feed"]


def _declare(known: dict[str, T], name: str, each: T) -> None:
    if name in known:
        raise ValueError(f"{name} is declared twice")
    known[name] = each
