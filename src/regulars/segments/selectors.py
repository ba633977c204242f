"""Reading segments and tiers, and asking rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.core.text import nearest
from regulars.customers.reach import customer_require, customers_reached
from regulars.groups.history import net_changes
from regulars.groups.models import Group, TierSet
from regulars.groups.rules import LONGEST_TIER
from regulars.groups.selectors import GroupShown, groups_list
from regulars.sales.selectors import business_get
from regulars.segments.asking import rule_members, rules_count, rules_hold
from regulars.segments.errors import NotASegment, SegmentUnknown, TierSetUnknown
from regulars.segments.ladders import Ladder, LadderFinding, Rung, ladder_findings, ladder_text, overlapping
from regulars.segments.language.checking import rule_checked
from regulars.segments.language.explaining import Explanation, explain
from regulars.segments.language.limits import conditions
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import Compare, Rule
from regulars.segments.live import Live, live_now
from regulars.segments.lives import life_of
from regulars.segments.models import Segment
from regulars.segments.resolving import REFERENCES

# What "in the last month" is in the list of segments.
CHANGE_DAYS = 30


@dataclass(frozen=True, slots=True)
class SegmentShown:
    """A segment: its rule, whether time alone can move customers, and how many more are in it than 30 days ago."""

    group: GroupShown
    text: str
    form: object
    turns_with_time: bool
    edited_at: datetime
    edited_by: str
    change: int


class TierShown(NamedTuple):
    """A tier of a set with its rule (empty: none) and size."""

    id: int
    name: str
    text: str
    is_default: bool
    size: int


@dataclass(frozen=True, slots=True)
class TierSetShown:
    """A set of tiers, the lowest first, and its ladder as it is written."""

    id: int
    name: str
    tiers: tuple[TierShown, ...]
    ladder: str


class Asked(NamedTuple):
    """A rule as it was read, and without names as it can be asked."""

    read: Rule
    resolved: Rule
    live: Live
    today: date


def rule_asked(text: str, *, at: datetime, visible_to: Actor) -> Asked:
    """The rule, ready to be asked of customers. At most seven queries.

    Raises Forbidden, RuleWrong, SegmentCircle, SegmentTooLarge.
    """
    visible_to.require("segments.see")
    live = live_now()
    today = live.today(at)
    read = rule_checked(rule_read(text), known=live.known, text=text, today=today)
    return Asked(read, live.names.resolved(read, text=text), live, today)


def rule_count(text: str, *, as_of: date | None = None, at: datetime, visible_to: Actor) -> int:
    """How many customers within reach the rule holds for, now or as of the end of a past day.

    Raises Forbidden, RuleWrong, SegmentCircle, SegmentTooLarge.
    """
    if visible_to.reach("segments.see") is not Reach.ALL:
        return len(rule_customers(text, as_of=as_of, at=at, visible_to=visible_to))
    asked = rule_asked(text, at=at, visible_to=visible_to)
    [count] = rules_count([asked.resolved], today=as_of or asked.today, terms=asked.live.terms, as_of=as_of is not None)
    return count


def rule_customers(text: str, *, as_of: date | None = None, at: datetime, visible_to: Actor) -> list[int]:
    """The customers within reach for whom the rule holds, now or as of the end of a past day, by number.

    Raises Forbidden, RuleWrong, SegmentCircle, SegmentTooLarge.
    """
    asked = rule_asked(text, at=at, visible_to=visible_to)
    ids = rule_members(asked.resolved, today=as_of or asked.today, terms=asked.live.terms, as_of=as_of is not None)
    if visible_to.reach("segments.see") is Reach.ALL:
        return ids
    reached = customers_reached(ids, right="segments.see", actor=visible_to)
    return [id_ for id_ in ids if id_ in reached]


def segments_list(*, at: datetime, visible_to: Actor) -> Sequence[SegmentShown]:
    """The segments by name, with their sizes. Five queries. Raises Forbidden."""
    groups = groups_list(kinds=("automatic",), visible_to=visible_to)
    return _shown(groups, at)


def segment_get(name: str, *, at: datetime, visible_to: Actor) -> SegmentShown:
    """The segment of that name. Six queries. Raises Forbidden; SegmentUnknown, with the nearest name."""
    groups = groups_list(kinds=("automatic",), visible_to=visible_to)
    found = [group for group in groups if group.name == name.strip()]
    if not found:
        near = nearest(name, [group.name for group in groups])
        raise SegmentUnknown(name=name, hint=f'; did you mean "{near}"?' if near else "")
    return _shown(found, at)[0]


def segment_group(name: str) -> Group | None:
    """The group of the segment of that name; None where there is none yet. One query. Raises NotASegment."""
    group = Group.objects.filter(name=name.strip(), tier_set=None).first()
    if group is not None and group.kind != "automatic":
        raise NotASegment(name=group.name, kind=f"{group.kind} group")
    return group


def tier_sets_list(*, visible_to: Actor) -> Sequence[TierSetShown]:
    """The sets of tiers by name. Four queries. Raises Forbidden."""
    groups = groups_list(kinds=("tier",), visible_to=visible_to)
    texts = dict(Segment.objects.filter(group__kind="tier").values_list("group_id", "text"))
    return [
        _set_shown(tier_set, [group for group in groups if group.tier_set == tier_set.name], texts)
        for tier_set in TierSet.objects.all()
    ]


def tier_set_get(name: str, *, visible_to: Actor) -> TierSetShown:
    """The set of tiers of that name. Five queries. Raises Forbidden; TierSetUnknown, with the nearest name."""
    found = {each.name: each for each in tier_sets_list(visible_to=visible_to)}
    return found[tier_set_named(name).name]


def tier_set_named(name: str) -> TierSet:
    """The set of that name. Two queries at most. Raises TierSetUnknown."""
    found = TierSet.objects.filter(name=name.strip()).first()
    if found is None:
        near = nearest(name, TierSet.objects.values_list("name", flat=True))
        raise TierSetUnknown(name=name, hint=f'; did you mean "{near}"?' if near else "")
    return found


def tier_set_check(name: str, *, at: datetime, visible_to: Actor) -> list[LadderFinding]:
    """The gaps and overlaps of the set's ladder. Raises Forbidden, TierSetUnknown."""
    shown = tier_set_get(name, visible_to=visible_to)
    rungs = tuple(Rung(tier.name, tier.text, rule_read(tier.text) if tier.text else None) for tier in shown.tiers)
    default = next(n for n, tier in enumerate(shown.tiers) if tier.is_default)
    return ladder_checked(Ladder(rungs, default), live=live_now(), at=at)


