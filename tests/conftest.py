"""What every test may use."""

import os
from pathlib import Path

import pytest

REAL_DATA = Path(os.environ.get("REGULARS_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of public data sets; a test that needs it is skipped where it is absent."""
    if not REAL_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the public data sets are not at {REAL_DATA}; CI needs them")
        pytest.skip(f"the public data sets are not at {REAL_DATA}")
    return REAL_DATA
