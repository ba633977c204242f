"""A basket as it is told (JSON), read into what is priced; everything wrong with it is found at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field, Strict, ValidationError

from regulars.checkout.errors import BasketRefused, NotADocument
from regulars.checkout.payload import (
    STRICT,
    Amount,
    Code,
    CustomerIn,
    Note,
    SomeCode,
    SomeWords,
    Text,
    Words,
    amount_read,
    contact_read,
    document_read,
    fitting,
    milli_read,
    minor_read,
    shape_fault,
)
from regulars.core.errors import Fault
from regulars.core.money import LARGEST_AMOUNT, MILLI_OF_MILLI, milli_text
from regulars.core.text import marked as _
from regulars.core.text import squeezed
from regulars.customers.rules import Contact
from regulars.sales.rules import MOST_LINES

_Shape = TypeVar("_Shape", bound=BaseModel)

# A basket is priced while somebody waits.
MOST_BASKET_LINES = 500
MOST_CODES = 20
MOST_WAYS_TO_PAY = 20


class BasketLineIn(BaseModel):
    """One product of a basket; without `unit_price` it costs what the catalogue or a price book says."""

    model_config = STRICT
    sku: Code = ""
    name: Text = ""
    quantity: Amount = 1
    unit_price: Amount | None = Field(default=None, description="A price of one's own; not every role may give one.")
    gift_card: bool = False


class BasketIn(BaseModel):
    """What somebody is about to buy."""

    model_config = STRICT
    store: SomeWords
    register_name: Code = Field(default="", alias="register")
    channel: Literal["in_store", "online"] = "in_store"
    customer: CustomerIn | None = None
    at: datetime | None = Field(default=None, description="When it is priced for, with its offset; else now.")
    lines: Annotated[list[BasketLineIn], Field(min_length=1, max_length=MOST_BASKET_LINES)]
    codes: Annotated[list[SomeCode], Field(max_length=MOST_CODES)] = []


class PayIn(BaseModel):
    """A part of what is paid; without an amount all that is left to pay. Points are told in `points`."""

    model_config = STRICT
    method: Annotated[str, fitting(min_length=1, max_length=32)]
    amount: Amount | None = None
    reference: Words = ""


class FinaliseIn(BaseModel):
    """A basket that is sold: as it was quoted, with how it is paid."""

    model_config = STRICT
    id: UUID = Field(description="The id the sale will have; sent again, it is the same sale.")
    basket: BasketIn
    quoted_total: Amount = Field(description="The total that was shown; if it is another now, nothing is sold.")
    payments: Annotated[list[PayIn], Field(max_length=MOST_WAYS_TO_PAY)] = []
    points: Annotated[int, Strict(), Field(ge=0, le=10**12)] = Field(
        default=0, description="How many points are paid with, at most."
    )
    till_code: Code = Field(default="", description="The code on the customer's card that allows the points.")
    tip: Amount = 0
    note: Note = ""


class BackIn(BaseModel):
    """How much of a line comes back."""

    model_config = STRICT
    line: Annotated[int, Strict(), Field(ge=1, le=MOST_LINES)] = Field(description="Its place on the receipt, from 1.")
    quantity: Amount


class ExchangeIn(BaseModel):
    """Something comes back and something else is sold, in one step."""

    model_config = STRICT
    returns: SomeCode = Field(description="The number or the id of the sale that it comes back of.")
    return_id: UUID = Field(description="The id that the return will have; sent again, it is the same return.")
    lines: Annotated[list[BackIn], Field(min_length=1, max_length=MOST_LINES)] | None = Field(
        default=None, description="What comes back; left out all that is left."
    )
    refund_to: Annotated[str, fitting(max_length=32)] = Field(
        default="", description="Another way for what was paid with money to go back, as store_credit."
    )
    sells: FinaliseIn


class AskedLine(NamedTuple):
    """One product of a basket. `manual_price_milli`: a price of one's own, None for none."""

    sku: str
    name: str
    quantity_milli: int
    manual_price_milli: int | None = None
    is_gift_card: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A basket to be priced. `at` None: now. `contact` may lead to nobody yet."""

    store: str
    lines: tuple[AskedLine, ...]
    register: str = ""
    channel: str = "in_store"
    contact: Contact | None = None
    at: datetime | None = None
    codes: tuple[str, ...] = ()


class Pay(NamedTuple):
    """A part of what is paid; `amount` None: all that is left to pay."""

    method: str
    amount: int | None = None
    reference: str = ""


class Paying(NamedTuple):
    """How a basket is paid: the ways with their amounts, and how many points. `till_code`: the card's code for them."""

    payments: tuple[Pay, ...] = ()
    points: int = 0
    till_code: str = ""
    tip: int = 0
    note: str = ""


class Finalising(NamedTuple):
    """What is asked for when a basket is sold."""

    uid: UUID
    ask: Ask
    quoted_total: int
    paying: Paying


class Exchanging(NamedTuple):
    """What is asked for when something is exchanged. `quantities`: thousandths by place; None: all that is left."""

    sale: str
    return_uid: UUID
    quantities: Mapping[int, int] | None
    refund_to: str
    sells: Finalising


def document_told(document: bytes) -> object:
    """The value of a JSON document that holds one thing. Raises NotADocument, with the place where reading ended."""
    return document_read(document, refusal=NotADocument)