def ladder_checked(ladder: Ladder, *, live: Live, at: datetime) -> list[LadderFinding]:
    """The gaps and overlaps: reckoned where all rules are about one number, else found among the customers."""
    found = ladder_findings(ladder, terms=live.terms)
    return _findings_among_customers(ladder, live, at) if found is None else found


def _findings_among_customers(ladder: Ladder, live: Live, at: datetime) -> list[LadderFinding]:
    """One finding for each mix of tiers that nobody should be in, with a customer who is. One query."""
    placed = [n for n, rung in enumerate(ladder.rungs) if rung.rule is not None]
    rules = [live.names.resolved(rung.rule, text=rung.text) for rung in ladder.rungs if rung.rule is not None]
    examples: dict[tuple[int, ...], list[int]] = {}
    for customer, flags in rules_hold(rules, today=live.today(at), terms=live.terms).items():
        fits = tuple(n for n, holds in zip(placed, flags, strict=True) if holds)
        examples.setdefault(fits, []).append(customer)
    apart = overlapping([set(fits) for fits in examples], len(ladder.rungs))
    findings = []
    for fits, customers in sorted(examples.items()):
        names = tuple(ladder.rungs[n].name for n in fits)
        told = f"customer {customers[0]}" + (f" and {len(customers) - 1:,} more" if len(customers) > 1 else "")
        are = "are" if len(customers) > 1 else "is"
        if not fits and len(placed) == len(ladder.rungs):
            findings.append(LadderFinding("gap", (), f"{told} {are} in no tier"))
        elif any((low, high) in apart for n, low in enumerate(fits) for high in fits[n + 1 :]):
            findings.append(LadderFinding("overlap", names, f"{told} {are} in {' and in '.join(names)}"))
    return findings


def _shown(groups: Sequence[GroupShown], at: datetime) -> list[SegmentShown]:
    ids = [group.id for group in groups]
    live = live_now()
    changes = net_changes(ids, after=live.today(at) - timedelta(days=CHANGE_DAYS))
    rows = {row.group_id: row for row in Segment.objects.filter(group_id__in=ids)}
    return [
        SegmentShown(
            group,
            row.text,
            row.form,
            group.id in live.turning,
            row.edited_at,
            row.edited_by,
            changes.get(group.id, 0),
        )
        for group in groups
        for row in [rows[group.id]]
    ]


def _set_shown(tier_set: TierSet, groups: Sequence[GroupShown], texts: dict[int, str]) -> TierSetShown:
    tiers = tuple(
        TierShown(group.id, group.name, texts.get(group.id, ""), group.is_default, group.size) for group in groups
    )
    rungs = [Rung(tier.name, tier.text, None) for tier in tiers]
    return TierSetShown(tier_set.id, tier_set.name, tiers, ladder_text(rungs))


def rule_told(told: str) -> str:
    """The rule of the segment of that name; where there is none, what was told is a rule itself. One query."""
    name = told.strip()
    # What no name can be is no question for a database, which may not take it at all.
    if len(name) > LONGEST_TIER or not name.isprintable():
        return told
    named = Segment.objects.filter(group__name=name, group__kind="automatic")
    return named.values_list("text", flat=True).first() or told


def rule_explained(text: str, customer_id: int, *, at: datetime, visible_to: Actor) -> Explanation:
    """Why the rule holds for the customer or does not, what would change that, and when it changes by itself.

    Raises Forbidden, CustomerUnknown, RuleWrong, SegmentCircle, SegmentTooLarge.
    """
    customer_require(customer_id, right="customers.see", actor=visible_to)
    asked = rule_asked(text, at=at, visible_to=visible_to)
    named = [each.condition for each in conditions(asked.read)]
    meant = {
        condition: asked.live.names.resolved(condition)
        for condition in named
        if isinstance(condition, Compare) and condition.term.name in REFERENCES
    }
    return explain(
        asked.read,
        life_of(customer_id),
        terms=asked.live.terms,
        today=asked.today,
        currency=business_get().currency,
        meant=meant,
    )
