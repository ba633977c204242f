"""Asking for a code, wherever on the card one is needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from regulars.access.customer_sign_in import Mailbox, Words, contact_code_send
from regulars.access.errors import CannotBeReached
from regulars.access.sending import kinds_reached
from regulars.customers.contacts import contact_read
from regulars.customers.rules import phone_shown
from regulars.sales.selectors import business_get
from regulars.web.card.asked import Asked, Joining, asked_keep


def code_ask(
    request: HttpRequest, typed: str, *, after: str = "", joining: Joining | None = None, customer_id: int | None = None
) -> Asked:
    """A code is on its way to the contact that was typed, whosever it is.

    Raises BadPhone, BadEmail, CannotBeReached, TooManyTries, SendingBusy. The same queries for every contact.
    """
    business = business_get()
    contact = contact_read(typed, country=business.country)
    if contact.kind not in kinds_reached():
        raise CannotBeReached(kinds=" or ".join(kinds_reached()) or "nobody yet")
    words = Words(
        gettext("Your code for %(shop)s") % {"shop": business.name},
        # Filled twice: with the shop here, with the code where it is made.
        gettext("%%(code)s is your code for your card at %(shop)s. It is good for %%(minutes)s minutes.")
        % {"shop": business.name.replace("%", "%%")},
    )
    mailbox = Mailbox(contact.kind, contact.value)
    address = str(request.META.get("REMOTE_ADDR", ""))
    handle = contact_code_send(mailbox, words=words, address=address, at=timezone.now())
    return Asked(
        kind=mailbox.kind, value=mailbox.value, handle=handle, after=after, joining=joining, customer_id=customer_id
    )


def to_code(asked: Asked) -> HttpResponse:
    """The way to where the code is typed."""
    response = redirect("card-code")
    asked_keep(response, asked)
    return response


def contact_shown(mailbox: Mailbox) -> str:
    """The contact as people write it."""
    return phone_shown(mailbox.value) if mailbox.kind == "phone" else mailbox.value
