"""Reading groups and who is in them."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.core.errors import Invalid
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.customers.models import Customer
from regulars.customers.reach import customer_require, customers_within
from regulars.groups.errors import GroupAmbiguous, GroupUnknown
from regulars.groups.models import Group, Membership, MembershipChange, Pin
from regulars.groups.rules import tier_shown


class BadMembersCursor(Invalid):
    code = "groups.bad_cursor"
    message = _("The cursor is none that this list gave; begin again without one.")


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A group with how many of the customers within reach are in it. Tiers have a set and a rank in it."""

    id: int
    name: str
    kind: str
    tier_set: str | None
    rank: int | None
    is_default: bool
    description: str
    size: int


class MemberRow(NamedTuple):
    """Somebody who is in a group. `pinned_by`: who put them there whatever the rule says; empty: nobody."""

    customer_id: int
    code: str
    name: str
    since: date
    pinned_by: str


class MembersPage(NamedTuple):
    """A part of the members; `next_cursor` leads to what follows, None at the end."""

    rows: Sequence[MemberRow]
    next_cursor: str | None


class Belonging(NamedTuple):
    """A group that a customer is in: since when, and how: by hand, by rule, or pinned in.

    `since_at` is when the entry was recorded, by the change that every membership begins with.
    """

    group_id: int
    group: str
    kind: str
    tier_set: str | None
    since: date
    since_at: datetime
    how: str


def groups_list(*, kinds: Collection[str] = (), visible_to: Actor) -> Sequence[GroupShown]:
    """The groups (of these kinds) with their sizes: manual ones, segments, then tiers by set and rank. Two queries.

    Raises Forbidden.
    """
    visible_to.require("segments.see")
    rows = Group.objects.select_related("tier_set").order_by("tier_set__name", "rank", "name")
    found = list(rows.filter(kind__in=kinds) if kinds else rows)
    sizes = _sizes([group.id for group in found], visible_to)
    order = {"manual": 0, "automatic": 1, "tier": 2}
    return [_shown(group, sizes) for group in sorted(found, key=lambda each: order[each.kind])]


def group_get(name: str, *, visible_to: Actor) -> GroupShown:
    """The group of that name; a tier may be told with its set, as "Loyalty: Gold". Three queries at most.

    Raises Forbidden; GroupUnknown, with the nearest name; GroupAmbiguous.
    """
    visible_to.require("segments.see")
    group = group_named(name)
    return _shown(group, _sizes([group.id], visible_to))


def group_named(name: str) -> Group:
    """The group of that name, as `group_get` finds it. Two queries at most. Raises GroupUnknown, GroupAmbiguous."""
    set_name, _colon, tier = name.partition(":")
    told = Q(tier_set__name=set_name.strip(), name=tier.strip())
    found = list(Group.objects.select_related("tier_set").filter(Q(name=name.strip()) | told).order_by("id"))
    alone = [group for group in found if group.tier_set is None] or found
    if len(alone) > 1:
        raise GroupAmbiguous(name=name, names=" or ".join(f'"{_full_name(group)}"' for group in alone))
    if not alone:
        near = nearest(name, [_full_name(group) for group in Group.objects.select_related("tier_set")])
        raise GroupUnknown(name=name, hint=f'; did you mean "{near}"?' if near else "")
    return alone[0]


def group_by_id(group_id: int) -> Group:
    """The group with this id. One query. Raises GroupUnknown."""
    group = Group.objects.select_related("tier_set").filter(id=group_id).first()
    if group is None:
        raise GroupUnknown(name=group_id, hint="")
    return group


