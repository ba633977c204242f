"""A small shop with offers, a price book and points: what the office pages are tested on."""

from datetime import timedelta

from regulars.access.rules import OPERATOR
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.services import policy_set
from regulars.offers.engine.terms import Conditions, Kind, Level, OfferTerms
from regulars.offers.services import offer_save
from regulars.sales.services import product_set
from tests import cast

BY = {"actor": OPERATOR, "at": cast.NOW}
TODAY = cast.NOW.date()
TEN_OFF = OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=10_000)


def goods() -> None:
    """Latte 350.00, beans 1,200.00, a mug 500.00: priced in the catalogue."""
    for sku, name, category, price in (
        ("LATTE", "Caffè latte", "Drinks", 35_000),
        ("BEANS", "House beans 250 g", "Beans", 120_000),
        ("MUG", "Mug", "Things", 50_000),
    ):
        product_set(sku=sku, name=name, category=category, brand="", price=price, **BY)


def offer(name: str = "Ten off", terms: OfferTerms = TEN_OFF, *, is_live: bool = True) -> int:
    return offer_save(name, terms, is_live=is_live, **BY)


def coded(name: str = "Voucher") -> int:
    return offer(name, OfferTerms(kind=Kind.PERCENT, percent_milli=20_000, conditions=Conditions(needs_code=True)))


def given(name: str = "We miss you") -> int:
    return offer(name, OfferTerms(kind=Kind.PERCENT, percent_milli=20_000, conditions=Conditions(needs_grant=True)))


def points(**more: object) -> int:
    """A point for each 10.00, worth one, for a year; in force since thirty days."""
    rule = EarningRule(name="Every purchase", points=1, per=1_000)
    told = {"rules": (rule,), "point_value_milli": 100_000, "expires_after_days": 365} | more
    return policy_set(PolicyTerms(**told), starts_on=TODAY - timedelta(days=30), **BY)
