"""One transaction per write, and many rows per statement, alike on both databases."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models, transaction
from django.db.utils import OperationalError

from regulars.storage.ending import ending
from regulars.storage.errors import DatabaseBusy, DiskFull
from regulars.storage.preparing import prepared
from regulars.storage.waiting import WritersLine

T = TypeVar("T")

_LINE = WritersLine()
# Below this many rows PostgreSQL's COPY costs more to start than it saves.
_COPY_FROM = 24
# From so many rows on SQLite is given fifty at once: each then takes two thirds of the time; more gain no more.
_TOGETHER_FROM, _ROWS_AT_ONCE = 1_000, 50


@cache
def is_sqlite() -> bool:
    """Whether the database is the embedded one. A process works on one; asking Django each time costs a sale 0.1 ms."""
    return connection.vendor == "sqlite"


@contextmanager
def writing() -> Iterator[None]:
    """One atomic transaction that holds the right to write. Raises DiskFull, DatabaseBusy; then nothing is kept."""
    with _LINE.turn(str(connection.settings_dict["NAME"])) if is_sqlite() else _unqueued():
        try:
            with transaction.atomic(), ending():
                yield
        except OperationalError as error:
            raise _acted_on(error) from error


class MustBeAloneError(Exception):
    """What is to be written bears on what others may be writing at this moment; `together` then does it alone."""


_IS_ALONE: ContextVar[bool] = ContextVar("is_alone", default=False)
_TOGETHER = 7918


def together(write: Callable[[], T]) -> T:
    """What `write` answers, in one transaction that others may run beside; once more, alone, if it asks for that.

    On SQLite the writer is alone anyway. `write` asks with `be_alone` and must be fit to run twice.
    """
    try:
        with writing():
            _wait("pg_advisory_xact_lock_shared")
            return write()
    except MustBeAloneError:
        with alone():
            return write()


@contextmanager
def alone() -> Iterator[None]:
    """As `writing()`, in a transaction that none of those `together` runs beside."""
    token = _IS_ALONE.set(True)
    try:
        with writing():
            _wait("pg_advisory_xact_lock")
            yield
    finally:
        _IS_ALONE.reset(token)


def be_alone() -> None:
    """Returns when nobody else can be writing what this transaction bears upon. Raises MustBeAloneError."""
    if not is_sqlite() and not _IS_ALONE.get():
        raise MustBeAloneError


def _wait(lock: str) -> None:
    if not is_sqlite():
        with prepared() as cursor:
            cursor.execute(f"SELECT {lock}({_TOGETHER})")


@contextmanager
def _unqueued() -> Iterator[None]:
    yield


def _acted_on(error: OperationalError) -> Exception:
    """The refusal a person can act on, or the error itself."""
    text = str(error).lower()
    if "disk is full" in text or "no space left" in text:
        return DiskFull()
    if "database is locked" in text:
        return DatabaseBusy()
    return error


def ids_reserve(model: type[models.Model], count: int) -> Sequence[int]:
    """`count` ids of the model that nobody else gets, ascending. Inside `writing()`; one query."""
    table = model._meta.db_table
    with prepared() as cursor:
        if is_sqlite():
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            last = cursor.fetchone()[0]
            # An id is taken once it is inserted; the caller inserts all of them before it reserves again.
            return range(last + 1, last + 1 + count)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def rows_insert(model: type[models.Model], fields: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """The rows stand in the model's table; values in the order of `fields` (attnames). At most two statements."""
    if not rows:
        return
    if not is_sqlite() and len(rows) >= _COPY_FROM:
        _copy(model, fields, rows)
        return
    if is_sqlite():
        forms = _forms(model, fields)
        _insert(model, fields, _prepared(rows, forms) if forms else rows)
        return
    with prepared() as cursor:
        cursor.executemany(_insert_sql(model, fields), rows)  # type: ignore[arg-type]