def ask_read(payload: object, *, places: int, country: str) -> Ask:
    """The basket, phones read as dialled in the country. Raises BasketRefused with every fault."""
    faults: list[Fault] = []
    ask = _ask(_shaped(BasketIn, payload), places, country, faults, at="")
    _refuse(faults)
    return ask


def finalising_read(payload: object, *, places: int, country: str) -> Finalising:
    """The basket with how it is paid. Raises BasketRefused with every fault."""
    faults: list[Fault] = []
    asked = _finalising(_shaped(FinaliseIn, payload), places, country, faults)
    _refuse(faults)
    return asked


def exchanging_read(payload: object, *, places: int, country: str) -> Exchanging:
    """What is exchanged for what. Raises BasketRefused with every fault."""
    faults: list[Fault] = []
    told = _shaped(ExchangeIn, payload)
    quantities = {
        each.line: amount_read(milli_read, each.quantity, f"lines[{n}].quantity", 0, faults)
        for n, each in enumerate(told.lines or ())
    }
    own: list[Fault] = []
    sells = _finalising(told.sells, places, country, own)
    _refuse([*faults, *(Fault(f"sells.{each.place}", each.message) for each in own)])
    return Exchanging(told.returns, told.return_id, None if told.lines is None else quantities, told.refund_to, sells)


def _finalising(told: FinaliseIn, places: int, country: str, faults: list[Fault]) -> Finalising:
    ask = _ask(told.basket, places, country, faults, at="basket.")
    total = amount_read(minor_read, told.quoted_total, "quoted_total", places, faults)
    tip = amount_read(minor_read, told.tip, "tip", places, faults)
    payments = tuple(_pay(each, n, places, faults) for n, each in enumerate(told.payments))
    return Finalising(told.id, ask, total, Paying(payments, told.points, told.till_code, tip, squeezed(told.note)))


def _shaped(shape: type[_Shape], payload: object) -> _Shape:
    try:
        return shape.model_validate(payload)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=True)
        faults = (_counted(each) or shape_fault(each, page="basket") for each in told)
        raise BasketRefused(faults=list(dict.fromkeys(faults))) from None


def _counted(error: Mapping[str, Any]) -> Fault | None:
    """The fault of a list that is empty or too long."""
    place = ".".join(str(each) for each in error["loc"])
    match error["type"], error.get("ctx"):
        case "too_short", _:
            return Fault(place, _("the basket is empty; put something in"))
        case "too_long", {"max_length": int(most), "actual_length": int(count)}:
            return Fault(place, _("%s are more than a basket holds (%s); split it") % (count, most))
        case _:
            return None


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise BasketRefused(faults=faults)


def _ask(told: BasketIn, places: int, country: str, faults: list[Fault], *, at: str) -> Ask:
    lines = tuple(_line(line, f"{at}lines[{n}]", places, faults) for n, line in enumerate(told.lines))
    found: list[Fault] = []
    contact = None if told.customer is None else contact_read(told.customer, country, found)
    faults += [Fault(at + fault.place, fault.message) for fault in found]
    return Ask(
        store=told.store,
        register=told.register_name,
        channel=told.channel,
        contact=contact,
        at=None if told.at is None else _moment(told.at, f"{at}at", faults),
        lines=lines,
        # The same code twice is one code.
        codes=tuple(dict.fromkeys(told.codes)),
    )


def _line(line: BasketLineIn, place: str, places: int, faults: list[Fault]) -> AskedLine:
    unread: list[Fault] = []
    quantity = amount_read(milli_read, line.quantity, f"{place}.quantity", 0, unread)
    faults += unread
    if not unread and quantity <= 0:
        sentence = _("%s is not above zero; what comes back is a return") % milli_text(quantity)
        faults.append(Fault(f"{place}.quantity", sentence))
    price = None
    if line.unit_price is not None:
        price = amount_read(milli_read, line.unit_price, f"{place}.unit_price", places, faults)
        if price < 0:
            shown = milli_text(price, places=places)
            faults.append(Fault(f"{place}.unit_price", _("%s is below zero; a price is not") % shown))
        elif abs(quantity * price) > LARGEST_AMOUNT * MILLI_OF_MILLI:
            faults.append(Fault(place, _("quantity times price is too large to be true; check the decimal points")))
    if not (line.sku or line.name):
        faults.append(Fault(place, _("a line needs a sku or a name")))
    return AskedLine(line.sku, line.name, quantity, price, line.gift_card)


def _moment(told: datetime, place: str, faults: list[Fault]) -> datetime:
    if told.tzinfo is None:
        sentence = _("%s has no offset; write it as 2026-11-22T14:05:00+03:00")
        faults.append(Fault(place, sentence % told.isoformat()))
        return told.replace(tzinfo=UTC)
    try:
        return told.astimezone(UTC)
    except OverflowError:
        faults.append(Fault(place, _("%s is no date that a shop was open on; check it") % told.isoformat()))
        return told


def _pay(told: PayIn, n: int, places: int, faults: list[Fault]) -> Pay:
    amount = None
    if told.amount is not None:
        amount = amount_read(minor_read, told.amount, f"payments[{n}].amount", places, faults)
    if told.method == "points":
        faults.append(Fault(f"payments[{n}].method", _("points are told in `points`, by their number")))
    return Pay(told.method, amount, told.reference)
