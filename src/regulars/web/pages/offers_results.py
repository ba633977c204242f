"""What an offer brought, and what it would have cost on the shop's own past."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.offers.backtesting import Backtest, offer_backtest
from regulars.offers.errors import OfferWrong
from regulars.offers.results import offer_result
from regulars.offers.selectors import OfferShown, offers_list
from regulars.offers.showing import offer_by_id
from regulars.sales.cards import names_reached
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.offering.results import lift_shown
from regulars.web.offering.words import state_of
from regulars.web.requests import Request
from regulars.web.written import Shop


def _day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class DaysForm(forms.Form):
    """From which day to which."""

    def __init__(self, asked: Any, *, initial: dict[str, date] | None = None) -> None:
        super().__init__(asked, initial=initial, auto_id="r-%s")
        self.fields["from"] = _day_field(gettext_lazy("From"))
        self.fields["until"] = _day_field(gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        first, last = typed.get("from"), typed.get("until")
        if first and last and last < first:
            self.add_error("until", gettext("It ends before it begins."))
        return typed


@require_GET
def result(request: Request, offer_id: int) -> HttpResponse:
    """Uses, cost, what was sold with it, and its effect against those it is held back from."""
    held = offer_by_id(offer_id, visible_to=request.actor)
    shop = shop_of(business_get())
    form = DaysForm(request.GET if "from" in request.GET or "until" in request.GET else None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    context: dict[str, Any] = {"shop": shop, "offer": held, "form": form, "state": state_of(held, shop.today)}
    if not (form.is_bound and form.errors):
        found = offer_result(
            held.name, today=shop.today, first=told.get("from"), last=told.get("until"), visible_to=request.actor
        )
        context["result"] = found
        form.initial = {"from": found.first, "until": found.last}
        context["lift"] = lift_shown(found.lift, shop) if found.lift else None
    return render(request, "web/offers/result.html", context, status=422 if form.is_bound and form.errors else 200)


class BacktestForm(DaysForm):
    """The past it is tried on, and the offer it would have stood in for."""

    def __init__(self, asked: Any, *, offers: list[str], initial: dict[str, date]) -> None:
        super().__init__(asked, initial=initial)
        self.fields["instead"] = forms.ChoiceField(
            label=gettext_lazy("Instead of"), required=False,
            choices=[("", gettext("nothing: on top of what was given")), *((name, name) for name in offers)],
        )  # fmt: skip


@require_GET
def backtest(request: Request, offer_id: int) -> HttpResponse:
    """What the offer would have cost on the sales of some days, and who had won. Run when it is asked for."""
    held = offer_by_id(offer_id, visible_to=request.actor)
    shop, actor = shop_of(business_get()), request.actor
    others = [each.name for each in offers_list(visible_to=actor) if each.id != offer_id and each.uses]
    initial = {"from": shop.today - timedelta(days=30), "until": shop.today - timedelta(days=1)}
    form = BacktestForm(request.GET if "from" in request.GET else None, offers=others, initial=initial)
    context: dict[str, Any] = {"shop": shop, "offer": held, "form": form, "state": state_of(held, shop.today)}
    if form.is_bound and form.is_valid():
        context |= _backtested(request, form, held, shop)
    is_wrong = form.is_bound and bool(form.errors)
    return render(request, "web/offers/backtest.html", context, status=422 if is_wrong else 200)


def _backtested(request: Request, form: BacktestForm, held: OfferShown, shop: Shop) -> dict[str, Any]:
    told = form.cleaned_data
    last = told["until"] or shop.today - timedelta(days=1)
    first = told["from"] or last - timedelta(days=29)
    try:
        found = offer_backtest(
            held.name, held.terms, first=first, last=last, instead_of=[told["instead"]] if told["instead"] else [],
            visible_to=request.actor,
        )  # fmt: skip
    except OfferWrong as refusal:
        form.add_error(None, ". ".join(gettext(fault.message) for fault in refusal.faults))
        return {}
    except (Invalid, Conflict, NotFound) as refusal:
        form.add_error(None, gettext(refusal.message) % refusal.facts)
        return {}
    return {"found": found, "most": _most(request, found), "share": found.cost / found.paid if found.paid else None}


def _most(request: Request, found: Backtest) -> list[tuple[int, str, int]]:
    """Who would have won most, by name where the actor may see names."""
    if not request.actor.may("customers.see"):
        return []
    names = names_reached([customer for customer, _amount in found.most_won], visible_to=request.actor)
    return [(customer, names[customer], amount) for customer, amount in found.most_won if customer in names]


urlpatterns = [
    path("offers/<int:offer_id>/result", result, name="offer-result"),
    path("offers/<int:offer_id>/backtest", backtest, name="offer-backtest"),
]
