"""Price books: of those that hold a product the most specific one says its price (balances.md, rule 13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from regulars.offers.engine.basket import BasketLine, Priced, priced
from regulars.offers.engine.buyer import Buyer


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Prices for a group (or tier), for a store, for both, or for all; unit prices in thousandths by SKU."""

    id: int
    name: str
    prices: Mapping[str, int]
    group: int | None = None
    store: int | None = None


class Origin(StrEnum):
    """Where a price is from."""

    LIST = "list"
    BOOK = "book"
    MANUAL = "manual"


class PriceFrom(NamedTuple):
    """Where a price is from; the book, where it is from one, and the group or tier it is for."""

    origin: Origin
    book: int | None = None
    name: str = ""
    because: str = ""


def lines_price(
    lines: Iterable[BasketLine], *, books: Sequence[PriceBook], buyer: Buyer, store: int
) -> list[tuple[Priced, PriceFrom]]:
    """Each line at the price that holds for this customer in this store, and where it is from."""
    held = [(book, layer) for book in books if (layer := _layer(book, buyer, store)) is not None]
    return [_price(line, held, buyer) for line in lines]


def _layer(book: PriceBook, buyer: Buyer, store: int) -> int | None:
    """How specific the book is for this customer and store, the most specific first; None: it is not for them."""
    if book.group is not None and book.group not in buyer.memberships:
        return None
    if book.store is not None and book.store != store:
        return None
    return 2 * (book.group is None) + (book.store is None)


def _price(line: BasketLine, held: Sequence[tuple[PriceBook, int]], buyer: Buyer) -> tuple[Priced, PriceFrom]:
    if line.manual_price_milli is not None:
        return priced(line, line.manual_price_milli), PriceFrom(Origin.MANUAL)
    found = [(layer, book.prices[line.sku], book.id, book) for book, layer in held if line.sku in book.prices]
    if line.is_gift_card or not found:
        return priced(line, line.list_price_milli), PriceFrom(Origin.LIST)
    _of_layer, price, _id, book = min(found, key=lambda each: each[:3])
    because = "" if book.group is None else buyer.memberships[book.group].shown
    return priced(line, price), PriceFrom(Origin.BOOK, book.id, book.name, because)
