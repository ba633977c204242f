"""The line in which writers wait for SQLite: one of all threads of all processes writes at a time.

SQLite itself lets waiting writers sleep for up to a tenth of a second and then takes whoever happens to ask first.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from regulars.storage.errors import DatabaseBusy

# So many seconds a writer waits: longer than most imports, shorter than people do.
PATIENCE = 20.0
# A writer of another process looks again after so many seconds.
_LOOK_AGAIN = 0.001


class WritersLine:
    """Within one process threads are woken one by one; between processes a lock on a file decides."""

    def __init__(self) -> None:
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def turn(self, database: str) -> Iterator[None]:
        """Nobody else writes to the database meanwhile; a turn within a turn is the same. Raises DatabaseBusy."""
        until = time.monotonic() + PATIENCE
        if not self._threads.acquire(timeout=PATIENCE):
            raise DatabaseBusy
        try:
            if self._depth == 0:
                # Who has just written stands behind whoever waits.
                head = _opened(os.getpid(), f"{database}.next")
                _locked(head, until)
                try:
                    _locked(_opened(os.getpid(), database), until)
                finally:
                    fcntl.flock(head, fcntl.LOCK_UN)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    fcntl.flock(_opened(os.getpid(), database), fcntl.LOCK_UN)
        finally:
            self._threads.release()


# A process that was forked opens the file anew: what was opened together is locked together.
@lru_cache(maxsize=64)
def _opened(_process: int, database: str) -> int:
    path = Path(f"{database}.line")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locked(file: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise DatabaseBusy from None
            time.sleep(_LOOK_AGAIN)
        else:
            return
