"""Whom a scope is narrowed to: the members of a group, or whoever meets a rule."""

from datetime import date, datetime

import pyarrow as pa

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.customers.reach import customers_reached
from regulars.groups.history import members_on
from regulars.reports.scope import group_told
from regulars.sales.selectors import business_today
from regulars.segments.selectors import rule_customers


def members_of(told: str, *, as_of: date | None, at: datetime, actor: Actor) -> pa.Table:
    """The customers within reach, one column, by number: now, or as of the end of a past day.

    Raises Forbidden, RuleWrong.
    """
    return pa.table({"customer": pa.array(_members(told, as_of=as_of, at=at, actor=actor), pa.int64())})


def _members(told: str, *, as_of: date | None, at: datetime, actor: Actor) -> list[int]:
    group = group_told(told, visible_to=actor)
    if group is None:
        return rule_customers(told, as_of=as_of, at=at, visible_to=actor)
    members = members_on(group.id, as_of or business_today(at=at))
    if actor.reach("segments.see") is not Reach.ALL:
        members = customers_reached(members, right="segments.see", actor=actor)
    return sorted(members)
