"""What a browser holds between asking for a code and typing it: whom it is for and what for, signed.

Nothing of it is kept on the server: whoever never types a code leaves nothing behind but a digest.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.core import signing
from django.http import HttpRequest, HttpResponse

from regulars.access.customer_sign_in import Mailbox
from regulars.web.card.door import PATH, cookie_set

_COOKIE = "regulars_card_asked"
# A code is good for less; what was typed on the way to a card waits a little longer.
_SECONDS = 30 * 60
_signer = signing.TimestampSigner(salt="card")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A card that is to be made: the name, the birth date as written, and the wording agreed to by channel."""

    name: str
    birth_date: str = ""
    consents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A code that was asked for: to come in, to join, or to add a contact to the card of `customer_id`."""

    kind: str
    value: str
    handle: str
    after: str = ""
    joining: Joining | None = None
    customer_id: int | None = None

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.kind, self.value)


def asked_keep(response: HttpResponse, asked: Asked) -> None:
    """The browser brings it along with the code."""
    told = _signer.sign_object(asdict(asked), compress=True)
    cookie_set(response, _COOKIE, told, seconds=_SECONDS)


def asked_read(request: HttpRequest) -> Asked | None:
    """What the browser asked for; None when it asked for nothing, or long ago, or wrote it itself."""
    try:
        told = _signer.unsign_object(request.COOKIES.get(_COOKIE, ""), max_age=_SECONDS)
    except signing.BadSignature:
        return None
    joining = told.pop("joining")
    return Asked(**told, joining=Joining(**joining) if joining else None)


def asked_forget(response: HttpResponse) -> None:
    """The browser brings nothing along any longer."""
    response.delete_cookie(_COOKIE, path=PATH)
