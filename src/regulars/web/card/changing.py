"""Phones and e-mails that a customer gives and takes back themself: only what was proven leads to a card.

A contact that somebody else holds would bring their sales into this profile.
"""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from regulars.access.customer_sign_in import Mailbox, customer_actor
from regulars.access.errors import CannotBeReached, NotSignedIn, SendingBusy
from regulars.access.rules import Actor
from regulars.access.sending import message_send
from regulars.customers.details import CustomerDetails
from regulars.customers.selectors import customer_details
from regulars.customers.services import customer_edit
from regulars.sales.selectors import business_get, business_today
from regulars.web.card.asked import Asked, asked_forget
from regulars.web.card.door import session_of, to_sign_in


def contact_add(request: HttpRequest, asked: Asked, *, at: datetime) -> HttpResponse:
    """The contact, which was proven, leads to the card of whoever asked; the contact they came in by hears of it."""
    try:
        session = session_of(request, at=at)
    except NotSignedIn:
        return to_sign_in(request)
    if session.customer_id is None or session.customer_id != asked.customer_id:
        return to_sign_in(request)
    actor = customer_actor(session.customer_id)
    before = customer_details(session.customer_id, visible_to=actor).details
    if details_edit(session.customer_id, with_contact(before, asked.mailbox), actor=actor, at=at):
        _tell(session.mailbox)
    response = redirect(f"{reverse('card-details')}?said=contact-added")
    asked_forget(response)
    return response


def with_contact(details: CustomerDetails, mailbox: Mailbox) -> CustomerDetails:
    if mailbox.kind == "phone":
        return replace(details, phones=(*details.phones, mailbox.value))
    return replace(details, emails=(*details.emails, mailbox.value))


def without_contact(details: CustomerDetails, mailbox: Mailbox) -> CustomerDetails:
    """The details without that contact."""
    if mailbox.kind == "phone":
        return replace(details, phones=tuple(each for each in details.phones if each != mailbox.value))
    return replace(details, emails=tuple(each for each in details.emails if each != mailbox.value))


def details_edit(customer_id: int, details: CustomerDetails, *, actor: Actor, at: datetime) -> tuple[str, ...]:
    """The profile has these details; the names of those that changed. Raises as `customer_edit`."""
    return customer_edit(
        customer_id, details, country=business_get().country, actor=actor, at=at, today=business_today(at=at)
    )


def _tell(mailbox: Mailbox) -> None:
    """Whoever holds the phone that a stranger has in hand learns what was done with it."""
    shop = business_get().name
    text = gettext("A phone or e-mail was added to your card at %(shop)s. If that was not you, tell the shop.")
    try:
        message_send(
            mailbox.kind, to=mailbox.value, subject=gettext("Your card at %(shop)s") % {"shop": shop},
            text=text % {"shop": shop},
        )  # fmt: skip
    except (CannotBeReached, SendingBusy):
        # What was done is done; the audit log has it.
        return
