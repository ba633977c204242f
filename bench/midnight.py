"""What time alone changes overnight: `python -m bench.midnight [--database sqlite|postgres|both] [--kept FOLDER]`.

A shop of a million customers has 50 live segments, 31 of which time alone moves customers into and out of; a customer
is in about three. A till of its own process sells without a pause: first alone, then while the pass of the next
business day runs. Exits with 1 when the pass takes over 30 s, when the longest sale meanwhile takes over 100 ms more
than the longest of the till alone, which waits for the disk now and then, too, or when memberships are not what a full
evaluation of all rules says afterwards; that evaluation over everybody is timed too. With `--kept FOLDER` the shop is
built there once; each run passes another day.
"""

import argparse
import json
import os
import resource
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple
from unittest.mock import patch

from django.core.management import call_command

from bench.pages import dressed, kept_place, shop_read
from bench.search import profiles
from bench.shop import DATABASES, NOW, Tills, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.checkout.services import sales_record
from regulars.groups.models import Membership
from regulars.segments.asking import rules_hold
from regulars.segments.live import live_now
from regulars.segments.midnight import days_catch_up
from regulars.segments.models import UpkeepState
from regulars.segments.services import segment_save
from regulars.segments.turned import customers_turned
from regulars.segments.upkeep import memberships_differ, memberships_rebuild
from regulars.storage.writing import alone, together

MOST_S, MOST_MS = 30.0, 100.0
ALONE_S = 30.0
SEED = 1
# So many groups are filled together at first: what all of them hold of a million customers would fill the memory.
_FILLED_AT_ONCE = 10

# What only an act of somebody's changes.
_STILL = [
    *(f"spent >= {each}" for each in (4000, 6000, 8000, 10_000)),
    *(f"orders >= {each}" for each in (3, 4, 5, 8)),
    *(f"visits >= {each}" for each in (4, 6)),
    "average_order >= 2500",
    'gender = "female" and orders >= 4',
    'gender = "male" and spent >= 5000',
    'city = "Kisumu" and orders >= 2',
    'tag = "wholesale"',
    'tag = "regular" and orders >= 4',
    'favourite_store = "Westlands" and orders >= 5',
    "last_order >= 2026-11-01",
    "email is known and orders >= 6",
]
# What time alone changes as well.
_TURNING = [
    *(f"orders in last {days} days >= {least}" for days, least in ((7, 1), (30, 1), (90, 2), (180, 3), (365, 4))),
    *(f"spent in last {days} days >= {least}" for days, least in ((30, 2500), (60, 2500), (90, 3000), (365, 5000))),
    *(f"last_order < {days} days ago and spent >= {least}" for days, least in ((60, 6000), (180, 5000), (365, 4000))),
    "last_order < 2 years ago and orders >= 2",
    "visits in last 6 months >= 3",
    "units in last 2 weeks >= 3",
    "average_order in last 90 days >= 2900",
    "first_order in last 30 days",
    "first_order(store = \"Karen\") in last 2 weeks",
    "birthday in next 7 days",
    "age between 18 and 20",
    'age >= 35 and gender = "female" and orders >= 5',
    "joined in last 1 weeks",
    *(f'orders(store = "{store}", weekday in ("sat", "sun")) in last 90 days >= 1' for store in ("Westlands", "Nyali")),
    *(f'spent(category = "Category {n}") in last 90 days >= 50' for n in (1, 2, 3)),
    'orders(brand = "Brand 7") in last 365 days >= 2',
    "products in last 90 days >= 8",
    'bought_together("SKU-00001", "SKU-00002") in last 365 days',
    # Hangs on today for everybody with two orders: the pass looks at all of them.
    "overdue >= 4 and orders >= 4",
]  # fmt: skip
RULES = [*_STILL, *_TURNING]


