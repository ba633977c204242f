"""Making groups, filling them by hand, and pinning."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.customers.errors import CustomerUnknown
from regulars.customers.following import customers_touched
from regulars.customers.reach import customers_reached
from regulars.customers.selectors import customers_named
from regulars.events.services import events_record
from regulars.groups.applying import Move, moves_apply
from regulars.groups.errors import (
    DefaultTierPinnedOut,
    GroupFilledByHand,
    GroupFilledByRule,
    GroupInUse,
    GroupOfSet,
    GroupTaken,
)
from regulars.groups.models import Group, Membership, Pin
from regulars.groups.rules import tier_name_checked
from regulars.groups.selectors import group_by_id
from regulars.groups.using import Renamed, group_users, names_follow
from regulars.sales.selectors import business_get, business_today
from regulars.storage.writing import alone

LONGEST_NAME, LONGEST_DESCRIPTION = 64, 500


def group_create(name: str, *, description: str = "", actor: Actor, at: datetime) -> int:
    """A group to be filled by hand is there; its id. Raises Forbidden, GroupTaken, TextUnfit."""
    actor.require("segments.edit")
    with alone():
        return group_make(name, kind="manual", description=description, actor=actor, at=at).id


def group_make(name: str, *, kind: str, description: str = "", actor: Actor, at: datetime) -> Group:
    """A group without members is there. Inside `writing()`. Raises GroupTaken, TextUnfit."""
    clean = _name_checked(name)
    if Group.objects.filter(name=clean, tier_set=None).exists():
        raise GroupTaken(name=clean)
    group = Group.objects.create(name=clean, kind=kind, description=_description_checked(description))
    _audit("group_create", group, actor, at, facts={"kind": kind})
    names_follow([Renamed(group.id, None, clean)], at=at)
    return group


def group_rename(group_id: int, name: str, *, actor: Actor, at: datetime) -> None:
    """The group is called so, and so do the rules that name it. Nobody enters or leaves.

    Raises Forbidden, GroupUnknown, GroupTaken, BadTierName, TextUnfit.
    """
    actor.require("segments.edit")
    with alone():
        group = group_by_id(group_id)
        clean = _name_checked(name) if group.tier_set_id is None else tier_name_checked(name)
        if clean == group.name:
            return
        if Group.objects.filter(name=clean, tier_set=group.tier_set_id).exists():
            raise GroupTaken(name=clean)
        Group.objects.filter(id=group_id).update(name=clean)
        _audit("group_rename", group, actor, at, facts={"from": group.name, "to": clean})
        names_follow([Renamed(group_id, group.name, clean)], at=at)


def group_describe(group_id: int, description: str, *, actor: Actor, at: datetime) -> None:
    """The group is described so. Raises Forbidden, GroupUnknown, TextUnfit."""
    actor.require("segments.edit")
    with alone():
        group = group_by_id(group_id)
        Group.objects.filter(id=group_id).update(description=_description_checked(description))
        _audit("group_describe", group, actor, at)


def group_delete(group_id: int, *, actor: Actor, at: datetime) -> None:
    """The group and its history are gone; nobody else notices.

    Raises Forbidden, GroupUnknown, GroupOfSet; GroupInUse, which names what uses it.
    """
    actor.require("segments.edit")
    with alone():
        group = group_by_id(group_id)
        if group.tier_set is not None:
            raise GroupOfSet(name=group.name, set=group.tier_set.name)
        users = group_users(group_id)
        if users:
            raise GroupInUse(name=group.name, users=", ".join(users))
        _audit("group_delete", group, actor, at, facts={"name": group.name})
        group.delete()
        events_record(kind="group.removed", subjects=[(group_id, None)], at=at)
        names_follow([Renamed(group_id, group.name, None)], at=at)


def members_add(group_id: int, customer_ids: Collection[int], *, actor: Actor, at: datetime) -> int:
    """These customers are in the group, filled by hand; how many were not before.

    Raises Forbidden, GroupUnknown, GroupFilledByRule, CustomerUnknown.
    """
    actor.require("groups.fill")
    with alone():
        return _added(_filled_by_hand(group_id), customer_ids, reason="by hand", actor=actor, at=at)


def members_remove(group_id: int, customer_ids: Collection[int], *, actor: Actor, at: datetime) -> int:
    """These customers are not in the group, filled by hand; how many were.

    Raises Forbidden, GroupUnknown, GroupFilledByRule, CustomerUnknown.
    """
    actor.require("groups.fill")
    with alone():
        group = _filled_by_hand(group_id)
        _require_reached(customer_ids, actor)
        held = Membership.objects.filter(group=group, customer_id__among=customer_ids)
        leaving = sorted(held.values_list("customer_id", flat=True))
        moves = [Move(customer, group.id, is_entry=False, reason="by hand") for customer in leaving]
        _moved(moves, "members_remove", group, actor, at)
        return len(leaving)


@dataclass(frozen=True, slots=True)
class MembersTaken:
    """What became of a list of names: `led` to one customer (`added` of them are new), to none, to several."""

    added: int
    led: int
    unknown: tuple[str, ...]
    ambiguous: Mapping[str, tuple[int, ...]]


def members_add_named(group_id: int, names: Iterable[str], *, actor: Actor, at: datetime) -> MembersTaken:
    """Whoever these ids, codes, phones or e-mails lead to is in the group; the rest of the list is accounted for.

    Raises Forbidden, GroupUnknown, GroupFilledByRule.
    """
    actor.require("groups.fill")
    with alone():
        group = _filled_by_hand(group_id)
        wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
        found = customers_named(wanted, country=business_get().country, visible_to=actor)
        reached = customers_reached({id_ for ids in found.values() for id_ in ids}, right="groups.fill", actor=actor)
        led = {name: tuple(id_ for id_ in ids if id_ in reached) for name, ids in found.items()}
        ids = sorted({ids[0] for ids in led.values() if len(ids) == 1})
        added = _added(group, ids, reason="import", actor=actor, at=at)
        return MembersTaken(
            added,
            sum(len(ids) == 1 for ids in led.values()),
            tuple(name for name in wanted if not led[name]),
            {name: led[name] for name in wanted if len(led[name]) > 1},
        )


def pin_set(group_id: int, customer_ids: Collection[int], *, is_in: bool, actor: Actor, at: datetime) -> None:
    """These customers are in the group (or out of it) whatever its rule says, until the pin is taken off.

    A customer is pinned into one tier of a set at most: the last pin holds.
    Raises Forbidden, GroupUnknown, GroupFilledByHand, DefaultTierPinnedOut, CustomerUnknown.
    """
    actor.require("groups.fill")
    with alone():
        group = _filled_by_rule(group_id)
        if group.is_default and not is_in:
            raise DefaultTierPinnedOut(name=group.name)
        _require_reached(customer_ids, actor)
        if is_in and group.tier_set_id is not None:
            others = Pin.objects.filter(group__tier_set=group.tier_set_id, is_in=True)
            others.filter(customer_id__among=customer_ids).delete()
        is_first = not Pin.objects.filter(group=group, is_in=is_in).exists()
        Pin.objects.filter(group=group, customer_id__among=customer_ids).delete()
        Pin.objects.bulk_create(
            Pin(group=group, customer_id=id_, is_in=is_in, actor=actor.name, at=at) for id_ in sorted(set(customer_ids))
        )
        if is_first:
            # Rules ask for pins only where there are some.
            names_follow([], at=at)
        _pins_followed("pin_set", customer_ids, actor, at, facts={"group": group.id, "is_in": is_in})


def pin_remove(group_id: int, customer_ids: Collection[int], *, actor: Actor, at: datetime) -> None:
    """The rule of the group alone says again whether these customers are in it.

    Raises Forbidden, GroupUnknown, GroupFilledByHand, CustomerUnknown.
    """
    actor.require("groups.fill")
    with alone():
        group = _filled_by_rule(group_id)
        _require_reached(customer_ids, actor)
        Pin.objects.filter(group=group, customer_id__among=customer_ids).delete()
        _pins_followed("pin_remove", customer_ids, actor, at, facts={"group": group.id})


def _pins_followed(
    act: str, customer_ids: Collection[int], actor: Actor, at: datetime, *, facts: Mapping[str, object]
) -> None:
    audit_record(
        actor=actor, verb=f"groups.{act}", subject_kind="customer", subject_ids=sorted(set(customer_ids)), at=at,
        facts=facts,
    )  # fmt: skip
    customers_touched(set(customer_ids), reason="pinned", at=at)


def _added(group: Group, customer_ids: Collection[int], *, reason: str, actor: Actor, at: datetime) -> int:
    _require_reached(customer_ids, actor)
    held = Membership.objects.filter(group=group, customer_id__among=customer_ids)
    new = sorted(set(customer_ids) - set(held.values_list("customer_id", flat=True)))
    moves = [Move(customer, group.id, is_entry=True, reason=reason) for customer in new]
    _moved(moves, "members_add", group, actor, at)
    return len(new)


def _moved(moves: list[Move], act: str, group: Group, actor: Actor, at: datetime) -> None:
    """The moves are made, logged and followed by the rules that name the group."""
    if not moves:
        return
    moves_apply(moves, day=business_today(at=at), at=at, is_told=True)
    ids = [move.customer for move in moves]
    audit_record(
        actor=actor, verb=f"groups.{act}", subject_kind="customer", subject_ids=ids, at=at, facts={"group": group.id}
    )
    customers_touched(ids, reason=moves[0].reason, at=at)


def _filled_by_hand(group_id: int) -> Group:
    group = group_by_id(group_id)
    if group.kind != "manual":
        raise GroupFilledByRule(name=group.name)
    return group


def _filled_by_rule(group_id: int) -> Group:
    group = group_by_id(group_id)
    if group.kind == "manual":
        raise GroupFilledByHand(name=group.name)
    return group


def _require_reached(customer_ids: Collection[int], actor: Actor) -> None:
    reached = customers_reached(customer_ids, right="groups.fill", actor=actor)
    for id_ in customer_ids:
        if id_ not in reached:
            raise CustomerUnknown(name=id_)


def _name_checked(name: str) -> str:
    return text_fit(name, field=_("name of a group"), longest=LONGEST_NAME, least=1)


def _description_checked(description: str) -> str:
    return text_fit(description, field=_("description of a group"), longest=LONGEST_DESCRIPTION)


def _audit(act: str, group: Group, actor: Actor, at: datetime, *, facts: Mapping[str, object] | None = None) -> None:
    audit_record(actor=actor, verb=f"groups.{act}", subject_kind="group", subject_ids=[group.id], at=at, facts=facts)
