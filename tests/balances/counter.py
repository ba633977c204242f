"""Selling, returning and looking at balances, as short as tests want it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from regulars.access.rules import OPERATOR, Actor
from regulars.balances.models import Balance, Entry, Lot
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.selectors import balances_of
from regulars.balances.services import policy_set
from regulars.checkout.services import sale_return
from regulars.sales.models import Sale
from tests import cast

TODAY = date(2026, 11, 21)
LONG_AGO = date(2020, 1, 1)
# One point for each 10.00.
BY_AMOUNT = EarningRule(name="by amount", kind="amount", points=1, per=1000)


def policy(*rules: EarningRule, starts_on: date = LONG_AGO, at: datetime = cast.NOW, **terms: Any) -> int:
    """A policy is in force: a point for each 10.00, unless told otherwise; a point is worth 1.00."""
    told = {"point_value_milli": 100_000} | terms
    return policy_set(PolicyTerms(rules=rules or (BY_AMOUNT,), **told), starts_on=starts_on, actor=OPERATOR, at=at)


def noon(day: date) -> datetime:
    return cast.NOW + timedelta(days=(day - TODAY).days)


def sell(
    n: int,
    price: str,
    *,
    to: int | None = None,
    on: date = TODAY,
    paid: dict[str, str] | None = None,
    actor: Actor = OPERATOR,
    at: datetime | None = None,
    lines: tuple[dict[str, Any], ...] = (),
    **more: Any,
) -> UUID:
    """The n-th sale is stored, on the day it is made; of one thing unless told otherwise."""
    told = {"customer": {"id": to}} if to is not None else {}
    payments = [{"method": method, "amount": amount} for method, amount in (paid or {}).items()]
    told |= {"payments": payments} if payments else {}
    payload = cast.sale(n, *(lines or (cast.line(price=price),)), at=noon(on), **told, **more)
    cast.recorded(payload, at=at or noon(on), actor=actor)
    return cast.uid(n)


def bring_back(
    n: int, original: int, *lines: dict[str, Any], on: date = TODAY, paid: dict[str, str] | None = None, **more: Any
) -> UUID:
    """The n-th document is a return of the original-th sale, made and stored on that day."""
    payments = [{"method": method, "amount": amount} for method, amount in (paid or {}).items()]
    told = {"payments": payments} if payments else {}
    cast.recorded(cast.brought_back(n, original, *lines, at=noon(on), **told, **more), at=noon(on), actor=OPERATOR)
    return cast.uid(n)


def held(customer: int, *, on: date = TODAY):
    return balances_of(customer, at=noon(on), visible_to=OPERATOR)


def sums(customer: int) -> dict[str, int]:
    """What the kept balances say."""
    return dict(Balance.objects.filter(customer_id=customer).values_list("book", "amount"))


def points(customer: int) -> int:
    return sums(customer).get("points", 0)


def entries(customer: int, book: str = "points") -> list[tuple[str, int]]:
    """The movements in the order they were booked."""
    return list(Entry.objects.filter(customer_id=customer, book=book).order_by("id").values_list("kind", "amount"))


def lots(customer: int, book: str = "points") -> list[tuple[int, int]]:
    """How much each lot held at first, and holds."""
    return list(Lot.objects.filter(customer_id=customer, book=book).order_by("id").values_list("amount", "remaining"))


__all__ = ["Sale", "sale_return"]
