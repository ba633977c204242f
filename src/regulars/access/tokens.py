"""Tokens: shown once, kept as a digest, bound to a role and a store, ended at once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from regulars.access.auditing import audit_record
from regulars.access.errors import BadExpiry, NotSignedIn, StoresNeeded, TokenUnknown
from regulars.access.models import Token
from regulars.access.people import is_bound_to_stores, role_read
from regulars.access.rights import Role
from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.storage.reading import moment_read
from regulars.storage.writing import writing

_PREFIX = "regulars_"
MOST_DAYS = 3_650
# Asked with every request: in plain SQL, as Django's building of the query takes ten times its time.
_SHOWN = "SELECT id, name, role, store_id, expires_at, revoked_at, used_on FROM access_token WHERE digest = %s"


class TokenMade(NamedTuple):
    """A new token; the secret is shown this once."""

    id: int
    secret: str


def token_create(
    *, name: str, role: str = Role.REGISTER.value, store_id: int | None = None, days: int | None = None, actor: Actor,
    at: datetime,
) -> TokenMade:  # fmt: skip
    """Whoever shows the token acts in this role, in this store, for this many days (None: until it is revoked).

    Raises Forbidden, BadRole, StoresNeeded, BadExpiry, TextUnfit.
    """
    actor.require("business.edit")
    found = Role.REGISTER if role == Role.REGISTER.value else role_read(role)
    if is_bound_to_stores(found) and store_id is None:
        raise StoresNeeded(role=found.value)
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadExpiry(days=days, most=MOST_DAYS)
    shown = text_fit(name, field=_("name of a token"), longest=100, least=1)
    secret = _PREFIX + secrets.token_urlsafe(32)
    with writing():
        token = Token.objects.create(
            name=shown,
            digest=_digest(secret),
            role=found.value,
            store_id=store_id if is_bound_to_stores(found) else None,
            made_at=at,
            made_by=actor.key,
            expires_at=at + timedelta(days=days) if days is not None else None,
        )
        _audit(actor, "access.token_create", token.id, at)
        return TokenMade(token.id, secret)


def token_revoke(token_id: int, *, actor: Actor, at: datetime) -> None:
    """The token opens nothing from now on; revoking it again changes nothing. Raises Forbidden, TokenUnknown."""
    actor.require("business.edit")
    with writing():
        if not Token.objects.filter(id=token_id).exists():
            raise TokenUnknown(name=token_id)
        if Token.objects.filter(id=token_id, revoked_at=None).update(revoked_at=at):
            _audit(actor, "access.token_revoke", token_id, at)


def token_actor(secret: str, *, at: datetime) -> Actor:
    """Who shows this token. One query, and one write a day. Raises NotSignedIn: unknown, expired and revoked alike."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [_digest(secret)])
        rows = cursor.fetchall()
    if not rows:
        raise NotSignedIn
    [(id_, name, role, store_id, expires_at, revoked_at, used_on)] = rows
    if revoked_at is not None or (expires_at is not None and moment_read(expires_at) <= at):
        raise NotSignedIn
    if str(used_on) != at.date().isoformat():
        with writing():
            Token.objects.filter(id=id_).update(used_on=at.date())
    stores = None if store_id is None else frozenset({store_id})
    return Actor(key=f"token:{id_}", name=name, role=Role(role), stores=stores)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _audit(actor: Actor, verb: str, token_id: int, at: datetime) -> None:
    audit_record(actor=actor, verb=verb, subject_kind="token", subject_ids=[token_id], at=at)
