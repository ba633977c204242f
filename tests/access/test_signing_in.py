"""Signing in: for those who know, slowly for those who guess."""

from datetime import timedelta

import pyotp
import pytest

from regulars.access.errors import NotSignedIn, SecondFactorRefused, SignInRefused, TooManyTries
from regulars.access.models import AuditEntry, Person, RecoveryCode, SignInFailure
from regulars.access.people import person_create, person_deactivate
from regulars.access.rules import OPERATOR
from regulars.access.selectors import person_actor
from regulars.access.signing_in import (
    MOST_OF_ADDRESS,
    MOST_OF_BOTH,
    MOST_OF_LOGIN,
    WINDOW_MINUTES,
    has_second_factor,
    second_factor_keep,
    second_factor_offer,
    second_factor_pass,
    sign_in,
)
from tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
HERE = "10.0.0.1"


@pytest.fixture
def amina():
    return person_create(login="amina", name="Amina", role="owner", password=PASSWORD, actor=OPERATOR, at=cast.NOW)


def tried(login="amina", password=PASSWORD, address=HERE, at=cast.NOW):
    return sign_in(login=login, password=password, address=address, at=at)


def failed(times, **told):
    for _n in range(times):
        with pytest.raises(SignInRefused):
            tried(**{"password": "wrong"} | told)


def test_the_right_name_and_password_let_in_and_are_in_the_log(amina):
    person = tried(" Amina ")
    assert (person.id, person.last_login or Person.objects.get().last_login) == (amina, cast.NOW)
    assert not has_second_factor(person)
    assert AuditEntry.objects.order_by("-n").first().verb == "access.sign_in"
    assert AuditEntry.objects.order_by("-n").first().actor == f"person:{amina}"


def test_a_wrong_password_an_unknown_name_and_who_left_are_told_the_same(amina):
    brian = person_create(login="brian", name="Brian", role="owner", password=PASSWORD, actor=OPERATOR, at=cast.NOW)
    person_deactivate(brian, actor=OPERATOR, at=cast.NOW)
    said = set()
    for told in ({"password": "wrong"}, {"login": "nobody"}, {"login": "brian"}):
        with pytest.raises(SignInRefused) as refusal:
            tried(**told)
        said.add(str(refusal.value))
    assert said == {"The name or the password is not right."}


def test_an_unknown_name_costs_a_password_check_too(amina, monkeypatch):
    """Measured by what is computed, not by the clock: one hash either way."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hashed = []
    encode = Argon2PasswordHasher.encode
    verify = Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a, **k: hashed.append("encode") or encode(*a, **k))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a, **k: hashed.append("verify") or verify(*a, **k))
    for told in ({"password": "wrong"}, {"login": "nobody"}):
        hashed.clear()
        with pytest.raises(SignInRefused):
            tried(**told)
        assert len(hashed) == 1


def test_after_five_failures_from_one_place_even_the_right_password_waits(amina):
    failed(MOST_OF_BOTH)
    before = cast.everything()
    with pytest.raises(TooManyTries) as refusal:
        tried()
    assert str(refusal.value) == "Too many tries. Wait 15 minutes, then try again."
    assert cast.everything() == before
    assert tried(address="10.0.0.2").id == amina


def test_the_wait_is_over_after_a_quarter_of_an_hour(amina):
    failed(MOST_OF_BOTH)
    later = cast.NOW + timedelta(minutes=WINDOW_MINUTES)
    assert tried(at=later).id == amina
    assert SignInFailure.objects.count() == 0


def test_one_name_tried_from_many_places_waits_too(amina):
    for n in range(MOST_OF_LOGIN):
        failed(1, address=f"10.0.1.{n}")
    with pytest.raises(TooManyTries):
        tried(address="10.0.2.1")


def test_one_place_that_tries_many_names_waits_too(amina):
    for n in range(MOST_OF_ADDRESS):
        failed(1, login=f"guess{n}")
    with pytest.raises(TooManyTries):
        tried()


def test_what_was_typed_as_a_name_is_not_kept(amina):
    failed(1, login="my-secret-password")
    assert "my-secret-password" not in repr(cast.everything())


def test_signing_in_forgets_the_failures_before_it(amina):
    failed(MOST_OF_BOTH - 1)
    tried()
    failed(MOST_OF_BOTH - 1)
    assert tried().id == amina


# The second factor


@pytest.fixture
def seed(amina):
    found = second_factor_offer(amina)
    keep(amina, found)
    return found


def keep(id_, seed, at=cast.NOW):
    return second_factor_keep(id_, seed=seed, code=code(seed, at), actor=person_actor(id_), at=at)


def code(seed, at):
    return pyotp.TOTP(seed).at(at)


LATER = cast.NOW + timedelta(minutes=5)


def test_with_a_second_factor_the_password_alone_does_not_sign_in(amina, seed):
    person = tried(at=LATER)
    assert has_second_factor(person)
    assert Person.objects.get().last_login is None
    assert second_factor_pass(amina, code=code(seed, LATER), address=HERE, at=LATER).id == amina
    assert Person.objects.get().last_login == LATER


def test_a_code_works_once(amina, seed):
    told = {"code": code(seed, LATER), "address": HERE, "at": LATER}
    second_factor_pass(amina, **told)
    with pytest.raises(SecondFactorRefused):
        second_factor_pass(amina, **told)


def test_a_code_of_half_a_minute_ago_works_and_one_of_a_minute_ago_does_not(amina, seed):
    with pytest.raises(SecondFactorRefused):
        second_factor_pass(amina, code=code(seed, LATER - timedelta(seconds=60)), address=HERE, at=LATER)
    assert second_factor_pass(amina, code=code(seed, LATER - timedelta(seconds=30)), address=HERE, at=LATER)


def test_guessed_codes_wait_like_guessed_passwords(amina, seed):
    for _n in range(MOST_OF_BOTH):
        with pytest.raises(SecondFactorRefused):
            second_factor_pass(amina, code="000000", address=HERE, at=LATER)
    with pytest.raises(TooManyTries):
        second_factor_pass(amina, code=code(seed, LATER), address=HERE, at=LATER)


def test_each_recovery_code_stands_in_once_however_it_is_typed(amina):
    codes = keep(amina, second_factor_offer(amina))
    assert len(set(codes)) == 10
    assert not set(codes) & set(RecoveryCode.objects.values_list("digest", flat=True))
    typed = codes[3].upper().replace("-", " ")
    assert second_factor_pass(amina, code=typed, address=HERE, at=LATER).id == amina
    with pytest.raises(SecondFactorRefused):
        second_factor_pass(amina, code=codes[3], address=HERE, at=LATER)


def test_a_seed_is_kept_only_with_a_code_that_proves_the_app_has_it(amina):
    before = cast.everything()
    with pytest.raises(SecondFactorRefused):
        second_factor_keep(
            amina, seed=second_factor_offer(amina), code="000000", actor=person_actor(amina), at=cast.NOW
        )
    assert cast.everything() == before


def test_the_seed_is_encrypted_and_ends_other_sessions(amina):
    before = Person.objects.get().get_session_auth_hash()
    seed = second_factor_offer(amina)
    keep(amina, seed)
    assert seed not in repr(cast.everything())
    assert Person.objects.get().get_session_auth_hash() != before


def test_who_left_is_not_behind_a_session(amina):
    assert person_actor(amina).name == "Amina"
    Person.objects.update(is_active=False)
    assert person_actor(amina) is None
    for act in (
        lambda: second_factor_offer(amina),
        lambda: second_factor_pass(amina, code="0", address=HERE, at=cast.NOW),
    ):
        with pytest.raises(NotSignedIn):
            act()
