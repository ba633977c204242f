"""The team: who is let in, as what, where."""

import pytest

from regulars.access.errors import BadLogin, BadRole, LastOwner, LoginTaken, PasswordWeak, PersonUnknown, StoresNeeded
from regulars.access.models import AuditEntry, Person
from regulars.access.people import (
    password_change,
    password_new,
    password_reset,
    person_activate,
    person_create,
    person_deactivate,
    person_edit,
    person_id_named,
    second_factor_reset,
)
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.access.selectors import people_list, person_actor, person_get
from regulars.core.errors import Forbidden
from tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def somebody(login="amina", role="owner", **more):
    told = {"name": login.title(), "password": PASSWORD, "actor": OPERATOR, "at": cast.NOW} | more
    return person_create(login=login, role=role, **told)


def refused_whole(error, sentence, act):
    before = cast.everything()
    with pytest.raises(error) as refusal:
        act()
    assert str(refusal.value) == sentence
    assert cast.everything() == before


def test_somebody_new_is_in_the_list_and_may_what_the_role_may():
    id_ = somebody("Wanjiru", "cashier", stores=[3, 1])
    [shown] = people_list(visible_to=OPERATOR)
    assert (shown.login, shown.name, shown.role, shown.stores) == ("wanjiru", "Wanjiru", Role.CASHIER, (1, 3))
    assert (shown.is_active, shown.has_second_factor, shown.must_change_password) == (True, False, True)
    assert person_actor(id_) == Actor(key=f"person:{id_}", name="Wanjiru", role=Role.CASHIER, stores=frozenset({1, 3}))
    assert AuditEntry.objects.get().facts == {"role": "cashier", "stores": [1, 3]}


def test_passwords_are_kept_as_argon2id_only():
    somebody()
    kept = Person.objects.get().password
    assert kept.startswith("argon2$argon2id$")
    assert PASSWORD not in kept


def test_a_second_factor_is_expected_of_managers_and_above():
    for login, role, stores in (("c", "cashier", [1]), ("m", "manager", [1]), ("o", "owner", [])):
        somebody(login * 2, role, stores=stores)
    assert {each.login: each.needs_second_factor for each in people_list(visible_to=OPERATOR)} == {
        "cc": False, "mm": True, "oo": True,
    }  # fmt: skip


def test_stores_of_a_role_that_sees_all_are_dropped():
    id_ = somebody(stores=[1])
    assert person_get(id_, visible_to=OPERATOR).stores == ()


@pytest.mark.parametrize(
    ("told", "error", "sentence"),
    [
        ({"login": "a b"}, BadLogin, 'Nobody can sign in as "a b"; use 2 to 64 letters, digits and . - _ @ +, without spaces.'),
        ({"login": "x"}, BadLogin, 'Nobody can sign in as "x"; use 2 to 64 letters, digits and . - _ @ +, without spaces.'),
        ({"login": "AMINA"}, LoginTaken, 'Somebody signs in as "amina" already; choose another name.'),
        ({"role": "king"}, BadRole, 'There is no role "king"; use one of: cashier, manager, marketer, analyst, owner, auditor.'),
        ({"role": "register"}, BadRole, 'There is no role "register"; use one of: cashier, manager, marketer, analyst, owner, auditor.'),
        ({"role": "cashier"}, StoresNeeded, "A cashier works in stores of their own; name at least one."),
        ({"password": "short"}, PasswordWeak, "The password cannot be used. This password is too short. It must contain at least 10 characters."),
        ({"password": "password123"}, PasswordWeak, "The password cannot be used. This password is too common."),
        ({"password": "12345098761234"}, PasswordWeak, "The password cannot be used. This password is entirely numeric."),
    ],
    ids=lambda each: str(each)[:40],
)  # fmt: skip
def test_what_cannot_be_is_refused_whole(told, error, sentence):
    somebody()
    refused_whole(error, sentence, lambda: somebody(**({"login": "brian"} | told)))


def test_the_last_owner_stays():
    owner, brian = somebody(), somebody("brian", "marketer")
    sentence = "Amina is the only owner left; make somebody else an owner first."
    refused_whole(LastOwner, sentence, lambda: person_deactivate(owner, actor=OPERATOR, at=cast.NOW))
    edit = {"name": "Amina", "stores": [], "needs_second_factor": True, "actor": OPERATOR, "at": cast.NOW}
    refused_whole(LastOwner, sentence, lambda: person_edit(owner, role="analyst", **edit))
    person_edit(brian, role="owner", **edit | {"name": "Brian"})
    person_deactivate(owner, actor=OPERATOR, at=cast.NOW)
    assert [each.login for each in people_list(visible_to=OPERATOR) if each.is_active] == ["brian"]


@pytest.mark.parametrize(
    "change",
    [
        lambda id_: person_deactivate(id_, actor=OPERATOR, at=cast.NOW),
        lambda id_: password_reset(id_, password=password_new(), actor=OPERATOR, at=cast.NOW),
        lambda id_: password_change(id_, password=password_new(), actor=OPERATOR, at=cast.NOW),
        lambda id_: second_factor_reset(id_, actor=OPERATOR, at=cast.NOW),
        lambda id_: person_edit(
            id_, name="B", role="cashier", stores=[2], needs_second_factor=False, actor=OPERATOR, at=cast.NOW
        ),
        lambda id_: person_edit(
            id_, name="B", role="manager", stores=[1], needs_second_factor=False, actor=OPERATOR, at=cast.NOW
        ),
    ],
)
def test_a_change_of_who_somebody_is_ends_their_sessions(change):
    id_ = somebody("brian", "cashier", stores=[1])
    before = Person.objects.get().get_session_auth_hash()
    change(id_)
    assert Person.objects.get().get_session_auth_hash() != before


def test_another_name_ends_no_session():
    id_ = somebody("brian", "cashier", stores=[1])
    before = Person.objects.get().get_session_auth_hash()
    person_edit(id_, name="B", role="cashier", stores=[1], needs_second_factor=False, actor=OPERATOR, at=cast.NOW)
    assert Person.objects.get().get_session_auth_hash() == before


def test_who_left_is_nobody_and_can_come_back():
    somebody()
    id_ = somebody("brian", "cashier", stores=[1])
    person_deactivate(id_, actor=OPERATOR, at=cast.NOW)
    assert person_actor(id_) is None
    person_activate(id_, actor=OPERATOR, at=cast.NOW)
    assert person_actor(id_).name == "Brian"


def test_everybody_may_look_at_themselves_and_change_their_own_password_only():
    owner, cashier = somebody(), somebody("brian", "cashier", stores=[1])
    brian = person_actor(cashier)
    assert person_get(cashier, visible_to=brian).login == "brian"
    password_change(cashier, password="a new one entirely", actor=brian, at=cast.NOW)
    assert person_get(cashier, visible_to=brian).must_change_password is False
    for act in (
        lambda: person_get(owner, visible_to=brian),
        lambda: password_change(owner, password="a new one entirely", actor=brian, at=cast.NOW),
    ):
        before = cast.everything()
        with pytest.raises(Forbidden):
            act()
        assert cast.everything() == before


def test_an_unknown_person_is_named():
    for act in (
        lambda: person_id_named("Nobody"),
        lambda: person_deactivate("Nobody" and 99, actor=OPERATOR, at=cast.NOW),
    ):
        with pytest.raises(PersonUnknown):
            act()
