"""The list of segments, and the page of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from regulars.sales.selectors import business_get
from regulars.segments.language.unforming import rule_of_form
from regulars.segments.selectors import SegmentShown, segments_list
from regulars.segments.showing import is_quickly_summed, segment_by_id, segments_worth
from regulars.segments.templates import SEGMENT_TEMPLATES
from regulars.web.context import shop_of
from regulars.web.pages import groups, segment_editor, segment_export, tiers
from regulars.web.pages.groups import group_context, members_context
from regulars.web.requests import Request
from regulars.web.segmenting.reading import rule_words
from regulars.web.written import Shop


@require_GET
@vary_on_headers("HX-Request")
def segments(request: Request) -> HttpResponse:
    """Every segment with its rule in words, its size, how it changed and what it is worth; htmx gets the rows."""
    at, shop = timezone.now(), shop_of(business_get())
    found = segments_list(at=at, visible_to=request.actor)
    is_summed = bool(found) and ("worth" in request.GET or is_quickly_summed())
    worth = segments_worth([each.group.id for each in found], at=at, visible_to=request.actor) if is_summed else {}
    names = {each.group.name for each in found}
    context = {
        "shop": shop,
        "rows": [_row(each, worth.get(each.group.id, 0), shop) for each in found],
        "is_summed": is_summed,
        "templates": [each for each in SEGMENT_TEMPLATES if each.name not in names],
        "may_edit": request.actor.may("segments.edit"),
    }
    return render(request, f"web/segments/{'_rows' if request.htmx else 'list'}.html", context)


def _row(segment: SegmentShown, worth: int, shop: Shop) -> dict[str, Any]:
    words = rule_words(rule_of_form(segment.form), currency=shop.currency)
    return {"segment": segment, "group": segment.group, "words": words, "worth": worth}


@require_GET
@vary_on_headers("HX-Request")
def segment(request: Request, group_id: int) -> HttpResponse:
    """A segment: its rule, how large it is and was, who came and went and why, who is in it."""
    at, shop = timezone.now(), shop_of(business_get())
    found = segment_by_id(group_id, at=at, visible_to=request.actor)
    if request.htmx:
        context = members_context(request, found.group)
        return render(request, "web/segments/_members.html", context | {"shop": shop, "group": found.group})
    is_summed = "worth" in request.GET or is_quickly_summed()
    worth = segments_worth([group_id], at=at, visible_to=request.actor).get(group_id, 0) if is_summed else None
    context = group_context(request, found.group, shop)
    context |= {"segment": found, "words": rule_words(rule_of_form(found.form), currency=shop.currency), "worth": worth}
    context["may_export"] = request.actor.may("customers.export") or request.actor.may("customers.export_facts")
    return render(request, "web/segments/group.html", context)


urlpatterns = [
    path("segments", segments, name="segments"),
    path("segments/<int:group_id>", segment, name="segment"),
    *segment_editor.urlpatterns,
    *segment_export.urlpatterns,
    *groups.urlpatterns,
    *tiers.urlpatterns,
]
