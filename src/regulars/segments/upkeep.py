"""Memberships follow what is known of customers, in the transaction that changes it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from itertools import compress, islice
from typing import NamedTuple

from django.db import connection

from regulars.customers.following import following_declare
from regulars.groups.applying import Move, moves_apply
from regulars.groups.models import Membership
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Rule
from regulars.segments.live import Live, live_now, live_of, version_renew
from regulars.segments.models import UpkeepAhead, UpkeepState
from regulars.storage.reading import rows_among

# So many customers are followed together: their flags and their memberships stay in memory.
CUSTOMERS_AT_ONCE = 50_000

# The groups of a customer as one text: many customers are in the same ones, and it is read once.
_HELD = """
    SELECT s.version, s.day, c.id, (
        SELECT string_agg(CAST(m.group_id AS text), ',') FROM groups_membership AS m WHERE m.customer_id = c.id
    )
    FROM segments_upkeepstate AS s
    LEFT JOIN customers_customer AS c ON
"""
_AHEAD = """
    INSERT INTO segments_upkeepahead (customer_id, day) VALUES (%s, %s)
    ON CONFLICT (customer_id) DO UPDATE SET day = EXCLUDED.day WHERE segments_upkeepahead.day < EXCLUDED.day
"""


class Held(NamedTuple):
    """What is stored: by which rules, the day the midnight pass is at, and who is in which groups that rules fill."""

    live: Live
    day: date
    groups: Mapping[int, Set[int]]


def memberships_follow(reasons: Mapping[int, str], at: datetime) -> None:
    """These customers are in exactly the groups whose rules hold for them, each having moved for the reason beside it.

    Customers who are gone are left out. Two queries where nobody moves, at most six otherwise, whatever the number of
    rules and of customers (up to CUSTOMERS_AT_ONCE); one where there is no rule. Inside `writing()`.
    """
    for chunk in _chunks(reasons):
        held = held_of(chunk)
        if held is None or not held.live.ids:
            return
        # A sale of the last second of a day may be stored when the pass of the next is under way already.
        today = max(held.live.today(at), held.day)
        found = _hold(held.live.rules, today=today, terms=held.live.terms, customer_ids=chunk)
        moves = [
            Move(customer, group, is_entry, reasons[customer])
            for customer, group, is_entry in differences(found, held.groups, held.live.ids)
        ]
        moves_apply(moves, day=today, at=at, is_told=True)
        if today > held.day:
            _ahead(found, today)


def _hold(
    rules: Sequence[Rule], *, today: date, terms: Terms, customer_ids: Collection[int] | None = None
) -> dict[int, tuple[bool, ...]]:
    """As `rules_hold`, whose library takes a third of a second to load: no command waits for it that follows nobody."""
    from regulars.segments.asking import rules_hold  # noqa: PLC0415

    return rules_hold(rules, today=today, terms=terms, customer_ids=customer_ids)


def held_of(customer_ids: Collection[int]) -> Held | None:
    """What is stored of these customers; None before the first rule. One query where the rules are read already."""
    rows = rows_among(_HELD, "c.id", customer_ids)
    if not rows:
        return None
    version, day = rows[0][:2]
    live = live_of(version)
    sets = {text: live.trees.keys() & set(map(int, text.split(","))) for text in {row[3] for row in rows} if text}
    groups = {customer: sets[text] for _version, _day, customer, text in rows if text}
    # SQLite keeps days as texts.
    return Held(live, date.fromisoformat(day) if isinstance(day, str) else day, groups)


def _ahead(customer_ids: Iterable[int], today: date) -> None:
    """Passes of days before today leave these customers as they are. One query."""
    with connection.cursor() as cursor:
        cursor.executemany(_AHEAD, [(customer, today.isoformat()) for customer in customer_ids])


class Moved(NamedTuple):
    """How many customers entered a group and how many left it."""

    entered: int
    left: int


def memberships_rebuild(
    live: Live, reasons: Mapping[int, str], *, at: datetime, today: date, is_told: bool
) -> dict[int, Moved]:
    """In these groups are exactly those for whom their rules hold; whoever moved did for the reason beside the group.

    Who stays keeps their since. How many moved, by group. Reads every customer. Inside `writing()`, nobody else
    writing.
    """
    if not reasons:
        return {}
    ids = tuple(reasons)
    found = _hold([live.trees[id_] for id_ in ids], today=today, terms=live.terms)
    moves = [
        Move(customer, group, is_entry, reasons[group])
        for customer, group, is_entry in differences(found, stored_of(ids), ids)
    ]
    moves_apply(moves, day=today, at=at, is_told=is_told)
    entered = Counter(move.group for move in moves if move.is_entry)
    left = Counter(move.group for move in moves if not move.is_entry)
    return {id_: Moved(entered[id_], left[id_]) for id_ in ids}


def rules_follow(before: Mapping[int, Rule], *, at: datetime, is_told: bool = False) -> dict[int, Moved]:
    """Rules, or what they name, are others than `before`: whoever now belongs elsewhere has moved. How many, by group.

    Inside `writing()`, nobody else writing. Raises SegmentCircle, SegmentTooLarge.
    """
    version_renew(today=live_now().today(at))
    live = live_now()
    today = max(live.today(at), UpkeepState.objects.get().day)
    changed = {id_: before.get(id_) for id_, tree in live.trees.items() if before.get(id_) != tree}
    reasons = {id_: "first build" if tree is None else "rule edited" for id_, tree in changed.items()}
    return memberships_rebuild(live, reasons, at=at, today=today, is_told=is_told)


def memberships_differ() -> Iterator[tuple[int, int, bool]]:
    """The customer, the group, and whether the customer should be in it, where stored memberships are not what the
    rules say on the last day the midnight pass finished, or the later one a customer was followed on."""
    live = live_now()
    state = UpkeepState.objects.first()
    if not live.ids or state is None:
        return
    stored = stored_of(live.ids)
    ahead = dict(UpkeepAhead.objects.filter(day__gt=state.finished_day).values_list("customer_id", "day"))
    found = _hold(live.rules, today=state.finished_day, terms=live.terms)
    for day in sorted(set(ahead.values())):
        of_day = [customer for customer, kept in ahead.items() if kept == day]
        found |= _hold(live.rules, today=day, terms=live.terms, customer_ids=of_day)
    yield from differences(found, stored, live.ids)


def stored_of(group_ids: Collection[int], *, customer_ids: Collection[int] | None = None) -> Mapping[int, set[int]]:
    """Who of the customers (None: of all) is in these groups. One query."""
    groups: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(group_id__in=group_ids).order_by()
    if customer_ids is not None:
        rows = rows.filter(customer_id__among=customer_ids)
    for customer, group in rows.values_list("customer_id", "group_id").iterator(chunk_size=10_000):
        groups[customer].add(group)
    return groups


def differences(
    found: Mapping[int, tuple[bool, ...]], held: Mapping[int, Set[int]], group_ids: tuple[int, ...]
) -> Iterator[tuple[int, int, bool]]:
    """Where who should be in which group is not who is: the customer, the group, and whether they should be in it."""
    nowhere: Set[int] = frozenset()
    # Many customers are in the same groups.
    sets: dict[tuple[bool, ...], frozenset[int]] = {}
    for customer, flags in found.items():
        now = sets.get(flags)
        if now is None:
            now = sets[flags] = frozenset(compress(group_ids, flags))
        before = held.get(customer, nowhere)
        if now != before:
            yield from ((customer, group, False) for group in sorted(before - now))
            yield from ((customer, group, True) for group in sorted(now - before))


def _chunks(customer_ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(sorted(customer_ids))
    while chunk := list(islice(rest, CUSTOMERS_AT_ONCE)):
        yield chunk


following_declare(memberships_follow)
