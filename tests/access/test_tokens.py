"""Tokens: shown once, bound, ended at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.access.errors import BadExpiry, BadRole, NotSignedIn, StoresNeeded, TokenUnknown
from regulars.access.models import AuditEntry, Token
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.access.selectors import tokens_list
from regulars.access.tokens import token_actor, token_create, token_revoke
from tests import cast

pytestmark = pytest.mark.django_db


def made(**told):
    return token_create(**{"name": "Till 1", "store_id": 1, "actor": OPERATOR, "at": cast.NOW} | told)


def test_a_token_acts_in_its_role_and_store():
    token = made()
    assert token.secret.startswith("regulars_")
    assert token_actor(token.secret, at=cast.NOW) == Actor(
        key=f"token:{token.id}", name="Till 1", role=Role.REGISTER, stores=frozenset({1})
    )


def test_a_token_of_a_role_that_sees_all_is_bound_to_no_store():
    token = made(role="owner", store_id=None)
    assert token_actor(token.secret, at=cast.NOW).stores is None


def test_only_the_digest_is_kept():
    token = made()
    assert token.secret not in repr(cast.everything())
    assert len(Token.objects.get().digest) == 64
    assert [shown.name for shown in tokens_list(visible_to=OPERATOR)] == ["Till 1"]


def test_two_tokens_differ():
    assert made().secret != made().secret


def refusal_of(secret, at=cast.NOW):
    with pytest.raises(NotSignedIn) as refusal:
        token_actor(secret, at=at)
    return str(refusal.value)


def test_unknown_expired_and_revoked_are_told_the_same():
    expiring, revoked = made(days=1), made()
    assert token_actor(expiring.secret, at=cast.NOW + timedelta(hours=23))
    token_revoke(revoked.id, actor=OPERATOR, at=cast.NOW)
    said = {
        refusal_of("regulars_guess"),
        refusal_of(expiring.secret, at=cast.NOW + timedelta(days=1)),
        refusal_of(revoked.secret),
    }
    assert said == {"Sign in first, or send a valid token: Authorization: Bearer TOKEN."}


def test_revoking_again_changes_nothing():
    token = made()
    token_revoke(token.id, actor=OPERATOR, at=cast.NOW)
    before = cast.everything()
    token_revoke(token.id, actor=OPERATOR, at=cast.NOW + timedelta(days=1))
    assert cast.everything() == before
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["access.token_create", "access.token_revoke"]


def test_showing_a_token_costs_one_query_and_one_write_a_day():
    token = made()
    token_actor(token.secret, at=cast.NOW)
    with CaptureQueriesContext(connection) as captured:
        token_actor(token.secret, at=cast.NOW + timedelta(minutes=1))
    assert len(captured) == 1
    assert Token.objects.get().used_on == cast.NOW.date()


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"store_id": None}, StoresNeeded), ({"role": "king"}, BadRole), ({"role": "customer"}, BadRole),
        ({"days": 0}, BadExpiry), ({"days": 3651}, BadExpiry),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_refused_whole(told, error):
    before = cast.everything()
    with pytest.raises(error):
        made(**told)
    assert cast.everything() == before


def test_an_unknown_token_cannot_be_revoked():
    with pytest.raises(TokenUnknown, match=r"^There is no token 99\.$"):
        token_revoke(99, actor=OPERATOR, at=cast.NOW)
