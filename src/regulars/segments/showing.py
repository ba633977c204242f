"""What only pages ask of segments and tiers: by id, with what they are worth, and what saving a rule would do."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Sum

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.core.attributes import relations
from regulars.core.text import folded
from regulars.customers.models import Customer
from regulars.customers.reach import customers_reachable, customers_within
from regulars.customers.selectors import customers_count_all
from regulars.groups.errors import GroupUnknown
from regulars.groups.models import Group, Membership, Pin
from regulars.groups.rules import tier_shown
from regulars.groups.selectors import GroupShown, group_by_id, group_get
from regulars.lake.copying import NoCopyError
from regulars.segments.asking import Summed, Sums, rules_summed
from regulars.segments.copying import MOST_ASKED_OF_DATABASE, copy_summed
from regulars.segments.errors import TierSetUnknown
from regulars.segments.ladders import (
    Ladder,
    LadderFinding,
    LadderStretch,
    Rung,
    ladder_read,
    ladder_stretches,
)
from regulars.segments.language.checking import Known, rule_checked
from regulars.segments.language.explaining import Explanation
from regulars.segments.language.reading import rule_read
from regulars.segments.language.sql.rows import NotInCopyError
from regulars.segments.language.tree import All, Last, Not, Unit
from regulars.segments.language.windows import days_of
from regulars.segments.live import Live, live_now
from regulars.segments.models import Segment
from regulars.segments.selectors import (
    SegmentShown,
    TierSetShown,
    ladder_checked,
    rule_explained,
    segment_get,
    tier_sets_list,
)

# So many names of each kind are offered to whoever types.
MOST_OFFERED = 500


class PinShown(NamedTuple):
    """A customer whom a person put into a group or out of it, whatever the rule says."""

    customer_id: int
    name: str
    is_in: bool
    actor: str
    at: datetime


class GroupNamed(NamedTuple):
    """A group by its name: a tier with its set."""

    id: int
    name: str
    kind: str


class Moves(NamedTuple):
    """How many customers would enter and leave."""

    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class GroupWhy:
    """Whether a customer is in a group, since when, and why or why not.

    `pin`: whether a person put them in (True) or out (False); None: nobody did. `explanation` is of the group's own
    rule; None where it has none.
    """

    group: GroupShown
    is_in: bool
    since: date | None
    pin: bool | None
    pinned_by: str
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class LadderLooked:
    """A ladder: its tiers, its gaps and overlaps, and what each tier takes, where that can be drawn."""

    ladder: Ladder
    findings: Sequence[LadderFinding]
    stretches: Sequence[LadderStretch] | None


def group_shown(group_id: int, *, visible_to: Actor) -> GroupShown:
    """The group with its size. Four queries at most. Raises Forbidden, GroupUnknown."""
    visible_to.require("segments.see")
    group = group_by_id(group_id)
    name = tier_shown(group.tier_set.name, group.name) if group.tier_set else group.name
    return group_get(name, visible_to=visible_to)


def segment_by_id(group_id: int, *, at: datetime, visible_to: Actor) -> SegmentShown:
    """The segment with this id; another kind is none. Eight queries at most. Raises Forbidden, GroupUnknown."""
    visible_to.require("segments.see")
    group = group_by_id(group_id)
    if group.kind != "automatic":
        raise GroupUnknown(name=group_id, hint="")
    return segment_get(group.name, at=at, visible_to=visible_to)


def segments_worth(group_ids: Collection[int], *, at: datetime, visible_to: Actor) -> dict[int, int]:
    """What the members within reach spent in the last 12 months, in minor units, by group. Two queries at most.

    It adds up every sale of that time, so a page of a large shop asks for it when it is there. Raises Forbidden.
    """
    visible_to.require("segments.see")
    live = live_now()
    days = days_of(Last(12, Unit.MONTHS), today=live.today(at))
    rows = Membership.objects.filter(
        group_id__in=group_ids,
        customer__sales__status="completed",
        customer__sales__day__range=(days.first, days.last),
    )
    if visible_to.reach("segments.see") is not Reach.ALL:
        rows = rows.filter(customer__in=Customer.objects.filter(customers_within("segments.see", visible_to)))
    net = F("customer__sales__net")
    worth = net if live.terms.spend_includes_tax else net - F("customer__sales__tax")
    return dict(rows.order_by().values_list("group_id").annotate(worth=Sum(worth)))


def is_quickly_summed() -> bool:
    """Whether there are few enough customers to add up their sales while a page waits. No query but a small one."""
    return customers_count_all() <= MOST_ASKED_OF_DATABASE


def rule_moves(group_id: int, text: str, *, at: datetime, visible_to: Actor) -> Moves:
    """How many customers within reach saving this rule would move into the segment and out of it.

    Raises Forbidden, GroupUnknown, RuleWrong, SegmentCircle, SegmentTooLarge. At most a dozen queries.
    """
    visible_to.require("segments.see")
    live = live_now()
    held = live.names.groups.get(group_id)
    if held is None or held.kind != "automatic":
        raise GroupUnknown(name=group_id, hint="")
    rule = rule_checked(rule_read(text), known=live.known, text=text, today=live.today(at))
    before, after = live.names.tree(group_id), live.names.with_group(replace(held, rule=rule)).tree(group_id)
    if before == after:
        return Moves(0, 0)
    rules = (All((after, Not(before))), All((before, Not(after))))
    return Moves(*_summed(Summed(rules, (), today=live.today(at), terms=live.terms), visible_to).counts)


def _summed(summed: Summed, visible_to: Actor) -> Sums:
    """Asked where it is answered soonest, as previews are."""
    if visible_to.reach("segments.see") is not Reach.ALL:
        return rules_summed(summed, of=customers_reachable(right="segments.see", actor=visible_to))
    if not is_quickly_summed():
        with suppress(NoCopyError, NotInCopyError):
            return copy_summed(summed)
    return rules_summed(summed)


def pins_shown(group_id: int, *, visible_to: Actor) -> Sequence[PinShown]:
    """Who is pinned into the group or out of it, within reach, by name. One query. Raises Forbidden."""
    within = customers_within("customers.see", visible_to)
    rows = Pin.objects.filter(group_id=group_id).order_by("-is_in", "customer__name", "customer_id")
    if within:
        rows = rows.filter(customer__in=Customer.objects.filter(within))
    told = rows.values_list("customer_id", "customer__name", "is_in", "actor", "at")
    return [PinShown(*row) for row in told]


def groups_named(*, visible_to: Actor) -> Sequence[GroupNamed]:
    """Every group by its name. One query. Raises Forbidden."""
    visible_to.require("segments.see")
    rows = Group.objects.order_by("id").values_list("id", "name", "kind", "tier_set__name")
    groups = [GroupNamed(id_, tier_shown(of, name) if of else name, kind) for id_, name, kind, of in rows]
    return sorted(groups, key=lambda each: folded(each.name))


def names_known(*, visible_to: Actor) -> Known:
    """The groups, segments, tiers and custom fields that rules may name. One query, or seven. Raises Forbidden."""
    visible_to.require("segments.see")
    return live_now().known


def known_here(*, visible_to: Actor) -> Known:
    """The same, with the words that help whoever types: stores, categories, brands, products. Three queries more."""
    known = names_known(visible_to=visible_to)
    wordings = _words("wordings", "category", "brand")
    return replace(
        known,
        stores=_sorted(row[0] for row in _words("stores", "name")),
        categories=_sorted(row[0] for row in wordings),
        brands=_sorted(row[1] for row in wordings),
        products=_sorted(row[0] for row in _words("product_names", "name")),
    )


def _words(relation: str, *columns: str) -> list[tuple[str, ...]]:
    """The first rows of a relation. One query."""
    rows_sql = relations()[relation].sql
    statement = f"SELECT {', '.join(columns)} FROM ({rows_sql}) AS told LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [4 * MOST_OFFERED])
        return list(cursor.fetchall())


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(sorted({word for word in words if word}, key=str.casefold), MOST_OFFERED))


def tier_set_by_id(tier_set_id: int, *, visible_to: Actor) -> TierSetShown:
    """The set of tiers with this id. Four queries. Raises Forbidden, TierSetUnknown."""
    for each in tier_sets_list(visible_to=visible_to):
        if each.id == tier_set_id:
            return each
    raise TierSetUnknown(name=tier_set_id, hint="")


def ladder_looked(text: str, *, at: datetime, visible_to: Actor) -> LadderLooked:
    """What saving this ladder would make. Eight queries at most.

    Raises Forbidden, LadderWrong, BadTierName, TextUnfit, RuleWrong, SegmentCircle, SegmentTooLarge.
    """
    visible_to.require("segments.see")
    ladder, live = ladder_read(text), live_now()
    for rung in ladder.rungs:
        if rung.rule is not None:
            rule_checked(rung.rule, known=live.known, text=rung.text, today=live.today(at))
    return _looked(ladder, live, at)


def tier_set_looked(shown: TierSetShown, *, at: datetime) -> LadderLooked:
    """The same of a ladder that is saved. Eight queries at most."""
    rungs = tuple(Rung(tier.name, tier.text, rule_read(tier.text) if tier.text else None) for tier in shown.tiers)
    default = next(n for n, tier in enumerate(shown.tiers) if tier.is_default)
    return _looked(Ladder(rungs, default), live_now(), at)


def _looked(ladder: Ladder, live: Live, at: datetime) -> LadderLooked:
    return LadderLooked(ladder, ladder_checked(ladder, live=live, at=at), ladder_stretches(ladder, terms=live.terms))


def group_explained(group_id: int, customer_id: int, *, at: datetime, visible_to: Actor) -> GroupWhy:
    """Why the customer is in the group or is not. Raises Forbidden, GroupUnknown, CustomerUnknown.

    One query for each relation and a dozen more, whatever the number of sales.
    """
    group = group_shown(group_id, visible_to=visible_to)
    text = Segment.objects.filter(group_id=group_id).values_list("text", flat=True).first()
    explanation = rule_explained(text, customer_id, at=at, visible_to=visible_to) if text else None
    since = (
        Membership.objects.filter(group_id=group_id, customer_id=customer_id).values_list("since", flat=True).first()
    )
    pin = Pin.objects.filter(group_id=group_id, customer_id=customer_id).values_list("is_in", "actor").first()
    is_in, by = pin or (None, "")
    return GroupWhy(group, since is not None, since, is_in, by, explanation)
