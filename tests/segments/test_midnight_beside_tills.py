"""The midnight pass and a till at the same customer at the same moment (PostgreSQL; on SQLite one writer is alone)."""

from datetime import timedelta

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections

from regulars.groups.models import Membership
from regulars.segments.midnight import _write, days_catch_up
from regulars.storage.writing import together
from tests import cast
from tests.segments.following import buys, is_as_rebuilt, members, save

LATER = cast.NOW + timedelta(days=1)


@pytest.fixture
def till(transactional_db):
    """Another connection, as another process has it."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time is alone")
    cast.shop_open()
    own = connections[DEFAULT_DB_ALIAS].copy()
    own.set_autocommit(False)
    yield own
    own.close()


def test_whoever_is_being_sold_to_is_left_for_later_and_holds_nobody_up(till):
    anna, ben = buys(1, "5.00"), buys(2, "5.00", phone=cast.BEN_PHONE)
    save("Old", "last_order < today")
    Membership.objects.all().delete()
    with till.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer WHERE id = %s FOR NO KEY UPDATE", [anna])
    day = LATER.date()
    assert together(lambda: _write([anna, ben], day, LATER)) == (1, [anna])
    assert members("Old") == {ben}
    till.rollback()
    assert together(lambda: _write([anna], day, LATER)) == (1, [])
    assert members("Old") == {anna, ben}
    days_catch_up(at=LATER)
    assert is_as_rebuilt()
