"""Pages of the small shop."""

import pytest

from tests.web.visiting import team


@pytest.fixture
def people(db) -> dict[str, int]:
    """The small shop and the ids of its people by role."""
    return team()
