"""A basket as it would cost with an offer that is not there yet: what whoever writes the offer looks at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from regulars.access.rules import Actor
from regulars.checkout.asking import AskedLine
from regulars.checkout.errors import BasketRefused
from regulars.checkout.quoting import goods_named
from regulars.core.errors import Fault
from regulars.core.money import MILLI
from regulars.core.text import marked as _
from regulars.customers.reach import customer_require
from regulars.offers.engine.basket import Basket, BasketLine
from regulars.offers.engine.buyer import ANONYMOUS, Buyer, Given, Membership
from regulars.offers.engine.quote import Quote
from regulars.offers.engine.quoting import basket_quote
from regulars.offers.engine.terms import Offer, OfferTerms
from regulars.offers.live import Groups, books_live, buyer_of, groups_of, offers_live
from regulars.offers.selectors import occasion_of
from regulars.sales.reaching import store_reached

# Of an offer that has no number yet: it is the last of all, and nobody is held out of it.
NEW = 2**62
# Whoever could have the offer, though it is nobody in particular.
_SOMEBODY = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An offer to be tried: `offer_id` None: it is new. `customer_id` None: whoever it is for."""

    name: str
    terms: OfferTerms
    offer_id: int | None
    store: str
    at: datetime
    lines: tuple[AskedLine, ...]
    customer_id: int | None = None
    is_anonymous: bool = False


class Tried(NamedTuple):
    """The basket, what it costs with the offer, and what it costs without it; `offer`: its number in the quote."""

    basket: Basket
    quote: Quote
    without: Quote
    offer: int


def offer_tried(trial: Trial, *, visible_to: Actor) -> Tried:
    """What the basket costs with the offer as if it were live, beside all that is. Nothing is changed by asking.

    Whoever it is for is in every group it names, makes a first order, has the code and the gift. Nine queries at most.
    Raises Forbidden, StoreUnknown, CustomerUnknown; BasketRefused for products that are not there.
    """
    store = store_reached(trial.store, right="offers.see", visible_to=visible_to)
    if trial.customer_id is not None:
        customer_require(trial.customer_id, right="customers.find", actor=visible_to)
    basket = _basket(trial.lines)
    occasion = occasion_of(store, trial.at)
    others = [each for each in offers_live(occasion.day) if each.id != trial.offer_id]
    tried = Offer(trial.offer_id or NEW, trial.name, replace(trial.terms, holdout_milli=0), trial.terms.in_all)
    books = books_live({line.sku for line in basket.lines}, store=store.id, day=occasion.day)
    groups = groups_of(trial.customer_id, [*others, tried], books)
    buyer = _buyer(trial, [*others, tried], groups, occasion.day)

    def quoted(offers: Sequence[Offer]) -> Quote:
        return basket_quote(basket, buyer=buyer, occasion=occasion, offers=offers, books=books, names=groups.names)

    return Tried(basket, quoted([*others, tried]), quoted(others), tried.id)


def _basket(lines: Sequence[AskedLine]) -> Basket:
    goods = goods_named({line.sku for line in lines})
    unknown = [
        Fault(f"lines[{n}].sku", _('there is no product "%s"') % line.sku)
        for n, line in enumerate(lines)
        if line.sku not in goods
    ]
    if unknown or not lines:
        raise BasketRefused(faults=unknown or [Fault("lines", _("the basket is empty; put something in"))])
    return Basket(
        lines=tuple(
            BasketLine(
                n=n, sku=line.sku, name=known.name, category=known.category, brand=known.brand,
                quantity_milli=line.quantity_milli, list_price_milli=(known.price or 0) * MILLI,
            )
            for n, line in enumerate(lines, 1)
            if (known := goods[line.sku])
        )
    )  # fmt: skip


def _buyer(trial: Trial, offers: Sequence[Offer], groups: Groups, day: date) -> Buyer:
    """A customer as the register would know them, who told the code and was given the offer; or somebody it is for."""
    number, given = trial.offer_id or NEW, trial.terms.conditions
    codes = {number: _("CODE")} if given.needs_code else {}
    gift = {number: Given(0, day, None)} if given.needs_grant else {}
    if trial.is_anonymous:
        return replace(ANONYMOUS, codes=codes)
    if trial.customer_id is not None:
        found = buyer_of(trial.customer_id, offers, groups.held, day=day)
        return replace(found, codes=codes, given={**found.given, **gift})
    named = {*given.groups, *given.tiers}
    held = {group: Membership(group, groups.names.get(group, ""), day) for group in named}
    return Buyer(customer=_SOMEBODY, memberships=held, is_first_order=given.is_first_order, given=gift, codes=codes)
