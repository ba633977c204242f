"""Coming in and going out: the password, the second step, the way out."""

from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.contrib.auth import login as session_login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from regulars.access.errors import NotSignedIn, SecondFactorRefused, SignInRefused, TooManyTries
from regulars.access.rights import Role
from regulars.access.selectors import has_people
from regulars.access.signing_in import has_second_factor, second_factor_pass, sign_in
from regulars.core.errors import RegularsError
from regulars.web.middleware import session_begin, status_of
from regulars.web.requests import Request

F = TypeVar("F", bound=forms.Form)
# Between the password and the code.
_HALFWAY = "halfway"
_HALFWAY_SECONDS = 5 * 60


class SignInForm(forms.Form):
    login = forms.CharField(
        label=_("Name to sign in with"), max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"), max_length=64,
        help_text=_("The six digits your authenticator app shows, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )  # fmt: skip


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def signing_in(request: Request) -> HttpResponse:
    """The name and the password. Whoever guesses reads the same sentence, whatever was wrong."""
    after = next_of(request)
    if request.method == "GET":
        if request.actor is not None:
            return redirect(after)
        return _shown(request, SignInForm(), after=after)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, after=after, status=422)
    at = timezone.now()
    try:
        person = sign_in(**form.cleaned_data, address=address_of(request), at=at)
    except (SignInRefused, TooManyTries) as refusal:
        return _shown(request, refused(form, refusal), after=after, status=status_of(refusal))
    if not has_second_factor(person):
        return _come_in(request, person, after=after, at=at)
    # A new session: nobody who saw the old one's cookie comes in with this password.
    request.session.flush()
    request.session[_HALFWAY] = {"person": person.pk, "at": int(at.timestamp()), "next": after}
    return redirect("sign-in-code")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def signing_in_code(request: Request) -> HttpResponse:
    """The second step, within five minutes of the first."""
    halfway, at = request.session.get(_HALFWAY), timezone.now()
    if halfway is None or at.timestamp() - halfway["at"] > _HALFWAY_SECONDS:
        return redirect("sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "web/sign_in_code.html", {"form": form}, status=status)
    try:
        person = second_factor_pass(
            halfway["person"], code=form.cleaned_data["code"], address=address_of(request), at=at
        )
    except (SecondFactorRefused, TooManyTries) as refusal:
        context = {"form": refused(form, refusal)}
        return render(request, "web/sign_in_code.html", context, status=status_of(refusal))
    except NotSignedIn:
        request.session.flush()
        return redirect("sign-in")
    return _come_in(request, person, after=halfway["next"], at=at)


@login_not_required
@require_POST
def signing_out(request: Request) -> HttpResponse:
    """The session is gone."""
    logout(request)
    return redirect("sign-in")


def next_of(request: HttpRequest) -> str:
    """The page of this shop that `next` names; the first page for anything else."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else "/"


def address_of(request: HttpRequest) -> str:
    """Where the request came from, as the network says."""
    return str(request.META.get("REMOTE_ADDR", ""))


def refused(form: F, refusal: RegularsError, field: str | None = None) -> F:
    """The form with what was refused beside the field, or above all of them."""
    form.add_error(field, gettext(refusal.message) % refusal.facts)
    return form


def _come_in(request: Request, person: Any, *, after: str, at: datetime) -> HttpResponse:
    session_login(request, person)
    request.session.pop(_HALFWAY, None)
    session_begin(request, at=at)
    # Whoever sells begins to; everybody else looks at the day first.
    is_at_till = after == "/" and person.role == Role.CASHIER
    return redirect("register" if is_at_till else after)


def _shown(request: Request, form: SignInForm, *, after: str, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": after, "has_nobody": not has_people()}
    return render(request, "web/sign_in.html", context, status=status)


urlpatterns = [
    path("sign-in", signing_in, name="sign-in"),
    path("sign-in/code", signing_in_code, name="sign-in-code"),
    path("sign-out", signing_out, name="sign-out"),
]
