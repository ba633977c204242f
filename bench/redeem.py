"""How fast eight tills redeem, beside a bare guarded UPDATE in the same run: `python -m bench.redeem`.

Eight processes spend one point at a time, all from one balance, and each from a thousand balances. The product does
what it does for anybody: right, reach, lots, entries, memberships. The bare loop does one UPDATE that is guarded by the
balance, in a transaction of its own, through the same connection. They take turns, round by round. In the end what was
spent must be what the ledger says, to the point.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from multiprocessing import get_context
from statistics import median
from typing import Any, NamedTuple

from django.db import connection, connections, transaction
from django.db.utils import OperationalError

from bench.shop import DATABASES, NOW, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.balances.errors import NotEnoughPoints
from regulars.balances.models import Balance, Entry
from regulars.balances.services import points_adjust, points_redeem
from regulars.balances.verifying import differences
from regulars.customers.models import Customer
from regulars.storage.waiting import WritersLine

CLIENTS, ROUNDS, SECONDS = 8, 5, 2.0
# The rate is at least half of the bare loop's.
LEAST_SHARE = 0.5
PLENTY = 10_000_000
_FORK = get_context("fork")
_GUARDED = "UPDATE bench_balance SET amount = amount - 1 WHERE customer_id = %s AND amount >= 1"
_LINE = WritersLine()

Spend = Callable[[int, str], str]


class Taken(NamedTuple):
    """How many were spent in a second, and what came of all of them."""

    rate: float
    outcomes: Counter[str]


def by_product(customer: int, name: str) -> str:
    """The product's own way."""
    try:
        points_redeem(customer, 1, reason="bench", reference=name, actor=OPERATOR, at=NOW)
    except NotEnoughPoints:
        return "refused"
    return "spent"


def _turn() -> AbstractContextManager[None]:
    """The place in the line of writers; PostgreSQL needs none."""
    return _LINE.turn(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else nullcontext()


def bare(customer: int, _name: str) -> str:
    """One guarded UPDATE in a transaction."""
    with _turn(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GUARDED, [customer])
        return "spent" if cursor.rowcount else "refused"


def crowd(spend: Spend, customers: Sequence[int], *, seconds: float, label: str) -> Taken:
    """Eight processes at once, for so long."""
    connections.close_all()
    start = _FORK.Barrier(CLIENTS)
    pipes = [_FORK.Pipe(duplex=False) for _ in range(CLIENTS)]

    def run(n: int) -> None:
        chance, outcomes = random.Random(n), Counter[str]()
        connection.ensure_connection()
        start.wait()
        end = time.perf_counter() + seconds
        count = 0
        while time.perf_counter() < end:
            count += 1
            try:
                outcomes[spend(chance.choice(customers), f"{label}/{n}/{count}")] += 1
            except OperationalError as error:
                outcomes[str(error)] += 1
        pipes[n][1].send(outcomes)
        connections.close_all()
        os._exit(0)

    children = [_FORK.Process(target=run, args=(n,)) for n in range(CLIENTS)]
    for child in children:
        child.start()
    outcomes: Counter[str] = sum((end.recv() for end, _other in pipes), Counter())
    for child in children:
        child.join()
    return Taken(outcomes["spent"] / seconds, outcomes)


def measured(customers: Sequence[int], *, rounds: int, seconds: float) -> bool:
    """Prints the figures of so many balances; whether they hold."""
    product: list[Taken] = []
    plain: list[Taken] = []
    for n in range(rounds):
        arms: list[tuple[Spend, list[Taken]]] = [(by_product, product), (bare, plain)]
        for spend, told in arms if n % 2 else reversed(arms):
            told.append(crowd(spend, customers, seconds=seconds, label=f"{len(customers)}-{n}"))
    rate, limit = median(each.rate for each in product), median(each.rate for each in plain)
    outcomes: Counter[str] = sum((each.outcomes for each in product), Counter())
    wrong = {name: count for name, count in outcomes.items() if name not in {"spent", "refused"}}
    is_quick = rate >= LEAST_SHARE * limit
    print(
        f"  {len(customers):,} balance(s): product {rate:,.0f}/s, bare guarded UPDATE {limit:,.0f}/s:"
        f" {100 * rate / limit:.0f} %, at least {100 * LEAST_SHARE:.0f} %: {'holds' if is_quick else 'MISSED'};"
        f" {outcomes['spent']:,} spent, {outcomes['refused']:,} refused, other errors: {wrong or 'none'}",
        flush=True,
    )
    return is_quick and not wrong


def is_exact(customers: Sequence[int], held: dict[int, int]) -> bool:
    """Whether each balance is what it held less what was spent, and nothing differs."""
    spent: Counter[int] = Counter(Entry.objects.filter(kind="spend").values_list("customer_id", flat=True))
    kept = dict(Balance.objects.filter(book="points").values_list("customer_id", "amount"))
    found = list(differences(today=NOW.date()))
    right = not found and all(kept[customer] == held[customer] - spent[customer] for customer in customers)
    print(f"  every balance is what it held less what was spent: {'holds' if right else f'MISSED {found[:3]}'}")
    return right


def runs_out(customer: int, *, points: int) -> bool:
    """Eight processes at a balance that runs out: so many are spent, all others refused."""
    taken = crowd(by_product, [customer], seconds=2.0 + points / 20, label="last")
    left = Balance.objects.get(customer_id=customer, book="points").amount
    right = taken.outcomes["spent"] == points and left == 0 and set(taken.outcomes) <= {"spent", "refused"}
    held = "holds" if right else "MISSED"
    print(f"  {points} points at eight tills at once: {dict(taken.outcomes)}, {left} left: {held}")
    return right


def inside(*, customers: int, rounds: int, seconds: float) -> bool:
    """Builds the shop of this process's environment and measures it."""
    shop_build(customers=customers)
    ids = list(Customer.objects.order_by("id").values_list("id", flat=True))
    held = dict.fromkeys(ids, PLENTY) | {ids[-1]: 200}
    for id_, amount in held.items():
        points_adjust(id_, amount, reason="bench", reference="first", actor=OPERATOR, at=NOW - timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_balance (customer_id BIGINT PRIMARY KEY, amount BIGINT NOT NULL)")
        cursor.executemany("INSERT INTO bench_balance VALUES (%s, %s)", list(held.items()))
    holds = [
        measured(ids[:1], rounds=rounds, seconds=seconds),
        measured(ids[1:-1], rounds=rounds, seconds=seconds),
        runs_out(ids[-1], points=200),
        is_exact(ids, held),
    ]
    return all(holds)


def main() -> int:
    parser = argparse.ArgumentParser(description="How fast eight tills redeem, beside a bare guarded UPDATE.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=1_002)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked: Any = parser.parse_args()
    if asked.inside:
        return 0 if inside(customers=asked.customers, rounds=asked.rounds, seconds=asked.seconds) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.redeem", "--inside", "--customers", str(asked.customers)]
            command += ["--rounds", str(asked.rounds), "--seconds", str(asked.seconds)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
