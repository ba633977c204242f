"""The list of offers, the page of one, and starting and ending it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.access.rules import Actor
from regulars.groups.history import members_on
from regulars.offers.errors import OfferWrong
from regulars.offers.giving import offer_give
from regulars.offers.selectors import OfferShown, coupons_list, entry_acts_list, names_known, offers_list
from regulars.offers.services import offer_end, offer_save
from regulars.offers.showing import offer_by_id
from regulars.sales.selectors import business_get
from regulars.segments.showing import groups_named
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.offering.words import row_of, state_of
from regulars.web.pages import offers_calendar, offers_codes, offers_editor, offers_entering, offers_results
from regulars.web.requests import Request

# What the list may be narrowed to, in the order of its tabs.
SHOWN = {
    "": gettext_lazy("All"),
    "live": gettext_lazy("Live"),
    "planned": gettext_lazy("Planned"),
    "draft": gettext_lazy("Drafts"),
    "ended": gettext_lazy("Ended"),
}
_WHOM = gettext_lazy("Choose whom it is given to.")
_ORDER = ("live", "planned", "draft", "ended")


@require_GET
def offers(request: Request) -> HttpResponse:
    """Every offer with how it stands, how often it was used, and what it took off."""
    shop = shop_of(business_get())
    names = names_known(visible_to=request.actor)
    rows = [row_of(each, shop=shop, names=names) for each in offers_list(visible_to=request.actor)]
    asked = request.GET.get("state", "")
    chosen = asked if asked in SHOWN else ""
    counts = {state: sum(row.state == state for row in rows) for state in _ORDER}
    shown = [row for row in rows if not chosen or row.state == chosen]
    context = {
        "shop": shop,
        "rows": sorted(shown, key=lambda row: _ORDER.index(row.state)),
        "chosen": chosen,
        "states": [(state, label, counts.get(state, len(rows))) for state, label in SHOWN.items()],
        "has_any": bool(rows),
        "may_edit": request.actor.may("offers.edit"),
    }
    return render(request, "web/offers/list.html", context)


@require_GET
def offer(request: Request, offer_id: int) -> HttpResponse:
    """An offer: what it promises and to whom, how it stands, its codes, and what runs on entering groups."""
    held = offer_by_id(offer_id, visible_to=request.actor)
    return render(request, "web/offers/offer.html", _about(request, held))


def _about(request: Request, held: OfferShown) -> dict[str, Any]:
    shop, actor = shop_of(business_get()), request.actor
    names, given = names_known(visible_to=actor), held.terms.conditions
    may_edit = actor.may("offers.edit")
    acts = [each for each in entry_acts_list(visible_to=actor) if each.offer == held.name] if given.needs_grant else []
    return {
        "shop": shop,
        "offer": held,
        "row": row_of(held, shop=shop, names=names),
        "state": state_of(held, shop.today),
        "may_edit": may_edit and held.state != "ended",
        "may_make": may_edit,
        "may_report": actor.may("reports.see"),
        "codes": len(coupons_list(held.id, visible_to=actor)) if given.needs_code and may_edit else None,
        "acts": acts,
        "giving": GiveForm(None, actor=actor) if may_edit and given.needs_grant and held.state == "live" else None,
    }


@require_http_methods(["GET", "POST"])
def started(request: Request, offer_id: int) -> HttpResponse:
    """Asks first: from then on registers give it."""
    request.actor.require("offers.edit")
    held = offer_by_id(offer_id, visible_to=request.actor)
    if request.method == "GET":
        return render(request, "web/offers/start.html", _about(request, held))
    shop, last = shop_of(business_get()), held.terms.conditions.last_day
    if last is not None and last < shop.today:
        told = gettext("Its last day, %(day)s, is over: choose another before it is started.")
        notice_add(request, told % {"day": shop.day(last)}, "error")
        return redirect("offer-edit", offer_id)
    offer_save(held.name, held.terms, offer_id=held.id, is_live=True, actor=request.actor, at=timezone.now())
    notice_add(request, gettext("“%(name)s” is live: registers give it from its first day on.") % {"name": held.name})
    return redirect("offer", offer_id)


@require_http_methods(["GET", "POST"])
def ended(request: Request, offer_id: int) -> HttpResponse:
    """Asks first: nobody gets it from then on, and it cannot be begun again."""
    request.actor.require("offers.edit")
    held = offer_by_id(offer_id, visible_to=request.actor)
    if request.method == "GET":
        return render(request, "web/offers/end.html", _about(request, held))
    offer_end(offer_id, actor=request.actor, at=timezone.now())
    notice_add(request, gettext("“%(name)s” has ended: nobody gets it any more.") % {"name": held.name})
    return redirect("offer", offer_id)


class GiveForm(forms.Form):
    """To whom it is given at once, and until when."""

    group = forms.ChoiceField(label=gettext_lazy("Everybody in"), error_messages={"required": _WHOM})
    until = forms.DateField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: as long as the offer runs."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, typed: Any, *, actor: Actor) -> None:
        super().__init__(typed, auto_id="g-%s")
        groups = [(str(each.id), each.name) for each in groups_named(visible_to=actor)]
        self.fields["group"].choices = [("", "\N{EM DASH}"), *groups]  # type: ignore[attr-defined]


@require_POST
def given(request: Request, offer_id: int) -> HttpResponse:
    """Everybody who is in a group now can use the offer once."""
    request.actor.require("offers.edit")
    held = offer_by_id(offer_id, visible_to=request.actor)
    context = _about(request, held)
    form = GiveForm(request.POST, actor=request.actor)
    if form.is_valid():
        told, today = form.cleaned_data, context["shop"].today
        try:
            count = offer_give(
                held.id, members_on(int(told["group"]), today), until=told["until"], actor=request.actor,
                at=timezone.now(), today=today,
            )  # fmt: skip
        except OfferWrong as refusal:
            for fault in refusal.faults:
                form.add_error(fault.place if fault.place in form.fields else None, gettext(fault.message))
        else:
            told_of = ngettext("%(n)s customer has it.", "%(n)s customers have it.", count)
            notice_add(request, told_of % {"n": context["shop"].count(count)})
            return redirect("offer", offer_id)
    return render(request, "web/offers/offer.html", context | {"giving": form}, status=422)


urlpatterns = [
    path("offers", offers, name="offers"),
    *offers_editor.urlpatterns,
    *offers_calendar.urlpatterns,
    *offers_entering.urlpatterns,
    path("offers/<int:offer_id>", offer, name="offer"),
    path("offers/<int:offer_id>/start", started, name="offer-start"),
    path("offers/<int:offer_id>/end", ended, name="offer-end"),
    path("offers/<int:offer_id>/give", given, name="offer-give"),
    *offers_codes.urlpatterns,
    *offers_results.urlpatterns,
]
