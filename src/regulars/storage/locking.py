"""What one process at a time may do with a shop."""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import InterfaceError, OperationalError

from regulars.storage.folder import DataFolder

# Beside the numbers of storage/writing.py.
_BACKGROUND = 7930


class Turn(Protocol):
    """A right that one process has at a time, until it gives it up or ends."""

    def is_mine(self) -> bool:
        """Whether it is ours, now that we ask: we take it if nobody has it."""

    def give_up(self) -> None:
        """Somebody else may have it."""


def server_turn(folder: DataFolder) -> Turn:
    """The right to serve the shop that is in the folder."""
    return _FileTurn(folder.path / "server.lock")


def background_turn(folder: DataFolder) -> Turn:
    """The right to run the background tasks of the shop."""
    if connection.vendor == "sqlite":
        return _FileTurn(folder.path / "background.lock")
    return _DatabaseTurn(_BACKGROUND)


class _FileTurn:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def is_mine(self) -> bool:
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def give_up(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class _DatabaseTurn:
    """An advisory lock of a connection kept for it: PostgreSQL takes it back when the process or the network ends."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._connection: BaseDatabaseWrapper | None = None

    def is_mine(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.cursor().execute("SELECT 1")
                return True
            return self._take()
        except (OperationalError, InterfaceError):
            self.give_up()
            return False

    def _take(self) -> bool:
        own = connections[DEFAULT_DB_ALIAS].copy()
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self._number])
            [is_mine] = cursor.fetchone()
        if is_mine:
            self._connection = own
        else:
            own.close()
        return bool(is_mine)

    def give_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
