"""Offers in the small shop: made, quoted and used."""

from datetime import datetime, timedelta

import pytest

from regulars.core.errors import RegularsError
from regulars.offers.engine.basket import Basket, BasketLine
from regulars.offers.engine.quote import Quote
from regulars.offers.engine.terms import Conditions, Kind, OfferTerms
from regulars.offers.selectors import quote_make
from regulars.offers.services import offer_save, uses_release, uses_take
from regulars.storage.writing import writing
from tests import cast

DAY = cast.NOW.date()


def terms(percent_milli: int = 10_000, **more) -> OfferTerms:
    """Ten percent off everything, unless told otherwise; words of conditions go to those."""
    given = {name: more.pop(name) for name in list(more) if name in Conditions.__slots__}
    return OfferTerms(
        **{"kind": Kind.PERCENT, "percent_milli": percent_milli, "conditions": Conditions(**given), **more}
    )


def live(name: str = "Ten", percent_milli: int = 10_000, **more) -> int:
    return offer_save(name, terms(percent_milli, **more), is_live=True, actor=cast.OPERATOR, at=cast.NOW)


def bought(price: int = 1000, *, sku: str = "LATTE", **more) -> Basket:
    return Basket(lines=(BasketLine(n=1, sku=sku, quantity_milli=1000, list_price_milli=price * 1000, **more),))


def quoted(customer: int | None = None, *, basket: Basket | None = None, at: datetime = cast.NOW, **more) -> Quote:
    if "store" not in more:
        more["store"] = cast.store()
    return quote_make(basket or bought(), customer_id=customer, at=at, **{"visible_to": cast.REGISTER, **more})


def take(n: int, customer: int | None = None, *, quote: Quote | None = None) -> None:
    """The n-th sale uses what the quote for the customer says."""
    told = quote or quoted(customer)
    with writing():
        uses_take(cast.uid(n), customer, told, at=cast.NOW)


def release(*numbers: int) -> None:
    with writing():
        uses_release(*map(cast.uid, numbers))


def refused(refusal: type[RegularsError], act) -> str:
    """The sentence of the refusal, which changed nothing."""
    before = cast.everything()
    with pytest.raises(refusal) as caught:
        act()
    assert cast.everything() == before
    return str(caught.value)


def days(n: int) -> timedelta:
    return timedelta(days=n)
