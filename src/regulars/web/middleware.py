"""Who is asking, and what a refusal looks like."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path, reverse
from django.utils import timezone
from django.utils.translation import gettext

from regulars.access.errors import NotSignedIn, TooManyTries
from regulars.access.rules import Actor
from regulars.access.selectors import actor_of
from regulars.core.errors import Conflict, Forbidden, Invalid, NotFound, RegularsError
from regulars.sales.business import business_read_once
from regulars.web.notices import notice_add
from regulars.web.rules import RULES, is_allowed

Answer = Callable[[HttpRequest], HttpResponse]

# Machines have a door of their own, with tokens instead of sessions.
MACHINES = "/api/"
# Where somebody may go who first has to choose a password or a second factor.
FIRST_STEPS = ("password", "second-factor", "sign-out", "theme")
BEGAN, SEEN = "began", "seen"
# Writing the session at every click would make each page a write.
_SEEN_SECONDS = 60


class AddressMiddleware:
    """An address typed with a slash behind it leads to the page that has none, if there is one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND or request.method not in ("GET", "HEAD"):
            return response
        plain = request.path_info.rstrip("/")
        # Two slashes in front would be another host.
        is_page = not plain.startswith(("//", MACHINES)) and is_valid_path(plain)
        if is_page and plain != request.path_info:
            asked = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{plain}?{asked}" if asked else plain)
        return response


class ReadingMiddleware:
    """A page that is only looked at reads the business once, however many of its parts ask for it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with business_read_once():
            return self.get_response(request)


class ActorMiddleware:
    """`request.actor` is who is signed in; None turns every page into the way to the sign-in, but for public ones."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(MACHINES):
            return self.get_response(request)
        actor = _actor_of(request, at=timezone.now())
        request.actor = actor  # type: ignore[attr-defined]
        response = self.get_response(request)
        if actor is not None:
            # At a till that several share, "back" shows nobody what another looked at.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.path.startswith(MACHINES) or not getattr(view, "login_required", True):
            return None
        if request.actor is None:  # type: ignore[attr-defined]
            return to_sign_in(request)
        step = _first_step(request)
        if step:
            return _led(request, reverse(step))
        lacking = _right_lacking(request)
        return refused(request, Forbidden(actor=request.actor.name, right=lacking)) if lacking else None  # type: ignore[attr-defined]


def _right_lacking(request: HttpRequest) -> str | None:
    """The right that the page asks for and the actor has not; a page without a rule is a bug."""
    match = request.resolver_match
    assert match is not None  # noqa: S101  (a view was found)
    name = match.url_name or ""
    return None if is_allowed(name, request.actor) else RULES[name][0]  # type: ignore[attr-defined]


def session_begin(request: HttpRequest, *, at: datetime) -> None:
    """The limits of the session count from now."""
    request.session[BEGAN] = request.session[SEEN] = int(at.timestamp())


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in and, after it, back to where one was."""
    return _led(request, f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': _where(request)})}")


def _actor_of(request: HttpRequest, *, at: datetime) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    if _is_over(request, now=int(at.timestamp())):
        logout(request)
        notice_add(request, gettext("You were signed out because nothing was done for a while."), "info")
        return None
    # Django has read the person already, and nobody who left is authenticated.
    return actor_of(request.user)


def _is_over(request: HttpRequest, *, now: int) -> bool:
    """Whether the session has lasted too long, or too long without anything done; else what is done is noted."""
    began, seen = request.session.get(BEGAN, 0), request.session.get(SEEN, 0)
    if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_AGE:
        return True
    # A page that refreshes itself does nothing.
    if now - seen > _SEEN_SECONDS and "X-Live" not in request.headers:
        request.session[SEEN] = now
    return False


def _first_step(request: HttpRequest) -> str | None:
    """The page that comes before all others; None for the rule."""
    match = request.resolver_match
    if match is not None and match.url_name in FIRST_STEPS:
        return None
    person: Any = request.user
    if person.must_change_password:
        return "password"
    return "second-factor" if person.needs_second_factor and not person.seed else None


def _led(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect; for a fragment one of the whole page."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _where(request: HttpRequest) -> str:
    """The page one is on: for a fragment the page around it, for a form that was sent the form's."""
    if getattr(request, "htmx", False):
        parts = urlsplit(request.headers.get("HX-Current-URL", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return request.get_full_path() if request.method in ("GET", "HEAD") else "/"


class RefusalMiddleware:
    """A refusal raised by a page becomes a page that says so; in a fragment, a notice above the page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path.startswith(MACHINES) or not isinstance(exception, RegularsError):
            return None
        return to_sign_in(request) if isinstance(exception, NotSignedIn) else refused(request, exception)


def refused(request: HttpRequest, error: RegularsError) -> HttpResponse:
    """The refusal as a page; in a fragment, as a notice above the page one is on."""
    status = status_of(error)
    sentence = gettext(error.message) % error.facts
    if not getattr(request, "htmx", False):
        return render(request, f"web/errors/{status}.html", {"sentence": sentence}, status=status)
    response = render(request, "web/errors/_refusal.html", {"sentence": sentence}, status=status)
    for name, value in (("Retarget", "#notices"), ("Reswap", "beforeend"), ("Push-Url", "false")):
        response[f"HX-{name}"] = value
    return response


def status_of(error: RegularsError) -> int:
    """The status of HTTP that says the same."""
    match error:
        case TooManyTries():
            return 429
        case Invalid():
            return 422
        case Forbidden():
            return 403
        case NotFound():
            return 404
        case Conflict():
            return 409
        case _:
            return 500
