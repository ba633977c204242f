"""One customer: what is known, what happened, what may be done."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from regulars.balances.glancing import balances_glanced
from regulars.checkout.beside import sales_beside
from regulars.core.errors import Invalid
from regulars.customers.rules import phone_shown
from regulars.customers.services import customer_activate, customer_consent, customer_deactivate, note_add
from regulars.groups.selectors import groups_of_customer
from regulars.sales.cards import card_get
from regulars.sales.looking import timeline_open
from regulars.sales.profiles import Profile
from regulars.sales.selectors import business_get
from regulars.sales.services import profile_open
from regulars.sales.timeline import MOMENT_KINDS, TimelineMoment, cursor_of, timeline_page
from regulars.segments.showing import groups_named
from regulars.web.charts import bundle_version
from regulars.web.codes import barcode_drawn, qr_drawn
from regulars.web.context import shop_of
from regulars.web.history import (
    CHANNELS,
    consents_shown,
    habits_shown,
    months_shown,
    spend_values,
    tiles_of,
    timeline_values,
)
from regulars.web.narrowing import GENDER_LABELS, age_on
from regulars.web.notices import notice_add
from regulars.web.reporting.rhythm import rhythm_drawn
from regulars.web.requests import Request
from regulars.web.written import Shop

# So many moments are drawn, and so many of them listed at once.
DRAWN, LISTED = 200, 12
MOST_LISTED = 25


@require_GET
def customer(request: Request, customer_id: int) -> HttpResponse:
    """The page of a customer; that it was opened is in the audit log. As many queries for any history."""
    return _shown(request, customer_id)


def _shown(request: Request, customer_id: int, *, status: int = 200, **more: Any) -> HttpResponse:
    profile = profile_open(customer_id, timeline=0, actor=request.actor, at=timezone.now())
    drawn = timeline_page(customer_id, limit=DRAWN, visible_to=request.actor).moments
    shop = shop_of(business_get())
    context = {"shop": shop, "profile": profile, "about": profile.about, "details": profile.about.details}
    context |= _told(request, profile, drawn, shop=shop) | _person(profile, shop=shop) | more
    context["may_edit"] = request.actor.may("customers.edit")
    context |= _belonging(request, customer_id) | _held(request, customer_id, shop)
    return render(request, "web/customers/customer.html", context, status=status)


def _held(request: Request, customer_id: int, shop: Shop) -> dict[str, Any]:
    """Points, credit and account, where there is something to tell or to do. One query."""
    if not request.actor.may("balances.see"):
        return {}
    glance = balances_glanced(customer_id, today=shop.today, visible_to=request.actor)
    may_adjust = request.actor.may("balances.adjust")
    return {} if glance.is_empty and not may_adjust else {"held": glance, "may_adjust": may_adjust}


def _told(request: Request, profile: Profile, drawn: Any, *, shop: Shop) -> dict[str, Any]:
    """Figures and history."""
    months = months_shown(profile.months, shop=shop)
    return {
        "tiles": list(tiles_of(profile.stats, shop=shop)),
        "months": months,
        "spend_values": spend_values(months, shop=shop),
        "timeline_values": timeline_values(drawn, shop=shop),
        "habits": habits_shown(profile.habits),
        "rhythm": rhythm_drawn(profile.occasions, shop=shop),
        "kind": "",
        "kinds": MOMENT_KINDS,
        "chart_script": reverse("chart-script", args=[bundle_version()]),
        **_moments(request, profile.about.id, drawn[:LISTED], has_more=len(drawn) > LISTED, kind=""),
    }


def _person(profile: Profile, *, shop: Shop) -> dict[str, Any]:
    """Who it is, and how to reach them."""
    details = profile.about.details
    born = details.birth_date
    return {
        "phones": [(phone, phone_shown(phone)) for phone in details.phones],
        "age": None if born is None else age_on(shop.today, born),
        "gender": GENDER_LABELS.get(details.gender, ""),
        "is_link": details.website.startswith(("https://", "http://")),
        "consents": consents_shown(profile.consents),
        "channels": CHANNELS.items(),
        "qr": qr_drawn(details.code),
    }


def _belonging(request: Request, customer_id: int) -> dict[str, Any]:
    """The customer's groups, and those with a rule that the customer is not in. Four queries."""
    if not request.actor.may("segments.see"):
        return {}
    here = groups_of_customer(customer_id, visible_to=request.actor)
    ids = {each.group_id for each in here}
    ruled = [each for each in groups_named(visible_to=request.actor) if each.kind != "manual"]
    return {
        "customer_id": customer_id,
        "sees_groups": bool(here or ruled),
        "belongings": here,
        "others": [each for each in ruled if each.id not in ids],
    }


