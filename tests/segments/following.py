"""Segments, tiers and their members, for the tests of upkeep."""

from datetime import datetime
from typing import Any

from regulars.groups.models import Group, Membership, MembershipChange
from regulars.segments.services import SegmentSaved, segment_save, tier_set_save
from regulars.segments.upkeep import memberships_differ
from tests import cast

LADDER = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"


def save(name: str, rule: str, *, at: datetime = cast.NOW, **more: Any) -> SegmentSaved:
    return segment_save(name, rule, actor=cast.OPERATOR, at=at, **more)


def loyalty(ladder: str = LADDER, *, at: datetime = cast.NOW) -> None:
    tier_set_save("Loyalty", ladder, actor=cast.OPERATOR, at=at)


def group_id(name: str) -> int:
    return Group.objects.get(name=name).id


def members(name: str) -> set[int]:
    return set(Membership.objects.filter(group__name=name).values_list("customer_id", flat=True))


def groups_of(customer: int | None) -> set[str]:
    return set(Membership.objects.filter(customer_id=customer).values_list("group__name", flat=True))


def moves(name: str) -> list[tuple[int, str, str]]:
    """Every change of the group in order: whose, "in" or "out", and why."""
    rows = MembershipChange.objects.filter(group__name=name).order_by("id")
    return [(row.customer_id, "in" if row.is_entry else "out", row.reason) for row in rows]


def buys(n: int, price: str, *, phone: str = cast.ANNA_PHONE, **more: Any) -> int:
    """Whose the n-th sale is, of one thing at that price."""
    answer = cast.recorded(cast.sale(n, cast.line(price=price), customer={"phone": phone}, **more))
    assert answer.customer_id is not None
    return answer.customer_id


def is_as_rebuilt() -> bool:
    """Whether every membership is what a full rebuild would make it."""
    return list(memberships_differ()) == []
