"""Everybody's own: password, second factor, how the pages look."""

from datetime import datetime
from typing import Any

import segno
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.access.errors import PasswordWeak, SecondFactorRefused, SignInRefused, TooManyTries
from regulars.access.people import password_change
from regulars.access.second_factor import seed_address
from regulars.access.selectors import person_get
from regulars.access.signing_in import second_factor_keep, second_factor_offer, sign_in
from regulars.sales.selectors import business_get, stores_all
from regulars.web.context import THEME_COOKIE, THEMES
from regulars.web.middleware import BEGAN
from regulars.web.notices import notice_add
from regulars.web.pages.signing_in import address_of, next_of, refused
from regulars.web.requests import Request

# So long after signing in the password is not asked for again.
_FRESH_SECONDS = 10 * 60
_OFFER_SECONDS = 15 * 60
_THEME_SECONDS = 365 * 86_400
_OLD = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}


class PasswordForm(forms.Form):
    current = forms.CharField(label=_("Password until now"), strip=False, widget=forms.PasswordInput(attrs=_OLD))
    password = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput(attrs=_NEW),
        help_text=_("At least 10 characters; a few words that do not belong together are easy to keep in mind."),
    )  # fmt: skip
    again = forms.CharField(label=_("New password again"), strip=False, widget=forms.PasswordInput(attrs=_NEW))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("password") != told.get("again"):
            self.add_error("again", _("This is not the same as above; type it again."))
        return told


class SecondFactorForm(forms.Form):
    current = forms.CharField(label=_("Password"), strip=False, widget=forms.PasswordInput(attrs=_OLD))
    code = forms.CharField(
        label=_("Code the app shows now"), max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip
    offer = forms.CharField(widget=forms.HiddenInput)


@require_GET
def account(request: Request) -> HttpResponse:
    """Who one is here, and what one can change of it."""
    person = person_get(_own_id(request), visible_to=request.actor)
    names = {store.id: store.name for store in stores_all(visible_to=request.actor)} if person.stores else {}
    context = {"person": person, "stores": [names[id_] for id_ in person.stores if id_ in names], "themes": _themes()}
    return render(request, "web/account/page.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """Another password; every other session ends."""
    at = timezone.now()
    form = _asking(PasswordForm(request.POST if request.method == "POST" else None), request, at=at)
    context = {"form": form, "must": _person(request).must_change_password}
    if not form.is_valid():
        return render(request, "web/account/password.html", context, status=422 if form.is_bound else 200)
    try:
        _password_proven(form, request, at=at)
        password_change(_own_id(request), password=form.cleaned_data["password"], actor=request.actor, at=at)
    except (SignInRefused, TooManyTries) as refusal:
        refused(form, refusal, "current")
    except PasswordWeak as refusal:
        refused(form, refusal, "password")
    if form.errors:
        return render(request, "web/account/password.html", context, status=422)
    _stay(request)
    notice_add(request, _("The new password holds. Wherever else you were signed in, you no longer are."))
    return redirect("account")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor(request: Request) -> HttpResponse:
    """An authenticator app for the second step; then the recovery codes, this once."""
    at = timezone.now()
    if request.method == "GET":
        return _offered(request, SecondFactorForm(initial={"offer": _offer(request)}), at=at)
    form = _asking(SecondFactorForm(request.POST), request, at=at)
    if not form.is_valid():
        return _offered(request, form, at=at)
    try:
        seed = _offer_read(form.cleaned_data["offer"], request)
    except signing.BadSignature:
        notice_add(request, _("That took too long; here is a new picture to scan."), "warning")
        return redirect("second-factor")
    try:
        _password_proven(form, request, at=at)
        codes = second_factor_keep(
            _own_id(request), seed=seed, code=form.cleaned_data["code"], actor=request.actor, at=at
        )
    except (SignInRefused, TooManyTries) as refusal:
        return _offered(request, refused(form, refusal, "current"), at=at)
    except SecondFactorRefused as refusal:
        return _offered(request, refused(form, refusal, "code"), at=at)
    _stay(request)
    return render(request, "web/account/recovery_codes.html", {"codes": codes})


@require_POST
def theme(request: Request) -> HttpResponse:
    """Light, dark or as the system has it, in this browser."""
    response = redirect(next_of(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=_THEME_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=False
        )
    return response


def _themes() -> tuple[tuple[str, object], ...]:
    return tuple(zip(THEMES, (_("As the device has it"), _("Light"), _("Dark")), strict=True))


def _person(request: Request) -> Any:
    return request.user


def _own_id(request: Request) -> int:
    return int(_person(request).pk)


def _asking(form: Any, request: Request, *, at: datetime) -> Any:
    """The form, without asking for a password that was typed a moment ago."""
    if at.timestamp() - request.session.get(BEGAN, 0) < _FRESH_SECONDS:
        del form.fields["current"]
    return form


def _password_proven(form: forms.Form, request: Request, *, at: datetime) -> None:
    """Returns when the password until now was right, or was not to be asked for. Raises SignInRefused, TooManyTries."""
    if "current" in form.fields:
        login = _person(request).login
        sign_in(login=login, password=form.cleaned_data["current"], address=address_of(request), at=at)


def _stay(request: Request) -> None:
    """This session goes on although what it was proven by has changed; every other has ended."""
    _person(request).refresh_from_db()
    update_session_auth_hash(request, _person(request))


def _offer(request: Request) -> str:
    """A new seed, sealed for this person and this quarter of an hour: nothing of it is kept here."""
    return signing.dumps([_own_id(request), second_factor_offer(_own_id(request))], salt="second factor")


def _offer_read(text: str, request: Request) -> str:
    """The seed of an offer. Raises BadSignature: changed, old, or made for somebody else."""
    person, seed = signing.loads(text, salt="second factor", max_age=_OFFER_SECONDS)
    if person != _own_id(request):
        raise signing.BadSignature
    return str(seed)


def _offered(request: Request, form: SecondFactorForm, *, at: datetime) -> HttpResponse:
    if not form.is_bound:
        _asking(form, request, at=at)
    told = form["offer"].value() or ""
    try:
        seed = _offer_read(str(told), request)
    except signing.BadSignature:
        return redirect("second-factor")
    person = _person(request)
    address = seed_address(seed, login=person.login, shop=business_get().name)
    context = {
        "form": form,
        "seed": " ".join(seed[n : n + 4] for n in range(0, len(seed), 4)),
        "picture": _qr(address),
        "has_one": bool(person.seed),
        "must": person.needs_second_factor and not person.seed,
    }
    return render(request, "web/account/second_factor.html", context, status=422 if form.is_bound else 200)


def _qr(text: str) -> SafeString:
    """The text as a picture an app can scan; drawn by the package, without any of the text in it."""
    return mark_safe(segno.make(text, error="m").svg_inline(border=2, omitsize=True, dark="#000", light="#fff"))  # noqa: S308


urlpatterns = [
    path("account", account, name="account"),
    path("account/password", password, name="password"),
    path("account/second-factor", second_factor, name="second-factor"),
    path("account/theme", theme, name="theme"),
]
