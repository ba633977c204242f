"""Signing in: the password, then the second factor; slowly for whoever guesses, and without telling who exists."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Q

from regulars.access.auditing import audit_record
from regulars.access.errors import NotSignedIn, SecondFactorRefused, SignInRefused, TooManyTries
from regulars.access.models import Person, RecoveryCode, SignInFailure
from regulars.access.rights import Role
from regulars.access.rules import Actor
from regulars.access.second_factor import recovery_codes_new, recovery_digest, sealed, seed_new, step_of, unsealed
from regulars.storage.writing import writing

# Within these minutes so many failures are borne: by one name from one place, by one name, from one place.
WINDOW_MINUTES = 15
MOST_OF_BOTH, MOST_OF_LOGIN, MOST_OF_ADDRESS = 5, 20, 50


def sign_in(*, login: str, password: str, address: str, at: datetime) -> Person:
    """The person of that name and password, who may still owe a second factor (`has_second_factor`).

    An unknown name takes as long as a wrong password. Raises SignInRefused, TooManyTries.
    """
    digest = _login_digest(login)
    _throttle(digest, address, at)
    person = Person.objects.filter(login=login.strip().lower()).first()
    if person is None:
        make_password(password)
        fits = False
    else:
        fits = person.check_password(password)
    if person is None or not fits or not person.is_active:
        _failed(digest, address, at)
        raise SignInRefused
    if not person.seed:
        _signed_in(person, at)
    return person


def has_second_factor(person: Person) -> bool:
    return bool(person.seed)


def second_factor_pass(person_id: int, *, code: str, address: str, at: datetime) -> Person:
    """The person, who has shown a code of this moment or a recovery code; either works once.

    Raises SecondFactorRefused, TooManyTries, NotSignedIn.
    """
    with writing():
        person = _locked(person_id)
        digest = _login_digest(person.login)
        _throttle(digest, address, at)
        fits = _code_used(person, code, at) or _recovery_code_used(person, code, at)
        if fits:
            _signed_in(person, at)
        else:
            _failed(digest, address, at)
    if not fits:
        raise SecondFactorRefused
    return person


def second_factor_offer(person_id: int) -> str:
    """A fresh seed for an authenticator app; nothing is kept until `second_factor_keep`. Raises NotSignedIn."""
    if not Person.objects.filter(id=person_id, is_active=True).exists():
        raise NotSignedIn
    return seed_new()


def second_factor_keep(person_id: int, *, seed: str, code: str, actor: Actor, at: datetime) -> Sequence[str]:
    """The person signs in with codes of this seed from now on; ten recovery codes, shown this once.

    `code` proves that the app has the seed. Every other session has ended. Raises SecondFactorRefused, NotSignedIn.
    """
    step = step_of(seed, code, at=at)
    if step is None:
        raise SecondFactorRefused
    codes = recovery_codes_new()
    with writing():
        person = _locked(person_id)
        Person.objects.filter(id=person.id).update(seed=sealed(seed, key=_seed_key()), seed_step=step)
        RecoveryCode.objects.filter(person=person).delete()
        RecoveryCode.objects.bulk_create([RecoveryCode(person=person, digest=recovery_digest(each)) for each in codes])
        _audit(actor, "access.second_factor_keep", person, at)
    return codes


def _locked(person_id: int) -> Person:
    person = Person.objects.select_for_update().filter(id=person_id, is_active=True).first()
    if person is None:
        raise NotSignedIn
    return person


def _code_used(person: Person, code: str, at: datetime) -> bool:
    step = step_of(unsealed(person.seed, key=_seed_key()), code, at=at) if person.seed else None
    if step is None:
        return False
    # A code that was looked over somebody's shoulder does not work again.
    return bool(Person.objects.filter(id=person.id, seed_step__lt=step).update(seed_step=step))


def _recovery_code_used(person: Person, code: str, at: datetime) -> bool:
    digest = recovery_digest(code)
    return bool(RecoveryCode.objects.filter(person=person, digest=digest, used_at=None).update(used_at=at))


def _throttle(login_digest: str, address: str, at: datetime) -> None:
    """Returns when there were few failures lately. Three queries. Raises TooManyTries."""
    lately = SignInFailure.objects.filter(at__gt=at - timedelta(minutes=WINDOW_MINUTES))
    of_login, of_address = Q(login_digest=login_digest), Q(address=address)
    for which, most in (
        (of_login & of_address, MOST_OF_BOTH),
        (of_login, MOST_OF_LOGIN),
        (of_address, MOST_OF_ADDRESS),
    ):
        if lately.filter(which).count() >= most:
            raise TooManyTries(minutes=WINDOW_MINUTES)


def _failed(login_digest: str, address: str, at: datetime) -> None:
    with writing():
        SignInFailure.objects.filter(at__lte=at - timedelta(minutes=WINDOW_MINUTES)).delete()
        SignInFailure.objects.create(at=at, login_digest=login_digest, address=address)


def _signed_in(person: Person, at: datetime) -> None:
    with writing():
        Person.objects.filter(id=person.id).update(last_login=at)
        SignInFailure.objects.filter(login_digest=_login_digest(person.login)).delete()
        _audit(Actor(key=f"person:{person.id}", name=person.name, role=Role(person.role)), "access.sign_in", person, at)


def _audit(actor: Actor, verb: str, person: Person, at: datetime) -> None:
    audit_record(actor=actor, verb=verb, subject_kind="person", subject_ids=[person.id], at=at)


def _login_digest(login: str) -> str:
    key = settings.DATA_FOLDER.secret("sign-in failures")
    return hmac.digest(key.encode(), login.strip().lower().encode(), "sha256").hex()


def _seed_key() -> str:
    secret: str = settings.DATA_FOLDER.secret("second factor")
    return secret
