"""The shop is open."""

import pytest

from tests import cast


@pytest.fixture
def shop(db):
    """The business with its two stores; what a test does to it is undone."""
    return cast.shop_open()
