"""The columnar copy: whole or not at all, of one moment, naming nobody."""

from datetime import timedelta

import pytest

from regulars.access.rules import OPERATOR
from regulars.customers.services import custom_field_create
from regulars.lake.copying import Copy, NoCopyError
from regulars.segments import copying
from regulars.segments.copying import copy_make, copy_renew
from regulars.segments.errors import NotInCopy
from regulars.segments.previewing import rule_count_copied, rule_preview
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Copy:
    held = Copy(tmp_path / "lake")
    monkeypatch.setattr(copying, "copy_here", lambda: held)
    monkeypatch.setattr("regulars.segments.previewing.copy_here", lambda: held)
    return held


@pytest.fixture
def shop():
    cast.shop_open()
    cast.record(cast.sale(1, cast.line(price="480.00"), customer={"phone": cast.ANNA_PHONE, "name": "Anna Okello"}))


def test_without_a_copy_one_says_so(copy):
    with pytest.raises(NoCopyError):
        copy.made()


def test_a_copy_tells_of_its_moment(copy, shop):
    copy_make(at=NOW)
    assert copy.made().at == NOW
    assert copy.ask("SELECT facts_spent, facts_orders FROM customers", {}) == [(48000, 1)]


def test_a_copy_names_nobody(copy, shop):
    copy_make(at=NOW)
    tables = [name for (name,) in copy.ask("SHOW TABLES", {})]
    everything = [str(copy.ask(f"SELECT * FROM {name}", {})) for name in tables]
    assert not [text for text in everything if "Anna" in text or "Okello" in text or cast.ANNA_PHONE in text]
    assert [name for name in tables if name == "fields"] == []


def test_only_the_owner_may_read_it(copy, shop):
    copy_make(at=NOW)
    [file] = copy.folder.glob("*.duckdb")
    assert file.stat().st_mode & 0o777 == 0o600
    assert copy.folder.stat().st_mode & 0o077 == 0


def test_a_copy_that_breaks_off_leaves_the_old_one(copy, shop):
    copy_make(at=NOW)

    def breaking():
        yield [(1,)]
        raise OSError("No space left on device")

    columns = {"customer": copying.relations()["customers"].columns["customer"]}
    with pytest.raises(OSError, match="No space left"):
        copy.write({"customers": (columns, breaking())}, merged={}, at=NOW)
    assert copy.made().at == NOW
    assert len(list(copy.folder.glob("*.duckdb"))) == 1


def test_who_asks_gets_the_newest(copy, shop):
    copy_make(at=NOW)
    assert copy.ask("SELECT count(*) FROM sales", {}) == [(1,)]
    cast.record(cast.sale(2, customer={"phone": cast.ANNA_PHONE}))
    copy_make(at=NOW + timedelta(hours=1))
    assert copy.ask("SELECT count(*) FROM sales", {}) == [(2,)]


def test_a_copy_is_renewed_when_it_is_old_and_only_for_many_customers(copy, shop, monkeypatch):
    assert not copy_renew(at=NOW)
    monkeypatch.setattr(copying, "MOST_ASKED_OF_DATABASE", 0)
    assert copy_renew(at=NOW)
    assert not copy_renew(at=NOW + timedelta(minutes=9))
    assert copy_renew(at=NOW + timedelta(minutes=11))


def test_a_preview_of_many_comes_from_the_copy_and_says_when(copy, shop, monkeypatch):
    direct = rule_preview("spent >= 480", at=NOW, visible_to=OPERATOR)
    assert (direct.count, direct.base, direct.value, direct.by_unknown, len(direct.sample)) == (1, 1, 48000, 0, 1)
    assert direct.told_at == NOW
    monkeypatch.setattr("regulars.segments.previewing.MOST_ASKED_OF_DATABASE", 0)
    copy_make(at=NOW - timedelta(minutes=5))
    copied = rule_preview("spent >= 480", at=NOW, visible_to=OPERATOR)
    assert copied.told_at == NOW - timedelta(minutes=5)
    assert (copied.count, copied.base, copied.value, copied.sample) == (1, 1, 48000, direct.sample)


def test_a_copy_refuses_what_may_name_somebody(copy, shop):
    custom_field_create("Milk", kind="text", actor=OPERATOR, at=NOW)
    with pytest.raises(NotInCopy, match="holds no custom fields"):
        rule_count_copied('field("Milk") = "oat"', at=NOW, visible_to=OPERATOR)
    assert rule_count_copied("spent >= 480", at=NOW, visible_to=OPERATOR) == 1


def test_who_comes_in_by_unknown_is_counted(shop):
    found = rule_preview('gender != "male"', at=NOW, visible_to=OPERATOR)
    assert (found.count, found.by_unknown) == (1, 1)
