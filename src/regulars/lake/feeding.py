"""The feed of changes, and up to where it is whole.

On SQLite there is one writer, and changes come in the order of their ids. On PostgreSQL a transaction may take an id
and be seen later than one with a greater id. So a mark is taken first, and counts once every transaction that was at
work then has ended: whatever has an id up to the mark is seen from then on.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection

from regulars.lake.relations import lake_feed, lake_relations
from regulars.storage.writing import is_sqlite


class Mark(NamedTuple):
    """The greatest id seen, the greatest key and the stamp of relations, and a transaction that began after that."""

    id: int
    lasts: Mapping[str, int]
    moved: Mapping[str, str]
    transaction: int


class Change(NamedTuple):
    """Something that happened to a subject, and the customer beside it."""

    id: int
    kind: str
    subject: int
    customer: int | None


def mark_taken() -> Mark:
    """A mark at the newest change that can be seen."""
    last = int(one_read(lake_feed().last))
    lasts = {each.name: int(one_read(each.newest)) for each in lake_relations().values() if each.newest}
    moved = {each.name: str(one_read(each.moved)) for each in lake_relations().values() if each.moved}
    return Mark(last, lasts, moved, _transaction())


def feed_mark() -> Mark:
    """A mark of the feed alone."""
    return Mark(int(one_read(lake_feed().last)), {}, {}, _transaction())


def _transaction() -> int:
    """The number of a transaction that begins now. A snapshot tells only up to which any has ended."""
    return 0 if is_sqlite() else int(one_read("SELECT pg_current_xact_id()::text::bigint"))


def is_settled(mark: Mark) -> bool:
    """Whether every change up to the mark is seen by queries from now on."""
    if is_sqlite():
        return True
    return counts(mark, oldest=int(one_read("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")))


def counts(mark: Mark, *, oldest: int) -> bool:
    """Whether all that were at work when the mark was taken have ended, by the oldest that is at work now."""
    return oldest >= mark.transaction


def changes_since(after: int) -> list[Change]:
    """The changes that can be seen now and have greater ids, in order."""
    with connection.cursor() as cursor:
        cursor.execute(lake_feed().since, [after])
        return [Change(*row) for row in cursor.fetchall()]


def changes_count(after: int) -> int:
    """How many changes can be seen now and have greater ids."""
    with connection.cursor() as cursor:
        cursor.execute(lake_feed().count, [after])
        return int(cursor.fetchone()[0])


def change_told(sequence: int) -> str:
    """What tells the change with this id from one with the same id in another database; empty where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(lake_feed().one, [sequence])
        row = cursor.fetchone()
    return "" if row is None else f"{row[0]} {row[1]}"


def one_read(sql: str) -> Any:
    """The one value of the query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
