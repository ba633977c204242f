"""Tiers: every customer is in exactly one of a set; the ladder as a line, with its gaps and overlaps."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.groups.history import tier_flows
from regulars.groups.using import group_users
from regulars.sales.selectors import business_get
from regulars.segments.errors import LadderBroken
from regulars.segments.selectors import TierSetShown, tier_set_get, tier_sets_list
from regulars.segments.services import tier_set_delete, tier_set_save
from regulars.segments.showing import ladder_looked, tier_set_by_id, tier_set_looked
from regulars.segments.templates import TIER_TEMPLATE
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request
from regulars.web.segmenting.drawing import drawn_ladder
from regulars.web.segmenting.reading import text_typed

FLOW_DAYS = 90


@require_GET
def tiers(request: Request) -> HttpResponse:
    """The sets of tiers, each drawn."""
    at = timezone.now()
    found = tier_sets_list(visible_to=request.actor)
    context = {
        "sets": [(each, *_drawn(each, at)) for each in found],
        "template": TIER_TEMPLATE,
        "may_edit": request.actor.may("segments.edit"),
    }
    return render(request, "web/segments/tiers.html", context)


def _drawn(shown: TierSetShown, at: datetime) -> tuple[Any, Any]:
    looked = tier_set_looked(shown, at=at)
    return looked.findings, drawn_ladder(looked)


@require_GET
def tier_set(request: Request, tier_set_id: int) -> HttpResponse:
    """A set of tiers: its ladder, how many are in each, who went from which to which."""
    at, shop = timezone.now(), shop_of(business_get())
    found = tier_set_by_id(tier_set_id, visible_to=request.actor)
    findings, drawn = _drawn(found, at)
    everybody = sum(tier.size for tier in found.tiers)
    context: dict[str, Any] = {
        "shop": shop, "set": found, "findings": findings, "drawn": drawn, "flow_days": FLOW_DAYS,
        "tiers": [(tier, tier.size / everybody if everybody else 0.0) for tier in found.tiers],
        "may_edit": request.actor.may("segments.edit"), "may_report": request.actor.may("reports.see"),
    }  # fmt: skip
    if context["may_report"]:
        first = shop.today - timedelta(days=FLOW_DAYS)
        context["flows"] = tier_flows(tier_set_id, first=first, last=shop.today, visible_to=request.actor)
    return render(request, "web/segments/tier_set.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new set of tiers, begun with the usual three."""
    request.actor.require("segments.edit")
    if request.method == "POST":
        return _sent(request, None)
    told: dict[str, Any] = {"name": gettext(TIER_TEMPLATE.name), "ladder": _lines(TIER_TEMPLATE.text)}
    return _editor(request, None, **told)


@require_http_methods(["GET", "POST"])
def edit(request: Request, tier_set_id: int) -> HttpResponse:
    """The ladder of a set."""
    request.actor.require("segments.edit")
    found = tier_set_by_id(tier_set_id, visible_to=request.actor)
    if request.method == "POST":
        return _sent(request, found)
    return _editor(request, found, name=found.name, ladder=_lines(found.ladder))


def _sent(request: Request, held: TierSetShown | None) -> HttpResponse:
    name = held.name if held else request.POST.get("name", "").strip()
    ladder = text_typed(request.POST, "ladder")
    is_anyway = request.POST.get("anyway") == "on"
    if held is None and _is_taken(name, request):
        wrong = gettext("There are tiers of that name already; choose another name.")
        return _editor(request, held, status=422, name=name, ladder=ladder, wrong=wrong)
    try:
        tier_set_save(name, _ladder(ladder), is_anyway=is_anyway, actor=request.actor, at=timezone.now())
    except LadderBroken:
        # The gaps and overlaps stand beside the ladder, with the way to keep them.
        return _editor(request, held, status=422, name=name, ladder=ladder, is_broken=True)
    except (Invalid, Conflict) as refusal:
        wrong = gettext(refusal.message) % refusal.facts
        return _editor(request, held, status=422, name=name, ladder=ladder, wrong=wrong)
    saved = tier_set_get(name, visible_to=request.actor)
    notice_add(request, gettext("The tiers of “%(name)s” are saved.") % {"name": saved.name})
    return redirect("tier-set", saved.id)


def _is_taken(name: str, request: Request) -> bool:
    return any(each.name == name for each in tier_sets_list(visible_to=request.actor))


def _editor(request: Request, held: TierSetShown | None, *, status: int = 200, **told: Any) -> HttpResponse:
    context = {"set": held} | told | _looked(request, told["ladder"])
    return render(request, "web/segments/tier_editor.html", context, status=status)


def _looked(request: Request, ladder: str) -> dict[str, Any]:
    """What the ladder would make: drawn, or why it cannot be read."""
    if not ladder.strip():
        return {"looked": None, "drawn": None, "unread": gettext("Write a tier in each line.")}
    try:
        looked = ladder_looked(_ladder(ladder), at=timezone.now(), visible_to=request.actor)
    except (Invalid, Conflict, NotFound) as refusal:
        return {"looked": None, "drawn": None, "unread": gettext(refusal.message) % refusal.facts}
    return {"looked": looked, "findings": looked.findings, "drawn": drawn_ladder(looked)}


@require_POST
def look(request: Request) -> HttpResponse:
    """The ladder as it would be, while it is typed."""
    context = {"shop": shop_of(business_get())} | _looked(request, text_typed(request.POST, "ladder"))
    return render(request, "web/segments/_ladder_look.html", context)


@require_http_methods(["GET", "POST"])
def deleted(request: Request, tier_set_id: int) -> HttpResponse:
    """Asks first; rules that name a tier stand in the way."""
    request.actor.require("segments.edit")
    found = tier_set_by_id(tier_set_id, visible_to=request.actor)
    if request.method == "POST":
        tier_set_delete(found.name, actor=request.actor, at=timezone.now())
        notice_add(request, gettext("The tiers of “%(name)s” are gone.") % {"name": found.name})
        return redirect("tiers")
    users = [user for tier in found.tiers for user in group_users(tier.id)]
    return render(request, "web/segments/tier_delete.html", {"set": found, "users": users})


def _lines(ladder: str) -> str:
    """A tier in each line reads better than all in one."""
    return ladder.replace("; ", "\n")


def _ladder(lines: str) -> str:
    """The ladder as it is kept. A rule may go over several lines only inside of its own."""
    return "; ".join(each.strip().rstrip(";") for each in lines.splitlines() if each.strip())


urlpatterns = [
    path("segments/tiers", tiers, name="tiers"),
    path("segments/tiers/new", new, name="tier-set-new"),
    path("segments/tiers/look", look, name="tier-set-look"),
    path("segments/tiers/<int:tier_set_id>", tier_set, name="tier-set"),
    path("segments/tiers/<int:tier_set_id>/edit", edit, name="tier-set-edit"),
    path("segments/tiers/<int:tier_set_id>/delete", deleted, name="tier-set-delete"),
]
