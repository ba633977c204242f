"""Customers of whom little is known, for tests. Money is in minor units of a currency with two decimals."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any as Anything

from regulars.segments.language.life import Life
from regulars.segments.language.meaning import matches, value_of
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Rule, Term
from tests.segments.random_shops import FIELDS, PRODUCTS, STORES, Bought, Person, Receipt, Shop, lives_of

TODAY = date(2026, 11, 22)
TERMS = Terms(places=2, fields=FIELDS)
NOBODY = Person()
# Where two versions have the same name, the first is meant.
_VERSIONS: dict[str, tuple[int, int]] = {}
for _n, _product in enumerate(PRODUCTS):
    for _place, _version in enumerate(_product.versions):
        _VERSIONS.setdefault(_version.name, (_n, _place))
_STORES = {name: n for n, (name, _city) in enumerate(STORES)}


def line(product: str = "Latte", net: int = 35000, *, units: int = 1, **more: Anything) -> Bought:
    """A line of a product by the name it was sold under."""
    known = {"tax": 0, "discount": 0, "is_gift_card": False} | more
    return Bought(*_VERSIONS[product], quantity_milli=units * 1000, net=net, **known)


def sale(
    day: str,
    *lines: Bought,
    store: str = "Westlands",
    hour: int = 12,
    channel: str = "in_store",
    paid: Sequence[str] = (),
) -> Receipt:
    """A sale on that day, of a latte unless told otherwise."""
    return Receipt(
        n=0, customer=0, store=_STORES[store], day=date.fromisoformat(day), hour=hour, channel=channel, kind="sale",
        status="completed", lines=lines or (line(),), payments=tuple((method, "completed") for method in paid),
    )  # fmt: skip


def brought_back(day: str, *lines: Bought) -> Receipt:
    """A return on that day; its lines are below zero."""
    return replace(sale(day, *lines), kind="return")


def bought(*receipts: Receipt, person: Person = NOBODY, today: date = TODAY) -> Life:
    """A customer who bought that."""
    numbered = tuple(replace(each, n=n) for n, each in enumerate(receipts))
    [life] = lives_of(Shop(today, (person,), numbered))
    return life


def born(day: str) -> Life:
    """A customer born on that day."""
    return bought(person=Person(birth_date=date.fromisoformat(day)))


def holds(rule: Rule, life: Life, *, today: date | str = TODAY, as_of: bool = False, terms: Terms = TERMS) -> bool:
    return matches(rule, life, terms=terms, today=date.fromisoformat(str(today)), as_of=as_of)


def told(term: Term, life: Life, *, as_of: bool = False, today: date = TODAY, terms: Terms = TERMS) -> Anything:
    return value_of(term, life, terms=terms, today=today, as_of=as_of)
