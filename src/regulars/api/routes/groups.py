"""Groups and tiers: made, filled, pinned, checked."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.shapes.common import Made, PageQuery, refusals
from regulars.api.shapes.groups import (
    CustomersIn,
    FlowsOut,
    GroupChange,
    GroupIn,
    GroupMoved,
    GroupOut,
    GroupsOut,
    ImportedOut,
    LadderIn,
    LadderOut,
    NamesIn,
    PinIn,
    TierSetDone,
    TierSetIn,
    TierSetsOut,
    findings_out,
    flow_out,
    group_out,
    imported_out,
    tier_set_out,
)
from regulars.api.shapes.segments import DaysQuery, HistoryOut, MembersOut, history_out, member_out
from regulars.groups.history import group_history, tier_flows
from regulars.groups.selectors import groups_list, members_page
from regulars.groups.services import (
    group_create,
    group_delete,
    group_describe,
    group_rename,
    members_add,
    members_add_named,
    members_remove,
    pin_remove,
    pin_set,
)
from regulars.sales.selectors import business_today
from regulars.segments.selectors import tier_set_get, tier_sets_list
from regulars.segments.services import tier_set_delete, tier_set_save
from regulars.segments.showing import group_shown, ladder_looked, tier_set_by_id
from regulars.storage.writing import alone

groups = Router(tags=["Groups"])
tiers = Router(tags=["Tiers"])
_WRITE = refusals(400, 404, 409, 413, 415)


@groups.get("", response={200: GroupsOut, **refusals()}, **asks("groups_list"))
def groups_listed(request: HttpRequest) -> GroupsOut:
    """List the groups with their sizes: those filled by hand, segments, tiers."""
    return GroupsOut(items=list(map(group_out, groups_list(visible_to=actor_of(request)))))


@groups.post("", response={201: Made, **_WRITE}, **asks("group_create"))
def group_made(request: HttpRequest, body: GroupIn) -> HttpResponse:
    """Make a group, to be filled by hand."""

    def work() -> Done:
        made = group_create(body.name, description=body.description, actor=actor_of(request), at=now())
        return Done(201, Made(id=made))

    return written(request, work, location="/api/v1/groups/{id}")


@groups.get("/{int:group}", response={200: GroupOut, **refusals(404, 409)}, **asks("group_get"))
def group_read(request: HttpRequest, group: int) -> GroupOut:
    """Read a group, segment or tier with its size."""
    return group_out(group_shown(group, visible_to=actor_of(request)))


@groups.patch("/{int:group}", response={200: Made, **_WRITE}, **asks("group_edit"))
def group_edited(request: HttpRequest, group: int, body: GroupChange) -> HttpResponse:
    """Call a group, segment or tier otherwise, or say what it is for; the rules that name it follow."""
    actor, at = actor_of(request), now()

    def work() -> Done:
        with alone():
            group_shown(group, visible_to=actor)
            if body.name is not None:
                group_rename(group, body.name, actor=actor, at=at)
            if body.description is not None:
                group_describe(group, body.description, actor=actor, at=at)
        return Done(200, Made(id=group))

    return written(request, work)


@groups.delete("/{int:group}", response={200: Made, **refusals(404, 409)}, **asks("group_delete"))
def group_deleted(request: HttpRequest, group: int) -> HttpResponse:
    """Delete a group and its history; refused while a rule names it."""

    def work() -> Done:
        group_delete(group, actor=actor_of(request), at=now())
        return Done(200, Made(id=group))

    return written(request, work)


@groups.get("/{int:group}/members", response={200: MembersOut, **refusals(404)}, **asks("group_members", PageQuery))
def group_members(request: HttpRequest, group: int, wanted: Query[PageQuery]) -> MembersOut:
    """List who is in a group, segment or tier, the newest first."""
    page = members_page(group, limit=wanted.limit, cursor=wanted.cursor, visible_to=actor_of(request))
    return MembersOut(items=list(map(member_out, page.rows)), next=page.next_cursor)


@groups.get("/{int:group}/history", response={200: HistoryOut, **refusals(404)}, **asks("group_history", DaysQuery))
def group_days(request: HttpRequest, group: int, wanted: Query[DaysQuery]) -> HistoryOut:
    """Read how large a group, segment or tier was day by day, and how many came and went for which reasons."""
    first, last = wanted.days(today=business_today(at=now()))
    return history_out(group_history(group, first=first, last=last, visible_to=actor_of(request)))


@groups.post("/{int:group}/members", response={200: GroupMoved, **_WRITE}, **asks("group_add"))
def members_added(request: HttpRequest, group: int, body: CustomersIn) -> HttpResponse:
    """Put customers into a group that is filled by hand; who is in it already stays so."""

    def work() -> Done:
        moved = members_add(group, body.customers, actor=actor_of(request), at=now())
        return Done(200, GroupMoved(id=group, moved=moved))

    return written(request, work)


@groups.post("/{int:group}/members/remove", response={200: GroupMoved, **_WRITE}, **asks("group_remove"))
def members_removed(request: HttpRequest, group: int, body: CustomersIn) -> HttpResponse:
    """Take customers out of a group that is filled by hand."""

    def work() -> Done:
        moved = members_remove(group, body.customers, actor=actor_of(request), at=now())
        return Done(200, GroupMoved(id=group, moved=moved))

    return written(request, work)


@groups.post("/{int:group}/members/import", response={200: ImportedOut, **_WRITE}, **asks("group_import"))
def members_imported(request: HttpRequest, group: int, body: NamesIn) -> HttpResponse:
    """Put whoever a list names into a group; names that lead to nobody, or to several, are told by their places."""

    def work() -> Done:
        taken = members_add_named(group, body.names, actor=actor_of(request), at=now())
        return Done(200, imported_out(group, taken, body.names))

    return written(request, work)


@groups.post("/{int:group}/pin", response={200: Made, **_WRITE}, **asks("group_pin"))
def members_pinned(request: HttpRequest, group: int, body: PinIn) -> HttpResponse:
    """Keep customers in a segment or tier, or out of it, whatever its rule says."""

    def work() -> Done:
        pin_set(group, body.customers, is_in=body.is_in, actor=actor_of(request), at=now())
        return Done(200, Made(id=group))

    return written(request, work)


@groups.post("/{int:group}/unpin", response={200: Made, **_WRITE}, **asks("group_unpin"))
def members_unpinned(request: HttpRequest, group: int, body: CustomersIn) -> HttpResponse:
    """Let the rule of a segment or tier decide again."""

    def work() -> Done:
        pin_remove(group, body.customers, actor=actor_of(request), at=now())
        return Done(200, Made(id=group))

    return written(request, work)


@tiers.get("", response={200: TierSetsOut, **refusals()}, **asks("tiers_list"))
def tiers_listed(request: HttpRequest) -> TierSetsOut:
    """List the sets of tiers with their ladders and sizes; every customer is in exactly one tier of each."""
    return TierSetsOut(items=list(map(tier_set_out, tier_sets_list(visible_to=actor_of(request)))))


@tiers.put("", response={200: TierSetDone, **_WRITE}, **asks("tiers_set"))
def tiers_saved(request: HttpRequest, body: TierSetIn) -> HttpResponse:
    """Save a set of tiers under its name. A ladder with gaps or overlaps is refused, unless it is to be kept anyway."""
    actor, at = actor_of(request), now()

    def work() -> Done:
        findings = tier_set_save(body.name, body.ladder, is_anyway=body.anyway, is_told=body.tell, actor=actor, at=at)
        saved = tier_set_get(body.name, visible_to=actor)
        return Done(200, TierSetDone(id=saved.id, findings=findings_out(findings)))

    return written(request, work)


@tiers.post("/check", response={200: LadderOut, **refusals(400, 409, 413, 415)}, **asks("tiers_check"))
def tiers_checked(request: HttpRequest, body: LadderIn) -> LadderOut:
    """Look for gaps and overlaps in a ladder, before it is saved."""
    looked = ladder_looked(body.ladder, at=now(), visible_to=actor_of(request))
    return LadderOut(findings=findings_out(looked.findings))


@tiers.delete("/{int:tiers}", response={200: Made, **refusals(404, 409)}, **asks("tiers_delete"))
def tiers_deleted(request: HttpRequest, tiers: int) -> HttpResponse:
    """Delete a set with its tiers and their history; refused while a rule names one of them."""
    actor = actor_of(request)

    def work() -> Done:
        tier_set_delete(tier_set_by_id(tiers, visible_to=actor).name, actor=actor, at=now())
        return Done(200, Made(id=tiers))

    return written(request, work)


@tiers.get("/{int:tiers}/flows", response={200: FlowsOut, **refusals(404)}, **asks("tiers_flows", DaysQuery))
def tiers_flowed(request: HttpRequest, tiers: int, wanted: Query[DaysQuery]) -> FlowsOut:
    """Read how many went from which tier to which."""
    actor = actor_of(request)
    first, last = wanted.days(today=business_today(at=now()))
    found = tier_set_by_id(tiers, visible_to=actor)
    return FlowsOut(items=list(map(flow_out, tier_flows(found.id, first=first, last=last, visible_to=actor))))
