"""A sale as a till writes it (JSON), read into a draft; everything wrong with it is found at once."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationError,
)

from regulars.checkout.errors import NotADocument, NotASale
from regulars.core.errors import Fault, Invalid
from regulars.core.money import amount_milli, amount_minor
from regulars.core.text import marked as _
from regulars.core.text import squeezed
from regulars.customers.rules import Contact, code_form, email_form, phone_form
from regulars.sales.drafts import LineDraft, OfferDraft, PaymentDraft, SaleDraft
from regulars.sales.errors import SaleRefused
from regulars.sales.rules import MOST_LINES, MOST_OFFERS, line_net

# Tried in this order, the usual first, and kept as written.
Amount = Annotated[
    str | Annotated[Decimal, Strict()] | Annotated[int, Strict()] | Annotated[float, Strict()],
    Field(union_mode="left_to_right"),
]
STRICT = ConfigDict(extra="forbid", frozen=True)


# Prices, quantities and taxes come again and again.
@lru_cache(maxsize=16384)
def minor_read(value: Amount, places: int) -> int:
    return amount_minor(value, places=places)


@lru_cache(maxsize=16384)
def milli_read(value: Amount, places: int) -> int:
    return amount_milli(value, places=places)


# Without blanks around it, and without the zero character, which no column of PostgreSQL takes.
fitting = partial(StringConstraints, strip_whitespace=True, pattern=r"^[^\x00]*$")
Code = Annotated[str, fitting(max_length=64)]
Words = Annotated[str, fitting(max_length=100)]
Text = Annotated[str, fitting(max_length=200)]
Note = Annotated[str, fitting(max_length=500)]
SomeCode = Annotated[str, fitting(min_length=1, max_length=64)]
SomeWords = Annotated[str, fitting(min_length=1, max_length=100)]


class CustomerIn(BaseModel):
    """Who bought: an id, or any of a code, a phone, an e-mail and a name."""

    model_config = STRICT
    id: int | None = None
    code: Code = ""
    phone: Code = ""
    email: Note = ""
    name: Text = ""


class LineIn(BaseModel):
    """One product. Amounts are decimal; on a return quantity, discount and tax are below zero."""

    model_config = STRICT
    sku: Code = ""
    name: Text = ""
    category: Words = ""
    brand: Words = ""
    quantity: Amount = 1
    unit_price: Amount
    discount: Amount = 0
    tax: Amount = 0
    gift_card: bool = False
    returns_line: Annotated[int, Strict(), Field(ge=0, le=MOST_LINES)] = Field(
        default=0, description="On a return: the place, from 1, of the line it takes back."
    )


class PaymentIn(BaseModel):
    """A part of what was paid."""

    model_config = STRICT
    method: Annotated[str, fitting(min_length=1, max_length=32)]
    amount: Amount
    reference: Words = ""
    status: Literal["completed", "pending", "failed", "refunded"] = "completed"


class OfferIn(BaseModel):
    """An offer that took effect: its id or its name."""

    model_config = STRICT
    id: Annotated[int, Strict(), Field(ge=1, le=2**63 - 1)] | None = None
    name: Words = ""
    amount: Amount = Field(description="What it saved; it is within the discounts of the lines already.")


class SaleIn(BaseModel):
    """A completed sale, or a return that names its original in `returns`."""

    model_config = STRICT
    id: UUID = Field(description="Made by the till; sent again, it is the same sale.")
    number: SomeCode
    sold_at: datetime = Field(description="With its offset, as 2026-11-22T14:05:00+03:00.")
    store: SomeWords
    register_name: Code = Field(default="", alias="register")
    channel: Literal["in_store", "online"] = "in_store"
    kind: Literal["sale", "return"] | None = None
    status: Literal["completed", "voided"] = "completed"
    customer: CustomerIn | None = None
    lines: list[LineIn]
    payments: list[PaymentIn] = []
    returns: UUID | None = None
    total: Amount | None = None
    tip: Amount = 0
    note: Note = ""
    currency: Code = ""
    points_redeemed: Annotated[int, Strict(), Field(ge=0, le=10**12)] = Field(
        default=0, description="How many points were paid with; what they are worth is a payment by `points`."
    )
    allowance: Note = Field(
        default="",
        description="Of a sale made offline: the till's allowance, for points that turn out not to be there.",
    )
    offers: Annotated[list[OfferIn], Field(max_length=MOST_OFFERS)] = Field(
        default=[], description="The offers that took effect; each counts against its limits."
    )


class Terms(NamedTuple):
    """What amounts are read by: the decimals of the currency, and whether prices hold tax."""

    places: int
    prices_include_tax: bool


class Told(NamedTuple):
    """A sale as a till told it, but for its contact: how a phone is dialled hangs on the country of the store.

    Where there are faults, 0 or nothing stands in the draft.
    """

    draft: SaleDraft
    customer: CustomerIn | None
    faults: list[Fault]


def sale_told(payload: object, terms: Terms) -> Told:
    """The sale with its amounts as integers, and a fault for each value that has none. Raises SaleRefused.

    Shape and values of one sale are read together, while it is at hand: half the time of reading all shapes first.
    """
    return _told(payload_read(payload), terms)


def draft_of(told: Told, *, country: str) -> tuple[SaleDraft, list[Fault]]:
    """The sale with its contact in its written form, phones as dialled in the country, and all its faults."""
    if told.customer is None:
        return told.draft, told.faults
    faults = list(told.faults)
    return told.draft._replace(contact=contact_read(told.customer, country, faults)), faults


def payload_read(payload: object) -> SaleIn:
    """The payload in its shape. Raises SaleRefused with every fault of shape; its sense is looked at after that."""
    try:
        return SaleIn.model_validate(payload)
    except ValidationError as error:
        faults = (shape_fault(each) for each in error.errors(include_url=False, include_context=True))
        # An amount that is no amount is reported once for each form that it might have had.
        raise SaleRefused(faults=list(dict.fromkeys(faults))) from None


# What pydantic finds (by the start of its name for it), in the words of the shop.
_SHAPES = {
    "missing": _("is missing"),
    "extra_forbidden": _("is not known here; leave it out, or look at docs/reference/%(page)s.md for the name"),
    "uuid": _("is no id; write a UUID such as 0b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b11"),
    "datetime": _("is no date and time; write it as 2026-11-22T14:05:00+03:00"),
    "model": _("is no object; write it in { } with the fields of docs/reference/%(page)s.md"),
    "list": _("is no list; write it in [ ]"),
    "literal": _("is none of %(expected)s"),
    "string_too_long": _("is longer than %(max_length)s characters"),
    "string_too_short": _("is empty"),
    "string_pattern": _("holds a zero character; leave it out"),
    "string": _("is no text; write it in quotes"),
    "bool": _("is neither true nor false"),
    "int": _("is no whole number"),
    "date": _("is no date; write it as 2026-11-22"),
    "greater_than_equal": _("is less than %(ge)s"),
    "less_than_equal": _("is more than %(le)s"),
    "too_long": _("holds more than %(max_length)s"),
}
_AMOUNT_FORMS = {"str", "is-instance[Decimal]", "decimal", "int", "float"}


def shape_fault(error: Mapping[str, Any], *, page: str = "sale") -> Fault:
    """A fault in the words of the shop: where it stands, the value, and what is wrong with it.

    `page` of docs/reference tells what may be sent.
    """
    parts = list(error["loc"])
    sentence = next((text for start, text in _SHAPES.items() if error["type"].startswith(start)), "")
    if parts and parts[-1] in _AMOUNT_FORMS:
        parts.pop()
        sentence = _("is not an amount; write a decimal such as 12.50")
    elif not sentence:
        sentence = error["msg"].removeprefix("Value error, ")
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
    # A sentence needs something that it is about.
    about = _shown(error.get("input")) or ("" if place else _("This") + " ")
    return Fault(place, about + sentence % {"page": page, **error.get("ctx", {})})


def _shown(value: object) -> str:
    """The value in quotes, where it is one value and not too long to be printed."""
    match value:
        case str():
            return f'"{value[:80]}" '
        case bool() | float() | Decimal():
            return f'"{value}" '
        case int() if value.bit_length() < 256:
            return f'"{value}" '
        case _:
            return ""


def _told(told: SaleIn, terms: Terms) -> Told:
    faults: list[Fault] = []
    lines = tuple([_line(line, n, terms, faults) for n, line in enumerate(told.lines)])
    payments = tuple([_payment(paid, n, terms, faults) for n, paid in enumerate(told.payments)])
    total = None if told.total is None else amount_read(minor_read, told.total, "total", terms.places, faults)
    tip = amount_read(minor_read, told.tip, "tip", terms.places, faults)
    draft = SaleDraft(
        uid=told.id,
        number=told.number,
        sold_at=_moment(told.sold_at, faults),
        store=told.store,
        register=told.register_name,
        channel=told.channel,
        kind=told.kind or ("return" if told.returns else "sale"),
        status=told.status,
        lines=lines,
        payments=payments,
        returns=told.returns,
        total=total,
        tip=tip,
        note=squeezed(told.note),
        currency=told.currency,
        points_redeemed=told.points_redeemed,
        offers=tuple([_offer(each, n, terms, faults) for n, each in enumerate(told.offers)]),
        allowance=told.allowance,
    )
    return Told(draft, told.customer, faults)


def _moment(told: datetime, faults: list[Fault]) -> datetime:
    """The moment in UTC; as it stands where it has no offset, or is no moment in UTC, with the fault kept."""
    if told.tzinfo is None:
        sentence = _("%s has no offset; write it as 2026-11-22T14:05:00+03:00")
        faults.append(Fault("sold_at", sentence % told.isoformat()))
        return told.replace(tzinfo=UTC)
    try:
        return told.astimezone(UTC)
    except OverflowError:
        faults.append(Fault("sold_at", _("%s is no date that a shop was open on; check it") % told.isoformat()))
        return told


def _payment(paid: PaymentIn, n: int, terms: Terms, faults: list[Fault]) -> PaymentDraft:
    try:
        amount = minor_read(paid.amount, terms.places)
    except Invalid as error:
        amount = 0
        faults.append(Fault(f"payments[{n}].amount", str(error)))
    return PaymentDraft(paid.method, amount, paid.reference, paid.status)


def _offer(told: OfferIn, n: int, terms: Terms, faults: list[Fault]) -> OfferDraft:
    amount = amount_read(minor_read, told.amount, f"offers[{n}].amount", terms.places, faults)
    if told.id is None and not told.name:
        faults.append(Fault(f"offers[{n}]", _("an offer needs its id or its name")))
    return OfferDraft(told.id, told.name, amount)


def _line(line: LineIn, n: int, terms: Terms, faults: list[Fault]) -> LineDraft:
    places = terms.places
    try:
        quantity, unit_price = milli_read(line.quantity, 0), milli_read(line.unit_price, places)
        discount, tax = minor_read(line.discount, places), minor_read(line.tax, places)
    except Invalid:
        # One by one, to name every fault.
        place = f"lines[{n}]"
        quantity = amount_read(milli_read, line.quantity, f"{place}.quantity", 0, faults)
        unit_price = amount_read(milli_read, line.unit_price, f"{place}.unit_price", places, faults)
        discount = amount_read(minor_read, line.discount, f"{place}.discount", places, faults)
        tax = amount_read(minor_read, line.tax, f"{place}.tax", places, faults)
    net = line_net(
        quantity_milli=quantity,
        unit_price_milli=unit_price,
        discount=discount,
        tax=tax,
        prices_include_tax=terms.prices_include_tax,
    )
    words = (line.sku, line.name, line.category, line.brand)
    return LineDraft(*words, quantity, unit_price, discount, tax, net, line.gift_card, line.returns_line)


def contact_read(told: CustomerIn, country: str, faults: list[Fault]) -> Contact | None:
    """Who is told, each part in its written form; None where nothing is. Faults are kept."""
    if not (told.code or told.phone or told.email or told.name or told.id is not None):
        return None
    return Contact(
        id=told.id,
        code=_form(code_form, told.code, "customer.code", faults),
        phone=_form(partial(phone_form, country=country), told.phone, "customer.phone", faults),
        email=_form(email_form, told.email, "customer.email", faults),
        name=squeezed(told.name),
    )


def _form(form: Callable[[str], str], text: str, place: str, faults: list[Fault]) -> str:
    """The text in its written form; empty where it has none, with the fault kept."""
    try:
        return form(text) if text else ""
    except Invalid as error:
        faults.append(Fault(place, str(error)))
        return ""


def amount_read(read: Callable[[Amount, int], int], value: Amount, place: str, places: int, faults: list[Fault]) -> int:
    """The amount as an integer; 0 where it cannot be read, with the fault kept."""
    try:
        return read(value, places)
    except Invalid as error:
        faults.append(Fault(place, str(error)))
        return 0


LARGEST_DOCUMENT = 5 * 1024 * 1024


def payloads_parse(document: bytes) -> list[object]:
    """The sales of a JSON document: one sale, a list of them, or an object with the list in `sales`.

    Numbers keep every digit. Raises NotASale, with the place where reading ended.
    """
    value = document_read(document, refusal=NotASale)
    if isinstance(value, dict) and isinstance(value.get("sales"), list):
        return list(value["sales"])
    return value if isinstance(value, list) else [value]


def document_read(document: bytes, *, refusal: type[NotASale] | type[NotADocument]) -> object:
    """The value of a JSON document; numbers keep every digit. Raises the refusal, with the place it ended at."""
    if len(document) > LARGEST_DOCUMENT:
        size, most = len(document) // 1_000_000, LARGEST_DOCUMENT // 1_000_000
        raise refusal(reason=f"{size} MB are more than one document holds ({most} MB); send the sales in several")
    try:
        value: object = json.loads(document.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise refusal(reason=f"byte {error.start + 1} is not UTF-8; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise refusal(reason=f"line {error.lineno}, column {error.colno} is not JSON ({error.msg})") from None
    except RecursionError:
        raise refusal(reason="it is nested deeper than any sale") from None
    except ValueError as error:
        raise refusal(reason=str(error)) from None
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number that JSON knows")
