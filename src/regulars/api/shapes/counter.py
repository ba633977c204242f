"""Baskets as JSON: what one costs, what it became."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from regulars.api.shapes.common import Out, money
from regulars.api.shapes.sales import SaleDone
from regulars.checkout.asking import BasketIn, ExchangeIn, FinaliseIn
from regulars.checkout.exchanging import Exchanged
from regulars.checkout.finalising import Finalised
from regulars.checkout.loyalty import PolicyIn


class QuotedDiscount(Out):
    """What an offer takes off a line."""

    offer: int
    name: str
    amount: str


class QuotedLine(Out):
    """A line of a quote."""

    sku: str
    name: str
    quantity: str
    list_price: str | None
    unit_price: str
    price_from: Literal["list", "book", "manual"]
    price_book: str
    price_because: str = Field(description="The group or tier that the price book is for.")
    gross: str
    discounts: list[QuotedDiscount]
    net: str
    gift_card: bool


class QuotedTier(Out):
    """A tier of the customer."""

    set: str
    tier: str
    since: date
    to_next: str = Field(description='As "320.00 to Gold"; empty where one number does not tell it.')


class QuotedCustomer(Out):
    """Who is on the basket."""

    id: int
    name: str
    tiers: list[QuotedTier]
    points: int
    points_pending: int
    points_worth: str
    credit: str
    account: str = Field(description="What is owed.")
    account_left: str = Field(description="How much more may be owed.")


class QuotedOffer(Out):
    """An offer that takes effect."""

    offer: int
    name: str
    saves: str
    because: str = Field(description="The tier, group, gift or code that gave it.")


class OtherOffer(Out):
    """An offer that takes no effect, and why."""

    offer: int
    name: str
    why: str


class UnusedCode(Out):
    """A code that gives nothing here, and why."""

    code: str
    why: str


class Redeemable(Out):
    """The most points that can be paid with."""

    points: int
    worth: str


class QuoteOut(Out):
    """What a basket costs now, and why."""

    store: str
    register_name: str = Field(serialization_alias="register")
    channel: str
    at: datetime
    currency: str
    customer: QuotedCustomer | None
    lines: list[QuotedLine]
    subtotal: str
    discount: str
    total: str
    applied: list[QuotedOffer]
    not_applied: list[OtherOffer]
    codes_unused: list[UnusedCode]
    bounded: bool = Field(description="Whether more offers apply than the best combination is proven for.")
    redeemable: Redeemable
    earns: int


class FinalisedOut(SaleDone):
    """The sale that a basket became."""

    total: str
    points_used: int
    points_earned: int


class ExchangedOut(Out):
    """The return and the sale of an exchange; `id` is that of the sale."""

    id: UUID
    returned: SaleDone
    sold: FinalisedOut


def finalised_out(sold: Finalised, *, currency: str) -> FinalisedOut:
    """The sale that a basket became."""
    return FinalisedOut.model_validate(
        {
            "id": sold.uid, "number": sold.number, "outcome": sold.outcome, "customer": sold.customer_id,
            "total": money(sold.total, currency=currency), "points_used": sold.points_used,
            "points_earned": sold.points_earned,
        }
    )  # fmt: skip


def exchanged_out(done: Exchanged, *, currency: str) -> ExchangedOut:
    """The return and the sale of an exchange."""
    back = done.returned
    returned = {"id": back.uid, "number": back.number, "outcome": back.outcome, "customer": back.customer_id}
    return ExchangedOut(
        id=done.sold.uid,
        returned=SaleDone.model_validate(returned),
        sold=finalised_out(done.sold, currency=currency),
    )


# What routes read by themselves, so that it is told in the words of the shop.
TOLD: tuple[type[BaseModel], ...] = (BasketIn, FinaliseIn, ExchangeIn, PolicyIn)


def told_schemas() -> dict[str, Any]:
    """The schemas of what those routes read, whole in themselves."""
    found: dict[str, Any] = {}
    for shape in TOLD:
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[shape.__name__] = schema
    return found
