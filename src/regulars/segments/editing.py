"""Making a segment that must be new, and changing one that must be there."""

from datetime import datetime

from regulars.access.rules import Actor
from regulars.groups.errors import GroupTaken, GroupUnknown
from regulars.groups.selectors import group_by_id
from regulars.groups.services import group_rename
from regulars.segments.midnight import days_catch_up
from regulars.segments.selectors import segment_group
from regulars.segments.services import SegmentSaved, segment_save
from regulars.storage.writing import alone


def segment_create(
    name: str, text: str, *, description: str = "", is_told: bool = False, actor: Actor, at: datetime
) -> SegmentSaved:
    """There is a new segment of that name with this rule. Raises GroupTaken, and what `segment_save` raises."""
    actor.require("segments.edit")
    days_catch_up(at=at)
    with alone():
        if segment_group(name) is not None:
            raise GroupTaken(name=name.strip())
        return segment_save(name, text, description=description, is_told=is_told, actor=actor, at=at)


def segment_change(
    group_id: int, *, name: str, text: str, description: str | None = None, is_told: bool = False, actor: Actor,
    at: datetime,
) -> SegmentSaved:  # fmt: skip
    """The segment is called so and has this rule; `description` None leaves that as it is.

    Raises Forbidden; GroupUnknown, also for another kind of group; what `group_rename` and `segment_save` raise.
    """
    actor.require("segments.edit")
    days_catch_up(at=at)
    with alone():
        if group_by_id(group_id).kind != "automatic":
            raise GroupUnknown(name=group_id, hint="")
        group_rename(group_id, name, actor=actor, at=at)
        called = group_by_id(group_id).name
        return segment_save(called, text, description=description, is_told=is_told, actor=actor, at=at)
