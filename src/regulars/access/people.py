"""The team: who signs in, as what, and in which stores."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F

from regulars.access.auditing import audit_record
from regulars.access.errors import BadLogin, BadRole, LastOwner, LoginTaken, PasswordWeak, PersonUnknown, StoresNeeded
from regulars.access.models import Person, PersonStore, RecoveryCode
from regulars.access.rights import PEOPLE, RIGHTS, SECOND_FACTOR_EXPECTED, Reach, Role
from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.storage.writing import writing

_LOGIN = re.compile(r"[\w.@+-]{2,64}")


def role_read(text: str) -> Role:
    """The role of that name. Raises BadRole."""
    for role in PEOPLE:
        if role.value == text.strip().lower():
            return role
    raise BadRole(role=text, known=", ".join(PEOPLE))


def is_bound_to_stores(role: Role) -> bool:
    """Whether some right of the role reaches own stores only."""
    return any(right.reach.get(role) is Reach.OWN for right in RIGHTS.values())


def password_new() -> str:
    """A password that can be read aloud, of 80 random bits."""
    code = secrets.token_hex(10)
    return "-".join(code[n : n + 5] for n in range(0, 20, 5))


def person_create(
    *,
    login: str,
    name: str,
    role: str,
    stores: Collection[int] = (),
    password: str,
    is_own_password: bool = False,
    needs_second_factor: bool | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Somebody can sign in with this password; their id. They must change it, unless it is one of their own choice.

    Whether a second factor is needed follows from the role where it is not told.
    Raises Forbidden, BadLogin, LoginTaken, BadRole, StoresNeeded, PasswordWeak, TextUnfit.
    """
    actor.require("business.edit")
    found = role_read(role)
    person = Person(
        login=_login_checked(login),
        name=text_fit(name, field=_("name of a person"), longest=100, least=1),
        role=found.value,
        must_change_password=not is_own_password,
        needs_second_factor=found in SECOND_FACTOR_EXPECTED if needs_second_factor is None else needs_second_factor,
    )
    own = _stores_checked(found, stores)
    _password_set(person, password)
    with writing():
        if Person.objects.filter(login=person.login).exists():
            raise LoginTaken(login=person.login)
        person.save()
        _stores_write(person, own)
        _audit(actor, "access.person_create", person.id, at, {"role": found.value, "stores": sorted(own)})
        return person.id


def person_edit(
    person_id: int, *, name: str, role: str, stores: Collection[int], needs_second_factor: bool, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """The person has this name, role, stores and duty. Another role or other stores end their sessions.

    Raises Forbidden, PersonUnknown, BadRole, StoresNeeded, LastOwner, TextUnfit.
    """
    actor.require("business.edit")
    found = role_read(role)
    own = _stores_checked(found, stores)
    shown = text_fit(name, field=_("name of a person"), longest=100, least=1)
    with writing():
        person = _locked(person_id)
        if found is not Role.OWNER:
            _another_owner(person)
        before = set(PersonStore.objects.filter(person=person).values_list("store_id", flat=True))
        moved = (person.role, before) != (found.value, own)
        Person.objects.filter(id=person.id).update(
            name=shown, role=found.value, needs_second_factor=needs_second_factor, epoch=F("epoch") + int(moved)
        )
        _stores_write(person, own)
        _audit(actor, "access.person_edit", person.id, at, {"role": found.value, "stores": sorted(own)})


def person_deactivate(person_id: int, *, actor: Actor, at: datetime) -> None:
    """The person signs in no more, and is signed out. Raises Forbidden, PersonUnknown, LastOwner."""
    actor.require("business.edit")
    with writing():
        person = _locked(person_id)
        _another_owner(person)
        Person.objects.filter(id=person.id).update(is_active=False, epoch=F("epoch") + 1)
        _audit(actor, "access.person_deactivate", person.id, at)


def person_activate(person_id: int, *, actor: Actor, at: datetime) -> None:
    """The person can sign in again. Raises Forbidden, PersonUnknown."""
    actor.require("business.edit")
    with writing():
        person = _locked(person_id)
        Person.objects.filter(id=person.id).update(is_active=True)
        _audit(actor, "access.person_activate", person.id, at)


def password_reset(person_id: int, *, password: str, actor: Actor, at: datetime) -> None:
    """The person signs in with this password and must change it; every session has ended.

    Raises Forbidden, PersonUnknown, PasswordWeak.
    """
    actor.require("business.edit")
    with writing():
        person = _locked(person_id)
        _password_set(person, password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        _audit(actor, "access.password_reset", person.id, at)


def second_factor_reset(person_id: int, *, actor: Actor, at: datetime) -> None:
    """The person has no second factor any longer; every session has ended. Raises Forbidden, PersonUnknown."""
    actor.require("business.edit")
    with writing():
        person = _locked(person_id)
        Person.objects.filter(id=person.id).update(seed="", seed_step=0, epoch=F("epoch") + 1)
        RecoveryCode.objects.filter(person=person).delete()
        _audit(actor, "access.second_factor_reset", person.id, at)


def password_change(person_id: int, *, password: str, actor: Actor, at: datetime) -> None:
    """The password of the person's own choice holds; every other session has ended.

    The actor is the person. Raises Forbidden, PasswordWeak.
    """
    if actor.key != f"person:{person_id}":
        actor.require("business.edit")
    with writing():
        person = _locked(person_id)
        _password_set(person, password)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        _audit(actor, "access.password_change", person.id, at)


def person_id_named(login: str) -> int:
    """The id of who signs in under the name. One query. Raises PersonUnknown."""
    found = Person.objects.filter(login=login.strip().lower()).values_list("id", flat=True).first()
    if found is None:
        raise PersonUnknown(name=login)
    return found


def _login_checked(login: str) -> str:
    found = login.strip().lower()
    if not _LOGIN.fullmatch(found):
        raise BadLogin(login=login)
    return found


def _stores_checked(role: Role, stores: Collection[int]) -> set[int]:
    """The own stores of the role: at least one where it is bound to some, none where it is not."""
    if not is_bound_to_stores(role):
        return set()
    if not stores:
        raise StoresNeeded(role=role.value)
    return set(stores)


def _password_set(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordWeak(reason=" ".join(error.messages)) from None
    person.set_password(password)


def _locked(person_id: int) -> Person:
    person = Person.objects.select_for_update().filter(id=person_id).first()
    if person is None:
        raise PersonUnknown(name=person_id)
    return person


def _another_owner(person: Person) -> None:
    """Returns when the shop would still have an owner without this one."""
    owners: Sequence[int] = list(
        Person.objects.select_for_update().filter(role=Role.OWNER, is_active=True).values_list("id", flat=True)
    )
    if list(owners) == [person.id]:
        raise LastOwner(name=person.name)


def _stores_write(person: Person, stores: Collection[int]) -> None:
    PersonStore.objects.filter(person=person).delete()
    PersonStore.objects.bulk_create([PersonStore(person=person, store_id=store) for store in sorted(stores)])


def _audit(actor: Actor, verb: str, person_id: int, at: datetime, facts: Mapping[str, object] | None = None) -> None:
    audit_record(actor=actor, verb=verb, subject_kind="person", subject_ids=[person_id], at=at, facts=facts)
