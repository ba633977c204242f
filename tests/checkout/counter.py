"""A shop with things to sell at the counter, and baskets quoted and sold there, as short as tests want it."""

from datetime import datetime
from typing import Any

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, REGISTER, Actor
from regulars.balances.models import Entry
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.selectors import Balances, balances_of
from regulars.balances.services import account_limit_set, credit_adjust, points_adjust, policy_set
from regulars.checkout.answers import QuoteAnswer
from regulars.checkout.finalising import Finalised, basket_finalise_told
from regulars.checkout.quoting import quote_told
from regulars.checkout.services import sale_return
from regulars.checkout.verifying import differences
from regulars.offers.engine.terms import Conditions, Kind, Level, OfferTerms
from regulars.offers.services import offer_save
from regulars.sales.models import Payment, Register
from regulars.sales.services import product_set
from tests import cast

# Sells, but at no price of their own; the register's token may do no more.
TILL = REGISTER
CASHIER = Actor(key="person:7", name="Cashier", role=Role.CASHIER)
PRICES = {"LATTE": ("Drinks", 35000), "BEANS": ("Coffee", 120050), "MUG": ("Things", 90000)}


def stocked() -> None:
    """The products have prices, and the first register is known by a number."""
    Register.objects.create(id=901, store=cast.store(), name="T1")
    for sku, (category, price) in PRICES.items():
        product_set(sku=sku, name=sku.title(), category=category, price=price, actor=OPERATOR, at=cast.NOW)


def loyal(*rules: EarningRule, **terms: Any) -> None:
    """A point for each 100.00, worth 1.00, unless told otherwise."""
    told = {"point_value_milli": 100_000} | terms
    by_amount = EarningRule(name="by amount", kind="amount", points=1, per=10000)
    policy_set(PolicyTerms(rules=rules or (by_amount,), **told), starts_on=cast.NOW.date(), actor=OPERATOR, at=cast.NOW)


def holding(points: int = 0, credit: int = 0, limit: int = 0, name: str = "Anna") -> int:
    """A customer who holds so many points and so much credit, and may owe so much on account."""
    customer = cast.person(name)
    by = {"reason": "for the test", "actor": OPERATOR, "at": cast.NOW}
    if points:
        points_adjust(customer, points, reference="given", **by)
    if credit:
        credit_adjust(customer, credit, reference="given", **by)
    if limit:
        account_limit_set(customer, limit, actor=OPERATOR, at=cast.NOW)
    return customer


def offer(name: str = "Ten off", *, is_live: bool = True, **terms: Any) -> int:
    """An offer that is live: 10 % off the order, unless told otherwise."""
    conditions = {key: terms.pop(key) for key in list(terms) if key in Conditions.__dataclass_fields__}
    told = {"kind": Kind.PERCENT, "level": Level.ORDER, "percent_milli": 10_000} | terms
    made = OfferTerms(conditions=Conditions(**conditions), **told)
    return offer_save(name, made, is_live=is_live, actor=OPERATOR, at=cast.NOW)


def bought(sku: str, quantity: str = "1", **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, **more}


def basket(*lines: dict[str, Any], to: int | None = None, **more: Any) -> dict[str, Any]:
    """A basket at the first register of Westlands: a latte unless told otherwise."""
    who = {} if to is None else {"customer": {"id": to}}
    return {"store": cast.WESTLANDS, "register": "T1", "lines": list(lines) or [bought("LATTE")], **who, **more}


def quoted(*lines: dict[str, Any], actor: Actor = TILL, at: datetime = cast.NOW, **more: Any) -> QuoteAnswer:
    return quote_told(basket(*lines, **more), actor=actor, at=at)


def asked(n: int, told: dict[str, Any], total: str, *ways: str, points: int = 0, **more: Any) -> dict[str, Any]:
    """What is sent to sell a basket; a way to pay is "cash" (all that is left) or "cash 100.00"."""
    payments = [dict(zip(("method", "amount"), way.split(), strict=False)) for way in ways]
    return {
        "id": str(cast.uid(n)),
        "basket": told,
        "quoted_total": total,
        "payments": payments,
        "points": points,
    } | more


def sold(
    n: int, told: dict[str, Any], total: str, *ways: str, actor: Actor = TILL, at: datetime = cast.NOW, **more: Any
) -> Finalised:
    return basket_finalise_told(asked(n, told, total, *(ways or ("cash",)), **more), actor=actor, at=at)


def back(n: int, name: str, quantities: dict[int, int] | None = None, **more: Any) -> dict[str, int]:
    """What goes back in each way when so much of the sale comes back."""
    answer = sale_return(name, quantities=quantities, uid=cast.uid(n), actor=TILL, at=cast.NOW, **more)
    rows = Payment.objects.filter(sale__uid=answer.uid).order_by("n").values_list("method", "amount")
    return {method: -amount for method, amount in rows}


def held(customer: int) -> Balances:
    return balances_of(customer, at=cast.NOW, visible_to=OPERATOR)


def moved(customer: int, book: str = "points") -> list[tuple[str, int]]:
    """The movements of a book in the order they were booked."""
    return list(Entry.objects.filter(customer_id=customer, book=book).order_by("id").values_list("kind", "amount"))


def assert_sound() -> None:
    """Everything derived is what it follows from."""
    found = list(differences(visible_to=OPERATOR, at=cast.NOW))
    assert not found, found
