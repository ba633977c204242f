"""Many rows at once, and ids as the database keeps them."""

from uuid import UUID

import pytest

from regulars.events.models import Event
from regulars.events.services import events_record
from regulars.sales.models import Sale
from regulars.sales.selectors import sale_heads
from regulars.storage.reading import rows_read, uuid_read
from regulars.storage.writing import writing
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 999, 1000, 1049, 1051])
def test_however_many_rows_stand_in_the_table_once_and_in_order(count):
    with writing():
        events_record(kind="sale.recorded", subjects=[(n, None) for n in range(count)], at=cast.NOW)
    assert list(Event.objects.order_by("id").values_list("subject_id", flat=True)) == list(range(count))


def test_an_id_is_found_by_every_way_of_asking():
    cast.shop_open()
    cast.recorded(cast.sale(1))
    uid = cast.uid(1)
    assert list(sale_heads([uid])) == [uid]
    assert Sale.objects.get(uid=uid).uid == uid
    assert list(Sale.objects.filter(uid__among=[uid, UUID(int=7)]).values_list("uid", flat=True)) == [uid]
    assert [uuid_read(stored) for (stored,) in rows_read("SELECT uid FROM sales_sale")] == [uid]
