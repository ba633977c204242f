"""Statements that PostgreSQL reads and plans once for a connection: half of the time that a small one takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor for statements whose text is always the same.

    On PostgreSQL a statement is prepared where it is first used, and values are bound by the server, which tells their
    types from the statement: write a cast where it says nothing. SQLite's driver keeps its statements by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.ensure_connection()
    # As Django makes its own: with its count of queries and its errors.
    with connection._prepare_cursor(_cursor_class()(connection.connection)) as cursor:  # type: ignore[attr-defined]
        yield cursor


class _Executed(NamedTuple):
    query: bytes


@cache
def _cursor_class() -> type[Any]:
    # Only where PostgreSQL is asked for.
    from psycopg import Cursor  # noqa: PLC0415

    class PreparedCursor(Cursor[Any]):
        """Prepares whatever it executes."""

        def execute(self, query: Any, params: Any = None, **_how: Any) -> Any:
            done = super().execute(query, params, prepare=True)
            # What Django logs; psycopg keeps it only of statements that it does not prepare.
            self._query = _Executed(query.encode())  # type: ignore[assignment]
            return done

    return PreparedCursor
