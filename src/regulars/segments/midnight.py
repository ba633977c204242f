"""What time alone changes: each business day, in order, memberships become those of that day."""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import connection

from regulars.groups.applying import Move, moves_apply
from regulars.segments.asking import rules_hold
from regulars.segments.live import Live, live_now
from regulars.segments.models import UpkeepAhead, UpkeepState
from regulars.segments.turned import customers_turned
from regulars.segments.upkeep import differences, held_of, stored_of
from regulars.storage.writing import alone, together, writing

_ONE_DAY = timedelta(days=1)
# So many customers are looked at together.
LOOKED_AT_ONCE = 4_000
# A till that waits for the pass waits for one of its transactions: as many of those who move are written in one as take
# about so many seconds on this machine at this moment.
HELD_FOR = 0.025
FIRST_WRITTEN, MOST_WRITTEN = 20, 100
# Between two of them so many seconds pass: who waits for SQLite looks again each thousandth of one.
_STAND_BACK = 0.005


class Pace:
    """How many customers are written in one transaction, by how long those before took on this clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.size = FIRST_WRITTEN

    def took(self, seconds: float, *, customers: int) -> None:
        """A transaction that wrote so many held the others up for so long: the next keeps to HELD_FOR."""
        fitting = int(customers * HELD_FOR / seconds) if seconds > 0 else MOST_WRITTEN
        # One quick transaction says little about the next.
        self.size = max(1, min(fitting, 2 * self.size, MOST_WRITTEN))


def days_catch_up(*, at: datetime, clock: Callable[[], float] = time.monotonic) -> int:
    """Memberships are those of the business day it is; how many customers moved. Again, it does nothing.

    The days that were missed are gone through in order, so that each move stands under its day. Tills may sell
    meanwhile; whoever is followed on a later day than the one at hand is left as they are.
    """
    pace = Pace(clock)
    finished = UpkeepState.objects.values_list("finished_day", flat=True).first()
    if finished is None:
        return 0
    today = live_now().today(at)
    # Clocks of several machines may be seconds apart.
    if today < finished - _ONE_DAY:
        return _turned_back(today, at, pace)
    moved = 0
    while finished is not None and finished < today:
        moved += _passed(finished, at, pace)
        finished = UpkeepState.objects.values_list("finished_day", flat=True).first()
    return moved


def _passed(finished: date, at: datetime, pace: Pace) -> int:
    """The day after the finished one is finished too; how many customers moved."""
    day = finished + _ONE_DAY
    # Whoever is being followed on the day before ends first; from here on nobody is.
    with alone():
        UpkeepState.objects.filter(id=1, day=finished).update(day=day)
    live = live_now()
    turned = customers_turned(live, before=finished, after=day)
    moved = _moved(live, turned, day, at, pace=pace) if turned else 0
    _finish(finished, day)
    return moved


def _turned_back(today: date, at: datetime, pace: Pace) -> int:
    """The clock was ahead and is right again: everybody is looked at as of today, once."""
    with alone():
        UpkeepState.objects.filter(id=1).update(day=today, finished_day=today)
        UpkeepAhead.objects.all().delete()
    return _moved(live_now(), None, today, at, pace=pace)


def _finish(finished: date, day: date) -> None:
    """The day counts as finished, unless somebody else has said so; who was ahead up to it no longer is."""
    with writing():
        if UpkeepState.objects.filter(id=1, finished_day=finished).update(finished_day=day):
            UpkeepAhead.objects.filter(day__lte=day).delete()


def _moved(live: Live, candidates: Iterable[int] | None, day: date, at: datetime, *, pace: Pace) -> int:
    """Those of the candidates (None: of all) who belong elsewhere on that day have moved."""
    # Asked of nobody: making the statement of all rules takes longer than a transaction should that tills wait for.
    rules_hold(live.rules, today=day, terms=live.terms, customer_ids=[0])
    chunks = [None] if candidates is None else _chunks(candidates, LOOKED_AT_ONCE)
    return sum(_written(_differing(live, chunk, day), day, at, pace) for chunk in chunks)


def _differing(live: Live, customer_ids: Collection[int] | None, day: date) -> list[int]:
    """Whose memberships are not what the rules say on that day. Two queries, outside of any transaction."""
    groups = live.turning if customer_ids is not None else live.trees
    rules = list(groups.values())
    found = rules_hold(rules, today=day, terms=live.terms, customer_ids=customer_ids)
    stored = stored_of(tuple(groups), customer_ids=customer_ids)
    return sorted({customer for customer, _group, _is_entry in differences(found, stored, tuple(groups))})


def _written(customer_ids: Iterable[int], day: date, at: datetime, pace: Pace) -> int:
    """These customers are where they belong on that day, some at a time, so that nobody waits long."""
    rest = iter(customer_ids)
    left_for_later: deque[int] = deque()
    moved = 0
    # Whoever a till is just selling to is waited for alone: who holds one lock and waits for none cannot stand in a
    # circle.
    while chunk := list(islice(rest, pace.size)) or ([left_for_later.popleft()] if left_for_later else []):
        done, busy = _written_at_pace(chunk, day, at, pace)
        moved += done
        left_for_later.extend(busy)
        time.sleep(_STAND_BACK)
    return moved


def _written_at_pace(chunk: list[int], day: date, at: datetime, pace: Pace) -> tuple[int, list[int]]:
    """As `_write`, in a transaction of its own; the wait for others before it is not counted."""

    def write() -> tuple[float, tuple[int, list[int]]]:
        return pace.clock(), _write(chunk, day, at)

    begun, answer = together(write)
    pace.took(pace.clock() - begun, customers=len(chunk))
    return answer


def _write(customer_ids: list[int], day: date, at: datetime) -> tuple[int, list[int]]:
    """How many of the customers moved, and whom somebody else is writing at this moment. Inside `writing()`."""
    ours = _locked(customer_ids)
    ahead = set(UpkeepAhead.objects.filter(customer_id__among=ours, day__gt=day).values_list("customer_id", flat=True))
    ids = [customer for customer in ours if customer not in ahead]
    held = held_of(ids)
    if held is None or not ids:
        return 0, sorted(set(customer_ids) - set(ours))
    found = rules_hold(held.live.rules, today=day, terms=held.live.terms, customer_ids=ids)
    moves = [
        Move(customer, group, is_entry, "date")
        for customer, group, is_entry in differences(found, held.groups, held.live.ids)
    ]
    moves_apply(moves, day=day, at=at, is_told=True)
    return len({move.customer for move in moves}), sorted(set(customer_ids) - set(ours))


def _locked(customer_ids: list[int]) -> list[int]:
    """Those of the customers whom nobody else is writing now, held until the transaction ends; one alone is waited for.

    On SQLite the writer is alone anyway.
    """
    if connection.vendor == "sqlite":
        return customer_ids
    skip_sql = "" if len(customer_ids) == 1 else " SKIP LOCKED"
    lock_sql = f"SELECT id FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE{skip_sql}"
    with connection.cursor() as cursor:
        cursor.execute(lock_sql, [customer_ids])
        return [row[0] for row in cursor.fetchall()]


def _chunks(customer_ids: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(customer_ids)
    while chunk := list(islice(rest, size)):
        yield chunk
