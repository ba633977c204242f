"""Who may do what, and the log of it."""

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR, REGISTER, RIGHTS, Actor
from regulars.access.services import audit_record
from regulars.core.errors import Forbidden
from tests import cast


def test_the_operator_holds_every_right():
    assert all(OPERATOR.may(right) for right in RIGHTS)


def test_a_till_sells_and_opens_profiles_and_nothing_else():
    assert {right for right in RIGHTS if REGISTER.may(right)} == {
        "customers.see", "customers.create", "sales.see", "sales.record",
    }  # fmt: skip


@pytest.mark.parametrize("right", sorted(RIGHTS))
def test_without_the_right_it_is_forbidden_by_name(right):
    with pytest.raises(Forbidden) as refusal:
        Actor(name="Otieno", rights=RIGHTS - {right}).require(right)
    assert str(refusal.value) == f'Otieno may not do this: it needs the right "{right}". Ask an owner to give it.'
    Actor(name="Otieno", rights=frozenset({right})).require(right)


@pytest.mark.django_db
def test_the_log_has_one_entry_for_each_subject():
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
