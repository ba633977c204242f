"""What a set of sales must come to: a second, slow and plain evaluation that shares no code with the product.

Written from the rule in the docstring of customers/linking.py: sales are taken in the order in which they were
made; each goes to whoever holds the strongest identity it gives, and what was unknown becomes that customer's.
Amounts are worked out with fractions. Every payload is one that is accepted.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass
class Person:
    """A customer as the sales make them."""

    name: str = ""
    named: tuple[datetime, UUID] | None = None
    joined: Any = None
    code: str | None = None
    identities: dict[tuple[str, str], UUID | None] = field(default_factory=dict)
    sales: set[UUID] = field(default_factory=set)
    facts: tuple[Any, ...] = ()
    is_from_office: bool = False


@dataclass(frozen=True)
class OfficePerson:
    """A customer who was there before the sales, with the identities that a person entered."""

    name: str
    identities: tuple[tuple[str, str], ...]


def minor(value: str) -> int:
    """Cents of a decimal text, half a cent away from zero."""
    exact = Fraction(Decimal(value)) * 100
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def line_amounts(line: dict[str, Any]) -> dict[str, int]:
    """What a line of a shop whose prices hold their tax comes to, in cents."""
    exact = Fraction(Decimal(line["quantity"])) * Fraction(Decimal(line["unit_price"])) * 100
    gross = floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))
    discount = minor(line.get("discount", "0"))
    return {
        "net": gross - discount,
        "tax": minor(line.get("tax", "0")),
        "discount": discount,
        "units": int(Fraction(Decimal(line["quantity"])) * 1000),
    }


def total_of(lines: list[dict[str, Any]]) -> str:
    return str(Decimal(sum(line_amounts(line)["net"] for line in lines)).scaleb(-2))


def _key(sale: dict[str, Any]) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(sale["sold_at"]), UUID(sale["id"])


def _given(sale: dict[str, Any]) -> list[tuple[str, str]]:
    """The identities a sale gives, strongest first."""
    contact = sale.get("customer") or {}
    return [(kind, contact[kind]) for kind in ("code", "phone", "email") if contact.get(kind)]


def _day(sale: dict[str, Any], timezone: str) -> Any:
    return datetime.fromisoformat(sale["sold_at"]).astimezone(ZoneInfo(timezone)).date()


def people_of(sales: list[dict[str, Any]], office: list[OfficePerson], *, timezone: str) -> list[Person]:
    """The customers, each with their sales and facts; those from the office first."""
    people = [Person(name=each.name, identities=dict.fromkeys(each.identities), is_from_office=True) for each in office]
    owner: dict[UUID, Person] = {}
    for sale in sorted(sales, key=_key):
        contact = sale.get("customer")
        if sale.get("returns") or not any((contact or {}).values()):
            continue
        found = _holder(sale, people)
        if found is None:
            found = Person(joined=_day(sale, timezone), code=contact.get("code") or None)
            people.append(found)
        for identity in _given(sale):
            if not any(identity in each.identities for each in people):
                found.identities[identity] = UUID(sale["id"])
        if contact.get("name") and not found.name:
            found.name, found.named = contact["name"], _key(sale)
        owner[UUID(sale["id"])] = found
    for sale in sales:
        person = owner.get(UUID(sale.get("returns") or sale["id"]))
        if person is not None:
            person.sales.add(UUID(sale["id"]))
    by_id = {UUID(sale["id"]): sale for sale in sales}
    for person in people:
        person.facts = facts_of([by_id[uid] for uid in person.sales], timezone=timezone)
    return people


def _holder(sale: dict[str, Any], people: list[Person]) -> Person | None:
    for identity in _given(sale):
        holders = [person for person in people if identity in person.identities]
        if len(holders) > 1:
            return _of_a_household(sale, holders)
        if holders:
            return holders[0]
    return None


def _of_a_household(sale: dict[str, Any], holders: list[Person]) -> Person:
    """Who holds most of what was given; then whose name it is; then who was there first."""
    most = max(sum(each in person.identities for each in _given(sale)) for person in holders)
    closest = [p for p in holders if sum(each in p.identities for each in _given(sale)) == most]
    name = sale["customer"].get("name", "").lower()
    namesakes = [person for person in closest if name and person.name.lower() == name]
    return (namesakes or closest)[0]


def facts_of(sales: list[dict[str, Any]], *, timezone: str) -> tuple[Any, ...]:
    """spent, orders, visits, units, returned, discount, first and last order, by plain sums."""
    counted = [sale for sale in sales if sale.get("status") != "voided"]
    spent = units = returned = discount = 0
    orders = [sale for sale in counted if not sale.get("returns")]
    for sale in counted:
        for line in sale["lines"]:
            if line.get("gift_card"):
                continue
            amounts = line_amounts(line)
            spent += amounts["net"]
            units += amounts["units"]
            discount += amounts["discount"]
            if sale.get("returns"):
                returned -= amounts["net"]
    days = sorted(_day(sale, timezone) for sale in orders)
    visits = {(sale["store"], _day(sale, timezone)) for sale in orders}
    first, last = (days[0], days[-1]) if days else (None, None)
    return spent, len(orders), len(visits), units, returned, discount, first, last


def products_of(sales: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """How the catalogue calls each product: as the first sale that gives it a name did."""
    said = defaultdict(list)
    for sale in sales:
        for line in sale["lines"]:
            words = (line.get("name", ""), line.get("category", ""), line.get("brand", ""))
            key = ("sku", line["sku"]) if line.get("sku") else ("name", line["name"])
            said[key].append((not words[0], datetime.fromisoformat(sale["sold_at"]), words))
    return {key: min(each)[2] for key, each in said.items()}
