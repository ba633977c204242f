"""What every test may use."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from regulars.lake.reading import lakes_forget

REAL_DATA = Path(os.environ.get("REGULARS_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of public data sets; a test that needs it is skipped where it is absent."""
    if not REAL_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the public data sets are not at {REAL_DATA}; CI needs them")
        pytest.skip(f"the public data sets are not at {REAL_DATA}")
    return REAL_DATA


_LAKES = count()


@pytest.fixture(autouse=True)
def lake_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test's lake would be; the process knows nothing of that of another test, whose sales are undone."""
    place = tmp_path_factory.getbasetemp() / f"lake-{next(_LAKES)}" / "v1"
    monkeypatch.setattr("regulars.lake.place.lake_place", lambda _folder: place)
    yield place
    lakes_forget()
