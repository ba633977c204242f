"""Offers and price books by their number, for whoever comes from a list; and the words that offers are about."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from regulars.access.rules import Actor
from regulars.core.text import nearest
from regulars.offers.engine.terms import OfferTerms
from regulars.offers.errors import OfferUnknown, PriceBookUnknown
from regulars.offers.selectors import OfferShown, PriceBookShown, offers_list, price_books_list
from regulars.sales.models import Product


class Unmet(NamedTuple):
    """A word of an offer that fits no product; `hint` is the nearest that does, empty for none."""

    place: str
    word: str
    hint: str


def offer_by_id(offer_id: int, *, visible_to: Actor) -> OfferShown:
    """The offer. One query. Raises Forbidden, OfferUnknown."""
    found = [each for each in offers_list(visible_to=visible_to) if each.id == offer_id]
    if not found:
        raise OfferUnknown(name=offer_id, hint="")
    return found[0]


def price_book_by_id(book_id: int, *, visible_to: Actor) -> PriceBookShown:
    """The price book with its prices. Two queries. Raises Forbidden, PriceBookUnknown."""
    found = [each for each in price_books_list(visible_to=visible_to) if each.id == book_id]
    if not found:
        raise PriceBookUnknown(name=book_id, hint="")
    return found[0]


def words_unmet(terms: OfferTerms, *, visible_to: Actor) -> list[Unmet]:
    """The SKUs, categories and brands of the offer that no product has: slips of the keyboard, or of what is to come.

    Three queries at most, none for what is not named. Raises Forbidden.
    """
    visible_to.require("offers.see")
    told = [("", terms.target)] + ([("gets-", terms.gets)] if terms.gets else [])
    found = []
    for column, name in (("sku", "products"), ("category", "categories"), ("brand", "brands")):
        asked = [(f"{place}{name}", _named(target, name)) for place, target in told]
        known = _known(column, {word for _place, words in asked for word in words})
        for place, words in asked:
            found += [Unmet(place, word, nearest(word, known[1]) or "") for word in words if word not in known[0]]
    return found


def words_of_no_product(told: Mapping[str, Collection[str]], *, visible_to: Actor) -> list[str]:
    """Of these SKUs, categories and brands (by "sku", "category" and "brand") those that no product has, as told.

    Two queries for each kind that is named. Raises Forbidden.
    """
    visible_to.require("offers.see")
    found = []
    for column, words in told.items():
        known, _others = _known(column, words)
        found += [word for word in dict.fromkeys(words) if word not in known]
    return found


def _named(target: object, name: str) -> tuple[str, ...]:
    words: tuple[str, ...] = getattr(target, "skus" if name == "products" else name)
    return words


def _known(column: str, words: Collection[str]) -> tuple[set[str], list[str]]:
    """Which of the words products have, and all that they have where one is missing."""
    if not words:
        return set(), []
    held = Product.objects.exclude(**{column: None}).order_by().values_list(column, flat=True).distinct()
    there = {word for word in held.filter(**{f"{column}__in": list(words)}) if word}
    return there, ([] if there == set(words) else [word for word in held[:5000] if word])