class Till:
    """A till in a process of its own, which sells one sale after another while it is told to."""

    def __init__(self, *, customers: int, seed: int) -> None:
        command = [sys.executable, "-m", "bench.midnight", "--till", "--customers", str(customers)]
        self._process = subprocess.Popen(  # noqa: S603
            [*command, "--seed", str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._told()

    @contextmanager
    def selling(self, *, shift: timedelta) -> Iterator[list[float]]:
        """It sells within, so much later than `NOW`; the seconds of each sale are in the list afterwards."""
        taken: list[float] = []
        self._say(str(shift.days))
        yield taken
        self._say("")
        taken += json.loads(self._told())

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _told(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)


def till(*, customers: int, seed: int) -> None:
    """What the process of a till does."""
    tills = Tills(customers=customers, uid_version=7, seed=seed)
    print("ready", flush=True)
    for line in iter(sys.stdin.readline, ""):
        print(json.dumps(_sold(tills, timedelta(days=int(line)))), flush=True)


def _sold(tills: Tills, shift: timedelta) -> list[float]:
    """Sales are recorded until somebody says something; the seconds of each."""
    taken = []
    while not select.select([sys.stdin], [], [], 0)[0]:
        [sale] = tills.sales(1)
        at = tills.at + shift
        begun = time.perf_counter()
        [answer] = sales_record([sale | {"sold_at": at.isoformat()}], actor=OPERATOR, at=at)
        taken.append(time.perf_counter() - begun)
        assert answer.outcome == "created", answer
    sys.stdin.readline()
    return taken


def built(*, customers: int, history: int) -> None:
    """The shop is there, its segments are live, and memberships are those of the day of `NOW`."""
    call_command("migrate", verbosity=0)
    shop = Path(os.environ["REGULARS_DATA"]) / f"midnight-{customers}-{history}"
    if not shop.exists():
        people = profiles(customers, seed=SEED)
        took, _none = seconds(
            partial(shop_build, customers=customers, sales=history, dress=partial(dressed, people, seed=SEED))
        )
        shop.touch()
        print(f"  {customers:,} customers and {history:,} sales made in {took:.0f} s", flush=True)
    if not UpkeepState.objects.exists():
        took, _none = seconds(_segments_build)
        members = Membership.objects.count()
        print(
            f"  {len(RULES)} segments with {members / customers:.2f} members a customer made in {took:.0f} s",
            flush=True,
        )


def _segments_build() -> None:
    with patch("regulars.segments.upkeep.memberships_rebuild", return_value={}):
        for n, rule in enumerate(RULES, 1):
            segment_save(f"Segment {n:02}", rule, actor=OPERATOR, at=NOW)
    live = live_now()
    for first in range(0, len(live.ids), _FILLED_AT_ONCE):
        reasons = dict.fromkeys(live.ids[first : first + _FILLED_AT_ONCE], "first build")
        with alone():
            memberships_rebuild(live, reasons, at=NOW, today=live.today(NOW), is_told=False)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long the work takes, and its answer."""
    begun = time.perf_counter()
    answer = work()
    return time.perf_counter() - begun, answer


class Spent(NamedTuple):
    """Seconds on the wall and of this process's processor: what tells, where others work on the machine too."""

    wall: float
    processor: float


@contextmanager
def transactions_timed() -> Iterator[list[Spent]]:
    """What each transaction of the pass takes, its wait for others left out."""
    taken: list[Spent] = []

    def timed(write: Callable[[], Any]) -> Any:
        def work() -> Any:
            wall, processor = time.perf_counter(), time.process_time()
            answer = write()
            taken.append(Spent(time.perf_counter() - wall, time.process_time() - processor))
            return answer

        return together(work)

    with patch("regulars.segments.midnight.together", timed):
        yield taken


def passed(*, customers: int) -> bool:
    """The pass of the next business day, with sales meanwhile; whether the limits hold."""
    finished = UpkeepState.objects.get().finished_day
    shift = finished - live_now().today(NOW)
    own = Till(customers=customers, seed=time.time_ns())
    with own.selling(shift=shift) as before:
        time.sleep(ALONE_S)
    # With its first sale a process reads the rules.
    del before[0]
    with own.selling(shift=shift + timedelta(days=1)) as meanwhile, transactions_timed() as taken:
        begun = time.process_time()
        took, moved = seconds(partial(days_catch_up, at=NOW + shift + timedelta(days=1)))
        worked = time.process_time() - begun
    own.end()
    live = live_now()
    looking, looked_at = seconds(
        lambda: len(customers_turned(live, before=finished, after=finished + timedelta(days=1)))
    )
    print(
        f"  {len(live.turning)} of {len(live.ids)} rules turn; {looked_at:,} customers looked at"
        f" (found in {looking:.1f} s), {moved:,} moved; memory at most {_peak_mb():,.0f} MB",
        flush=True,
    )
    holds = told("seconds of the pass", took, MOST_S, "")
    wall, processor = (max(each[place] for each in taken) * 1e3 for place in range(2))
    print(
        f"    processor {worked:.1f} s; {len(taken)} transactions,"
        f" the longest {wall:.0f} ms before its commit, processor {processor:.0f} ms"
    )
    _times("a till alone", before)
    _times("a till meanwhile", meanwhile)
    return told("longest held up", (max(meanwhile) - max(before)) * 1e3, MOST_MS, " ms") and holds


def _times(what: str, taken: list[float]) -> None:
    p99 = quantiles(taken, n=100)[98]
    figures = f"median {median(taken) * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms, longest {max(taken) * 1e3:.1f} ms"
    print(f"  {what}: {len(taken):,} sales, {figures}", flush=True)


def told(what: str, found: float, most: float, unit: str) -> bool:
    """Prints the figure beside its limit; whether it holds."""
    holds = found <= most
    print(f"    {what}: {found:.2f}{unit}, at most {most:.2f}: {'holds' if holds else 'MISSED'}", flush=True)
    return holds


def evaluated() -> bool:
    """Every rule is asked of everybody, for comparison; whether memberships are what they say."""
    live = live_now()
    before = _peak_mb()
    took, found = seconds(partial(rules_hold, live.rules, today=UpkeepState.objects.get().day, terms=live.terms))
    print(
        f"  all {len(live.rules)} rules of all {len(found):,} customers: {took:.1f} s,"
        f" {_peak_mb() - before:,.0f} MB more",
        flush=True,
    )
    del found
    differing = sum(1 for _each in memberships_differ())
    print(f"    memberships that are not what they say: {differing}: {'MISSED' if differing else 'holds'}", flush=True)
    return not differing


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description="What time alone changes overnight.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--history", type=int, default=3_000_000, help="Sales before the measurement.")
    parser.add_argument("--kept", type=Path, help="the folder of a shop that stays; built where it is not there yet")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--till", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.till:
        till(customers=asked.customers, seed=asked.seed)
        return 0
    if asked.inside:
        built(customers=asked.customers, history=asked.history)
        shop_read()
        holds = passed(customers=asked.customers)
        return 0 if evaluated() and holds else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        with kept_place(database, asked.kept) if asked.kept else place(database) as environment:
            command = [sys.executable, "-m", "bench.midnight", "--inside"]
            command += ["--customers", str(asked.customers), "--history", str(asked.history)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
