"""The small reads that every sale does, in plain SQL: Django's own building of a query takes ten times their time."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models

from regulars.storage.preparing import prepared
from regulars.storage.writing import bound_list, bound_uuids, in_list, in_uuids, is_sqlite

# Whether this thread reads one state already.
_STATE: ContextVar[bool] = ContextVar("is_one_state", default=False)
_Model = TypeVar("_Model", bound=models.Model)


@contextmanager
def one_state() -> Iterator[None]:
    """Every query within sees the database as it was at the first, and nobody is kept from writing.

    Within another one it is the same state.
    """
    if connection.in_atomic_block or _STATE.get():
        yield
        return
    begin = "BEGIN" if is_sqlite() else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        token = _STATE.set(True)
        try:
            yield
        finally:
            _STATE.reset(token)
            cursor.execute("ROLLBACK")


def rows_read(sql: str) -> list[tuple[Any, ...]]:
    """The rows of the query. One query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def rows_among(select: str, column: str, values: Collection[int] | Collection[str]) -> list[tuple[Any, ...]]:
    """The rows of the query whose column is among the values; `select` ends where that condition goes.

    One query, none for no values. The rows are as the driver gives them: see `uuid_read` and `moment_read`.
    """
    if not values:
        return []
    with prepared() as cursor:
        cursor.execute(f"{select} {in_list(column)}", [bound_list(values)])
        return list(cursor.fetchall())


def rows_of_uuids(select: str, column: str, uuids: Collection[UUID]) -> list[tuple[Any, ...]]:
    """As `rows_among`, for a column of UUIDs."""
    if not uuids:
        return []
    with prepared() as cursor:
        cursor.execute(f"{select} {in_uuids(column)}", [bound_uuids(uuids)])
        return list(cursor.fetchall())


def uuid_read(stored: UUID | bytes) -> UUID:
    """The UUID of a column; SQLite has no type for it and gives its sixteen bytes."""
    return UUID(bytes=stored) if isinstance(stored, bytes) else stored


def moment_read(stored: datetime | str) -> datetime:
    """The moment of a column, in UTC; SQLite has no type for it and gives text."""
    return _moment_of(stored) if isinstance(stored, str) else stored


# The moments that products are described at are read with every batch.
@lru_cache(maxsize=8192)
def _moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def select_of(model: type[models.Model]) -> str:
    """The SELECT of every row of a model without moments and UUIDs, for `model_made`."""
    columns = ", ".join(connection.ops.quote_name(field.column or "") for field in model._meta.concrete_fields)
    return f"SELECT {columns} FROM {connection.ops.quote_name(model._meta.db_table)}"


def model_made(model: type[_Model], row: tuple[Any, ...]) -> _Model:
    """The model of a row that `select_of` gave."""
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in model._meta.concrete_fields], row)