def members_page(group_id: int, *, limit: int = 50, cursor: str | None = None, visible_to: Actor) -> MembersPage:
    """Who is in the group and within reach, the newest members first. Three queries at most.

    Raises Forbidden, GroupUnknown, BadMembersCursor.
    """
    visible_to.require("segments.see")
    within = customers_within("customers.see", visible_to)
    group_by_id(group_id)
    rows = Membership.objects.filter(group_id=group_id).order_by("-since", "-customer_id")
    if within:
        rows = rows.filter(customer__in=Customer.objects.filter(within))
    places: list[tuple[date, int]] = []
    for stretch in _stretches(cursor):
        places += rows.filter(stretch).values_list("since", "customer_id")[: limit + 1 - len(places)]
        if len(places) > limit:
            break
    shown = places[:limit]
    return MembersPage(_members(group_id, shown), _cursor(shown[-1]) if len(places) > limit else None)


def groups_of_customer(customer_id: int, *, visible_to: Actor) -> Sequence[Belonging]:
    """The groups the customer is in, tiers first. Three queries. Raises Forbidden, CustomerUnknown."""
    customer_require(customer_id, right="segments.see", actor=visible_to)
    pinned = set(Pin.objects.filter(customer_id=customer_id, is_in=True).values_list("group_id", flat=True))
    entries = MembershipChange.objects.filter(customer_id=customer_id, group_id=OuterRef("group_id"), is_entry=True)
    rows = Membership.objects.filter(customer_id=customer_id).select_related("group__tier_set")
    rows = rows.annotate(since_at=Subquery(entries.order_by("-id").values("at")[:1]))
    ordered = sorted(rows, key=lambda row: (row.group.kind != "tier", row.group.name, row.group_id))
    return [
        Belonging(
            row.group_id,
            row.group.name,
            row.group.kind,
            row.group.tier_set.name if row.group.tier_set else None,
            row.since,
            row.since_at,
            _how(row.group, is_pinned=row.group_id in pinned),
        )
        for row in ordered
    ]


def _how(group: Group, *, is_pinned: bool) -> str:
    if group.kind == "manual":
        return "by hand"
    return "pinned in" if is_pinned else "by rule"


def _sizes(group_ids: Collection[int], actor: Actor) -> dict[int, int]:
    """How many within reach are in each group; the empty ones are left out. One query."""
    rows = Membership.objects.filter(group_id__in=group_ids).order_by()
    if actor.reach("segments.see") is not Reach.ALL:
        rows = rows.filter(customer__in=Customer.objects.filter(customers_within("segments.see", actor)))
    return dict(rows.values_list("group_id").annotate(size=Count("customer_id")))


def _shown(group: Group, sizes: dict[int, int]) -> GroupShown:
    return GroupShown(
        id=group.id,
        name=group.name,
        kind=group.kind,
        tier_set=group.tier_set.name if group.tier_set else None,
        rank=group.rank,
        is_default=group.is_default,
        description=group.description,
        size=sizes.get(group.id, 0),
    )


def _full_name(group: Group) -> str:
    return tier_shown(group.tier_set.name, group.name) if group.tier_set else group.name


def _members(group_id: int, places: Sequence[tuple[date, int]]) -> list[MemberRow]:
    ids = [customer for _since, customer in places]
    people = {row[0]: row for row in Customer.objects.filter(id__among=ids).values_list("id", "code", "name")}
    pins = Pin.objects.filter(group_id=group_id, customer_id__among=ids, is_in=True)
    pinned = dict(pins.values_list("customer_id", "actor"))
    return [MemberRow(*people[id_], since, pinned.get(id_, "")) for since, id_ in places]


def _stretches(cursor: str | None) -> list[Q]:
    """What comes after the cursor: the rest of its day, then the days before."""
    if cursor is None:
        return [Q()]
    try:
        since, customer = json.loads(urlsafe_b64decode(cursor.encode()))
        day = date.fromisoformat(since)
        return [Q(since=day, customer_id__lt=int(customer)), Q(since__lt=day)]
    except (binascii.Error, ValueError, TypeError):
        raise BadMembersCursor from None


def _cursor(place: tuple[date, int]) -> str:
    return urlsafe_b64encode(json.dumps([place[0].isoformat(), place[1]]).encode()).decode()
