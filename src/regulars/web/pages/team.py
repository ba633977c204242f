"""Who signs in, as what, in which stores; and the tokens that tills and programs show instead."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.access.errors import BadExpiry, BadLogin, BadRole, LoginTaken, StoresNeeded
from regulars.access.people import (
    password_new,
    password_reset,
    person_activate,
    person_create,
    person_deactivate,
    person_edit,
    second_factor_reset,
)  # fmt: skip
from regulars.access.rights import PEOPLE, Role
from regulars.access.rules import Actor
from regulars.access.selectors import PersonShown, TokenShown, people_list, person_get, tokens_list
from regulars.access.tokens import TokenMade, token_create, token_revoke
from regulars.core.errors import RegularsError
from regulars.sales.selectors import stores_all
from regulars.web.notices import notice_add
from regulars.web.pages.settings import saved, shown
from regulars.web.requests import Request
from regulars.web.templatetags.shown import ROLE_NAMES

BESIDE: Mapping[type[RegularsError], str] = {
    BadLogin: "login",
    LoginTaken: "login",
    BadRole: "role",
    StoresNeeded: "stores",
}
TOKEN_BESIDE: Mapping[type[RegularsError], str] = {BadRole: "role", StoresNeeded: "store", BadExpiry: "days"}


class PersonForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What the others read, in notes and in the log.")
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, ROLE_NAMES[role]) for role in PEOPLE], widget=forms.RadioSelect
    )
    stores = forms.TypedMultipleChoiceField(
        label=_("Own stores"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("For cashiers and managers: where they work. Other roles see every store."),
    )  # fmt: skip
    needs_second_factor = forms.BooleanField(
        label=_("Must use a second step to sign in"),
        required=False,
        help_text=_("Without it, a stolen password is enough."),
    )

    def __init__(self, *args: Any, stores: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stores"].choices = list(stores.items())  # type: ignore[attr-defined]


class NewPersonForm(PersonForm):
    login = forms.CharField(
        label=_("Name to sign in with"), max_length=64, help_text=_("Lower case, without spaces. It stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("login", "name", "role", "stores", "needs_second_factor")


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What shows it, such as: Till 1, Westlands."))
    role = forms.ChoiceField(
        label=_("May do what"), choices=[(role.value, ROLE_NAMES[role]) for role in (Role.REGISTER, *PEOPLE)],
        help_text=_("A till is a register. A program that reads everything is an auditor."),
    )  # fmt: skip
    store = forms.TypedChoiceField(
        label=_("In which store"), required=False, coerce=int, empty_value=None,
        help_text=_("A register, a cashier and a manager need one."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Lasts how many days"), required=False, help_text=_("Empty: until it is revoked.")
    )

    def __init__(self, *args: Any, stores: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].choices = [("", _("Every store")), *stores.items()]  # type: ignore[attr-defined]


@require_http_methods(["GET"])
def people(request: Request) -> HttpResponse:
    """Everybody of the team."""
    team, names = people_list(visible_to=request.actor), _stores(request.actor)
    rows = [(person, _named(person.stores, names)) for person in team]
    return shown(request, "web/settings/people.html", "people", {"rows": rows})


@require_http_methods(["GET", "POST"])
def person_new(request: Request) -> HttpResponse:
    """Somebody new, with a password that is shown once."""
    request.actor.require("business.edit")
    one_time, at = password_new(), timezone.now()
    form = NewPersonForm(
        request.POST if request.method == "POST" else None,
        initial={"role": Role.CASHIER.value, "needs_second_factor": False},
        stores=_stores(request.actor),
    )
    if saved(form, lambda told: person_create(**told, password=one_time, actor=request.actor, at=at), BESIDE):
        told = {"name": form.cleaned_data["name"], "login": form.cleaned_data["login"].strip().lower()}
        return _password_shown(request, one_time, **told)
    return shown(request, "web/settings/person_new.html", "people", {"form": form}, form)


@require_http_methods(["GET", "POST"])
def person(request: Request, person_id: int) -> HttpResponse:
    """One of the team: name, role, stores; and what can be done about how they sign in."""
    request.actor.require("business.see")
    found = person_get(person_id, visible_to=request.actor)
    form = PersonForm(
        request.POST if request.method == "POST" else None, initial=_held(found), stores=_stores(request.actor)
    )
    if saved(form, lambda told: person_edit(person_id, **told, actor=request.actor, at=timezone.now()), BESIDE):
        notice_add(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
        return redirect("people")
    context = {"person": found, "form": form, "is_self": request.actor.key == f"person:{person_id}"}
    return shown(request, "web/settings/person.html", "people", context, form)


@require_POST
def person_password(request: Request, person_id: int) -> HttpResponse:
    """Another one-time password, shown once."""
    found = person_get(person_id, visible_to=request.actor)
    one_time = password_new()
    password_reset(person_id, password=one_time, actor=request.actor, at=timezone.now())
    return _password_shown(request, one_time, name=found.name, login=found.login)


@require_POST
def person_second_factor(request: Request, person_id: int) -> HttpResponse:
    second_factor_reset(person_id, actor=request.actor, at=timezone.now())
    notice_add(request, _("The second step is off until they set it up again; they were signed out."))
    return redirect("person", person_id)


@require_POST
def person_out(request: Request, person_id: int) -> HttpResponse:
    person_deactivate(person_id, actor=request.actor, at=timezone.now())
    notice_add(request, _("They sign in no more, and were signed out."))
    return redirect("people")


@require_POST
def person_in(request: Request, person_id: int) -> HttpResponse:
    person_activate(person_id, actor=request.actor, at=timezone.now())
    notice_add(request, _("They can sign in again."))
    return redirect("people")


@require_http_methods(["GET", "POST"])
def tokens(request: Request) -> HttpResponse:
    """Every token there was, and a form for another; its secret is shown once."""
    actor, at = request.actor, timezone.now()
    held, names = tokens_list(visible_to=actor), _stores(actor)
    form = TokenForm(request.POST if request.method == "POST" else None, stores=names)
    made: list[TokenMade] = []
    if saved(form, lambda told: made.append(_token_create(told, actor=actor, at=at)), TOKEN_BESIDE):
        context = {"secret": made[0].secret, "name": form.cleaned_data["name"]}
        return render(request, "web/settings/token_made.html", context)
    rows = [(token, names.get(token.store_id or 0, ""), _state(token, at)) for token in held]
    return shown(request, "web/settings/tokens.html", "tokens", {"rows": rows, "form": form}, form)


@require_http_methods(["GET", "POST"])
def token_revoked(request: Request, token_id: int) -> HttpResponse:
    """Asks before, then the token opens nothing any more."""
    actor = request.actor
    actor.require("business.edit")
    if request.method == "GET":
        found = next((token for token in tokens_list(visible_to=actor) if token.id == token_id), None)
        return render(request, "web/settings/token_revoke.html", {"token": found, "id": token_id})
    token_revoke(token_id, actor=actor, at=timezone.now())
    notice_add(request, _("The token opens nothing any more."))
    return redirect("tokens")


def _token_create(told: dict[str, Any], *, actor: Actor, at: datetime) -> TokenMade:
    return token_create(
        name=told["name"], role=told["role"], store_id=told["store"], days=told["days"], actor=actor, at=at
    )


def _state(token: TokenShown, at: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= at else "valid"


def _held(found: PersonShown) -> dict[str, Any]:
    return {
        "name": found.name,
        "role": found.role.value,
        "stores": list(found.stores),
        "needs_second_factor": found.needs_second_factor,
    }


def _stores(actor: Actor) -> Mapping[int, str]:
    return {store.id: store.name for store in stores_all(visible_to=actor)}


def _named(ids: tuple[int, ...], names: Mapping[int, str]) -> str:
    return ", ".join(names[id_] for id_ in ids if id_ in names)


def _password_shown(request: Request, one_time: str, *, name: str, login: str) -> HttpResponse:
    context = {"password": one_time, "name": name, "login": login}
    return render(request, "web/settings/password_made.html", context)


urlpatterns = [
    path("settings/people", people, name="people"),
    path("settings/people/new", person_new, name="person-new"),
    path("settings/people/<int:person_id>", person, name="person"),
    path("settings/people/<int:person_id>/password", person_password, name="person-password"),
    path("settings/people/<int:person_id>/second-factor", person_second_factor, name="person-second-factor"),
    path("settings/people/<int:person_id>/deactivate", person_out, name="person-deactivate"),
    path("settings/people/<int:person_id>/activate", person_in, name="person-activate"),
    path("settings/tokens", tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke", token_revoked, name="token-revoke"),
]
