"""Messages to a phone or an e-mail: by which back end, and never while a request waits.

A message is handed over and sent by a thread of its own: whoever waits for the page learns nothing from how long a mail
server takes, and tills do not wait for it at all. What could not be sent is in the server's log, without whom it was
for; the page offers another code.
"""

import json
import logging
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from threading import BoundedSemaphore
from typing import Protocol
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string

from regulars.access.errors import CannotBeReached, SendingBusy

# So many messages may wait in one process; more is a flood.
_MOST_WAITING = 200
_THREADS = 2
_SECONDS = 10
_LOG = logging.getLogger("regulars.sending")


class Sender(Protocol):
    """A back end: made once without arguments, and asked from several threads."""

    def send(self, *, to: str, subject: str, text: str) -> None:
        """The message is with whoever delivers it. `to` is an e-mail, or a phone such as +254712345678."""


class Console:
    """Writes on the screen of the server what it would send: to try things out."""

    def send(self, *, to: str, subject: str, text: str) -> None:  # noqa: ARG002  (a phone has no subject)
        sys.stdout.write(f"To {to}: {text}\n")
        sys.stdout.flush()


class Mail:
    """Sends by SMTP, as Django does."""

    def send(self, *, to: str, subject: str, text: str) -> None:
        send_mail(subject, text, from_email=None, recipient_list=[to])


class SmsGateway:
    """Posts {"to": ..., "text": ...} as JSON to the address in REGULARS_SMS: an example to write one's own by.

    A name in the address (https://KEY@gateway.example/send) goes along as a bearer token.
    """

    def send(self, *, to: str, subject: str, text: str) -> None:  # noqa: ARG002
        headers = {"Content-Type": "application/json"}
        if settings.SMS_KEY:
            headers["Authorization"] = f"Bearer {settings.SMS_KEY}"
        body = json.dumps({"to": to, "text": text}).encode()
        # The address is the operator's own, and begins with http (config/posting.py).
        asked = Request(settings.SMS_ADDRESS, data=body, headers=headers, method="POST")  # noqa: S310
        with urlopen(asked, timeout=_SECONDS):  # noqa: S310
            pass


_LINE = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="sending")
_ROOM = BoundedSemaphore(_MOST_WAITING)
_UNDER_WAY: set[Future[None]] = set()


def kinds_reached() -> tuple[str, ...]:
    """What messages can be sent to: "phone", "email", both or none, as the settings have it."""
    return tuple(kind for kind in ("phone", "email") if settings.SENDERS.get(kind))


def message_send(kind: str, *, to: str, subject: str, text: str) -> None:
    """The message is on its way. Raises CannotBeReached where the shop sends none of the kind; SendingBusy."""
    if kind not in kinds_reached():
        raise CannotBeReached(kinds=" or ".join(kinds_reached()) or "nobody yet")
    if not _ROOM.acquire(blocking=False):
        raise SendingBusy
    sent = _LINE.submit(_sender(settings.SENDERS[kind]).send, to=to, subject=subject, text=text)
    _UNDER_WAY.add(sent)
    sent.add_done_callback(_done)


def sending_settled(*, within_seconds: float) -> bool:
    """Whether everything handed over was sent, or failed, within the seconds."""
    return not wait(set(_UNDER_WAY), timeout=within_seconds).not_done


@cache
def _sender(path: str) -> Sender:
    made: Sender = import_string(path)()
    return made


def _done(sent: "Future[None]") -> None:
    _ROOM.release()
    _UNDER_WAY.discard(sent)
    failure = sent.exception()
    if failure is not None:
        # Its words may hold the address it was for.
        _LOG.error("a message was not sent: %s", type(failure).__name__)
