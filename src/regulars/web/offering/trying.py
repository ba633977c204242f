"""A basket to try an offer on: what is typed of it, and what it costs with the offer and without."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils.translation import gettext

from regulars.access.rules import Actor
from regulars.checkout.asking import AskedLine
from regulars.checkout.errors import BasketRefused
from regulars.checkout.trying import Trial, Tried, offer_tried
from regulars.core.errors import Invalid, NotFound
from regulars.core.money import amount_milli
from regulars.offers.engine.eligibility import Because, Cause
from regulars.offers.engine.terms import OfferTerms, Target
from regulars.sales.finding import customers_glimpsed
from regulars.sales.selectors import products_list, stores_all
from regulars.web.amounts import MINUS
from regulars.web.written import Shop

ROOMS = 4
# So many products help to type; more would weigh on the page.
MOST_OFFERED = 400
_BEGUN_WITH = 3
ANYBODY, NOBODY, SOMEBODY = "", "nobody", "customer"


class Room(NamedTuple):
    """A line of the basket: what stands in it."""

    n: int
    sku: str
    quantity: str


class Ware(NamedTuple):
    """A product that may be put in."""

    sku: str
    name: str
    category: str
    brand: str
    price: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """The basket as typed; `wrong` by field."""

    rooms: tuple[Room, ...]
    store: str
    day: str
    clock: str
    buyer: str
    customer: str
    stores: tuple[str, ...]
    wares: tuple[Ware, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedLine:
    """A line with what it costs."""

    name: str
    quantity: int
    gross: int
    net: int
    price_from: str
    discounts: tuple[str, ...]


class Reason(NamedTuple):
    """An offer that took effect or did not, with why."""

    name: str
    why: str
    saves: int
    is_tried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it; `wrong`: a sentence instead."""

    wrong: str = ""
    whose: str = ""
    lines: Sequence[TriedLine] = ()
    total: int = 0
    without: int = 0
    applied: Sequence[Reason] = ()
    not_applied: Sequence[Reason] = ()
    is_bounded: bool = False
    saves: int = field(init=False, default=0)
    is_used: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "saves", self.without - self.total)


def basket_typed(
    told: Mapping[str, str] | None, *, target: Target | None, first_day: date | None, shop: Shop, actor: Actor
) -> Basket:
    """The basket as it was typed; at first (None) one of what the offer is about. Two queries."""
    stores = tuple(store.name for store in stores_all(visible_to=actor) if store.is_active)
    wares = tuple(_wares(actor))
    if told is not None:
        rooms = tuple(
            Room(n, told.get(f"try-sku-{n}", "").strip()[:64], told.get(f"try-quantity-{n}", "").strip()[:12])
            for n in range(ROOMS)
        )
        return Basket(
            rooms=rooms,
            store=told.get("try-store", "") or next(iter(stores), ""),
            day=told.get("try-day", ""),
            clock=told.get("try-time", ""),
            buyer=told.get("try-buyer", ANYBODY),
            customer=told.get("try-customer", "").strip()[:100],
            stores=stores,
            wares=wares,
        )
    begun = _begun(wares, target)
    now = shop.at.astimezone(shop.timezone)
    return Basket(
        rooms=tuple(Room(n, begun[n] if n < len(begun) else "", "1") for n in range(ROOMS)),
        store=next(iter(stores), ""),
        day=max(shop.today, first_day or shop.today).isoformat(),
        clock=now.strftime("%H:%M"),
        buyer=ANYBODY,
        customer="",
        stores=stores,
        wares=wares,
    )


def _wares(actor: Actor) -> Iterator[Ware]:
    for product, _stock in products_list(limit=MOST_OFFERED, visible_to=actor):
        if product.sku and product.price is not None:
            yield Ware(product.sku, product.name, product.category, product.brand, product.price)


def _begun(wares: Sequence[Ware], target: Target | None) -> list[str]:
    """Products the offer is about, then others."""
    told = target or Target()
    named = {*told.skus, *told.categories, *told.brands}
    fitting = [each.sku for each in wares if {each.sku, each.category, each.brand} & named]
    others = [each.sku for each in wares if each.sku not in fitting]
    return [*fitting[:_BEGUN_WITH], *others][:_BEGUN_WITH]


