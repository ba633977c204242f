"""How soon a till has its quote over HTTP: `python -m bench.quote_http [--database sqlite|postgres|both]`.

Baskets of 20 lines in a shop with 30 live offers, of which 10 apply, and 3 price books, asked for one after the other
on a connection that is kept; the server is `regulars serve`. Exits with 1 when the 99th of 100 takes above 30 ms.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from bench.http import serving, timed
from bench.shop import DATABASES, NOW, STORES, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.customers.models import Customer
from regulars.offers.engine.terms import Conditions, Kind, Level, OfferTerms
from regulars.offers.price_books import price_book_save
from regulars.offers.services import offer_save
from regulars.sales.models import Product, Store

P99_MS = 30.0
LINES, OFFERS, APPLYING, BOOKS = 20, 30, 10, 3
QUOTES, REHEARSED = 2_000, 100


def offers_make() -> None:
    """Thirty offers, of which ten apply to every basket: five on lines, five on the order."""
    for n in range(OFFERS):
        level = Level.ORDER if n % 2 else Level.ITEM
        terms = OfferTerms(
            kind=Kind.PERCENT, level=level, percent_milli=1000 * (1 + n % 7), family="" if n % 3 else "one",
            conditions=Conditions() if n < APPLYING else Conditions(minimum=10**9),
            stack=n,
        )  # fmt: skip
        offer_save(f"Offer {n}", terms, is_live=True, actor=OPERATOR, at=NOW - timedelta(days=1))


def books_make(skus: Sequence[str]) -> None:
    for n in range(BOOKS):
        prices = dict.fromkeys(skus[n::5], 30000000 + n)
        price_book_save(f"Book {n}", prices, actor=OPERATOR, at=NOW)


def basket(skus: Sequence[str], people: Sequence[int], n: int) -> bytes:
    lines = [{"sku": skus[(7 * n + m) % len(skus)], "quantity": "1"} for m in range(LINES)]
    told: dict[str, Any] = {"store": STORES[n % 2], "customer": {"id": people[n % len(people)]}, "lines": lines}
    return json.dumps(told).encode()


def inside(*, customers: int, history: int) -> bool:
    """Builds the shop of this process's environment and measures its server."""
    shop_build(customers=customers, sales=history, uid_version=7)
    Product.objects.filter(price=None).update(price=35000)
    skus = [sku for sku in Product.objects.exclude(sku=None).order_by("id").values_list("sku", flat=True)[:300] if sku]
    people = list(Customer.objects.order_by("id").values_list("id", flat=True)[:2000])
    assert Store.objects.filter(name__in=STORES[:2]).count() == 2
    offers_make()
    books_make(skus)
    with serving() as server:
        connection = server.connected()
        told = json.loads(connection.asked("POST", "/api/v1/quote", basket(skus, people, 0)).body)
        assert told["applied"], told
        for n in range(REHEARSED):
            timed(lambda: connection.asked("POST", "/api/v1/quote", basket(skus, people, n)))  # noqa: B023
        taken = [
            timed(lambda: connection.asked("POST", "/api/v1/quote", basket(skus, people, n))) * 1000  # noqa: B023
            for n in range(QUOTES)
        ]
    p99 = quantiles(taken, n=100)[98]
    print(
        f"  {QUOTES:,} baskets of {LINES} lines, {len(told['applied'])} offers taken:"
        f" p50 {median(taken):.1f} ms, p99 {p99:.1f} ms, at most {P99_MS:g}: {'holds' if p99 <= P99_MS else 'MISSED'}",
        flush=True,
    )
    return p99 <= P99_MS


def main() -> int:
    parser = argparse.ArgumentParser(description="How soon a till has its quote over HTTP.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--history", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        return 0 if inside(customers=asked.customers, history=asked.history) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.quote_http", "--inside"]
            command += ["--customers", str(asked.customers), "--history", str(asked.history)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
