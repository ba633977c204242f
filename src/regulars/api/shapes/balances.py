"""Balances, statements and the loyalty policy as JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from regulars.api.shapes.common import Id, In, Out, Word, money
from regulars.api.shapes.segments import DaysQuery
from regulars.balances.ageing import Ageing
from regulars.balances.allowances import MOST_HOURS, MOST_POINTS, AllowanceTold
from regulars.balances.rules import POINTS
from regulars.balances.selectors import Balances, Expiring, Liability, Owing, Statement
from regulars.checkout.payload import Amount

Book = Literal["points", "credit", "account"]


class ExpiringOut(Out):
    """So much can be spent until the end of the day."""

    day: date
    amount: str


class BalancesOut(Out):
    """What a customer holds and owes. Points are whole; below zero so many are owed."""

    customer: int
    currency: str
    points: int
    points_pending: int
    points_worth: str
    points_expiring: list[ExpiringOut]
    credit: str
    credit_expiring: list[ExpiringOut]
    account: str = Field(description="What is owed.")
    account_limit: str
    account_left: str


class StatementQuery(DaysQuery):
    """Which book, and which days."""

    book: Book = "points"


class MovementOut(Out):
    """A line of a statement; `balance` is what it came to."""

    day: date
    at: datetime
    kind: str
    amount: str
    balance: str
    sale: str = Field(description="The number of the sale that it hangs on.")
    reason: str


class StatementOut(Out):
    """A book of a customer: opening + movements = closing."""

    customer: int
    book: Book
    first: date
    last: date
    opening: str
    movements: list[MovementOut]
    closing: str


class AgeingOut(Out):
    """What is owed, by how many days ago it was charged."""

    up_to_30: str
    up_to_60: str
    up_to_90: str
    older: str
    paid_ahead: str


class OwingOut(Out):
    """A customer who owes."""

    customer: int
    name: str
    owed: str
    ageing: AgeingOut


class OwingsOut(Out):
    """Who owes on account, the most first."""

    items: list[OwingOut]


class LiabilityOut(Out):
    """What the shop owes in points or credit, or is owed on account: opening + movements = closing."""

    book: Book
    opening: str
    by_kind: dict[str, str]
    closing: str
    worth: str
    expiring: list[ExpiringOut]


class LiabilitiesOut(Out):
    """Each book over some days."""

    first: date
    last: date
    items: list[LiabilityOut]


class AdjustIn(In):
    """So many points more; below zero less. The same reference again changes nothing."""

    points: int = Field(ge=-(10**12), le=10**12)
    reason: Word = Field(min_length=1)
    reference: Word = Field(min_length=1)


class BonusIn(In):
    """Points as a gift, which expire as bonuses do."""

    points: int = Field(le=10**12)
    reason: Word = Field(min_length=1)
    reference: Word = Field(min_length=1)


class CreditIn(In):
    """So much store credit more; below zero less. The same reference again changes nothing."""

    amount: Amount
    reason: Word = Field(min_length=1)
    reference: Word = Field(min_length=1)
    expires_on: date | None = Field(None, description="The last day on which it can be spent.")


class AccountPaymentIn(In):
    """What is paid towards the account. The same reference again changes nothing."""

    amount: Amount
    method: Word = "cash"
    reference: Word = Field(min_length=1)


class AccountLimitIn(In):
    """How much may be owed."""

    amount: Amount
    customer: Id | None = Field(None, description="Left out: everybody who has no limit of their own.")


class AllowanceIn(In):
    """What a register may spend in points while it is offline."""

    store: Word = Field(min_length=1)
    register_name: Word = Field(min_length=1, alias="register")
    points: int = Field(ge=1, le=MOST_POINTS)
    hours: int = Field(24, ge=1, le=MOST_HOURS)


class AllowanceQuery(In):
    """Whose allowance."""

    store: Word = Field(min_length=1)
    register_name: Word = Field(min_length=1)


class AllowanceOut(Out):
    """An allowance; the token goes along, as `allowance`, with the sales made under it."""

    token: str
    points: int
    used: int = Field(description="Points that were spent under it and were not there.")
    begins_at: datetime
    ends_at: datetime


def allowance_out(told: AllowanceTold) -> AllowanceOut:
    return AllowanceOut(**told._asdict())


class PolicyMade(Out):
    """The number of the version."""

    id: int


class EarningRuleOut(Out):
    """One way of earning points."""

    name: str
    kind: str
    points: int
    per: str
    factor: str
    skus: list[str]
    categories: list[str]
    brands: list[str]
    stores: list[str]
    tiers: list[str]
    weekdays: list[str]
    from_day: date | None = Field(alias="from")
    until: date | None


class PolicyOut(Out):
    """A version of the loyalty policy; never changed."""

    id: int
    starts_on: date
    rules: list[EarningRuleOut]
    counts_tax: bool
    pending_days: int
    expires_after_days: int | None
    point_value: str
    least_points_redeemed: int
    not_redeemable_categories: list[str]
    welcome_bonus: int
    birthday_bonus: int
    bonus_expires_after_days: int | None


class PoliciesOut(Out):
    """Every version, by the day it starts."""

    items: list[PolicyOut]


def balances_out(customer: int, told: Balances, *, currency: str) -> BalancesOut:
    """The balances of a customer."""
    return BalancesOut(
        customer=customer,
        currency=currency,
        points=told.points,
        points_pending=told.points_pending,
        points_worth=money(told.points_value, currency=currency),
        points_expiring=[ExpiringOut(day=each.day, amount=str(each.amount)) for each in told.expiring],
        credit=money(told.credit, currency=currency),
        credit_expiring=[_expiring(each, currency) for each in told.credit_expiring],
        account=money(told.account, currency=currency),
        account_limit=money(told.account_limit, currency=currency),
        account_left=money(told.account_left, currency=currency),
    )


def _expiring(each: Expiring, currency: str) -> ExpiringOut:
    return ExpiringOut(day=each.day, amount=money(each.amount, currency=currency))


def in_book(book: str, amount: int, *, currency: str) -> str:
    """Points as they are, money as decimal text."""
    return str(amount) if book == POINTS else money(amount, currency=currency)


def statement_out(customer: int, told: Statement, *, currency: str) -> StatementOut:
    """The statement of a book."""

    def shown(amount: int) -> str:
        return in_book(told.book, amount, currency=currency)

    movements = [
        {
            "day": each.day, "at": each.at, "kind": each.kind, "amount": shown(each.amount),
            "balance": shown(each.balance), "sale": each.number, "reason": each.reason,
        }
        for each in told.movements
    ]  # fmt: skip
    return StatementOut.model_validate(
        {
            "customer": customer, "book": told.book, "first": told.first, "last": told.last,
            "opening": shown(told.opening), "movements": movements, "closing": shown(told.closing),
        }
    )  # fmt: skip


def owing_out(told: Owing, *, currency: str) -> OwingOut:
    """Somebody who owes."""
    return OwingOut(
        customer=told.customer_id,
        name=told.name,
        owed=money(told.ageing.owed, currency=currency),
        ageing=_ageing(told.ageing, currency),
    )


def _ageing(told: Ageing, currency: str) -> AgeingOut:
    return AgeingOut(**{name: money(amount, currency=currency) for name, amount in told._asdict().items()})


def liability_out(told: Liability, *, currency: str) -> LiabilityOut:
    """What is owed in a book."""

    def shown(amount: int) -> str:
        return in_book(told.book, amount, currency=currency)

    return LiabilityOut.model_validate(
        {
            "book": told.book, "opening": shown(told.opening), "closing": shown(told.closing),
            "by_kind": {kind: shown(amount) for kind, amount in told.by_kind.items()},
            "worth": money(told.worth, currency=currency),
            "expiring": [{"day": each.day, "amount": shown(each.amount)} for each in told.expiring],
        }
    )  # fmt: skip


def policy_out(form: Mapping[str, Any]) -> PolicyOut:
    """A version of the policy, as it would be written."""
    return PolicyOut.model_validate(form)


class Booked(Out):
    """The customer whose balance was moved."""

    id: int
