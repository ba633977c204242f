"""The shop is open, and what is written is really committed."""

import pytest

from tests import cast


@pytest.fixture
def shop(transactional_db):
    """The business with its two stores, seen by other threads and processes."""
    return cast.shop_open()
