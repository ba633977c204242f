"""A sale as it is told, before it is stored. Amounts are signed: on a return they are below zero."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.customers.rules import Contact


class LineDraft(NamedTuple):
    """One product on a sale; a product is named by its SKU, or by its name where it has none.

    On a return `returns_line` is the place, from 1, of the line it takes back; 0 where that was not told.
    """

    sku: str
    name: str
    category: str
    brand: str
    quantity_milli: int
    unit_price_milli: int
    discount: int
    tax: int
    net: int
    is_gift_card: bool = False
    returns_line: int = 0


class PaymentDraft(NamedTuple):
    """A part of what was paid."""

    method: str
    amount: int
    reference: str = ""
    status: str = "completed"


class OfferDraft(NamedTuple):
    """An offer that a till says took effect, by its id or its name, and what it saved."""

    id: int | None
    name: str
    amount: int


class SaleDraft(NamedTuple):
    """A sale as told by a till or an import."""

    uid: UUID
    number: str
    sold_at: datetime
    store: str
    lines: tuple[LineDraft, ...]
    payments: tuple[PaymentDraft, ...] = ()
    register: str = ""
    channel: str = "in_store"
    kind: str = "sale"
    status: str = "completed"
    contact: Contact | None = None
    returns: UUID | None = None
    total: int | None = None
    tip: int = 0
    note: str = ""
    currency: str = ""
    points_redeemed: int = 0
    offers: tuple[OfferDraft, ...] = ()
    # What allowed a till that was offline to take points; not part of what was sold.
    allowance: str = ""


class Sums(NamedTuple):
    """What the lines of a sale add up to (see the columns of `Sale`)."""

    total: int
    net: int
    tax: int
    discount: int
    units_milli: int