def _moments(request: Request, customer_id: int, moments: Any, *, has_more: bool, kind: str) -> dict[str, Any]:
    """The moments, each sale with the points and offers that it moved. One query where there are sales."""
    cursor = cursor_of(moments[-1]) if has_more and moments else ""
    beside = sales_beside([each.uid for each in moments if each.kind == "sale"], visible_to=request.actor)
    told = [(each, beside.get(each.uid)) for each in moments]
    return {"customer_id": customer_id, "moments": told, "cursor": cursor, "kind": kind}


@require_GET
@vary_on_headers("HX-Request")
def timeline(request: Request, customer_id: int) -> HttpResponse:
    """What happened, narrowed to a kind, or what came before; the look is in the audit log."""
    kind = request.GET.get("kind", "")
    kinds = (kind,) if kind in MOMENT_KINDS else MOMENT_KINDS
    cursor = request.GET.get("cursor") or None
    page = timeline_open(
        customer_id, kinds=kinds, limit=MOST_LISTED, cursor=cursor, actor=request.actor, at=timezone.now()
    )
    moments: list[TimelineMoment] = list(page.moments)
    context = _moments(request, customer_id, moments, has_more=page.next_cursor is not None, kind=kind)
    context |= {"kinds": MOMENT_KINDS, "shop": shop_of(business_get())}
    if request.htmx:
        return render(request, f"web/customers/{'_moments' if cursor else '_timeline'}.html", context)
    context["card"] = card_get(customer_id, visible_to=request.actor)
    return render(request, "web/customers/timeline.html", context)


@require_GET
def card(request: Request, customer_id: int) -> HttpResponse:
    """The card to print: the code as QR and barcode."""
    found = card_get(customer_id, visible_to=request.actor)
    drawn = {"qr": qr_drawn(found.code), "bars": barcode_drawn(found.code)}
    told = {"tiers": _tiers(request, customer_id), "may_see": request.actor.may("customers.see")}
    context = {"card": found, **told, **drawn}
    return render(request, "web/customers/card.html", context)


def _tiers(request: Request, customer_id: int) -> list[str]:
    """The names of the customer's tiers: what a till wants to know first."""
    if not request.actor.may("segments.see"):
        return []
    here = groups_of_customer(customer_id, visible_to=request.actor)
    return [each.group for each in here if each.kind == "tier"]


@require_POST
def noted(request: Request, customer_id: int) -> HttpResponse:
    """The note stands on the profile."""
    text = request.POST.get("text", "")
    try:
        note_add(customer_id, text, actor=request.actor, at=timezone.now())
    except Invalid as refusal:
        wrong = gettext(refusal.message) % refusal.facts
        return _shown(request, customer_id, status=422, note=text, note_wrong=wrong)
    notice_add(request, gettext("The note was added."))
    return redirect("customer", customer_id)


@require_POST
def consented(request: Request, customer_id: int) -> HttpResponse:
    """The customer's yes or no is on record, with what they were asked."""
    channel, wording = request.POST.get("channel", ""), request.POST.get("wording", "").strip()
    answer = request.POST.get("answer", "")
    if answer not in ("yes", "no") or not wording:
        wrong = gettext("Say what the customer was asked, and what they answered.")
        return _shown(request, customer_id, status=422, wording=wording, asked=channel, consent_wrong=wrong)
    try:
        customer_consent(
            customer_id, channel=channel, is_given=answer == "yes", wording=wording, place="back office",
            actor=request.actor, at=timezone.now(),
        )  # fmt: skip
    except Invalid as refusal:
        wrong = gettext(refusal.message) % refusal.facts
        return _shown(request, customer_id, status=422, wording=wording, asked=channel, consent_wrong=wrong)
    notice_add(request, gettext("The answer was recorded."))
    return redirect("customer", customer_id)


@require_http_methods(["GET", "POST"])
def deactivated(request: Request, customer_id: int) -> HttpResponse:
    """Asks first: the till no longer finds the customer."""
    request.actor.require("customers.edit")
    if request.method == "POST":
        customer_deactivate(customer_id, actor=request.actor, at=timezone.now())
        notice_add(request, gettext("The customer was deactivated: tills no longer find them."))
        return redirect("customer", customer_id)
    return render(request, "web/customers/deactivate.html", {"card": card_get(customer_id, visible_to=request.actor)})


@require_POST
def activated(request: Request, customer_id: int) -> HttpResponse:
    """The till finds the customer again."""
    customer_activate(customer_id, actor=request.actor, at=timezone.now())
    notice_add(request, gettext("The customer was activated: tills find them again."))
    return redirect("customer", customer_id)


urlpatterns = [
    path("customers/<int:customer_id>", customer, name="customer"),
    path("customers/<int:customer_id>/timeline", timeline, name="customer-timeline"),
    path("customers/<int:customer_id>/card", card, name="customer-card"),
    path("customers/<int:customer_id>/notes", noted, name="customer-note"),
    path("customers/<int:customer_id>/consents", consented, name="customer-consent"),
    path("customers/<int:customer_id>/deactivate", deactivated, name="customer-deactivate"),
    path("customers/<int:customer_id>/activate", activated, name="customer-activate"),
]
