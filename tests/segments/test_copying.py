"""The columnar copy: whole or not at all, of one moment, naming nobody."""

from datetime import date, timedelta

import pytest

from regulars.access.rules import OPERATOR
from regulars.customers.models import Customer, Tag
from regulars.customers.services import custom_field_create
from regulars.lake.copying import Copy, NoCopyError
from regulars.segments import copying
from regulars.segments.copying import copy_make, copy_renew
from regulars.segments.errors import NotInCopy
from regulars.segments.language.birthdays import is_birthday_within
from regulars.segments.language.reading import rule_read
from regulars.segments.language.sql.rows import own_name
from regulars.segments.language.terms import Terms
from regulars.segments.language.windows import Days
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


def test_the_copy_tells_every_birthday_around_the_new_year_and_29_february(copy):
    births = [date(2000, 1, 1) + timedelta(days=n) for n in range(366)]
    columns = copying.relations()["customers"].columns
    rows = [(n, born, "", "", None, "") for n, born in enumerate([*births, None])]
    merged = {"customers": {name: own_name("customers", name) for name in columns}}
    copy.write({"customers": (columns, [rows])}, merged=merged, at=NOW)
    rule = rule_read("birthday in next 9 days")
    for today in (date(2023, 12, 27), date(2024, 2, 20), date(2025, 2, 20), date(2025, 2, 28), date(2025, 5, 30)):
        week = Days(today, today + timedelta(days=8))
        held = [(n,) for n, born in enumerate(births) if is_birthday_within(born, week)]
        plan, bound = copying.copy_asked([rule], today=today, terms=Terms(2))
        assert copy.ask(plan.members, bound) == held
        assert copy.ask(plan.count, bound) == [(len(held),)]


def test_the_copy_counts_a_complement_and_within_a_set(copy, shop):
    cast.record(cast.sale(2, cast.line(price="20.00"), customer={"phone": cast.BEN_PHONE}))
    Tag.objects.create(customer=Customer.objects.get(name="Anna Okello"), tag="regular")
    copy_make(at=NOW)
    counted = {
        "spent in last 30 days >= 10": 2,
        'tag = "regular" and spent in last 30 days >= 10': 1,
        'tag = "regular" and spent in last 30 days >= 500': 0,
        'tag != "regular" and spent in last 30 days >= 10': 1,
        'not (tag = "regular" and spent in last 30 days >= 10)': 1,
        "not (spent in last 30 days >= 100)": 1,
    }
    for text, count in counted.items():
        assert rule_count_copied(text, at=NOW, visible_to=OPERATOR) == count, text
