"""The business, its stores and its own fields; the team and its tokens are in team.py."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from babel import Locale
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.access.rules import Actor
from regulars.core.days import WEEKDAYS
from regulars.core.errors import Forbidden, RegularsError
from regulars.customers.details import FIELD_KINDS
from regulars.customers.selectors import custom_fields
from regulars.customers.services import custom_field_create
from regulars.sales.errors import StoreUnknown
from regulars.sales.selectors import business_get, registers_all, stores_all
from regulars.sales.services import store_create
from regulars.sales.setting_up import business_edit, store_close, store_edit, store_open
from regulars.web.notices import notice_add
from regulars.web.pages.signing_in import refused
from regulars.web.requests import Request

WEEKDAY_NAMES = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
KIND_NAMES = {
    "text": _("Text"),
    "number": _("Number"),
    "date": _("Date"),
    "choice": _("One of some words"),
    "yes_no": _("Yes or no"),
}


class Tab(NamedTuple):
    """A part of the settings."""

    name: str
    label: object


TABS = (
    Tab("settings", _("Business")),
    Tab("stores", _("Stores")),
    Tab("people", _("People")),
    Tab("tokens", _("Registers and tokens")),
    Tab("fields", _("Custom fields")),
)


class BusinessForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("It stands on every page and every receipt."))
    country = forms.ChoiceField(
        label=_("Country"), help_text=_("Phones without a country code are read as dialled here.")
    )
    week_start = forms.ChoiceField(
        label=_("The week begins on"), choices=list(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]


class StoreForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Tills send it with each sale; keep it the same there.")
    )
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    region = forms.CharField(label=_("Region"), max_length=100, required=False)


class NewStoreForm(StoreForm):
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        required=False,
        help_text=_("Empty: the business's own. It cannot be changed later."),
    )


class FieldForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=64)
    kind = forms.ChoiceField(label=_("What it holds"), choices=[(kind, KIND_NAMES[kind]) for kind in FIELD_KINDS])
    options = forms.CharField(
        label=_("Words to choose from"), required=False, help_text=_("Separated by commas; for a choice only.")
    )


@require_http_methods(["GET", "POST"])
def business(request: Request) -> HttpResponse:
    """What the business is called and how it counts."""
    request.actor.require("business.see")
    shop = business_get()
    held = {"name": shop.name, "country": shop.country, "week_start": shop.week_start}
    form = BusinessForm(request.POST if request.method == "POST" else None, initial=held)
    if saved(form, lambda told: business_edit(**told, actor=request.actor, at=timezone.now())):
        notice_add(request, _("The business was saved."))
        return redirect("settings")
    context = {"form": form, "held": shop, "minutes": f"{shop.day_cutoff // 60:02}:{shop.day_cutoff % 60:02}"}
    return shown(request, "web/settings/business.html", "settings", context, form)


@require_http_methods(["GET", "POST"])
def stores(request: Request) -> HttpResponse:
    """Every store with its registers, and a form for another."""
    actor = request.actor
    actor.require("business.see")
    form = NewStoreForm(request.POST if request.method == "POST" else None)
    at = timezone.now()
    if saved(form, lambda told: store_create(**told, business=business_get(), actor=actor, at=at)):
        notice_add(request, _("The store %(name)s takes sales from now on.") % {"name": form.cleaned_data["name"]})
        return redirect("stores")
    registers: dict[int, list[str]] = {}
    for register in registers_all(visible_to=actor):
        registers.setdefault(register.store_id, []).append(register.name)
    rows = [(store, registers.get(store.id, [])) for store in stores_all(visible_to=actor)]
    return shown(request, "web/settings/stores.html", "stores", {"rows": rows, "form": form}, form)


@require_http_methods(["GET", "POST"])
def store(request: Request, store_id: int) -> HttpResponse:
    """One store: name and place; to close it or to open it again."""
    request.actor.require("business.see")
    found = next((each for each in stores_all(visible_to=request.actor) if each.id == store_id), None)
    if found is None:
        raise StoreUnknown(name=store_id, hint="")
    held = {"name": found.name, "city": found.city, "region": found.region}
    form = StoreForm(request.POST if request.method == "POST" else None, initial=held)
    if saved(form, lambda told: store_edit(store_id, **told, actor=request.actor, at=timezone.now())):
        notice_add(request, _("The store was saved."))
        return redirect("stores")
    return shown(request, "web/settings/store.html", "stores", {"store": found, "form": form}, form)


@require_POST
def store_closed(request: Request, store_id: int) -> HttpResponse:
    store_close(store_id, actor=request.actor, at=timezone.now())
    notice_add(request, _("The store is closed: it takes no more sales, and keeps those it made."))
    return redirect("stores")


@require_POST
def store_opened(request: Request, store_id: int) -> HttpResponse:
    store_open(store_id, actor=request.actor, at=timezone.now())
    notice_add(request, _("The store takes sales again."))
    return redirect("stores")


@require_http_methods(["GET", "POST"])
def fields(request: Request) -> HttpResponse:
    """The details this shop keeps beside the usual ones, and a form for another."""
    request.actor.require("business.see")
    form = FieldForm(request.POST if request.method == "POST" else None)
    if saved(form, lambda told: _field_create(told, actor=request.actor, at=timezone.now())):
        notice_add(request, _("Profiles can hold %(name)s from now on.") % {"name": form.cleaned_data["name"]})
        return redirect("fields")
    rows = [(field, KIND_NAMES[field.kind]) for field in custom_fields()]
    return shown(request, "web/settings/fields.html", "fields", {"rows": rows, "form": form}, form)


def _field_create(told: dict[str, Any], *, actor: Actor, at: datetime) -> int:
    options = [word.strip() for word in told["options"].split(",") if word.strip()]
    return custom_field_create(told["name"], kind=told["kind"], options=options, actor=actor, at=at)


def saved(
    form: forms.Form,
    save: Callable[[dict[str, Any]], object],
    beside: Mapping[type[RegularsError], str] = MappingProxyType({}),
) -> bool:
    """Whether what was typed was taken; if not, what is wrong stands in the form. Raises Forbidden.

    `beside` names the field that an error is about; the others stand above the form.
    """
    if not form.is_bound or not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except Forbidden:
        raise
    except RegularsError as refusal:
        refused(form, refusal, beside.get(type(refusal)))
        return False
    return True


def shown(
    request: Request, template: str, tab: str, context: dict[str, Any], form: forms.Form | None = None
) -> HttpResponse:
    """A part of the settings with its tabs; 422 with a form that is wrong."""
    tabs = [(each.label, reverse(each.name), each.name == tab) for each in TABS]
    context |= {"tabs": tabs, "may_edit": request.actor.may("business.edit")}
    return render(request, template, context, status=422 if form is not None and form.is_bound else 200)


def countries() -> list[tuple[str, str]]:
    """Every country as the language calls it, by name."""
    named = Locale.parse((get_language() or "en").split("-")[0]).territories
    return sorted(
        ((code, name) for code, name in named.items() if len(code) == 2 and code.isalpha()), key=lambda c: c[1]
    )


urlpatterns = [
    path("settings", business, name="settings"),
    path("settings/stores", stores, name="stores"),
    path("settings/stores/<int:store_id>", store, name="store"),
    path("settings/stores/<int:store_id>/close", store_closed, name="store-close"),
    path("settings/stores/<int:store_id>/open", store_opened, name="store-open"),
    path("settings/fields", fields, name="fields"),
]
