"""Saving and deleting segments and ladders of tiers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.events.services import events_record
from regulars.groups.models import Group, TierSet
from regulars.groups.rules import tier_name_checked
from regulars.groups.services import group_describe, group_make
from regulars.groups.using import group_users
from regulars.segments.errors import LadderBroken, TierInUse
from regulars.segments.ladders import Ladder, LadderFinding, Rung, ladder_read
from regulars.segments.language.checking import rule_checked
from regulars.segments.language.forms import rule_form
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import Rule
from regulars.segments.live import Live, live_now
from regulars.segments.midnight import days_catch_up
from regulars.segments.models import Segment
from regulars.segments.naming import names_respelled
from regulars.segments.selectors import ladder_checked, segment_group, tier_set_named
from regulars.segments.upkeep import Moved, rules_follow
from regulars.storage.writing import alone


@dataclass(frozen=True, slots=True)
class SegmentSaved:
    """The segment that was saved, whether it is new, and how many customers entered and left."""

    id: int
    is_new: bool
    entered: int
    left: int


def segment_save(
    name: str, text: str, *, description: str | None = None, is_told: bool = False, actor: Actor, at: datetime
) -> SegmentSaved:
    """The segment has this rule and exactly the members the rule has; whoever was in it before stays since then.

    Those who move do so by "first build" or "rule edited"; webhooks and offers hear of it only where `is_told`. The
    same again changes nothing. Raises Forbidden, RuleWrong, SegmentCircle, SegmentTooLarge, NotASegment, TextUnfit.
    """
    actor.require("segments.edit")
    days_catch_up(at=at)
    with alone():
        before = live_now()
        held = segment_group(name)
        rule = rule_checked(rule_read(text), known=before.known, text=text, today=before.today(at))
        group = held or group_make(name, kind="automatic", description=description or "", actor=actor, at=at)
        if held is not None and description not in (None, held.description):
            group_describe(held.id, str(description), actor=actor, at=at)
        moved: Mapping[int, Moved] = {}
        if _rule_write(group, text, rule, actor=actor, at=at):
            moved = rules_follow(before.trees, at=at, is_told=is_told)
            _audit(actor, "segment_save", group, at, facts={"rule": text.strip(), "is_new": held is None})
        entered, left = moved.get(group.id, (0, 0))
        return SegmentSaved(group.id, held is None, entered, left)


def tier_set_save(
    name: str, ladder: str, *, is_anyway: bool = False, is_told: bool = False, actor: Actor, at: datetime
) -> list[LadderFinding]:
    """Every customer is in exactly one tier of the set; the gaps and overlaps of the ladder, if it is kept `is_anyway`.

    Tiers of the same name stay the same groups, with their members' since. Raises Forbidden; LadderBroken, which tells
    the gaps and overlaps; LadderWrong, BadTierName, RuleWrong, SegmentCircle, SegmentTooLarge; TierInUse.
    """
    actor.require("segments.edit")
    clean = tier_name_checked(name)
    read = ladder_read(ladder)
    days_catch_up(at=at)
    with alone():
        before = live_now()
        _rungs_checked(read, before, at)
        findings = ladder_checked(read, live=before, at=at)
        if findings and not is_anyway:
            raise LadderBroken(findings="; ".join(each.sentence for each in findings))
        tier_set, _made = TierSet.objects.get_or_create(name=clean)
        _tiers_write(tier_set, read, actor=actor, at=at)
        names_respelled(before.names, at=at)
        rules_follow(before.trees, at=at, is_told=is_told)
        audit_record(
            actor=actor, verb="segments.tier_set_save", subject_kind="tier_set", subject_ids=[tier_set.id], at=at,
            facts={"name": clean, "ladder": ladder},
        )  # fmt: skip
        return findings


def tier_set_delete(name: str, *, actor: Actor, at: datetime) -> None:
    """The set, its tiers and their history are gone. Raises Forbidden, TierSetUnknown, TierInUse."""
    actor.require("segments.edit")
    with alone():
        before = live_now()
        tier_set = tier_set_named(name)
        _refuse_used(list(tier_set.tiers.all()))
        audit_record(
            actor=actor, verb="segments.tier_set_delete", subject_kind="tier_set", subject_ids=[tier_set.id], at=at,
            facts={"name": tier_set.name},
        )  # fmt: skip
        _tell_gone(tier_set.tiers.all(), at)
        tier_set.delete()
        names_respelled(before.names, at=at)


def _rule_write(group: Group, text: str, rule: Rule | None, *, actor: Actor, at: datetime) -> bool:
    """The group has this rule; whether it had another. One that is the same is left as it was saved."""
    held = Segment.objects.filter(group=group).first()
    told = text.strip()
    if held is not None and held.text == told:
        return False
    Segment.objects.update_or_create(
        group=group,
        defaults={
            "text": told,
            "form": None if rule is None else rule_form(rule),
            "edited_at": at,
            "edited_by": actor.name,
        },
    )
    return True


def _rungs_checked(ladder: Ladder, live: Live, at: datetime) -> None:
    for rung in ladder.rungs:
        if rung.rule is not None:
            rule_checked(rung.rule, known=live.known, text=rung.text, today=live.today(at))


def _tell_gone(groups: Iterable[Group], at: datetime) -> None:
    events_record(kind="group.removed", subjects=[(group.id, None) for group in groups], at=at)


def _tiers_write(tier_set: TierSet, ladder: Ladder, *, actor: Actor, at: datetime) -> None:
    """The set has these tiers, in this order."""
    held = {group.name: group for group in Group.objects.filter(tier_set=tier_set)}
    gone = [group for name, group in held.items() if name not in {rung.name for rung in ladder.rungs}]
    _refuse_used(gone)
    _tell_gone(gone, at)
    Group.objects.filter(id__in=[group.id for group in gone]).delete()
    # Out of the way of the ranks and the default that others of the set take.
    for n, group in enumerate(held.values()):
        Group.objects.filter(id=group.id).update(rank=1000 + n, is_default=False)
    for n, rung in enumerate(ladder.rungs):
        _tier_write(tier_set, rung, rank=n, is_default=n == ladder.default, actor=actor, at=at)


def _tier_write(tier_set: TierSet, rung: Rung, *, rank: int, is_default: bool, actor: Actor, at: datetime) -> None:
    group, _made = Group.objects.update_or_create(
        tier_set=tier_set, name=rung.name, defaults={"kind": "tier", "rank": rank, "is_default": is_default}
    )
    _rule_write(group, rung.text, rung.rule, actor=actor, at=at)


def _refuse_used(groups: list[Group]) -> None:
    for group in groups:
        users = group_users(group.id)
        if users:
            raise TierInUse(name=group.name, users=", ".join(users))


def _audit(actor: Actor, act: str, group: Group, at: datetime, *, facts: Mapping[str, object]) -> None:
    audit_record(actor=actor, verb=f"segments.{act}", subject_kind="group", subject_ids=[group.id], at=at, facts=facts)
