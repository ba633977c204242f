"""What the tests of the lake share."""

import pytest

from tests import cast


@pytest.fixture
def open_shop(transactional_db):
    """The business with its two stores, seen by other threads and processes."""
    return cast.shop_open()
