"""What a till is told about each sale it sent, and about what a basket costs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Literal, NamedTuple
from uuid import UUID

from regulars.core.errors import Fault
from regulars.core.money import amount_text, currency_places, milli_text
from regulars.offers.engine.basket import Basket, BasketLine
from regulars.offers.engine.eligibility import Because, Cause
from regulars.offers.engine.quote import Quote, QuotedLine

Outcome = Literal["created", "unchanged", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class SaleAnswer:
    """The outcome of one sale of a batch.

    created: stored now. unchanged: was stored already, just so. conflict: was stored with other content; `faults`
    name the differences and nothing was changed. refused: cannot be; `faults` name everything that is wrong.
    """

    uid: UUID | None
    number: str
    outcome: Outcome
    customer_id: int | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class TierStanding:
    """The tier a customer is in and what is missing to the next one.

    `missing`: as it is written, "320.00" or "2"; empty where one number does not tell it. `measure`: what is to be
    more, as a rule calls it ("spent"); `is_money`: whether that is money. `upper` empty: there is no higher tier.
    """

    tier_set: str
    tier: str
    since: date
    upper: str = ""
    measure: str = ""
    missing: str = ""
    is_money: bool = False

    @property
    def to_next(self) -> str:
        """ "320.00 to Gold", "2 orders to Gold"; empty where nothing tells it."""
        if not (self.upper and self.missing):
            return ""
        words = "" if self.is_money else f" {self.measure}"
        return f"{self.missing}{words} to {self.upper}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is on the basket: their tiers and balances, in points and minor units."""

    customer_id: int
    name: str
    tiers: tuple[TierStanding, ...]
    points: int
    points_pending: int
    points_worth: int
    credit: int
    account: int
    account_left: int


class Redeemable(NamedTuple):
    """How many points may be paid with at most, and what they are worth."""

    points: int
    worth: int


@dataclass(frozen=True, slots=True)
class QuoteAnswer:
    """What a basket costs now, and why. Money in minor units; `earns`: the points the sale would earn.

    The lines of `basket` and of `quote` are the same, in the same order; `listed`: whether each has a list price.
    """

    store: str
    register: str
    channel: str
    at: datetime
    currency: str
    customer: Standing | None
    basket: Basket
    listed: tuple[bool, ...]
    quote: Quote
    redeemable: Redeemable
    earns: int

    @property
    def total(self) -> int:
        return self.quote.total


def quote_text(answer: QuoteAnswer) -> str:
    """The one JSON writing of a quote: what every door gives, byte for byte."""
    return json.dumps(quote_form(answer), ensure_ascii=False, indent=2) + "\n"


def quote_form(answer: QuoteAnswer) -> dict[str, Any]:
    """The quote as JSON values: money as decimal text in the business's currency."""
    money = partial(amount_text, places=currency_places(answer.currency))
    quote = answer.quote
    return {
        "store": answer.store,
        "register": answer.register,
        "channel": answer.channel,
        "at": answer.at.astimezone(UTC).isoformat(),
        "currency": answer.currency,
        "customer": None if answer.customer is None else _standing_form(answer.customer, money),
        "lines": [
            _line_form(*each, places=currency_places(answer.currency))
            for each in zip(answer.basket.lines, quote.lines, answer.listed, strict=True)
        ],
        "subtotal": money(quote.subtotal),
        "discount": money(quote.discount),
        "total": money(quote.total),
        "applied": [
            {"offer": each.offer, "name": each.name, "saves": money(each.saves), "because": because_shown(each.because)}
            for each in quote.applied
        ],
        "not_applied": [{"offer": each.offer, "name": each.name, "why": each.why} for each in quote.not_applied],
        "codes_unused": [{"code": each.code, "why": each.why} for each in quote.codes_unused],
        "bounded": quote.is_bounded,
        "redeemable": {"points": answer.redeemable.points, "worth": money(answer.redeemable.worth)},
        "earns": answer.earns,
    }


def because_shown(because: Sequence[Because]) -> str:
    """What gave an offer to the customer: "Loyalty: Gold since 2026-09-01, code SPRING"; for everyone "everyone"."""
    return ", ".join(map(_because, because))


def _because(because: Because) -> str:
    name = f"code {because.name}" if because.cause is Cause.CODE else because.name or because.cause.value
    return f"{name} since {because.since.isoformat()}" if because.since else name


def _line_form(told: BasketLine, line: QuotedLine, is_listed: bool, *, places: int) -> dict[str, Any]:  # noqa: FBT001
    price = line.price_from
    return {
        "sku": told.sku,
        "name": told.name,
        "quantity": milli_text(line.quantity_milli),
        "list_price": milli_text(line.list_price_milli, places=places) if is_listed else None,
        "unit_price": milli_text(line.unit_price_milli, places=places),
        "price_from": price.origin.value,
        "price_book": price.name,
        "price_because": price.because,
        "gross": amount_text(line.gross, places=places),
        "discounts": [
            {"offer": each.offer, "name": each.name, "amount": amount_text(each.amount, places=places)}
            for each in line.discounts
        ],
        "net": amount_text(line.net, places=places),
        "gift_card": told.is_gift_card,
    }


def _standing_form(standing: Standing, money: Callable[[int], str]) -> dict[str, Any]:
    return {
        "id": standing.customer_id,
        "name": standing.name,
        "tiers": [
            {"set": each.tier_set, "tier": each.tier, "since": each.since.isoformat(), "to_next": each.to_next}
            for each in standing.tiers
        ],
        "points": standing.points,
        "points_pending": standing.points_pending,
        "points_worth": money(standing.points_worth),
        "credit": money(standing.credit),
        "account": money(standing.account),
        "account_left": money(standing.account_left),
    }
