"""A customer comes in: by a code sent to a phone or an e-mail, to a card that is there or to a new one.

Whoever types a contact reads the same page in the same time, whether it is a customer's or not: nobody is looked up
before the code came back (access/customer_sign_in.py).
"""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from regulars.access.customer_sign_in import CODE_MINUTES, NEWCOMER, Mailbox, contact_code_pass, customer_actor
from regulars.access.errors import CodeRefused, NotSignedIn, SendingBusy, TooManyTries
from regulars.access.sending import kinds_reached
from regulars.core.errors import Invalid
from regulars.core.text import folded, squeezed
from regulars.customers.contacts import CardHolder, holders_of_contact
from regulars.customers.details import CustomerDetails, details_checked
from regulars.customers.rules import IdentityKey
from regulars.customers.services import customer_consent, customer_join
from regulars.sales.selectors import business_get, business_today
from regulars.web.card.asked import Asked, Joining, asked_forget, asked_read
from regulars.web.card.asking import code_ask, contact_shown, to_code
from regulars.web.card.changing import contact_add
from regulars.web.card.door import PATH, come_in, go_out, public, session_of, to_sign_in
from regulars.web.card.forms import CodeForm, ContactForm, JoinForm, NewCardForm
from regulars.web.middleware import status_of
from regulars.web.pages.signing_in import refused as refused_in

# Where a consent on these pages was given.
PLACE = "my card"
_REFUSALS = (Invalid, TooManyTries, SendingBusy)


@public
@require_http_methods(["GET", "POST"])
def signing_in(request: HttpRequest) -> HttpResponse:
    """Asks for the contact and sends a code there, whosever it is."""
    after = after_of(request)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _sign_in_shown(request, form, after=after, status=422 if form.is_bound else 200)
    try:
        asked = code_ask(request, form.cleaned_data["contact"], after=after)
    except _REFUSALS as refusal:
        refused_in(form, refusal, "contact" if isinstance(refusal, Invalid) else None)
        return _sign_in_shown(request, form, after=after, status=status_of(refusal))
    return to_code(asked)


@public
@require_http_methods(["GET", "POST"])
def joining(request: HttpRequest) -> HttpResponse:
    """Asks who somebody is and what they agree to, and sends a code to their contact; the card is made after it."""
    form = JoinForm(request.POST if request.method == "POST" else None, shop_name=business_get().name)
    if not form.is_valid():
        return _join_shown(request, form, status=422 if form.is_bound else 200)
    try:
        _details(form.joining(), None)
    except Invalid as refusal:
        refused_in(form, refusal, "birth_date" if refusal.facts.get("field") == "birth date" else "name")
        return _join_shown(request, form, status=422)
    try:
        asked = code_ask(request, form.cleaned_data["contact"], joining=form.joining())
    except _REFUSALS as refusal:
        refused_in(form, refusal, "contact" if isinstance(refusal, Invalid) else None)
        return _join_shown(request, form, status=status_of(refusal))
    return to_code(asked)


@public
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code proves the contact; it leads to the card, to a choice of cards, or to a new one."""
    asked = asked_read(request)
    if asked is None:
        return redirect("card-sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _code_shown(request, form, asked, status=422 if form.is_bound else 200)
    at = timezone.now()
    try:
        contact_code_pass(asked.mailbox, handle=asked.handle, code=form.cleaned_data["code"], at=at)
    except CodeRefused as refusal:
        return _code_shown(request, refused_in(form, refusal, "code"), asked, status=status_of(refusal))
    if asked.customer_id is not None:
        return contact_add(request, asked, at=at)
    return _proven(request, asked)


@public
@require_http_methods(["GET", "POST"])
def choosing(request: HttpRequest) -> HttpResponse:
    """For whoever has proven a contact: the cards it leads to, and a new one."""
    try:
        session = session_of(request, at=timezone.now())
    except NotSignedIn:
        return to_sign_in(request)
    holders = holders_of_contact(IdentityKey(*session.mailbox))
    asked = asked_read(request)
    joining = asked.joining if asked and asked.mailbox == session.mailbox else None
    if request.method == "POST" and request.POST.get("card"):
        chosen = [holder for holder in holders if str(holder.id) == request.POST["card"]]
        return _opened(request, session.mailbox, chosen[0], joining) if chosen else redirect("card-choose")
    given = None if joining is None else {"name": joining.name, "birth_date": joining.birth_date}
    form = NewCardForm(request.POST if request.method == "POST" else None, shop_name=business_get().name, initial=given)
    if form.is_valid():
        try:
            return _made(request, session.mailbox, form.joining())
        except Invalid as refusal:
            refused_in(form, refusal, "birth_date" if refusal.facts.get("field") == "birth date" else "name")
    context = {"holders": holders, "form": form, "contact": contact_shown(session.mailbox)}
    return render(request, "web/card/choose.html", context, status=422 if form.is_bound else 200)


@public
@require_POST
def signing_out(request: HttpRequest) -> HttpResponse:
    """The session is gone."""
    return go_out(request)


def after_of(request: HttpRequest) -> str:
    """The page of the card that `next` names; empty for anything else."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_plain = wanted.startswith(PATH) and wanted.isprintable() and not {"\\", ".."} & {*wanted, *wanted.split("/")}
    return wanted if is_plain and len(wanted) < 500 else ""


