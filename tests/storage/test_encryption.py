"""The file on disk is of no use without its key."""

import pytest
from django.db import connection

from regulars.sales.models import Store


@pytest.mark.django_db
def test_a_row_comes_back():
    Store.objects.create(name="Westlands", country="KE", timezone="Africa/Nairobi", currency="KES")
    assert Store.objects.get().name == "Westlands"
    assert connection.vendor in {"sqlite", "postgresql"}
