"""The log is written with what it tells of, and shows every change that was made to it."""

import pytest
from django.db import transaction

from regulars.access.auditing import AuditHead, audit_differences, audit_head, audit_record
from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR
from regulars.customers.services import customer_deactivate, note_add
from regulars.sales.services import profile_open
from regulars.storage.writing import writing
from tests import cast

pytestmark = pytest.mark.django_db


def entries(count, verb="x.y"):
    with writing():
        audit_record(actor=OPERATOR, verb=verb, subject_kind="customer", subject_ids=range(1, count + 1), at=cast.NOW)


def findings(**more):
    return list(audit_differences(**more))


def test_an_untouched_log_has_no_findings():
    entries(3)
    entries(2, "customers.note_add")
    assert AuditEntry.objects.count() == 5
    assert findings() == []


def test_entries_are_numbered_from_one_without_gaps_in_the_order_they_were_made():
    entries(2, "first.one")
    with writing():
        audit_record(actor=OPERATOR, verb="second.one", subject_kind="sale", subject_ids=[7], at=cast.NOW)
        audit_record(actor=OPERATOR, verb="third.one", subject_kind="sale", subject_ids=[8], at=cast.NOW)
    assert list(AuditEntry.objects.values_list("n", "verb")) == [
        (1, "first.one"), (2, "first.one"), (3, "second.one"), (4, "third.one"),
    ]  # fmt: skip


CHANGED = "Entry {} is not as it was written, or not where it was written."


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "person:9"}, {"verb": "x.z"}, {"subject_id": 99}, {"subject_kind": "sale"}, {"facts": {"to": 1}},
        {"at": cast.NOW.replace(year=2020)}, {"mac": "0" * 64},
    ],
    ids=str,
)  # fmt: skip
def test_a_changed_entry_is_named(change):
    entries(5)
    AuditEntry.objects.filter(n=3).update(**change)
    told = [CHANGED.format(3)]
    # The next one was sealed with the seal that is gone.
    assert findings() == ([*told, CHANGED.format(4)] if "mac" in change else told)


def test_an_entry_taken_out_is_named():
    entries(5)
    AuditEntry.objects.filter(n=3).delete()
    assert findings() == ["Entry 3 is missing.", CHANGED.format(4)]


def test_entries_taken_out_are_named():
    entries(6)
    AuditEntry.objects.filter(n__in=[1, 2, 3]).delete()
    assert findings()[0] == "Entries 1 to 3 are missing."


def test_an_entry_put_in_is_named():
    entries(3)
    AuditEntry.objects.create(
        n=4, at=cast.NOW, actor="operator", verb="x.y", subject_kind="customer", subject_id=1, facts={}, mac="ab" * 32
    )
    assert findings() == [CHANGED.format(4)]


def test_entries_that_changed_places_are_named():
    entries(4)
    for n, place in ((2, 90), (3, 2), (90, 3)):
        AuditEntry.objects.filter(n=n).update(n=place)
    assert findings()[:2] == [CHANGED.format(2), CHANGED.format(3)]


def test_a_cut_tail_is_found_by_the_seal_that_was_noted_down():
    entries(5)
    noted = audit_head()
    AuditEntry.objects.filter(n__gt=3).delete()
    assert findings() == []
    assert findings(kept=noted) == [
        "The log does not go through entry 5 with the seal noted down: its end was cut off or rewritten."
    ]


def test_a_log_that_grew_still_goes_through_the_seal_noted_down():
    entries(5)
    noted = audit_head()
    entries(2)
    assert findings(kept=noted) == []
    assert len(findings(kept=AuditHead(5, "0" * 64))) == 1


def test_an_act_that_fails_leaves_no_entry():
    with pytest.raises(ZeroDivisionError), writing():
        entries(2)
        _ = 1 / 0
    assert AuditEntry.objects.count() == 0
    assert findings() == []


def test_a_part_that_fails_takes_only_its_own_entries_with_it():
    with writing():
        entries(1, "kept.one")
        with pytest.raises(ZeroDivisionError), writing():
            entries(1, "lost.one")
            _ = 1 / 0
        entries(1, "kept.two")
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["kept.one", "kept.two"]


def test_what_is_to_be_rolled_back_writes_nothing():
    with writing():
        entries(1)
        transaction.set_rollback(True)
    transaction.set_rollback(False)
    assert audit_head() == AuditHead(0, "0" * 64)


def test_outside_of_a_transaction_nothing_can_be_told():
    with pytest.raises(RuntimeError, match="transaction"):
        audit_record(actor=OPERATOR, verb="x.y", subject_kind="customer", subject_ids=[1], at=cast.NOW)


def test_every_look_at_a_full_profile_is_in_the_log():
    cast.shop_open()
    anna = cast.person("Anna")
    profile_open(anna, actor=OPERATOR, at=cast.NOW)
    note_add(anna, "Likes oat milk.", actor=OPERATOR, at=cast.NOW)
    customer_deactivate(anna, actor=OPERATOR, at=cast.NOW)
    told = AuditEntry.objects.filter(subject_kind="customer", subject_id=anna)
    assert list(told.values_list("verb", flat=True)) == [
        "customers.customer_create", "sales.profile_open", "customers.note_add", "customers.customer_deactivate",
    ]  # fmt: skip
    assert findings() == []
