"""Rules and segments: asked, tried, saved, explained, taken out."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router

from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.shapes.asked import (
    CountIn,
    CountOut,
    ExplainIn,
    ExplanationOut,
    PreviewOut,
    RuleIn,
    RuleOut,
    WhyOut,
    explanation_out,
    preview_out,
    rule_out,
)
from regulars.api.shapes.common import Made, PageQuery, refusals
from regulars.api.shapes.segments import (
    ChangesOut,
    ChangesQuery,
    DaysQuery,
    ExportAsked,
    ExportCountsOut,
    ExportIn,
    HistoryOut,
    MembersOut,
    SegmentDone,
    SegmentIn,
    SegmentOut,
    SegmentsOut,
    change_out,
    counts_out,
    history_out,
    member_out,
    segment_done,
    segment_out,
)
from regulars.customers.reach import customers_reached
from regulars.exchange.exporting import export_look, segment_export
from regulars.groups.history import group_changes, group_history
from regulars.groups.selectors import members_page
from regulars.groups.services import group_delete
from regulars.sales.listing import customer_rows
from regulars.sales.selectors import business_get, business_today
from regulars.segments.editing import segment_change, segment_create
from regulars.segments.previewing import rule_preview
from regulars.segments.selectors import rule_asked, rule_count, rule_explained, rule_told, segments_list
from regulars.segments.showing import group_explained, segment_by_id

router = Router(tags=["Segments"])
_WRITE = refusals(400, 404, 409, 413, 415)
_ASK = refusals(400, 404, 409, 413, 415)


@router.get("", response={200: SegmentsOut, **refusals()}, **asks("segments_list"))
def segments_listed(request: HttpRequest) -> SegmentsOut:
    """List the segments, by name, with their rules and sizes."""
    currency = business_get().currency
    found = segments_list(at=now(), visible_to=actor_of(request))
    return SegmentsOut(items=[segment_out(each, currency=currency) for each in found])


@router.post("", response={201: SegmentDone, **_WRITE}, **asks("segment_create"))
def segment_created(request: HttpRequest, body: SegmentIn) -> HttpResponse:
    """Save a rule as a new segment; from now on its members follow every sale and every midnight."""

    def work() -> Done:
        saved = segment_create(
            body.name, body.text(), description=body.description or "", is_told=body.tell, actor=actor_of(request),
            at=now(),
        )  # fmt: skip
        return Done(201, segment_done(saved))

    return written(request, work, location="/api/v1/segments/{id}")


@router.get("/{int:segment}", response={200: SegmentOut, **refusals(404)}, **asks("segment_get"))
def segment_shown(request: HttpRequest, segment: int) -> SegmentOut:
    """Read a segment: its rule as text, as a tree and in words, and its size."""
    found = segment_by_id(segment, at=now(), visible_to=actor_of(request))
    return segment_out(found, currency=business_get().currency)


@router.put("/{int:segment}", response={200: SegmentDone, **_WRITE}, **asks("segment_set"))
def segment_put(request: HttpRequest, segment: int, body: SegmentIn) -> HttpResponse:
    """Give a segment another name or rule. Who stays in it stays since then, and the rules that name it follow."""

    def work() -> Done:
        saved = segment_change(
            segment, name=body.name, text=body.text(), description=body.description, is_told=body.tell,
            actor=actor_of(request), at=now(),
        )  # fmt: skip
        return Done(200, segment_done(saved))

    return written(request, work)


@router.delete("/{int:segment}", response={200: Made, **refusals(404, 409)}, **asks("segment_delete"))
def segment_deleted(request: HttpRequest, segment: int) -> HttpResponse:
    """Delete a segment and its history; refused while a rule names it."""
    actor, at = actor_of(request), now()

    def work() -> Done:
        group_delete(segment_by_id(segment, at=at, visible_to=actor).group.id, actor=actor, at=at)
        return Done(200, Made(id=segment))

    return written(request, work)


@router.get(
    "/{int:segment}/members",
    response={200: MembersOut, **refusals(404)},
    **asks("segment_members", PageQuery),
)
def segment_members(request: HttpRequest, segment: int, wanted: Query[PageQuery]) -> MembersOut:
    """List who is in a segment, the newest first."""
    page = members_page(segment, limit=wanted.limit, cursor=wanted.cursor, visible_to=actor_of(request))
    return MembersOut(items=list(map(member_out, page.rows)), next=page.next_cursor)


@router.get(
    "/{int:segment}/history",
    response={200: HistoryOut, **refusals(404)},
    **asks("segment_history", DaysQuery),
)
def segment_history(request: HttpRequest, segment: int, wanted: Query[DaysQuery]) -> HistoryOut:
    """Read how large a segment was day by day, and how many came and went for which reasons."""
    first, last = wanted.days(today=business_today(at=now()))
    return history_out(group_history(segment, first=first, last=last, visible_to=actor_of(request)))


@router.get(
    "/{int:segment}/changes",
    response={200: ChangesOut, **refusals(404)},
    **asks("segment_changes", ChangesQuery),
)
def segment_moves(request: HttpRequest, segment: int, wanted: Query[ChangesQuery]) -> ChangesOut:
    """List who entered and left a segment, the latest first."""
    first, last = wanted.days(today=business_today(at=now()))
    found = group_changes(segment, first=first, last=last, limit=wanted.limit, visible_to=actor_of(request))
    return ChangesOut(items=list(map(change_out, found)))


@router.get(
    "/{int:segment}/explain/{int:customer}",
    response={200: WhyOut, **refusals(404)},
    **asks("segment_explain"),
)
def segment_why(request: HttpRequest, segment: int, customer: int) -> WhyOut:
    """Say why a customer is in a segment, group or tier or is not, how far it is, and when it changes by itself."""
    why = group_explained(segment, customer, at=now(), visible_to=actor_of(request))
    return WhyOut(
        is_in=why.is_in,
        since=why.since,
        pin=why.pin,
        pinned_by=why.pinned_by,
        explanation=explanation_out(why.explanation) if why.explanation else None,
    )


@router.post("/preview", response={200: PreviewOut, **_ASK}, **asks("rule_preview"))
def rule_previewed(request: HttpRequest, body: RuleIn) -> PreviewOut:
    """Say what a rule comes to, while it is being typed: how many, worth what, who for example."""
    actor, at, text = actor_of(request), now(), body.text()
    preview = rule_preview(text, at=at, visible_to=actor)
    asked = rule_asked(text, at=at, visible_to=actor)
    seen = customers_reached(preview.sample, right="customers.see", actor=actor) if actor.may("customers.see") else ()
    rows = {row.id: row for row in customer_rows(sorted(seen), parts=())}
    return preview_out(preview, asked, rows, currency=business_get().currency)


@router.post("/check", response={200: RuleOut, **_ASK}, **asks("rule_check"))
def rule_checked(request: HttpRequest, body: RuleIn) -> RuleOut:
    """Check a rule: a wrong one is refused with its place (start, end), what could stand there and the nearest name."""
    asked = rule_asked(body.text(), at=now(), visible_to=actor_of(request))
    return rule_out(asked.read, currency=business_get().currency)


@router.post("/count", response={200: CountOut, **_ASK}, **asks("rule_count"))
def rule_counted(request: HttpRequest, body: CountIn) -> CountOut:
    """Count the customers a rule or a segment's rule holds for, now or as of the end of a past day."""
    count = rule_count(rule_told(body.text()), as_of=body.as_of, at=now(), visible_to=actor_of(request))
    return CountOut(customers=count, as_of=body.as_of)


