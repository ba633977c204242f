"""The shop is open and has a loyalty policy where a test sets one."""

import pytest

from tests import cast


@pytest.fixture
def shop(db):
    return cast.shop_open()
