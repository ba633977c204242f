"""Reading who is on the team, which tokens there are, and the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from regulars.access.errors import PersonUnknown
from regulars.access.models import AuditEntry, Person, PersonStore, Token
from regulars.access.rights import Role
from regulars.access.rules import Actor
from regulars.storage.reading import rows_among

_OWN_STORES = "SELECT store_id FROM access_personstore WHERE"


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody of the team, as a list shows them."""

    id: int
    login: str
    name: str
    role: Role
    stores: tuple[int, ...]
    is_active: bool
    has_second_factor: bool
    needs_second_factor: bool
    must_change_password: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A token without its secret, which nobody knows any more."""

    id: int
    name: str
    role: Role
    store_id: int | None
    made_at: datetime
    made_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    used_on: date | None


@dataclass(frozen=True, slots=True)
class AuditShown:
    """An entry of the log. `actor` is the key, `actor_name` what people read today."""

    n: int
    at: datetime
    actor: str
    actor_name: str
    verb: str
    subject_kind: str
    subject_id: int
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries; what is None does not narrow. Both ends are in; `before` is the place to read on from."""

    actor: str | None = None
    verb: str | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def person_actor(person_id: int) -> Actor | None:
    """The person as an actor; None for one who left or never was. Two queries."""
    person = Person.objects.filter(id=person_id, is_active=True).first()
    return None if person is None else actor_of(person)


def actor_of(person: Person) -> Actor:
    """A person who was read just now, and may sign in, as an actor. One query."""
    own = frozenset(row[0] for row in rows_among(_OWN_STORES, "person_id", [person.id]))
    return Actor(key=f"person:{person.id}", name=person.name, role=Role(person.role), stores=own)


def people_list(*, visible_to: Actor) -> Sequence[PersonShown]:
    """Everybody of the team, by login. Two queries. Raises Forbidden."""
    visible_to.require("business.see")
    own: dict[int, list[int]] = {}
    for person, store in PersonStore.objects.values_list("person_id", "store_id"):
        own.setdefault(person, []).append(store)
    return [_shown(person, own.get(person.id, [])) for person in Person.objects.all()]


def person_get(person_id: int, *, visible_to: Actor) -> PersonShown:
    """One of the team; everybody may look at themselves. Two queries. Raises Forbidden, PersonUnknown."""
    if visible_to.key != f"person:{person_id}":
        visible_to.require("business.see")
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise PersonUnknown(name=person_id)
    return _shown(person, list(PersonStore.objects.filter(person=person).values_list("store_id", flat=True)))


def has_people() -> bool:
    """Whether anybody can sign in yet. One query."""
    return Person.objects.filter(is_active=True).exists()


def _shown(person: Person, stores: Sequence[int]) -> PersonShown:
    return PersonShown(
        id=person.id,
        login=person.login,
        name=person.name,
        role=Role(person.role),
        stores=tuple(stores),
        is_active=person.is_active,
        has_second_factor=bool(person.seed),
        needs_second_factor=person.needs_second_factor,
        must_change_password=person.must_change_password,
        last_login=person.last_login,
    )


def tokens_list(*, visible_to: Actor) -> Sequence[TokenShown]:
    """Every token there was, the newest first. One query. Raises Forbidden."""
    visible_to.require("business.see")
    return [
        TokenShown(
            id=token.id,
            name=token.name,
            role=Role(token.role),
            store_id=token.store_id,
            made_at=token.made_at,
            made_by=token.made_by,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            used_on=token.used_on,
        )
        for token in Token.objects.all()
    ]


def audit_list(wanted: AuditFilter, *, limit: int, visible_to: Actor) -> Sequence[AuditShown]:
    """The entries the filter lets through, the newest first. Three queries. Raises Forbidden."""
    visible_to.require("audit.see")
    told = {
        "actor": wanted.actor,
        "verb": wanted.verb,
        "subject_kind": wanted.subject_kind,
        "subject_id": wanted.subject_id,
        "at__gte": wanted.since,
        "at__lte": wanted.until,
        "n__lt": wanted.before,
    }
    rows = AuditEntry.objects.filter(**{name: value for name, value in told.items() if value is not None})
    names = actor_names()
    return [
        AuditShown(
            n=row.n,
            at=row.at,
            actor=row.actor,
            actor_name=names.get(row.actor, row.actor),
            verb=row.verb,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            facts=row.facts,
        )
        for row in rows.order_by("-n")[:limit]
    ]


def actor_names() -> Mapping[str, str]:
    """What people read for each key in the log. Two queries."""
    people = {f"person:{id_}": name for id_, name in Person.objects.values_list("id", "name")}
    return people | {f"token:{id_}": name for id_, name in Token.objects.values_list("id", "name")}