@router.post("/explain", response={200: ExplanationOut, **_ASK}, **asks("rule_explain"))
def rule_why(request: HttpRequest, body: ExplainIn) -> ExplanationOut:
    """Say why any rule holds for a customer or does not, how far it is, and when it changes by itself."""
    told = rule_told(body.text())
    return explanation_out(rule_explained(told, body.customer, at=now(), visible_to=actor_of(request)))


@router.post("/export/preview", response={200: ExportCountsOut, **_ASK}, **asks("export_preview"))
def export_looked_at(request: HttpRequest, body: ExportAsked) -> ExportCountsOut:
    """Say who would be in an export and who not, and why; nothing is taken."""
    counts = export_look(
        body.told(), form=body.written_as, columns=body.columns, channel=body.channel, at=now(),
        visible_to=actor_of(request),
    )  # fmt: skip
    return counts_out(counts)


_FILE = {"type": "string", "description": "The file; how many are in it stands in Export-Written and its kin."}
_FILES = {"responses": {200: {"content": {kind: {"schema": _FILE} for kind in ("text/csv", "text/plain")}}}}


@router.post("/export", response={200: None, **_ASK}, openapi_extra=_FILES, **asks("export_take"))
def export_taken(request: HttpRequest, body: ExportIn) -> StreamingHttpResponse:
    """Take customers out of the house, in a form that messaging tools take. Who took what, and what for, is in the log.

    Nobody is in a file for a channel who did not agree to it. Export-Matched, Export-Written, Export-Left-Out and
    Export-Withheld say how many are in it, and who is not and why.
    """
    export = segment_export(
        body.told(), form=body.written_as, columns=body.columns, channel=body.channel, purpose=body.purpose,
        actor=actor_of(request), at=now(),
    )  # fmt: skip
    counts = export.counts
    answer = StreamingHttpResponse(export.parts, content_type=export.media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=export.file_name)
    answer["Export-Matched"], answer["Export-Written"] = str(counts.matched), str(counts.written)
    answer["Export-Left-Out"] = "; ".join(f"{reason}={count}" for reason, count in counts.left_out.items())
    answer["Export-Withheld"] = "; ".join(f"{cells}={count}" for cells, count in counts.withheld.items())
    return answer
