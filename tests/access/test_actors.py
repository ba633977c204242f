"""Who may do what, and the log of it."""

import pytest

from regulars.access.auditing import audit_record
from regulars.access.models import AuditEntry
from regulars.access.rights import RIGHTS, Reach
from regulars.access.rules import OPERATOR, REGISTER
from regulars.core.errors import Forbidden
from regulars.storage.writing import writing
from tests import cast


def test_the_operator_holds_every_right():
    assert all(OPERATOR.reach(right) is Reach.ALL for right in RIGHTS)


def test_a_till_finds_sells_and_opens_profiles_and_nothing_else():
    assert {right for right in RIGHTS if REGISTER.may(right)} == {
        "customers.find", "customers.create", "sales.see", "sales.record", "catalogue.see", "catalogue.count",
        "offers.see", "balances.see",
    }  # fmt: skip


def test_without_the_right_it_is_forbidden_by_name():
    with pytest.raises(Forbidden) as refusal:
        cast.GUEST.require("sales.record")
    assert str(refusal.value) == 'guest may not do this: it needs the right "sales.record". Ask an owner to give it.'
    cast.GUEST.require("reports.see")


@pytest.mark.django_db
def test_the_log_has_one_entry_for_each_subject():
    with writing():
        audit_record(
            actor=REGISTER,
            verb="x.y",
            subject_kind="customer",
            subject_ids=[3, 4],
            at=cast.NOW,
            facts={"changed": ["name"]},
        )
    columns = ("at", "actor", "verb", "subject_kind", "subject_id", "facts")
    assert list(AuditEntry.objects.values_list(*columns)) == [
        (cast.NOW, "register", "x.y", "customer", 3, {"changed": ["name"]}),
        (cast.NOW, "register", "x.y", "customer", 4, {"changed": ["name"]}),
    ]
