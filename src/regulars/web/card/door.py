"""The door for customers: a cookie of its own, which opens nothing of the team's, as the team's opens nothing here."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from regulars.access.customer_sign_in import (
    LONGEST,
    Mailbox,
    SessionShown,
    customer_actor,
    session_end,
    session_find,
    session_open,
)
from regulars.access.errors import NotSignedIn
from regulars.access.rules import Actor
from regulars.core.errors import RegularsError
from regulars.customers.contacts import is_held
from regulars.customers.rules import IdentityKey
from regulars.web.middleware import status_of

COOKIE = "regulars_card"
# Neither cookie is sent to any page of the team.
PATH = "/card/"


class CardRequest(HttpRequest):
    """A request of a customer: who asks, the contact they came in with, and when."""

    customer: Actor
    customer_id: int
    mailbox: Mailbox
    at: datetime


View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page before the sign-in; a refusal is said in the card's own frame."""

    @login_not_required
    @wraps(view)
    def shown(request: HttpRequest, **told: Any) -> HttpResponse:
        try:
            response = view(request, **told)
        except RegularsError as refusal:
            response = refused(request, refusal)
        # What one customer looked at, "back" shows nobody else who takes the phone.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return shown


def customers_only(view: View) -> View:
    """A page of the customer who is signed in; others are led to the sign-in, or to the choice of a card."""

    @public
    @wraps(view)
    def shown(request: CardRequest, **told: Any) -> HttpResponse:
        at = timezone.now()
        try:
            session = session_of(request, at=at)
        except NotSignedIn:
            return to_sign_in(request)
        if session.customer_id is None:
            return redirect("card-choose")
        request.customer, request.customer_id = customer_actor(session.customer_id), session.customer_id
        request.mailbox, request.at = session.mailbox, at
        return view(request, **told)

    return shown


def session_of(request: HttpRequest, *, at: datetime) -> SessionShown:
    """The customer's session. Two queries.

    Raises NotSignedIn, also when the contact they came in with is no longer theirs, or they are no longer there.
    """
    session = session_find(request.COOKIES.get(COOKIE, ""), at=at)
    if session.customer_id is not None and not is_held(IdentityKey(*session.mailbox), customer_id=session.customer_id):
        session_end(request.COOKIES[COOKIE])
        raise NotSignedIn
    return session


def come_in(request: HttpRequest, response: HttpResponse, mailbox: Mailbox, *, customer_id: int | None) -> None:
    """The answer opens a session of the contact's holder; the one of before is over."""
    before = request.COOKIES.get(COOKIE, "")
    secret = session_open(mailbox, customer_id=customer_id, before=before, at=timezone.now())
    cookie_set(response, COOKIE, secret, seconds=int(LONGEST.total_seconds()))


def go_out(request: HttpRequest) -> HttpResponse:
    """The session is gone, here and in the browser."""
    session_end(request.COOKIES.get(COOKIE, ""))
    response = redirect("card-sign-in")
    response.delete_cookie(COOKIE, path=PATH)
    return response


def cookie_set(response: HttpResponse, name: str, value: str, *, seconds: int) -> None:
    """The browser sends it to the card's pages only, and shows it to no script."""
    response.set_cookie(
        name, value, max_age=seconds, path=PATH, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in and, after it, back to where one was."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    wanted = f"?{urlencode({'next': here})}" if here and here != reverse("card") else ""
    return HttpResponseRedirect(reverse("card-sign-in") + wanted)


def refused(request: HttpRequest, refusal: RegularsError) -> HttpResponse:
    """The refusal as a page."""
    sentence = gettext(refusal.message) % refusal.facts
    return render(request, "web/card/refused.html", {"sentence": sentence}, status=status_of(refusal))
