"""A new customer, and the details of one who is there."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.customers.details import CustomerDetails
from regulars.customers.errors import CustomerAmbiguous, CustomerUnknown
from regulars.customers.rules import identity_key
from regulars.customers.selectors import custom_fields, customer_details, customer_find
from regulars.customers.services import customer_create, customer_edit
from regulars.sales.cards import card_or_nobody
from regulars.sales.finding import Glimpse
from regulars.sales.selectors import business_get, business_today
from regulars.web.details_form import Custom, DetailsForm, initial_of
from regulars.web.middleware import status_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request

# What may be given in the address of a new customer: what was typed where nobody was found.
_PREFILLED = ("name", "phone", "email")


@require_http_methods(["GET", "POST"])
def created(request: Request) -> HttpResponse:
    """An empty form, or a new customer; where somebody has the same phone or e-mail, that is said first."""
    request.actor.require("customers.create")
    customs = _customs()
    if request.method == "GET":
        given = {name: request.GET.get(name, "")[:200] for name in _PREFILLED}
        initial = {"name": given["name"], "phones": [given["phone"]], "emails": [given["email"]]}
        form = DetailsForm(None, customs=customs, initial=initial)
        return _shown(request, form, doubles=_doubles(request, [given["phone"], given["email"]]))
    form = DetailsForm(request.POST, customs=customs, initial={})
    if not form.is_valid():
        return _shown(request, form, status=422)
    details = form.details(CustomerDetails())
    if "other" not in request.POST:
        doubles = _doubles(request, [*details.phones, *details.emails])
        if doubles:
            return _shown(request, form, doubles=doubles, must_confirm=True, status=409)
    at = timezone.now()
    try:
        made = customer_create(
            details, source="office", country=business_get().country, actor=request.actor, at=at,
            today=business_today(at=at),
        )  # fmt: skip
    except (Invalid, Conflict, NotFound) as refusal:
        form.refuse(refusal)
        return _shown(request, form, status=status_of(refusal))
    notice_add(request, gettext("The customer is there now."))
    return redirect("customer" if request.actor.may("customers.see") else "customer-card", made)


@require_http_methods(["GET", "POST"])
def edited(request: Request, customer_id: int) -> HttpResponse:
    """The form of a customer, or what it changed."""
    request.actor.require("customers.edit")
    before, customs = customer_details(customer_id, visible_to=request.actor).details, _customs()
    if request.method == "GET":
        form = DetailsForm(None, customs=customs, initial=initial_of(before, customs))
        return _shown(request, form, customer_id=customer_id, name=before.name)
    form = DetailsForm(request.POST, customs=customs, initial={})
    if not form.is_valid():
        return _shown(request, form, customer_id=customer_id, name=before.name, status=422)
    at = timezone.now()
    try:
        changed = customer_edit(
            customer_id, form.details(before), country=business_get().country, actor=request.actor, at=at,
            today=business_today(at=at),
        )  # fmt: skip
    except CustomerUnknown:
        raise
    except (Invalid, Conflict, NotFound) as refusal:
        form.refuse(refusal)
        return _shown(request, form, customer_id=customer_id, name=before.name, status=status_of(refusal))
    notice_add(request, gettext("The changes were saved.") if changed else gettext("Nothing was changed."))
    return redirect("customer", customer_id)


@require_GET
def doubled(request: Request) -> HttpResponse:
    """Who has this phone or e-mail already; asked while the form of a new customer is being filled."""
    request.actor.require("customers.create")
    typed = [*request.GET.getlist("phone"), *request.GET.getlist("email")]
    context = {"doubles": _doubles(request, typed), "may_see": request.actor.may("customers.see")}
    return render(request, "web/customers/_doubles.html", context)


def _doubles(request: Request, typed: Sequence[str]) -> list[Glimpse]:
    """The customers within reach who have one of these; nobody for whoever may not find customers."""
    actor = request.actor
    if not (actor.may("customers.find") or actor.may("customers.see")):
        return []
    country = business_get().country
    found: dict[int, Glimpse] = {}
    for text in typed:
        for kind in ("phone", "email"):
            if text.strip() and _is_one(kind, text, country=country):
                glimpse = _holder(text, country=country, request=request)
                if glimpse is not None:
                    found[glimpse.id] = glimpse
    return list(found.values())


def _is_one(kind: str, text: str, *, country: str) -> bool:
    try:
        identity_key(kind, text, country=country)
    except Invalid:
        return False
    return True


def _holder(text: str, *, country: str, request: Request) -> Glimpse | None:
    """Who is meant; of several who share it the first."""
    try:
        found = customer_find(text, country=country, visible_to=request.actor)
    except CustomerUnknown:
        return None
    except CustomerAmbiguous as several:
        found = int(str(several.facts["ids"]).split(",")[0])
    return card_or_nobody(found, visible_to=request.actor)


def _customs() -> list[Custom]:
    return [Custom(field.pk, field.name, field.kind, field.options) for field in custom_fields()]


def _shown(request: Request, form: DetailsForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "may_see": request.actor.may("customers.see"), **more}
    return render(request, "web/customers/edit.html", context, status=status)


urlpatterns = [
    path("customers/new", created, name="customer-new"),
    path("customers/new/doubles", doubled, name="customer-doubles"),
    path("customers/<int:customer_id>/edit", edited, name="customer-edit"),
]
