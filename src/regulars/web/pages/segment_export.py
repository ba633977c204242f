"""Customers of a segment as a file, for those who may take them out of the house."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from regulars.core.errors import Invalid
from regulars.exchange.exporting import export_look, segment_export
from regulars.sales.selectors import business_get
from regulars.segments.showing import segment_by_id
from regulars.web.context import shop_of
from regulars.web.requests import Request
from regulars.web.segmenting.exporting import choices_of, export_asked, left_out_shown


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def export(request: Request, group_id: int) -> HttpResponse | StreamingHttpResponse:
    """Asks what is wanted and shows who would be in it and who not; then the file, which the log tells of."""
    at = timezone.now()
    segment = segment_by_id(group_id, at=at, visible_to=request.actor)
    asked = export_asked(request.POST if request.method == "POST" else request.GET, actor=request.actor)
    context: dict[str, Any] = {"shop": shop_of(business_get()), "segment": segment, "asked": asked}
    if request.method == "POST":
        try:
            made = segment_export(segment.group.name, **asked.how, purpose=asked.purpose, actor=request.actor, at=at)
        except Invalid as refusal:
            context["wrong"] = gettext(refusal.message) % refusal.facts
        else:
            headers = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
            return StreamingHttpResponse(made.parts, content_type=made.media_type, headers=headers)
    try:
        counts = export_look(segment.group.name, **asked.how, at=at, visible_to=request.actor)
        context |= {"counts": counts, "left_out": left_out_shown(counts)}
    except Invalid as refusal:
        context["wrong"] = gettext(refusal.message) % refusal.facts
    context |= choices_of(asked, actor=request.actor)
    template = "web/segments/_export.html" if request.htmx else "web/segments/export.html"
    return render(request, template, context, status=422 if "wrong" in context else 200)


urlpatterns = [path("segments/<int:group_id>/export", export, name="segment-export")]
