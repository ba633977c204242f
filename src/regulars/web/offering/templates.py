"""Offers to begin with: the usual ones, to be changed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from regulars.offers.engine.terms import Conditions, Hours, Kind, Level, OfferTerms


@dataclass(frozen=True, slots=True)
class OfferTemplate:
    """An offer to begin with, and what it is good for."""

    slug: str
    name: Any
    why: Any
    terms: OfferTerms


_WORKDAYS = (1, 2, 3, 4, 5)

OFFER_TEMPLATES = (
    OfferTemplate(
        "quiet-hours", gettext_lazy("Quiet hours"), gettext_lazy("Fills the afternoon of a working day."),
        OfferTerms(
            kind=Kind.PERCENT, level=Level.ORDER, percent_milli=10_000,
            conditions=Conditions(weekdays=_WORKDAYS, hours=(Hours(14 * 60, 16 * 60),)), holdout_milli=100,
        ),
    ),
    OfferTemplate(
        "three-for-two", gettext_lazy("Three for two"), gettext_lazy("Sells more of one thing: name the product."),
        OfferTerms(kind=Kind.BUY_X_GET_Y, percent_milli=100_000, buy=2, get=1),
    ),
    OfferTemplate(
        "first-order", gettext_lazy("Welcome"), gettext_lazy("Thanks a customer for the first order under their name."),
        OfferTerms(
            kind=Kind.PERCENT, level=Level.ORDER, percent_milli=10_000,
            conditions=Conditions(is_first_order=True), per_customer=1,
        ),
    ),
    OfferTemplate(
        "win-back", gettext_lazy("We miss you"),
        gettext_lazy("Given to whoever enters a segment such as Lapsing: choose it under Given on entering."),
        OfferTerms(
            kind=Kind.PERCENT, level=Level.ORDER, percent_milli=20_000, conditions=Conditions(needs_grant=True),
            holdout_milli=100,
        ),
    ),
    OfferTemplate(
        "voucher", gettext_lazy("Voucher"), gettext_lazy("For whoever brings a code: printed, posted, single-use."),
        OfferTerms(kind=Kind.AMOUNT, level=Level.ORDER, amount=20_000, conditions=Conditions(needs_code=True)),
    ),
)  # fmt: skip


def offer_template(slug: str) -> OfferTemplate | None:
    """The template of that name; None: there is none."""
    return next((each for each in OFFER_TEMPLATES if each.slug == slug), None)
