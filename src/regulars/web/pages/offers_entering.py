"""What entering a group brings: win-back, birthday, a tag."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.offers.errors import NotOfYourStores
from regulars.offers.giving import LONGEST_TAG, entry_act_delete, entry_act_save
from regulars.offers.selectors import EntryActShown, entry_acts_list, offers_list
from regulars.sales.selectors import business_get
from regulars.segments.showing import groups_named
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request

MOVES = {"enter": gettext_lazy("Who enters"), "leave": gettext_lazy("Who leaves")}


class EnteringForm(forms.Form):
    """On which group, and what it brings: an offer for some days, or a tag."""

    move = forms.ChoiceField(label=gettext_lazy("When"), choices=list(MOVES.items()))
    group = forms.ChoiceField(label=gettext_lazy("Group, segment or tier"))
    offer = forms.ChoiceField(
        label=gettext_lazy("is given the offer"), required=False,
        help_text=gettext_lazy("Only offers that are given: choose so under “Who gets it” in their editor."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("for so many days"), required=False, min_value=1, max_value=3660,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("Empty: as long as the offer runs."),
    )  # fmt: skip
    tag = forms.CharField(label=gettext_lazy("or is given the tag"), required=False, max_length=LONGEST_TAG)

    def __init__(self, typed: Any, *, groups: Any, offers: Any) -> None:
        super().__init__(typed, auto_id="e-%s")
        self.fields["group"].choices = [("", "—"), *groups]  # type: ignore[attr-defined]
        self.fields["offer"].choices = [("", gettext("none")), *offers]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def entering(request: Request) -> HttpResponse:
    """What entering and leaving groups brings, and a form for more."""
    actor = request.actor
    form = _form(request)
    if form.is_bound and form.is_valid() and _is_saved(request, form):
        return redirect("offers-entering")
    context = {
        "shop": shop_of(business_get()),
        "acts": entry_acts_list(visible_to=actor),
        "form": form if actor.may("offers.edit") else None,
        "has_offers": len(form.fields["offer"].choices) > 1,  # type: ignore[attr-defined]
    }
    return render(request, "web/offers/entering.html", context, status=422 if form.is_bound else 200)


def _form(request: Request) -> EnteringForm:
    actor = request.actor
    groups = [(str(each.id), each.name) for each in groups_named(visible_to=actor)]
    given = [each for each in offers_list(visible_to=actor) if each.terms.conditions.needs_grant]
    offers = [(str(each.id), each.name) for each in given if each.state != "ended"]
    return EnteringForm(request.POST if request.method == "POST" else None, groups=groups, offers=offers)


def _is_saved(request: Request, form: EnteringForm) -> bool:
    told = form.cleaned_data
    if bool(told["offer"]) == bool(told["tag"].strip()):
        form.add_error("offer", gettext("Choose an offer, or write a tag: one of the two."))
        return False
    try:
        entry_act_save(
            int(told["group"]),
            offer_id=int(told["offer"]) if told["offer"] else None,
            days=told["days"] if told["offer"] else None,
            tag=told["tag"],
            is_entry=told["move"] == "enter",
            actor=request.actor,
            at=timezone.now(),
        )
    except (Invalid, Conflict, NotFound, NotOfYourStores) as refusal:
        form.add_error(None, gettext(refusal.message) % refusal.facts)
        return False
    notice_add(request, gettext("Saved: it happens from now on, at every sale and at midnight."))
    return True


@require_http_methods(["GET", "POST"])
def deleted(request: Request, act_id: int) -> HttpResponse:
    """Asks first: what was given stays given."""
    request.actor.require("offers.edit")
    acts = entry_acts_list(visible_to=request.actor)
    act: EntryActShown | None = next((each for each in acts if each.id == act_id), None)
    if act is None:
        return redirect("offers-entering")
    if request.method == "GET":
        return render(request, "web/offers/entering_delete.html", {"act": act})
    entry_act_delete(act_id, actor=request.actor, at=timezone.now())
    notice_add(request, gettext("That happens no longer; what was given stays."))
    return redirect("offers-entering")


urlpatterns = [
    path("offers/entering", entering, name="offers-entering"),
    path("offers/entering/<int:act_id>/delete", deleted, name="offers-entering-delete"),
]
