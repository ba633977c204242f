"""A sale as a till writes it (JSON), read into a draft; everything wrong with it is found at once."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC
from decimal import Decimal
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationError,
)

from regulars.checkout.errors import NotASale
from regulars.core.errors import Fault, Invalid
from regulars.core.money import amount_milli, amount_minor
from regulars.core.text import marked as _
from regulars.customers.rules import Contact, code_form, email_form, phone_form
from regulars.sales.drafts import LineDraft, PaymentDraft, SaleDraft
from regulars.sales.errors import SaleRefused
from regulars.sales.rules import line_net

# Tried in this order, the usual first, and kept as written.
Amount = Annotated[str | Annotated[Decimal, Strict()] | int | float, Field(union_mode="left_to_right")]
_STRICT = ConfigDict(extra="forbid", frozen=True)


def _clean(value: object) -> object:
    """Text without stray blanks; a zero character can stand in no column of PostgreSQL."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError(_("holds a zero character; leave it out"))
        return " ".join(value.split())
    return value


# Prices, quantities and taxes come again and again.
@lru_cache(maxsize=16384)
def _minor(value: Amount, places: int) -> int:
    return amount_minor(value, places=places)


@lru_cache(maxsize=16384)
def _milli(value: Amount, places: int) -> int:
    return amount_milli(value, places=places)


# The lengths are of the clean text: what is named last is done first.
Code = Annotated[str, StringConstraints(max_length=64), BeforeValidator(_clean)]
Words = Annotated[str, StringConstraints(max_length=100), BeforeValidator(_clean)]
Text = Annotated[str, StringConstraints(max_length=200), BeforeValidator(_clean)]
Note = Annotated[str, StringConstraints(max_length=500), BeforeValidator(_clean)]
SomeCode = Annotated[str, StringConstraints(min_length=1, max_length=64), BeforeValidator(_clean)]
SomeWords = Annotated[str, StringConstraints(min_length=1, max_length=100), BeforeValidator(_clean)]


class CustomerIn(BaseModel):
    """Who bought: an id, or any of a code, a phone, an e-mail and a name."""

    model_config = _STRICT
    id: int | None = None
    code: Code = ""
    phone: Code = ""
    email: Note = ""
    name: Text = ""


class LineIn(BaseModel):
    """One product. Amounts are decimal; on a return quantity, discount and tax are below zero."""

    model_config = _STRICT
    sku: Code = ""
    name: Text = ""
    category: Words = ""
    brand: Words = ""
    quantity: Amount = 1
    unit_price: Amount
    discount: Amount = 0
    tax: Amount = 0
    gift_card: bool = False


class PaymentIn(BaseModel):
    """A part of what was paid."""

    model_config = _STRICT
    method: Annotated[str, StringConstraints(min_length=1, max_length=32), BeforeValidator(_clean)]
    amount: Amount
    reference: Words = ""
    status: Literal["completed", "pending", "failed", "refunded"] = "completed"


class SaleIn(BaseModel):
    """A completed sale, or a return that names its original in `returns`."""

    model_config = _STRICT
    id: UUID = Field(description="Made by the till; sent again, it is the same sale.")
    number: SomeCode
    sold_at: AwareDatetime
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


class Terms(NamedTuple):
    """What a payload is read by: the decimals of the currency, the country of the store, whether prices hold tax."""

    places: int
    country: str
    prices_include_tax: bool


def payload_read(payload: object) -> SaleIn:
    """The payload in its shape. Raises SaleRefused with every fault of shape."""
    try:
        return SaleIn.model_validate(payload)
    except ValidationError as error:
        raise SaleRefused(faults=[_shape_fault(each) for each in error.errors(include_url=False)]) from None


def _shape_fault(error: Mapping[str, Any]) -> Fault:
    """A fault in the words of the shop: where it stands, what is wrong, and the value."""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    value = error.get("input")
    match error["type"]:
        case "missing":
            return Fault(place, _("is missing"))
        case "extra_forbidden":
            return Fault(place, _("is not known here; leave it out or look at docs/reference/sale.md"))
        case "timezone_aware":
            return Fault(place, _("%r has no offset; write it as 2026-11-22T14:05:00+03:00") % value)
    sentence = error["msg"].removeprefix("Value error, ")
    shown = f"{str(value)[:80]!r}: " if isinstance(value, str | int | float | Decimal) else ""
    return Fault(place, shown + sentence[0].lower() + sentence[1:])


