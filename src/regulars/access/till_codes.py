"""A code that a customer shows at the till to spend points: short, good for minutes, once.

The till looks it up and learns whose it is and how many points are meant; what they are worth, and whether they are
still there, is said by the quote. The code is taken in the transaction of the sale.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from regulars.access.auditing import audit_record
from regulars.access.errors import TillCodeRefused, TooManyTries
from regulars.access.models import SignInFailure, TillCode
from regulars.access.rules import Actor
from regulars.core.errors import Forbidden
from regulars.storage.writing import LockSpace, names_lock, writing

DIGITS, MINUTES = 6, 5
# A till may mistype so often in so many minutes; whoever does it more often guesses.
MOST_MISTYPED, WINDOW_MINUTES = 20, 15


class TillCodeMade(NamedTuple):
    """A code to show, and until when."""

    code: str
    points: int
    expires_at: datetime


class TillCodeTold(NamedTuple):
    """What a till is told of a code."""

    customer_id: int
    points: int
    expires_at: datetime


def till_code_make(points: int, *, actor: Actor, at: datetime) -> TillCodeMade:
    """A code with which the customer who asks spends these points; the one they had before works no more.

    Raises Forbidden for whoever is no customer. Whether there are so many points is for the caller to see to.
    """
    if actor.customer_id is None:
        raise Forbidden(actor=actor.name, right="balances.see")
    actor.require("balances.see")
    expires_at = at + timedelta(minutes=MINUTES)
    with writing():
        names_lock(["till codes"], space=LockSpace.OPERATIONS)
        TillCode.objects.filter(Q(customer_id=actor.customer_id) | Q(expires_at__lte=at)).delete()
        code = _unused()
        row = TillCode.objects.create(
            customer_id=actor.customer_id, points=points, digest=_digest(code), made_at=at, expires_at=expires_at
        )
        _audit(actor, "access.till_code_make", row, at)
    return TillCodeMade(code, points, expires_at)


def till_code_look(code: str, *, actor: Actor, at: datetime) -> TillCodeTold:
    """Whose the code is, and for how many points. Raises Forbidden, TooManyTries; TillCodeRefused for any other."""
    actor.require("customers.find")
    tried = _keyed(f"till:{actor.key}")
    lately = SignInFailure.objects.filter(login_digest=tried, at__gt=at - timedelta(minutes=WINDOW_MINUTES))
    if lately.count() >= MOST_MISTYPED:
        raise TooManyTries(minutes=WINDOW_MINUTES)
    row = _live(code, at)
    if row is None:
        with writing():
            SignInFailure.objects.create(at=at, login_digest=tried, address="")
        raise TillCodeRefused
    return TillCodeTold(row.customer_id, row.points, row.expires_at)


def till_code_use(code: str, *, customer_id: int, actor: Actor, at: datetime) -> int:
    """The code has been used for this customer; the points it was for. Inside `writing()` of the sale that spends them.

    Raises Forbidden; TillCodeRefused, also for the code of another customer.
    """
    actor.require("customers.find")
    row = _live(code, at)
    # Of two tills that hold the same code one takes it.
    if row is None or row.customer_id != customer_id or not TillCode.objects.filter(id=row.id).delete()[0]:
        raise TillCodeRefused
    _audit(actor, "access.till_code_use", row, at)
    return row.points


def _live(code: str, at: datetime) -> TillCode | None:
    typed = code.replace(" ", "").replace("-", "")
    return TillCode.objects.filter(digest=_digest(typed), expires_at__gt=at).first()


def _unused() -> str:
    """A code that nobody else shows now; there are a million, and they live for minutes."""
    while True:
        code = "".join(str(secrets.randbelow(10)) for _n in range(DIGITS))
        if not TillCode.objects.filter(digest=_digest(code)).exists():
            return code


def _digest(code: str) -> str:
    return _keyed(f"code:{code}")


def _keyed(text: str) -> str:
    return hmac.digest(settings.DATA_FOLDER.secret("till codes").encode(), text.encode(), "sha256").hex()


def _audit(actor: Actor, verb: str, row: TillCode, at: datetime) -> None:
    audit_record(
        actor=actor, verb=verb, subject_kind="customer", subject_ids=[row.customer_id], at=at,
        facts={"points": row.points},
    )  # fmt: skip
