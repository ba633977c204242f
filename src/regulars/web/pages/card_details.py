"""What a customer tells of themself: name, addresses, phones and e-mails, and where they may be written to."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.access.customer_sign_in import Mailbox
from regulars.access.errors import SendingBusy, TooManyTries
from regulars.access.sending import kinds_reached
from regulars.core.errors import Conflict, Invalid
from regulars.customers.details import CustomerDetails
from regulars.customers.errors import BadDetail
from regulars.customers.selectors import customer_details
from regulars.customers.services import customer_consent, customer_request
from regulars.privacy.selectors import consent_history, requests_of
from regulars.privacy.services import request_withdraw
from regulars.sales.selectors import business_get, business_today
from regulars.web.card.asking import code_ask, contact_shown, to_code
from regulars.web.card.changing import details_edit, without_contact
from regulars.web.card.door import CardRequest, customers_only
from regulars.web.card.forms import ContactForm, OwnDetailsForm, wordings, wordings_mark
from regulars.web.context import shop_of
from regulars.web.history import CHANNELS
from regulars.web.middleware import status_of
from regulars.web.pages.card import said
from regulars.web.pages.card_sign_in import PLACE
from regulars.web.pages.signing_in import refused as refused_in


@customers_only
@require_GET
def me(request: CardRequest) -> HttpResponse:
    """The way to everything that is the customer's to decide."""
    details = customer_details(request.customer_id, visible_to=request.customer).details
    context = {"details": details, "contact": contact_shown(request.mailbox), "place": "me", "said": said(request)}
    return render(request, "web/card/me.html", context)


@customers_only
@require_http_methods(["GET", "POST"])
def details(request: CardRequest) -> HttpResponse:
    """The details, or what was changed of them."""
    before = customer_details(request.customer_id, visible_to=request.customer).details
    form = OwnDetailsForm(request.POST if request.method == "POST" else None, before=before)
    if form.is_valid():
        try:
            details_edit(request.customer_id, replace(before, **form.changes()), actor=request.customer, at=request.at)
        except BadDetail as refusal:
            field = str(refusal.facts["field"]).replace(" ", "_")
            refused_in(form, refusal, field if field in form.fields else None)
        else:
            return redirect(f"{reverse('card-details')}?said=details")
    return _details_shown(request, form, before, status=422 if form.is_bound else 200)


@customers_only
@require_POST
def contact_added(request: CardRequest) -> HttpResponse:
    """A code goes to the contact; with it, the contact leads to this card."""
    before = customer_details(request.customer_id, visible_to=request.customer).details
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            asked = code_ask(request, form.cleaned_data["contact"], customer_id=request.customer_id)
        except (Invalid, TooManyTries, SendingBusy) as refusal:
            refused_in(form, refusal, "contact")
            status = status_of(refusal)
            return _details_shown(request, OwnDetailsForm(None, before=before), before, contact=form, status=status)
        return to_code(asked)
    return _details_shown(request, OwnDetailsForm(None, before=before), before, contact=form, status=422)


@customers_only
@require_POST
def contact_removed(request: CardRequest) -> HttpResponse:
    """The contact no longer leads to this card; the one the customer came in by stays."""
    mailbox = Mailbox(request.POST.get("kind", ""), request.POST.get("value", ""))
    if mailbox != request.mailbox:
        before = customer_details(request.customer_id, visible_to=request.customer).details
        details_edit(request.customer_id, without_contact(before, mailbox), actor=request.customer, at=request.at)
    return redirect(f"{reverse('card-details')}?said=contact-removed")


@customers_only
@require_http_methods(["GET", "POST"])
def consents(request: CardRequest) -> HttpResponse:
    """What the customer agreed to by channel, with the words; and their new answer."""
    shown = wordings(business_get().name)
    wrong = ""
    if request.method == "POST":
        channel, answer = request.POST.get("channel", ""), request.POST.get("answer", "")
        # A yes is a yes to the words that were read.
        if answer == "no" or (answer == "yes" and request.POST.get("words") == wordings_mark(shown)):
            customer_consent(
                request.customer_id, channel=channel, is_given=answer == "yes", wording=shown.get(channel, ""),
                place=PLACE, actor=request.customer, at=request.at,
            )  # fmt: skip
            return redirect(f"{reverse('card-consents')}?said=consent")
        wrong = gettext("The wording has changed meanwhile. Read it again, please.")
    history = consent_history(request.customer_id, visible_to=request.customer)
    last = {entry.channel: entry for entry in reversed(history)}
    context = {
        "channels": [(channel, label, shown[channel], last.get(channel)) for channel, label in CHANNELS.items()],
        "mark": wordings_mark(shown), "history": history, "names": CHANNELS, "wrong": wrong, "said": said(request),
        "shop": shop_of(business_get()), "place": "me",
    }  # fmt: skip
    return render(request, "web/card/consents.html", context, status=422 if wrong else 200)


@customers_only
@require_http_methods(["GET", "POST"])
def data(request: CardRequest) -> HttpResponse:
    """Asks the shop for the customer's data, or for their erasure; and what became of it."""
    if request.method == "POST":
        customer_request(
            request.customer_id, kind=request.POST.get("kind", ""), place=PLACE, actor=request.customer, at=request.at,
            today=business_today(at=request.at),
        )  # fmt: skip
        return redirect(f"{reverse('card-data')}?said=request")
    made = requests_of(request.customer_id, visible_to=request.customer)
    waiting = {each.kind for each in made if not each.outcome}
    context = {
        "requests": made, "waiting": waiting, "said": said(request), "shop": shop_of(business_get()), "place": "me"
    }  # fmt: skip
    return render(request, "web/card/data.html", context)


@customers_only
@require_POST
def withdrawn(request: CardRequest, request_id: int) -> HttpResponse:
    """The customer no longer asks for it."""
    try:
        request_withdraw(request_id, actor=request.customer, at=request.at)
    except Conflict:
        # Answered in the meantime: the page says so.
        return redirect("card-data")
    return redirect(f"{reverse('card-data')}?said=withdrawn")


def _details_shown(
    request: CardRequest, form: OwnDetailsForm, before: CustomerDetails, *, contact: ContactForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    held = [Mailbox("phone", each) for each in before.phones] + [Mailbox("email", each) for each in before.emails]
    context: dict[str, Any] = {
        "form": form,
        "details": before,
        "contacts": [(each, contact_shown(each), each == request.mailbox) for each in held],
        "contact_form": contact or ContactForm(),
        "is_set_up": bool(kinds_reached()),
        "shop": shop_of(business_get()),
        "said": said(request),
        "place": "me",
    }
    return render(request, "web/card/details.html", context, status=status)


urlpatterns = [
    path("card/me", me, name="card-me"),
    path("card/details", details, name="card-details"),
    path("card/contacts", contact_added, name="card-contact-add"),
    path("card/contacts/remove", contact_removed, name="card-contact-remove"),
    path("card/consents", consents, name="card-consents"),
    path("card/data", data, name="card-data"),
    path("card/data/<int:request_id>/withdraw", withdrawn, name="card-request-withdraw"),
]
