"""The small shop every test lives in: two stores, a few people, a few things to buy."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.apps import apps

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, REGISTER, Actor
from regulars.checkout.answers import SaleAnswer
from regulars.checkout.services import sales_record
from regulars.customers.details import CustomerDetails
from regulars.customers.services import customer_create
from regulars.sales.models import Business, CustomerFacts, Store
from regulars.sales.services import business_create, store_create

NAIROBI = "Africa/Nairobi"
# A Saturday noon, by the shop's clock 15:00.
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_TILL = UUID("9b2b4f3e-6a34-4c1c-8f5e-0d9d6c1a7e11")

# Sees totals and nothing else: no customer, no sale.
GUEST = Actor(key="person:99", name="guest", role=Role.ANALYST)

WESTLANDS = "Westlands"
KAREN = "Karen"
ANNA_PHONE = "+254712345678"
BEN_PHONE = "+254722000111"
ANNA_EMAIL = "anna@example.org"


def shop_open() -> Business:
    """The business with its two stores. Prices hold their tax."""
    business = business_create(
        name="Harbour Coffee", currency="KES", country="KE", timezone=NAIROBI, week_start="monday", day_cutoff="00:00",
        actor=OPERATOR,
    )  # fmt: skip
    for name in (WESTLANDS, KAREN):
        store_create(name=name, business=business, actor=OPERATOR, at=NOW)
    return business


def store(name: str = WESTLANDS) -> Store:
    return Store.objects.get(name=name)


def uid(n: int) -> UUID:
    """The id a till gave its n-th sale."""
    return uuid5(_TILL, str(n))


def line(sku: str = "LATTE", price: str = "350.00", quantity: str = "1", **more: Any) -> dict[str, Any]:
    names = {"LATTE": "Caffè latte", "BEANS": "House beans 250 g", "MUG": "Mug"}
    return {"sku": sku, "name": names.get(sku, sku), "unit_price": price, "quantity": quantity, **more}


def sale(n: int, *lines: dict[str, Any], at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A sale as the till writes it: the n-th, a latte unless told otherwise, n minutes after the first."""
    sold_at = at or NOW - timedelta(days=1) + timedelta(minutes=n)
    return {
        "id": str(uid(n)),
        "number": f"W-{n:04}",
        "sold_at": sold_at.isoformat(),
        "store": WESTLANDS,
        "lines": list(lines) or [line()],
        **more,
    }


def brought_back(n: int, original: int, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A return of the original-th sale, as the till writes it."""
    back = lines or (line(quantity="-1"),)
    return sale(n, *back, returns=str(uid(original)), **more)


def record(*payloads: object, at: datetime = NOW, actor: Actor = REGISTER) -> list[SaleAnswer]:
    """The answers to one batch, as a till sends it."""
    return sales_record(payloads, actor=actor, at=at)


def recorded(payload: object, *, at: datetime = NOW, actor: Actor = REGISTER) -> SaleAnswer:
    """The answer to a sale sent alone; it must have been stored."""
    [answer] = record(payload, at=at, actor=actor)
    assert answer.outcome == "created", answer.faults
    return answer


def sentences(answer: SaleAnswer) -> list[str]:
    """What a till is told is wrong with its sale."""
    return [str(fault) for fault in answer.faults]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to see that nothing changed. One query per table."""
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in apps.get_models()}


def facts_of(customer: int | None) -> dict[str, Any]:
    """The facts of a customer by name."""
    [row] = CustomerFacts.objects.filter(customer_id=customer).values()
    row.pop("customer_id")
    return row


def person(name: str = "", *, actor: Actor = OPERATOR, **details: Any) -> int:
    """A customer whom the office entered."""
    return customer_create(
        CustomerDetails(name=name, **details), source="office", country="KE", actor=actor, at=NOW, today=NOW.date()
    )
