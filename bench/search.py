"""How fast a customer is found while typing, among a million: `python -m bench.search`.

Prints p50 and p99 of `search_found` for 2 to 6 characters typed from real profiles, and the ratio to the bare
query: the same SQL and parameters on the driver's own cursor, on the same connection, in turns. Exits with 1 when
p99 is above 10 ms or the ratio of the medians above 2.5.
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any, NamedTuple

from django.core.management import call_command
from django.db import connection
from faker.providers.person.en_KE import Provider as Kenya
from faker.providers.person.en_US import Provider as America

from bench.shop import DATABASES, place
from regulars.customers.models import Customer, Identity
from regulars.customers.search import postgres, search_found, search_rebuild, sqlite
from regulars.customers.search.words import query_of
from regulars.storage.writing import rows_insert, writing

P99_MS = 10.0
RATIO = 2.5
KINDS = ("first name", "last name", "two words", "phone start", "phone end", "code", "e-mail")
PER_KIND = 400


class Profile(NamedTuple):
    code: str
    first_name: str
    last_name: str
    phone: str
    email: str


def profiles(count: int, *, seed: int) -> list[Profile]:
    """People of Nairobi with guests: names as frequent as they are, two phones of three Kenyan networks."""
    chance = random.Random(seed)

    def names(kenyan: Any, american: Any) -> list[str]:
        drawn = [*chance.choices(list(kenyan), list(kenyan.values()), k=count * 7 // 10)]
        drawn += chance.choices(list(american), list(american.values()), k=count - len(drawn))
        chance.shuffle(drawn)
        return drawn

    first_names, last_names = (
        names(Kenya.first_names, America.first_names),
        names(Kenya.last_names, America.last_names),
    )
    domains = chance.choices(["gmail.com", "yahoo.com", "outlook.com", "example.org"], [60, 20, 12, 8], k=count)
    return [
        Profile(
            code=f"2{number * 7919 % 10**11:011d}",
            first_name=first,
            last_name=last,
            phone=f"+2547{chance.randrange(10**8):08d}" if chance.random() < 0.85 else "",
            email=f"{first}.{last}{number % 97}@{domain}".lower().replace(" ", "").replace("'", "")
            if chance.random() < 0.5
            else "",
        )
        for number, (first, last, domain) in enumerate(zip(first_names, last_names, domains, strict=True), 1)
    ]


def stored(people: list[Profile]) -> None:
    """The profiles and their identities are in the database and the index."""
    names = ("id", "code", "name", "first_name", "last_name", "joined", "source")
    filled = {"gender": "", "language": "", "website": "", "social": "", "is_active": True, "is_vouched": True}
    started = time.perf_counter()
    with writing():
        rows_insert(
            Customer,
            (*names, *filled),
            [
                (number, each.code, f"{each.first_name} {each.last_name}", each.first_name, each.last_name,
                 "2026-11-22", "import", *filled.values())
                for number, each in enumerate(people, 1)
            ],
        )  # fmt: skip
        rows = [
            (number, kind, value)
            for number, each in enumerate(people, 1)
            for kind, value in (("code", each.code), ("phone", each.phone), ("email", each.email))
            if value
        ]
        rows_insert(Identity, ("customer_id", "kind", "value"), sorted(rows, key=lambda row: row[2]))
    inserted = time.perf_counter()
    search_rebuild()
    indexed = time.perf_counter()
    print(f"  {len(people):,} profiles: stored in {inserted - started:.0f} s, indexed in {indexed - inserted:.0f} s")
    with connection.cursor() as cursor:  # as a database that has run for a while
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")


def typed(kind: str, person: Profile, *, length: int) -> str:
    """What somebody types who looks for this person: the first `length` characters of one thing, or of two."""
    half = max(1, length // 2)
    texts = {
        "first name": person.first_name[:length],
        "last name": person.last_name[:length],
        "two words": f"{person.first_name[:half]} {person.last_name[: max(1, length - half)]}",
        "phone start": "0" + person.phone[4 : 3 + length],
        "phone end": person.phone[-max(3, length) :],
        "code": person.code[:length],
        "e-mail": person.email[:length],
    }
    return texts[kind]


def queries(people: list[Profile], kind: str, *, seed: int) -> list[str]:
    chance = random.Random(seed)
    known = {"phone start": "phone", "phone end": "phone", "e-mail": "email"}.get(kind, "code")
    drawn: list[str] = []
    while len(drawn) < PER_KIND:
        person = chance.choice(people)
        if getattr(person, known):
            drawn.append(typed(kind, person, length=chance.randint(2, 6)))
    return drawn


def bare_query() -> tuple[Callable[[str], str], Callable[[str], list[Any]]]:
    """What turns a text into the parameter of the query, and what runs the query on the driver's own cursor."""
    kept = sqlite if connection.vendor == "sqlite" else postgres
    sql = kept._FOUND.replace("%s", "?") if connection.vendor == "sqlite" else kept._FOUND
    driver = connection.connection

    def run(parameter: str) -> list[Any]:
        return list(driver.execute(sql, (parameter, 10)).fetchall())

    return lambda text: kept.match_text(query_of(text, country="KE")), run


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def measured(texts: list[str]) -> tuple[list[float], list[float]]:
    """The times of `search_found` and of the bare query for each text, in turns so that neither warms the other."""
    parameter, run = bare_query()
    ours: list[float] = []
    bare: list[float] = []
    for turn, text in enumerate(texts):
        value = parameter(text)
        for is_ours in (True, False) if turn % 2 else (False, True):
            if is_ours:
                ours.append(milliseconds(lambda text=text: search_found(text, country="KE")))
            else:
                bare.append(milliseconds(lambda value=value: run(value)))
    return ours, bare


def shown(kind: str, ours: list[float], bare: list[float]) -> None:
    print(
        f"  {kind:<12} p50 {median(ours):6.3f} ms   p99 {quantiles(ours, n=100)[98]:7.3f} ms   max {max(ours):7.3f} ms"
        f"   bare p50 {median(bare):6.3f} ms   p99 {quantiles(bare, n=100)[98]:7.3f} ms"
        f"   ratio {median(ours) / median(bare):.2f}"
    )


def inside(*, customers: int, seed: int) -> bool:
    """Builds the shop of this process's environment and measures it; whether the limits hold."""
    call_command("migrate", verbosity=0)
    people = profiles(customers, seed=seed)
    stored(people)
    all_ours: list[float] = []
    all_bare: list[float] = []
    for kind in KINDS:
        ours, bare = measured(queries(people, kind, seed=seed))
        shown(kind, ours, bare)
        all_ours += ours
        all_bare += bare
    shown("all", all_ours, all_bare)
    is_fast = quantiles(all_ours, n=100)[98] <= P99_MS and median(all_ours) <= RATIO * median(all_bare)
    print(f"  limits (p99 {P99_MS:g} ms, ratio {RATIO:g}): {'hold' if is_fast else 'MISSED'}")
    return is_fast


def main() -> int:
    parser = argparse.ArgumentParser(description="Time the search of customers as one types.")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        return 0 if inside(customers=asked.customers, seed=asked.seed) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(f"{database}, {PER_KIND} texts of each kind", flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.search", "--inside"]
            command += ["--customers", str(asked.customers), "--seed", str(asked.seed)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
