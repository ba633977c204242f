"""Whether the database can be worked on, asked again and again."""

import time
from functools import cache

from django.db import close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Whoever asks more often gets the last answer; it is a public question, and it must cost nothing.
_SECONDS = 1.0
_last: tuple[float, bool] = (-_SECONDS, False)


def database_is_ready() -> bool:
    """Whether the database can be read and has the schema of this release. At most one query a second."""
    global _last  # noqa: PLW0603
    asked_at, answer = _last
    if time.monotonic() - asked_at >= _SECONDS:
        answer = _is_ready()
        _last = (time.monotonic(), answer)
    return answer


def _is_ready() -> bool:
    close_old_connections()
    try:
        return _migrations() <= MigrationRecorder(connection).applied_migrations().keys()
    except Exception:  # noqa: BLE001  (whatever it is, the database cannot be worked on)
        return False


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this release."""
    return frozenset(MigrationLoader(None).disk_migrations)
