"""Customers come in without a password: a code is sent to a phone or an e-mail, and whoever has it holds that contact.

What a code proves is the contact, never who somebody is. Asking for one looks nobody up, so the answer, its time and
the message are the same whether the contact is a customer's or not; whose it is, the door asks after it was proven.

One contact may lead to several customers, a household: whoever holds it chooses among them, and may look at each. That
is what sharing a phone means at the till too; who wants a card that nobody else opens gives a phone or an e-mail of
their own. A session lasts no longer than the contact stays with the customer.

Customers have sessions, cookies and actors of their own: nothing here is a person of the team, and nothing of the team
is taken here.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Q

from regulars.access.auditing import audit_record
from regulars.access.errors import CodeRefused, NotSignedIn, TooManyTries
from regulars.access.models import ContactCode, CustomerSession
from regulars.access.rights import Role
from regulars.access.rules import Actor
from regulars.access.second_factor import sealed, unsealed
from regulars.access.sending import message_send
from regulars.storage.writing import LockSpace, names_lock, writing

CODE_DIGITS, CODE_MINUTES, MOST_TRIES = 6, 10, 5
# Within an hour so many codes go to one contact, and are asked for from one place: a shop's guests share its network.
WINDOW_MINUTES = 60
MOST_OF_CONTACT, MOST_OF_ADDRESS = 5, 60
# A contact that was proven waits so long for its holder to choose a card or to make one.
CHOOSING = timedelta(minutes=30)
# A card on a phone stays open: so long without being looked at, and so long in all.
IDLE, LONGEST = timedelta(days=30), timedelta(days=180)
# Writing the session at every look would make each page a write.
_SEEN_EVERY = timedelta(hours=1)


class Mailbox(NamedTuple):
    """What a code is sent to, in its one written form: kind is phone or email."""

    kind: str
    value: str


class Words(NamedTuple):
    """What the message says; `%(code)s` and `%(minutes)s` stand in the text."""

    subject: str
    text: str


class SessionShown(NamedTuple):
    """A session: the contact that was proven, and the customer that was chosen of it (None: not yet)."""

    mailbox: Mailbox
    customer_id: int | None


# Who has proven a contact and is nobody's customer yet.
NEWCOMER = Actor(key="newcomer", name="customer", role=Role.CUSTOMER)


def customer_actor(customer_id: int) -> Actor:
    """The customer who asks; their rights reach themself."""
    # Not by name: what they do is kept longer than who they are.
    return Actor(key=f"customer:{customer_id}", name="customer", role=Role.CUSTOMER, customer_id=customer_id)


def contact_code_send(mailbox: Mailbox, *, words: Words, address: str, at: datetime) -> str:
    """A code is on its way to the contact, whosever it is; the handle that it works with.

    The code works within ten minutes, once, and only where the handle is. Raises TooManyTries, CannotBeReached,
    SendingBusy. The same few queries for every contact.
    """
    code = "".join(str(secrets.randbelow(10)) for _n in range(CODE_DIGITS))
    handle, contact = secrets.token_hex(16), _contact_digest(mailbox)
    with writing():
        _throttle(contact, address, at)
        ContactCode.objects.create(
            handle=handle,
            contact_digest=contact,
            digest=_code_digest(handle, code),
            address=address,
            asked_at=at,
            expires_at=at + timedelta(minutes=CODE_MINUTES),
        )
    text = words.text % {"code": code, "minutes": CODE_MINUTES}
    message_send(mailbox.kind, to=mailbox.value, subject=words.subject, text=text)
    return handle


def contact_code_pass(mailbox: Mailbox, *, handle: str, code: str, at: datetime) -> None:
    """Whoever typed the code holds the contact; the code has been used.

    Raises CodeRefused, the same for a wrong code, an old one, a used one and one that was guessed at too often.
    """
    typed = code.replace(" ", "").replace("-", "")
    rows = ContactCode.objects.filter(handle=handle, contact_digest=_contact_digest(mailbox), used_at=None)
    with writing():
        # Counted before it is compared, in one statement: tries at once are as many as tries in a row.
        counted = rows.filter(tries__lt=MOST_TRIES, expires_at__gt=at).update(tries=F("tries") + 1)
        fits = counted and rows.filter(digest=_code_digest(handle, typed)).update(used_at=at)
    if not fits:
        raise CodeRefused


def session_open(mailbox: Mailbox, *, customer_id: int | None, before: str = "", at: datetime) -> str:
    """The secret of a new session of whoever holds the contact; the session `before` has ended.

    The contact was proven and, with a customer, leads to them.
    """
    secret = secrets.token_urlsafe(32)
    with writing():
        CustomerSession.objects.filter(Q(digest=_secret_digest(before)) | _over(at)).delete()
        CustomerSession.objects.create(
            digest=_secret_digest(secret),
            contact=sealed(f"{mailbox.kind}:{mailbox.value}", key=_contact_key()),
            customer_id=customer_id,
            began_at=at,
            seen_at=at,
        )
        if customer_id is not None:
            audit_record(
                actor=customer_actor(customer_id),
                verb="access.customer_sign_in",
                subject_kind="customer",
                subject_ids=[customer_id],
                at=at,
            )
    return secret


def session_find(secret: str, *, at: datetime) -> SessionShown:
    """The session of that secret. One query, and a write once an hour. Raises NotSignedIn: none, or over."""
    row = CustomerSession.objects.filter(digest=_secret_digest(secret)).exclude(_over(at)).first() if secret else None
    if row is None:
        raise NotSignedIn
    if at - row.seen_at > _SEEN_EVERY:
        with writing():
            CustomerSession.objects.filter(id=row.id).update(seen_at=at)
    kind, _colon, value = unsealed(row.contact, key=_contact_key()).partition(":")
    return SessionShown(Mailbox(kind, value), row.customer_id)


def session_end(secret: str) -> None:
    """The secret opens nothing any longer."""
    with writing():
        CustomerSession.objects.filter(digest=_secret_digest(secret)).delete()


def _over(at: datetime) -> Q:
    """The sessions that have lasted too long, or too long without being looked at, or without a choice."""
    unchosen = Q(customer_id=None, began_at__lte=at - CHOOSING)
    return unchosen | Q(began_at__lte=at - LONGEST) | Q(seen_at__lte=at - IDLE)


def _throttle(contact: str, address: str, at: datetime) -> None:
    """Returns when few codes were asked for lately. Inside `writing()`; four queries. Raises TooManyTries."""
    names_lock([contact, f"address {address}"], space=LockSpace.OPERATIONS)
    begin = at - timedelta(minutes=WINDOW_MINUTES)
    ContactCode.objects.filter(asked_at__lte=begin).delete()
    lately = ContactCode.objects.filter(asked_at__gt=begin)
    for which, most in ((Q(contact_digest=contact), MOST_OF_CONTACT), (Q(address=address), MOST_OF_ADDRESS)):
        if lately.filter(which).count() >= most:
            raise TooManyTries(minutes=WINDOW_MINUTES)


def _contact_digest(mailbox: Mailbox) -> str:
    return _keyed("one-time contacts", f"{mailbox.kind}:{mailbox.value}")


def _code_digest(handle: str, code: str) -> str:
    return _keyed("one-time codes", f"{handle}:{code}")


def _keyed(purpose: str, text: str) -> str:
    # A code is short enough to be tried out against a digest without a key.
    return hmac.digest(settings.DATA_FOLDER.secret(purpose).encode(), text.encode(), "sha256").hex()


def _secret_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _contact_key() -> str:
    secret: str = settings.DATA_FOLDER.secret("customer sessions")
    return secret