def draft_of(told: SaleIn, terms: Terms) -> tuple[SaleDraft, list[Fault]]:
    """The sale with amounts as integers and contacts in their written form, and a fault for each value that has none.

    Where there are faults, 0 or nothing stands in the draft.
    """
    faults: list[Fault] = []
    lines = tuple(_line(line, f"lines[{n}]", terms, faults) for n, line in enumerate(told.lines))
    payments = tuple(
        PaymentDraft(
            paid.method,
            _amount(_minor, paid.amount, f"payments[{n}].amount", terms.places, faults),
            paid.reference,
            paid.status,
        )
        for n, paid in enumerate(told.payments)
    )
    contact = _contact(told.customer, terms, faults) if told.customer else None
    total = None if told.total is None else _amount(_minor, told.total, "total", terms.places, faults)
    tip = _amount(_minor, told.tip, "tip", terms.places, faults)
    draft = SaleDraft(
        uid=told.id,
        number=told.number,
        sold_at=told.sold_at.astimezone(UTC),
        store=told.store,
        register=told.register_name,
        channel=told.channel,
        kind=told.kind or ("return" if told.returns else "sale"),
        status=told.status,
        contact=contact,
        lines=lines,
        payments=payments,
        returns=told.returns,
        total=total,
        tip=tip,
        note=told.note,
        currency=told.currency,
    )
    return draft, faults


def _line(line: LineIn, place: str, terms: Terms, faults: list[Fault]) -> LineDraft:
    places = terms.places
    try:
        quantity, unit_price = _milli(line.quantity, 0), _milli(line.unit_price, places)
        discount, tax = _minor(line.discount, places), _minor(line.tax, places)
    except Invalid:
        # One by one, to name every fault.
        quantity = _amount(_milli, line.quantity, f"{place}.quantity", 0, faults)
        unit_price = _amount(_milli, line.unit_price, f"{place}.unit_price", places, faults)
        discount = _amount(_minor, line.discount, f"{place}.discount", places, faults)
        tax = _amount(_minor, line.tax, f"{place}.tax", places, faults)
    net = line_net(
        quantity_milli=quantity,
        unit_price_milli=unit_price,
        discount=discount,
        tax=tax,
        prices_include_tax=terms.prices_include_tax,
    )
    return LineDraft(
        line.sku, line.name, line.category, line.brand, quantity, unit_price, discount, tax, net, line.gift_card
    )


def _contact(told: CustomerIn, terms: Terms, faults: list[Fault]) -> Contact | None:
    contact = Contact(
        id=told.id,
        code=_form(code_form, told.code, "customer.code", faults),
        phone=_form(partial(phone_form, country=terms.country), told.phone, "customer.phone", faults),
        email=_form(email_form, told.email, "customer.email", faults),
        name=told.name,
    )
    return None if contact == Contact() else contact


def _form(form: Callable[[str], str], text: str, place: str, faults: list[Fault]) -> str:
    """The text in its written form; empty where it has none, with the fault kept."""
    try:
        return form(text) if text else ""
    except Invalid as error:
        faults.append(Fault(place, str(error)))
        return ""


def _amount(read: Callable[[Amount, int], int], value: Amount, place: str, places: int, faults: list[Fault]) -> int:
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
    if len(document) > LARGEST_DOCUMENT:
        size, most = len(document) // 1_000_000, LARGEST_DOCUMENT // 1_000_000
        raise NotASale(reason=f"{size} MB are more than one document holds ({most} MB); send the sales in several")
    try:
        value = json.loads(document.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise NotASale(reason=f"byte {error.start + 1} is not UTF-8; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotASale(reason=f"line {error.lineno}, column {error.colno} is not JSON ({error.msg})") from None
    except RecursionError:
        raise NotASale(reason="it is nested deeper than any sale") from None
    except ValueError as error:
        raise NotASale(reason=str(error)) from None
    if isinstance(value, dict) and isinstance(value.get("sales"), list):
        return list(value["sales"])
    return value if isinstance(value, list) else [value]


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number that JSON knows")
