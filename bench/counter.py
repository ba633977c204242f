"""What balances and offers cost a sale: with a loyalty policy and 20 offers on, beside the same shop without them.

`python -m bench.counter [--database sqlite|postgres|both] [--customers 100000] [--history 200000]`

Both arms record sales of the same kind in the same shop, by turns, one by one and in batches; what is on is switched
between the turns. The same is told of a basket that is quoted and sold at the counter: with the engine at work it may
cost more, and the figure says how much.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Any, NamedTuple
from uuid import uuid4

from bench.shop import DATABASES, NOW, STORES, Tills, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.balances.models import Policy
from regulars.balances.policies import policy_form
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.checkout.finalising import basket_finalise_told
from regulars.checkout.payload import payloads_parse
from regulars.checkout.quoting import quote_told
from regulars.checkout.services import sales_record
from regulars.core.money import amount_text
from regulars.customers.models import Customer
from regulars.offers.engine.terms import Conditions, Kind, Level, OfferTerms, Target
from regulars.offers.models import Offer
from regulars.offers.services import offer_save
from regulars.sales.models import Product

BATCH = 500
# A sale with all of it on takes at most so many times what it takes without.
MOST = 1.5
OFFERS = 20
_TERMS = PolicyTerms(
    rules=(
        EarningRule(name="by amount", points=1, per=1000),
        EarningRule(name="weekend", kind="multiplier", factor_milli=2000, weekdays=(6, 7)),
    ),
    expires_after_days=365,
)


class Arms(NamedTuple):
    """Seconds of each turn, with everything on and without."""

    on: list[float]
    off: list[float]

    @property
    def ratio(self) -> float:
        return median(self.on) / median(self.off)


def offers_make() -> list[int]:
    """Twenty offers: on the order, on categories, by the hour, with minimums, limits and codes."""
    made = []
    for n in range(OFFERS):
        conditions = Conditions(minimum=5000 * n, needs_code=n % 5 == 4, stores=() if n % 3 else (1, 2))
        level = Level.ORDER if n % 2 else Level.ITEM
        terms = OfferTerms(
            kind=Kind.PERCENT, level=level, percent_milli=1000 * (1 + n % 7), conditions=conditions,
            target=Target() if level is Level.ORDER else Target(categories=(f"Category {n}",)),
            family="" if n % 4 else "order", in_all=10_000_000 if n % 6 == 0 else None,
        )  # fmt: skip
        made.append(offer_save(f"Offer {n}", terms, is_live=True, actor=OPERATOR, at=NOW))
    return made


def switched(*, is_on: bool) -> None:
    """The policy and the offers hold from now on, or do not."""
    Policy.objects.all().delete()
    Offer.objects.update(state="live" if is_on else "draft")
    if is_on:
        Policy.objects.create(starts_on="2020-01-01", made_at=NOW, made_by="bench", terms=policy_form(_TERMS))


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def recorded(document: bytes, tills: Tills) -> None:
    answers = sales_record(payloads_parse(document), actor=OPERATOR, at=tills.at)
    assert all(answer.outcome == "created" for answer in answers), answers


def recording(tills: Tills, *, rounds: int, turns: int, size: int) -> Arms:
    """Sales recorded by turns with everything on and without."""
    arms = Arms([], [])
    for n in range(2 * rounds):
        is_on = n % 4 in (0, 3)
        switched(is_on=is_on)
        documents = [json.dumps(tills.sales(size)).encode() for _turn in range(turns)]
        recorded(json.dumps(tills.sales(1)).encode(), tills)
        taken = arms.on if is_on else arms.off
        taken += [timed(partial(recorded, document, tills)) / size for document in documents]
    return arms


def sold(basket: dict[str, Any]) -> None:
    """A basket is quoted and sold as quoted."""
    answer = quote_told(basket, actor=OPERATOR, at=NOW)
    told = {
        "id": str(uuid4()), "basket": basket, "quoted_total": amount_text(answer.total, places=2),
        "payments": [{"method": "cash"}],
    }  # fmt: skip
    basket_finalise_told(told, actor=OPERATOR, at=NOW)


def selling(*, rounds: int, turns: int) -> Arms:
    """Baskets of three lines quoted and sold at the counter, by turns."""
    skus = list(Product.objects.exclude(sku=None).order_by("id").values_list("sku", flat=True)[:300])
    people = list(Customer.objects.order_by("id").values_list("id", flat=True)[:2000])
    arms = Arms([], [])
    for n in range(2 * rounds):
        is_on = n % 4 in (0, 3)
        switched(is_on=is_on)
        baskets = [_basket(skus, people, n * turns + turn) for turn in range(turns + 1)]
        sold(baskets.pop())
        (arms.on if is_on else arms.off).extend(timed(partial(sold, basket)) for basket in baskets)
    return arms


def _basket(skus: Sequence[str | None], people: Sequence[int], n: int) -> dict[str, Any]:
    lines = [{"sku": skus[(7 * n + m) % len(skus)], "quantity": str(1 + m)} for m in range(3)]
    return {
        "store": STORES[n % 2], "register": "Till 1", "customer": {"id": people[n % len(people)]}, "lines": lines,
    }  # fmt: skip


def told(name: str, arms: Arms, *, most: float | None) -> bool:
    holds = most is None or arms.ratio <= most
    verdict = "" if most is None else f", at most {most:.1f}: {'holds' if holds else 'MISSED'}"
    print(
        f"  {name} ({len(arms.on)} turns each, medians): {median(arms.on) * 1e6:,.0f} us with, "
        f"{median(arms.off) * 1e6:,.0f} us without: {arms.ratio:.2f} times{verdict}",
        flush=True,
    )
    return holds


def inside(*, customers: int, history: int) -> bool:
    """Builds the shop of this process's environment and measures it."""
    shop_build(customers=customers, sales=history, uid_version=7)
    Product.objects.filter(price=None).update(price=35000)
    offers_make()
    tills = Tills(customers=customers, uid_version=7)
    recording(tills, rounds=2, turns=50, size=1)
    single = told("one by one", recording(tills, rounds=8, turns=100, size=1), most=MOST)
    recording(tills, rounds=1, turns=1, size=BATCH)
    batch = told(f"batches of {BATCH}, a sale", recording(tills, rounds=8, turns=2, size=BATCH), most=MOST)
    selling(rounds=1, turns=10)
    told("quoted and sold at the counter", selling(rounds=6, turns=40), most=None)
    return single and batch


def main() -> int:
    parser = argparse.ArgumentParser(description="What balances and offers cost a sale.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--history", type=int, default=200_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        return 0 if inside(customers=asked.customers, history=asked.history) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.counter", "--inside"]
            command += ["--customers", str(asked.customers), "--history", str(asked.history)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