def tried(basket: Basket, *, name: str, terms: OfferTerms, offer_id: int | None, shop: Shop, actor: Actor) -> Answer:
    """What the basket costs with the offer and without, or why that cannot be told."""
    try:
        trial = _trial(basket, name=name, terms=terms, offer_id=offer_id, shop=shop, actor=actor)
        return _answer(offer_tried(trial, visible_to=actor), shop=shop, whose=_whose(basket))
    except BasketRefused as refusal:
        return Answer(wrong=" ".join(_sentence(gettext(fault.message)) for fault in refusal.faults))
    except (Invalid, NotFound) as refusal:
        return Answer(wrong=gettext(refusal.message) % refusal.facts)


def _whose(basket: Basket) -> str:
    match basket.buyer:
        case "nobody":
            return gettext("without a customer")
        case "customer":
            return basket.customer
        case _:
            return gettext("a customer it is for")


def _trial(basket: Basket, *, name: str, terms: OfferTerms, offer_id: int | None, shop: Shop, actor: Actor) -> Trial:
    lines = tuple(AskedLine(room.sku, "", amount_milli(room.quantity or "1")) for room in basket.rooms if room.sku)
    if any(line.quantity_milli <= 0 for line in lines):
        raise Invalid(reason=gettext("Write quantities above zero."))
    return Trial(
        name=name or gettext("this offer"),
        terms=terms,
        offer_id=offer_id,
        store=basket.store,
        at=_moment(basket, shop),
        lines=lines,
        customer_id=_customer(basket, shop, actor) if basket.buyer == SOMEBODY else None,
        is_anonymous=basket.buyer == NOBODY,
    )


def _customer(basket: Basket, shop: Shop, actor: Actor) -> int:
    if not basket.customer:
        raise Invalid(reason=gettext("Write the customer's name, phone, e-mail or code."))
    if not actor.may("customers.find"):
        raise Invalid(reason=gettext("Customers are not yours to find; try it with a customer it is for."))
    found = customers_glimpsed(basket.customer, limit=1, country=shop.country, visible_to=actor)
    if not found:
        raise Invalid(reason=gettext("No customer is found by “%(text)s”.") % {"text": basket.customer})
    return found[0].id


def _moment(basket: Basket, shop: Shop) -> datetime:
    try:
        day = date.fromisoformat(basket.day) if basket.day else shop.today
        clock = time.fromisoformat(basket.clock) if basket.clock else time(12)
        return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=shop.timezone)
    except (ValueError, OverflowError):
        raise Invalid(reason=gettext("Write a day and a time of day to try it on.")) from None


def _answer(found: Tried, *, shop: Shop, whose: str) -> Answer:
    quote = found.quote
    lines = [
        TriedLine(
            name=told.name or told.sku,
            quantity=line.quantity_milli,
            gross=line.gross,
            net=line.net,
            price_from=line.price_from.name,
            discounts=tuple(f"{each.name} {MINUS}{shop.amount(each.amount)}" for each in line.discounts),
        )
        for told, line in zip(found.basket.lines, quote.lines, strict=True)
    ]
    applied = [
        Reason(each.name, _because(each.because, shop), each.saves, each.offer == found.offer) for each in quote.applied
    ]
    not_applied = [Reason(each.name, _sentence(each.why), 0, each.offer == found.offer) for each in quote.not_applied]
    return Answer(
        whose=whose,
        lines=lines,
        total=quote.total,
        without=found.without.total,
        applied=sorted(applied, key=lambda each: not each.is_tried),
        not_applied=sorted(not_applied, key=lambda each: not each.is_tried),
        is_bounded=quote.is_bounded,
        is_used=any(each.is_tried for each in applied),
    )


def _because(because: Sequence[Because], shop: Shop) -> str:
    return ", ".join(_cause(each, shop) for each in because)


def _cause(because: Because, shop: Shop) -> str:
    match because.cause:
        case Cause.CODE:
            return gettext("with a code")
        case Cause.GIVEN:
            return gettext("given to the customer")
        case Cause.FIRST_ORDER:
            return gettext("first order")
        case Cause.EVERYONE:
            return gettext("for everyone")
        case _ if because.since is not None:
            return gettext("%(name)s since %(day)s") % {"name": because.name, "day": shop.day(because.since)}
        case _:
            return because.name


def _sentence(words: str) -> str:
    text = words[:1].upper() + words[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."
