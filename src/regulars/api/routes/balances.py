"""What customers hold and owe: read, and moved by hand."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.shapes.balances import (
    AccountPaymentIn,
    AdjustIn,
    BalancesOut,
    BonusIn,
    Booked,
    CreditIn,
    StatementOut,
    StatementQuery,
    balances_out,
    statement_out,
)
from regulars.api.shapes.common import refusals
from regulars.balances.selectors import balances_of, statement_of
from regulars.balances.services import account_pay, bonus_give, credit_adjust, points_adjust
from regulars.checkout.payload import Amount
from regulars.core.money import amount_minor, currency_places
from regulars.sales.selectors import business_get, business_today

router = Router(tags=["Balances"])
_WRITE = refusals(400, 404, 409, 413, 415)


@router.get("/{int:customer}/balances", response={200: BalancesOut, **refusals(404)}, **asks("customer_balances"))
def customer_balances(request: HttpRequest, customer: int) -> BalancesOut:
    """Read the points, store credit and account of a customer."""
    found = balances_of(customer, at=now(), visible_to=actor_of(request))
    return balances_out(customer, found, currency=business_get().currency)


@router.get(
    "/{int:customer}/statement",
    response={200: StatementOut, **refusals(404)},
    **asks("customer_statement", StatementQuery),
)
def customer_statement(request: HttpRequest, customer: int, wanted: Query[StatementQuery]) -> StatementOut:
    """Read what moved a balance over some days: opening + movements = closing."""
    first, last = wanted.days(today=business_today(at=now()))
    found = statement_of(customer, book=wanted.book, first=first, last=last, visible_to=actor_of(request))
    return statement_out(customer, found, currency=business_get().currency)


@router.post("/{int:customer}/points", response={200: Booked, **_WRITE}, **asks("points_adjust"))
def points_adjusted(request: HttpRequest, customer: int, body: AdjustIn) -> HttpResponse:
    """Give points, or take them, with a reason."""

    def book() -> None:
        points_adjust(
            customer, body.points, reason=body.reason, reference=body.reference, actor=actor_of(request), at=now()
        )

    return _booked(request, customer, book)


@router.post("/{int:customer}/bonus", response={200: Booked, **_WRITE}, **asks("bonus_give"))
def bonus_given(request: HttpRequest, customer: int, body: BonusIn) -> HttpResponse:
    """Give points as a bonus, which expire as bonuses do."""

    def book() -> None:
        bonus_give(
            customer, body.points, reason=body.reason, reference=body.reference, actor=actor_of(request), at=now()
        )

    return _booked(request, customer, book)


@router.post("/{int:customer}/credit", response={200: Booked, **_WRITE}, **asks("credit_adjust"))
def credit_adjusted(request: HttpRequest, customer: int, body: CreditIn) -> HttpResponse:
    """Give store credit, or take it, with a reason."""

    def book() -> None:
        credit_adjust(
            customer, _minor(body.amount), reason=body.reason, reference=body.reference, expires_on=body.expires_on,
            actor=actor_of(request), at=now(),
        )  # fmt: skip

    return _booked(request, customer, book)


@router.post("/{int:customer}/payments", response={200: Booked, **_WRITE}, **asks("account_pay"))
def account_paid(request: HttpRequest, customer: int, body: AccountPaymentIn) -> HttpResponse:
    """Take a payment towards a customer's account."""

    def book() -> None:
        account_pay(
            customer, _minor(body.amount), method=body.method, reference=body.reference, actor=actor_of(request),
            at=now(),
        )  # fmt: skip

    return _booked(request, customer, book)


def _minor(amount: Amount) -> int:
    return amount_minor(amount, places=currency_places(business_get().currency))


def _booked(request: HttpRequest, customer: int, book: Callable[[], None]) -> HttpResponse:
    def work() -> Done:
        book()
        return Done(200, Booked(id=customer))

    return written(request, work)
