"""Memberships and their changes, written in bulk."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from regulars.events.services import Told, events_tell
from regulars.groups.entering import Entered, entries_follow
from regulars.groups.models import Membership, MembershipChange
from regulars.storage.writing import rows_insert

_REMOVE = "DELETE FROM groups_membership WHERE customer_id = %s AND group_id = %s"
_CHANGE = ("group_id", "customer_id", "is_entry", "reason", "day", "at")
_MEMBERSHIP = ("customer_id", "group_id", "since")


class Move(NamedTuple):
    """A customer enters a group or leaves it."""

    customer: int
    group: int
    is_entry: bool
    reason: str


def moves_apply(moves: Collection[Move], *, day: date, at: datetime, is_told: bool) -> None:
    """The customers are in, or no longer in, these groups, and the changes are kept; where `is_told`, as events too,
    and what entering a group brings is brought.

    Each move must be one. Inside `writing()`; four queries at most, one of them on events, besides what rooms above do.
    """
    entries = [move for move in moves if move.is_entry]
    exits = [move for move in moves if not move.is_entry]
    if exits:
        with connection.cursor() as cursor:
            cursor.executemany(_REMOVE, [(move.customer, move.group) for move in exits])
    rows_insert(Membership, _MEMBERSHIP, [(move.customer, move.group, day) for move in entries])
    # Exits come first: who changes from one tier into another left before entering.
    rows_insert(
        MembershipChange, _CHANGE, [(m.group, m.customer, m.is_entry, m.reason, day, at) for m in (*exits, *entries)]
    )
    if is_told:
        told = [Told("group.left", move.group, move.customer) for move in exits]
        told += [Told("group.entered", move.group, move.customer) for move in entries]
        events_tell(told, at=at)
        entries_follow([Entered(m.customer, m.group, m.is_entry) for m in (*exits, *entries)], day=day, at=at)