def _proven(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Whoever joins where nobody is yet has a card now; whose the contact is alone comes in; others choose."""
    holders = holders_of_contact(IdentityKey(*asked.mailbox))
    if asked.joining is not None and not holders:
        return _made(request, asked.mailbox, asked.joining)
    if len(holders) == 1 and (asked.joining is None or _is_same(holders[0], asked.joining)):
        return _opened(request, asked.mailbox, holders[0], asked.joining, after=asked.after)
    response = redirect("card-choose")
    come_in(request, response, asked.mailbox, customer_id=None)
    if asked.joining is None:
        asked_forget(response)
    return response


def _is_same(holder: CardHolder, joining: Joining) -> bool:
    """Whether the profile may well be of whoever joins: tills open some without a name."""
    return not holder.name or folded(holder.name) == folded(squeezed(joining.name))


def _opened(
    request: HttpRequest, mailbox: Mailbox, holder: CardHolder, joining: Joining | None, *, after: str = ""
) -> HttpResponse:
    """The customer is signed in; what was agreed to on the way is theirs."""
    at = timezone.now()
    for channel, wording in (joining.consents if joining else {}).items():
        customer_consent(
            holder.id, channel=channel, is_given=True, wording=wording, place=PLACE, actor=customer_actor(holder.id),
            at=at,
        )  # fmt: skip
    return _in(request, mailbox, holder.id, after=after)


def _made(request: HttpRequest, mailbox: Mailbox, joining: Joining) -> HttpResponse:
    """A new card, opened."""
    at, business = timezone.now(), business_get()
    made = customer_join(
        _details(joining, mailbox), consents=joining.consents, place=PLACE, country=business.country, actor=NEWCOMER,
        at=at, today=business_today(at=at),
    )  # fmt: skip
    return _in(request, mailbox, made, after=f"{reverse('card')}?said=joined")


def _in(request: HttpRequest, mailbox: Mailbox, customer_id: int, *, after: str) -> HttpResponse:
    response = redirect(after or "card")
    come_in(request, response, mailbox, customer_id=customer_id)
    asked_forget(response)
    return response


def _details(joining: Joining, mailbox: Mailbox | None) -> CustomerDetails:
    """What the profile is made of, in its written form. Raises BadDetail."""
    contacts: dict[str, Sequence[str]] = {} if mailbox is None else {f"{mailbox.kind}s": (mailbox.value,)}
    details = CustomerDetails(
        name=joining.name,
        birth_date=date.fromisoformat(joining.birth_date) if joining.birth_date else None,
        phones=tuple(contacts.get("phones", ())),
        emails=tuple(contacts.get("emails", ())),
    )
    return details_checked(details, country=business_get().country, today=business_today(at=timezone.now()))


def _sign_in_shown(request: HttpRequest, form: ContactForm, *, after: str, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": after, "is_set_up": bool(kinds_reached())}
    return render(request, "web/card/sign_in.html", context, status=status)


def _join_shown(request: HttpRequest, form: JoinForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "is_set_up": bool(kinds_reached())}
    return render(request, "web/card/join.html", context, status=status)


def _code_shown(request: HttpRequest, form: CodeForm, asked: Asked, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "contact": contact_shown(asked.mailbox), "minutes": CODE_MINUTES, "asked": asked}
    return render(request, "web/card/code.html", context, status=status)


urlpatterns = [
    path("card/sign-in", signing_in, name="card-sign-in"),
    path("card/join", joining, name="card-join"),
    path("card/code", code, name="card-code"),
    path("card/choose", choosing, name="card-choose"),
    path("card/sign-out", signing_out, name="card-sign-out"),
]
