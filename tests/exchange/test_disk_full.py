"""A disk that fills up during an import leaves the shop as it was."""

import pytest
from django.conf import settings
from django.db import connection

from regulars.exchange.models import Import
from regulars.storage.errors import DiskFull
from regulars.storage.folder import DataFolder
from tests.cast import everything
from tests.exchange.importing import HEADING, figures, run, shop_in, written

MANY = HEADING + "".join(f"{n},2026-03-01 10:00,A{n},,,,TEA,Tea,1,3.50,Cash\n" for n in range(5000))


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite can be told how much room there is")
def test_a_full_disk_keeps_nothing_and_is_said(tmp_path):
    shop_in("KES", "Westlands", timezone="Africa/Nairobi", country="KE")
    path = written(tmp_path, MANY + "bad,soon,,,,,TEA,Tea,1,3.50,Cash\n")
    before = everything()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        [pages] = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + 200}")
    try:
        with pytest.raises(DiskFull, match="The disk is full, so nothing of this was kept"):
            run(path)
        assert everything() == before
        assert not (tmp_path / "data").exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert figures(run(path))["imported"]["created"] == 5000
    assert Import.objects.count() == 1