def _insert(model: type[models.Model], fields: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Very many rows go some at a time, what is left one by one."""
    whole = len(rows) - len(rows) % _ROWS_AT_ONCE if len(rows) >= _TOGETHER_FROM else 0
    with connection.cursor() as cursor:
        if whole:
            steps = (rows[n : n + _ROWS_AT_ONCE] for n in range(0, whole, _ROWS_AT_ONCE))
            flat = [list(chain.from_iterable(step)) for step in steps]
            cursor.executemany(_insert_sql(model, fields, count=_ROWS_AT_ONCE), flat)
        if whole < len(rows):
            cursor.executemany(_insert_sql(model, fields), rows[whole:])


@cache
def _insert_sql(model: type[models.Model], fields: tuple[str, ...], *, count: int = 1) -> str:
    row = ", ".join(["%s"] * len(fields))
    marks = ", ".join([f"({row})"] * count)
    return f"INSERT INTO {_table(model)} ({_columns(model, fields)}) VALUES {marks}"


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[models.Model], fields: tuple[str, ...]) -> str:
    by_name = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    return ", ".join(connection.ops.quote_name(by_name[name]) for name in fields)


def _copy(model: type[models.Model], fields: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    statement = f"COPY {_table(model)} ({_columns(model, fields)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


# Of one batch many rows bear the same moment.
@lru_cache(maxsize=256)
def _datetime_text(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


_SQLITE_FORMS: dict[str, Callable[[Any], object]] = {
    "DateTimeField": _datetime_text,
    "DateField": str,
    "UUIDField": attrgetter("bytes"),
}


@cache
def _forms(model: type[models.Model], fields: tuple[str, ...]) -> tuple[tuple[int, Callable[[Any], object]], ...]:
    by_name = {field.attname: field.get_internal_type() for field in model._meta.concrete_fields}
    return tuple((n, _SQLITE_FORMS[by_name[name]]) for n, name in enumerate(fields) if by_name[name] in _SQLITE_FORMS)


def _prepared(
    rows: Sequence[tuple[object, ...]], forms: Sequence[tuple[int, Callable[[Any], object]]]
) -> Sequence[Sequence[object]]:
    """The rows with what SQLite has no type for in the form it is kept in."""
    prepared = [list(row) for row in rows]
    for n, form in forms:
        for values in prepared:
            if values[n] is not None:
                values[n] = form(values[n])
    return prepared


def bound_list(values: Collection[int] | Collection[str]) -> Any:
    """The values as one bound parameter for `in_list`: the statement's text stays the same whatever their number."""
    return json.dumps(list(values)) if is_sqlite() else list(values)


def in_list(column: str) -> str:
    """SQL that holds when the column is among the values bound by `bound_list`."""
    if is_sqlite():
        return f"{column} IN (SELECT value FROM json_each(%s))"
    return f"{column} = ANY(%s)"


def bound_uuids(values: Collection[UUID]) -> Any:
    """The ids as one bound parameter for `in_uuids`."""
    return json.dumps([value.hex for value in values]) if is_sqlite() else list(values)


def in_uuids(column: str) -> str:
    """SQL that holds when the column is among the ids bound by `bound_uuids`, which JSON cannot hold as bytes."""
    if is_sqlite():
        return f"{column} IN (SELECT unhex(value) FROM json_each(%s))"
    return f"{column} = ANY(%s)"


class LockSpace(IntEnum):
    """What names are locked for; a transaction takes the spaces in this order, so nobody waits in a circle."""

    OPERATIONS = 7917
    SALES_AND_CONTACTS = 7919
    PRODUCTS = 7920
    # Taken by what a transaction does last (access/auditing.py).
    AUDIT = 7922


def names_lock(names: Iterable[str], *, space: LockSpace) -> None:
    """Nobody else holds these names until this transaction ends. Inside `writing()`; at most one query.

    On SQLite the writer is alone anyway. On PostgreSQL the names fall into 1,024 advisory locks, taken in
    ascending order, so two batches never wait for each other in a circle and the lock table never overflows.
    """
    if is_sqlite():
        return
    held = sorted(set(names))
    if not held:
        return
    with prepared() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM (SELECT DISTINCT abs(hashtext(name) %% 1024) AS bucket"
            " FROM unnest(%s::text[]) AS name ORDER BY bucket) AS buckets",
            [int(space), held],
        )


def statistics_refresh() -> None:
    """The database knows how full its tables are: after very many rows at once, before the next look-ups.

    PostgreSQL would find out by itself, but minutes later; SQLite plans by its indexes. Inside `writing()`; one query.
    """
    if not is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
