"""The editor of a segment: its rule as text and as chips, what it comes to while it is typed, and saving it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.sales.cards import names_reached
from regulars.sales.selectors import business_get
from regulars.segments.editing import segment_change, segment_create
from regulars.segments.language.completing import completions
from regulars.segments.previewing import rule_preview
from regulars.segments.selectors import SegmentShown
from regulars.segments.services import SegmentSaved
from regulars.segments.showing import is_quickly_summed, known_here, rule_moves, segment_by_id
from regulars.segments.templates import segment_template
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request
from regulars.web.segmenting.editing import Edited, addable, edited, edited_from, words_offered
from regulars.web.segmenting.reading import REFUSALS, Reading, text_typed, wrong_of
from regulars.web.written import Shop


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new segment: empty, from a template, or from a rule in the address."""
    request.actor.require("segments.edit")
    at, shop = timezone.now(), shop_of(business_get())
    if request.method == "POST":
        return _sent(request, shop, at)
    template = segment_template(request.GET.get("template", ""))
    told: dict[str, Any] = {"name": gettext(template.name), "description": gettext(template.why)} if template else {}
    text = template.text if template else text_typed(request.GET)
    return _shown(request, edited_from(text, shop=shop, at=at, actor=request.actor), shop, at, **told)


@require_http_methods(["GET", "POST"])
def edit(request: Request, group_id: int) -> HttpResponse:
    """The rule of a segment that is there."""
    request.actor.require("segments.edit")
    at, shop = timezone.now(), shop_of(business_get())
    segment = segment_by_id(group_id, at=at, visible_to=request.actor)
    if request.method == "POST":
        return _sent(request, shop, at, segment=segment)
    begun = edited_from(segment.text, shop=shop, at=at, actor=request.actor)
    return _shown(request, begun, shop, at, segment=segment, **_held(segment))


def _held(segment: SegmentShown) -> dict[str, Any]:
    return {"name": segment.group.name, "description": segment.group.description}


def _sent(request: Request, shop: Shop, at: datetime, *, segment: Any = None) -> HttpResponse:
    """Something was pressed: in the editor, or to save."""
    told = request.POST
    now = edited(told, shop=shop, at=at, actor=request.actor)
    name = told.get("name", "").strip()
    context: dict[str, Any] = {"name": name, "description": told.get("description", "").strip(), "segment": segment}
    if told.get("do", "save") != "save":
        return _shown(request, now, shop, at, **context)
    if now.reading.rule is None or not name:
        if not now.reading.text.strip():
            now = edited_from("", shop=shop, at=at, actor=request.actor)
            context["rule_wrong"] = gettext("Type a rule, or add a condition below.")
        if not name:
            context["name_wrong"] = gettext("Give the segment a name.")
        return _shown(request, now, shop, at, status=422, **context)
    return _saved(request, now, shop, at, context)


def _saved(request: Request, now: Edited, shop: Shop, at: datetime, context: dict[str, Any]) -> HttpResponse:
    try:
        saved = _save(request, now, at, context)
    except REFUSALS as refusal:
        wrong = Edited(Reading(now.reading.text, wrong=wrong_of(refusal, now.reading.text)), now.held, now.node)
        return _shown(request, wrong, shop, at, status=422, **context)
    except (Invalid, Conflict) as refusal:
        context["name_wrong"] = gettext(refusal.message) % refusal.facts
        return _shown(request, now, shop, at, status=422, **context)
    notice_add(request, _told(context["name"], saved, shop))
    return redirect("segment", saved.id)


def _save(request: Request, now: Edited, at: datetime, context: dict[str, Any]) -> SegmentSaved:
    told = {"text": now.reading.text, "description": context["description"], "actor": request.actor, "at": at}
    if context["segment"] is None:
        return segment_create(context["name"], **told)
    return segment_change(context["segment"].group.id, name=context["name"], **told)


def _told(name: str, saved: SegmentSaved, shop: Shop) -> str:
    entered, left = shop.count(saved.entered), shop.count(saved.left)
    if saved.is_new:
        told = ngettext("%(n)s customer is in “%(name)s” now.", "%(n)s customers are in “%(name)s” now.", saved.entered)
        return told % {"n": entered, "name": name}
    return gettext("“%(name)s” is saved: %(entered)s came in, %(left)s went out.") % {
        "name": name, "entered": entered, "left": left,
    }  # fmt: skip


def _shown(
    request: Request, now: Edited, shop: Shop, at: datetime, *, status: int = 200, segment: Any = None, **more: Any
) -> HttpResponse:
    group_id = segment.group.id if segment else None
    # Over many customers the figures follow when the page is there.
    is_quick = is_quickly_summed()
    context = {
        "shop": shop,
        "edited": now,
        "segment": segment,
        "addable": addable(actor=request.actor),
        "words": words_offered(actor=request.actor),
        "preview": _previewed(request, now, at, group_id) if is_quick else None,
        "is_later": not is_quick,
    }
    return render(request, "web/segments/editor.html", context | more, status=status)


@require_POST
def rule(request: Request) -> HttpResponse:
    """The words and the chips of what was typed, or the text of what was chosen in the chips."""
    at, shop = timezone.now(), shop_of(business_get())
    now = edited(request.POST, shop=shop, at=at, actor=request.actor)
    context = {"shop": shop, "edited": now, "addable": addable(actor=request.actor), "is_answer": True}
    return render(request, "web/segments/_builder.html", context)


@require_POST
def preview(request: Request) -> HttpResponse:
    """What the rule comes to: how many, worth what, who for example, and whom saving it would move."""
    at, shop = timezone.now(), shop_of(business_get())
    group = request.POST.get("group", "")
    now = edited_from(text_typed(request.POST), shop=shop, at=at, actor=request.actor)
    group_id = int(group) if group.isascii() and group.isdigit() else None
    context = {"shop": shop, "preview": _previewed(request, now, at, group_id), "edited": now}
    return render(request, "web/segments/_preview.html", context)


def _previewed(request: Request, now: Edited, at: datetime, group_id: int | None) -> dict[str, Any] | None:
    """The figures of a rule that can be read, with names where the actor may see them."""
    if now.reading.rule is None:
        return None
    text, actor = now.reading.text, request.actor
    try:
        found = rule_preview(text, at=at, visible_to=actor)
        moves = rule_moves(group_id, text, at=at, visible_to=actor) if group_id else None
    except (*REFUSALS, NotFound):
        return None
    names = names_reached(found.sample, visible_to=actor)
    return {
        "found": found,
        "share": found.count / found.base if found.base else 0.0,
        "sample": [(id_, names[id_]) for id_ in found.sample if id_ in names],
        "moves": moves,
        "is_old": (at - found.told_at).total_seconds() > 1,
        "may_open": actor.may("customers.see"),
    }


@require_POST
def complete(request: Request) -> HttpResponse:
    """What could be typed next at the cursor, which is told in characters."""
    cursor = request.POST.get("cursor", "")
    text = text_typed(request.POST)
    known = known_here(visible_to=request.actor)
    place = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 7 else len(text)
    return render(request, "web/segments/_completions.html", {"completions": completions(text, place, known=known)})


urlpatterns = [
    path("segments/new", new, name="segment-new"),
    path("segments/<int:group_id>/edit", edit, name="segment-edit"),
    path("segments/rule", rule, name="segment-rule"),
    path("segments/preview", preview, name="segment-preview"),
    path("segments/complete", complete, name="segment-complete"),
]
