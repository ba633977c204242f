"""What was typed or scanned into the one field of a register."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from regulars.access.rules import Actor
from regulars.offers.live import codes_of
from regulars.sales.counter import ProductSeen, products_found
from regulars.sales.finding import Glimpse, customers_glimpsed
from regulars.sales.numbered import sales_numbered
from regulars.sales.paging import SaleRow
from regulars.web.register.errors import NothingMeant, SeveralMeant
from regulars.web.register.till import Till, code_added, customer_set, product_added

MOST_PRODUCTS, MOST_CUSTOMERS, MOST_RECEIPTS = 8, 4, 2
LONGEST = 200
# "3*latte" or "3 x latte": three of them. A quantity that is none is read too, and refused as one: it is no name.
_TIMES = re.compile(r"(?P<quantity>-?[0-9]{1,6}(?:[.,][0-9]{1,6})?)(?:\s*[*\u00d7]\s*|\s*x\s+)(?P<rest>\S.*)")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text may mean, the likeliest first in each."""

    text: str
    quantity: str = "1"
    products: Sequence[ProductSeen] = ()
    customers: Sequence[Glimpse] = ()
    receipts: Sequence[SaleRow] = ()

    @property
    def is_nothing(self) -> bool:
        return not (self.products or self.customers or self.receipts)


def meant_by(typed: str, *, country: str, actor: Actor) -> Meant:
    """All that the text may mean. Eight queries at most."""
    text = typed.strip()[:LONGEST]
    times = _TIMES.fullmatch(text)
    quantity, text = (times["quantity"], times["rest"]) if times else ("1", text)
    if not text or "\x00" in text:
        return Meant(text)
    products = products_found(text, limit=MOST_PRODUCTS, visible_to=actor)
    if times or (len(products) == 1 and products[0].sku == text):
        # A SKU is scanned: nothing else is meant.
        return Meant(text, quantity, products)
    customers = customers_glimpsed(text, limit=MOST_CUSTOMERS, country=country, visible_to=actor)
    receipts = sales_numbered(text, visible_to=actor)[:MOST_RECEIPTS] if actor.may("sales.see") else ()
    return Meant(text, quantity, products, customers, receipts)


def put_in(till: Till, meant: Meant, *, today: date) -> Till:
    """The basket with what was meant: a card attaches its customer, a coupon counts, else the likeliest product is in.

    Raises NothingMeant, SeveralMeant, NotAQuantity, NotAnAmount.
    """
    scanned = next((each for each in meant.customers if each.code.casefold() == meant.text.casefold()), None)
    is_sku = any(each.sku == meant.text for each in meant.products)
    if scanned is not None and not is_sku:
        return customer_set(till, scanned.id)
    if not is_sku and meant.text and codes_of([meant.text], till.customer, day=today).offers:
        return code_added(till, meant.text)
    if meant.products:
        product = meant.products[0]
        return product_added(till, product.sku, product.name, quantity=meant.quantity)
    if meant.customers:
        raise SeveralMeant(typed=meant.text)
    raise NothingMeant(typed=meant.text)


def without(meant: Meant, customer_id: int | None) -> Meant:
    """The same without the customer who is on the basket already."""
    return replace(meant, customers=[each for each in meant.customers if each.id != customer_id])
