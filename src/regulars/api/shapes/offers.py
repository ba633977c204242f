"""Offers, codes and price books as JSON."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from regulars.api.shapes.common import Id, In, Out, Word, example, money
from regulars.checkout.payload import Amount
from regulars.core.money import amount_text, currency_places, milli_text
from regulars.offers.asking import Names, terms_written
from regulars.offers.backtesting import Backtest
from regulars.offers.engine.lifting import Lift
from regulars.offers.results import OfferResult
from regulars.offers.selectors import CouponShown, OfferShown, PriceBookShown

_TERMS = (
    "kind (percent, amount, fixed_price, buy_x_get_y, free_item), level (item, order), percent, amount, price, buy, "
    "get, gets, most_times; products (SKUs), categories, brands, not_categories; groups, tiers, stores, channels, "
    "from, until, weekdays, hours, minimum, minimum_tests (before, after), minimum_units, first_order, code, given; "
    "family, priority, stack, per_customer, in_all, holdout."
)


class OfferIn(In):
    """An offer. What is left out of its terms does not narrow; amounts and percents are decimal, days both in."""

    model_config = example(
        name="Happy hour",
        live=True,
        terms={"kind": "percent", "percent": "10", "categories": ["Drinks"], "hours": ["15:00-18:00"]},
    )

    name: Word
    live: bool = Field(default=False, description="Whether customers have it; else it is a draft.")
    terms: dict[str, Any] = Field(description=_TERMS)


class OfferOut(Out):
    """An offer, and how often it was used."""

    id: int
    name: str
    state: str
    uses: int
    saved: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    terms: dict[str, Any] = Field(description=_TERMS)


class OffersOut(Out):
    """The offers, by name."""

    items: list[OfferOut]


class CodesIn(In):
    """Codes to be made: one that is told, or so many that nobody guesses, or one for each of some customers."""

    code: Word = ""
    count: int = Field(0, ge=0, le=10_000)
    customers: list[Id] = Field([], max_length=10_000)
    most_uses: int | None = Field(1, ge=1, le=2**31 - 1, description="Null: any number of times.")
    until: date | None = None


class CodesMade(Out):
    """The offer, and how many codes it has more; GET lists them."""

    id: int
    made: int


class CodeOut(Out):
    """A code; `left` null: any number of times."""

    code: str
    customer: int | None
    used: int
    left: int | None
    until: date | None


class CodesOut(Out):
    """The codes of an offer."""

    items: list[CodeOut]


class GiveIn(In):
    """Who is given the offer, and until when it can be used."""

    customers: list[Id] = Field(min_length=1, max_length=10_000)
    until: date | None = None


class Given(Out):
    """How many have it now who had it not."""

    id: int
    given: int


class ResultQuery(BaseModel):
    """Which days; left out all in which it holds, up to today."""

    day_from: date | None = None
    day_to: date | None = None


class LiftOut(Out):
    """How much more those spent who could have it than those it was held back from, each; with 95 % certainty."""

    offered: int
    held_out: int
    difference: str
    low: str | None
    high: str | None


class ResultOut(Out):
    """What an offer brought."""

    offer: str
    first: date
    last: date
    uses: int
    customers: int
    cost: str
    net: str
    lift: LiftOut | None = Field(description="Null where it is held back from nobody.")


class BacktestIn(In):
    """An offer that is tried on what was sold."""

    name: Word = "An offer"
    terms: dict[str, Any] = Field(description=_TERMS)
    day_from: date
    day_to: date
    instead_of: list[Word] = Field([], max_length=100)


class BacktestOut(Out):
    """What would have been: what was paid, and how much less."""

    first: date
    last: date
    sales: int
    paid: str
    cost: str


class PriceIn(In):
    """What a product costs."""

    sku: Word
    price: Amount


class PriceBookIn(In):
    """Prices for a group or tier, a store, both or everybody, on some days."""

    name: Word
    group: Word = Field("", description='As "Regulars" or "Loyalty: Gold"; empty: everybody.')
    store: Word = Field("", description="Empty: every store.")
    day_from: date | None = None
    until: date | None = None
    prices: list[PriceIn] = Field(max_length=50_000)


class PriceOut(Out):
    """What a product costs."""

    sku: str
    price: str


class PriceBookOut(Out):
    """A price book."""

    id: int
    name: str
    group: str
    store: str
    day_from: date | None
    until: date | None
    prices: list[PriceOut]


class PriceBooksOut(Out):
    """The price books, by name."""

    items: list[PriceBookOut]


class EndIn(In):
    """The last day it holds."""

    until: date


def offer_out(told: OfferShown, names: Names) -> OfferOut:
    """An offer with its terms as they would be written."""
    return OfferOut(
        id=told.id,
        name=told.name,
        state=told.state,
        uses=told.uses,
        saved=amount_text(told.amount, places=names.places),
        made_at=told.made_at,
        made_by=told.made_by,
        ended_at=told.ended_at,
        terms=terms_written(told.terms, names=names),
    )


def code_out(told: CouponShown) -> CodeOut:
    """A code."""
    return CodeOut(
        code=told.code, customer=told.customer_id, used=told.used, left=told.left, until=told.last_day
    )  # fmt: skip


def price_book_out(told: PriceBookShown, *, currency: str) -> PriceBookOut:
    """A price book with its prices."""
    places = currency_places(currency)
    return PriceBookOut(
        id=told.id,
        name=told.name,
        group=told.group,
        store=told.store,
        day_from=told.first_day,
        until=told.last_day,
        prices=[PriceOut(sku=sku, price=milli_text(price, places=places)) for sku, price in told.prices],
    )


def result_out(told: OfferResult, *, currency: str) -> ResultOut:
    """What an offer brought."""
    return ResultOut(
        offer=told.offer,
        first=told.first,
        last=told.last,
        uses=told.uses,
        customers=told.customers,
        cost=money(told.cost, currency=currency),
        net=money(told.net, currency=currency),
        lift=None if told.lift is None else _lift_out(told.lift, currency),
    )


def _lift_out(lift: Lift, currency: str) -> LiftOut:
    within = lift.difference_within
    return LiftOut(
        offered=lift.offered.size,
        held_out=lift.held_out.size,
        difference=money(round(lift.difference), currency=currency),
        low=None if within is None else money(round(within[0]), currency=currency),
        high=None if within is None else money(round(within[1]), currency=currency),
    )


def backtest_out(told: Backtest, *, currency: str) -> BacktestOut:
    """What would have been."""
    places = currency_places(currency)
    return BacktestOut(
        first=told.first,
        last=told.last,
        sales=told.sales,
        paid=amount_text(told.paid, places=places),
        cost=amount_text(told.cost, places=places),
    )
