"""The loyalty policy: what is in force, what was and what comes; changing it; what the shop owes by it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.balances.errors import BadPolicy
from regulars.balances.inforce import Version
from regulars.balances.limits import limit_of_everybody
from regulars.balances.previewing import policy_effect
from regulars.balances.rules import PolicyTerms
from regulars.balances.selectors import liability, policies_all
from regulars.balances.services import account_limit_set, policy_set
from regulars.core.errors import Invalid
from regulars.core.money import amount_text, currency_places
from regulars.groups.selectors import groups_list
from regulars.offers.showing import words_of_no_product
from regulars.sales.selectors import business_get, stores_all
from regulars.web.amounts import MoneyField
from regulars.web.context import shop_of
from regulars.web.loyalty.form import Known, PolicyForm
from regulars.web.loyalty.words import rule_told, terms_told
from regulars.web.notices import notice_add
from regulars.web.requests import Request
from regulars.web.written import Shop


@require_GET
def loyalty(request: Request) -> HttpResponse:
    """The policy in force in words, or another version; all versions; what is owed by it."""
    return _shown(request)


def _shown(request: Request, *, form: "LimitForm | None" = None) -> HttpResponse:
    shop, actor = shop_of(business_get()), request.actor
    versions = list(policies_all(visible_to=actor))
    in_force = next((each for each in reversed(versions) if each.starts_on <= shop.today), None)
    asked = request.GET.get("version", "")
    shown = next((each for each in versions if str(each.id) == asked), in_force or next(iter(versions), None))
    owed = liability(first=shop.today, last=shop.today, visible_to=actor) if actor.may("reports.see") else ()
    limit = limit_of_everybody()
    context: dict[str, Any] = {
        "shop": shop,
        "version": shown,
        "state": _state(shown, in_force, shop) if shown else "",
        "rules": [(rule, rule_told(rule, shop)) for rule in shown.terms.rules] if shown else [],
        "terms": terms_told(shown.terms, shop) if shown else [],
        "versions": [(each, _state(each, in_force, shop)) for each in reversed(versions)],
        "owed": {each.book: each for each in owed},
        "limit": limit,
        "may_edit": actor.may("loyalty.edit"),
        "form": form or LimitForm(None, places=currency_places(shop.currency), held=limit),
    }
    return render(request, "web/loyalty/page.html", context, status=422 if form is not None else 200)


def _state(version: Version, in_force: Version | None, shop: Shop) -> str:
    if version == in_force:
        return "live"
    return "planned" if version.starts_on > shop.today else "ended"


class LimitForm(forms.Form):
    """How much anybody may owe on account."""

    limit = MoneyField(
        label=gettext_lazy("Everybody may owe up to"),
        help_text=gettext_lazy("0: nobody buys on account but those who have a limit of their own."),
    )

    def __init__(self, typed: Any, *, places: int, held: int = 0) -> None:
        super().__init__(typed, initial={"limit": amount_text(held, places=places)}, auto_id="a-%s")
        self.fields["limit"].places = places  # type: ignore[attr-defined]


@require_POST
def limit_set(request: Request) -> HttpResponse:
    """Whoever has no limit of their own may owe so much."""
    request.actor.require("loyalty.edit")
    form = LimitForm(request.POST, places=currency_places(business_get().currency))
    if not form.is_valid():
        return _shown(request, form=form)
    try:
        account_limit_set(None, form.cleaned_data["limit"], actor=request.actor, at=timezone.now())
    except Invalid as refusal:
        form.add_error("limit", gettext(refusal.message) % refusal.facts)
        return _shown(request, form=form)
    notice_add(request, gettext("The limit is saved; what is owed stays owed."))
    return redirect("loyalty")


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """The next version, begun with the terms in force; what it would do stands beside it."""
    request.actor.require("loyalty.edit")
    shop = shop_of(business_get())
    form = _form(request, shop)
    is_sent = form.is_bound and request.POST.get("do", "save") == "save"
    if is_sent and form.is_valid() and _is_saved(request, form):
        day = shop.day(form.cleaned_data["starts_on"])
        notice_add(request, gettext("The terms are saved: they are in force from %(day)s.") % {"day": day})
        _strangers_say(request, form.terms())
        return redirect("loyalty")
    planned = [each for each in policies_all(visible_to=request.actor) if each.starts_on > shop.today]
    context = {"shop": shop, "form": form, "planned": planned} | _effect(request, form, shop)
    return render(request, "web/loyalty/editor.html", context, status=422 if is_sent else 200)


@require_POST
def look(request: Request) -> HttpResponse:
    """What the terms in the form would do, while they are typed."""
    request.actor.require("loyalty.edit")
    shop = shop_of(business_get())
    form = _form(request, shop)
    return render(request, "web/loyalty/_effect.html", {"shop": shop, "form": form} | _effect(request, form, shop))


def _form(request: Request, shop: Shop) -> PolicyForm:
    actor = request.actor
    tiers = list(dict.fromkeys(each.name for each in groups_list(kinds=("tier",), visible_to=actor)))
    stores = [each.name for each in stores_all(visible_to=actor)]
    known = Known(tiers, stores, currency_places(shop.currency))
    versions = policies_all(visible_to=actor)
    held = next((each for each in reversed(versions) if each.starts_on <= shop.today), next(iter(versions), None))
    typed = request.POST if request.method == "POST" else None
    return PolicyForm(typed, known=known, today=shop.today, held=held.terms if held else None)


def _is_saved(request: Request, form: PolicyForm) -> bool:
    if not form.told_rules:
        form.add_error(None, gettext("Nothing earns points yet: write at least one rule."))
        return False
    try:
        policy_set(form.terms(), starts_on=form.cleaned_data["starts_on"], actor=request.actor, at=timezone.now())
    except BadPolicy as refusal:
        form.refuse(refusal)
        return False
    return True


def _strangers_say(request: Request, terms: PolicyTerms) -> None:
    """What no product has may be a slip of the keyboard, or of what is to come: it is said, and kept."""
    told = {
        "sku": [word for rule in terms.rules for word in rule.skus],
        "category": [word for rule in terms.rules for word in rule.categories] + [*terms.not_redeemable_categories],
        "brand": [word for rule in terms.rules for word in rule.brands],
    }
    for word in words_of_no_product(told, visible_to=request.actor):
        said = gettext("No product has “%(word)s” yet: what the terms say of it does nothing until one has.")
        notice_add(request, said % {"word": word}, "warning")


def _effect(request: Request, form: PolicyForm, shop: Shop) -> dict[str, Any]:
    """What the terms would do; nothing while they cannot be read."""
    if not form.is_bound or not _is_readable(form):
        return {"effect": None}
    terms = form.terms()
    try:
        effect = policy_effect(terms, today=shop.today, visible_to=request.actor)
    except BadPolicy as refusal:
        # What is wrong is told at its field once it is to be saved.
        return {"effect": None, "wrong": _sentence(refusal)}
    return {
        "effect": effect,
        "said": [rule_told(rule, shop) for rule in terms.rules],
        "change": effect.earned_after - effect.earned_before,
        "cost_change": effect.worth_after - effect.worth_before,
        "held_change": effect.held_after - effect.held_before,
    }


def _sentence(refusal: BadPolicy) -> str:
    reason = gettext(str(refusal.facts["reason"]))
    return f"{reason[:1].upper()}{reason[1:]}."


def _is_readable(form: PolicyForm) -> bool:
    """Whether all but the day is as it must be."""
    return form.is_valid() or (set(form.errors) <= {"starts_on"} and not form.has_wrong_rules)


urlpatterns = [
    path("offers/loyalty", loyalty, name="loyalty"),
    path("offers/loyalty/new", new, name="loyalty-new"),
    path("offers/loyalty/look", look, name="loyalty-look"),
    path("offers/loyalty/limit", limit_set, name="loyalty-limit"),
]
