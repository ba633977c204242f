"""What a basket costs this customer here and now, and why: nothing is changed by asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from regulars.access.rules import Actor
from regulars.balances.rules import EarningLine, PolicyTerms, most_points, points_worth
from regulars.balances.selectors import policy_in_force, sale_would_earn
from regulars.checkout.answers import QuoteAnswer, Redeemable, Standing
from regulars.checkout.asking import Ask, AskedLine, ask_read
from regulars.checkout.checking import store_faults
from regulars.checkout.errors import BasketRefused
from regulars.checkout.standing import standing_of
from regulars.core.days import moment_at, timezone_of
from regulars.core.errors import Fault
from regulars.core.money import MILLI, currency_places
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.customers.linking import Mention, SaleKey, links_of
from regulars.customers.models import Customer
from regulars.customers.reach import customers_within, right_to_find
from regulars.customers.rules import Contact
from regulars.customers.selectors import holders_of
from regulars.offers.engine.basket import Basket, BasketLine
from regulars.offers.engine.books import Origin
from regulars.offers.engine.quote import Quote
from regulars.offers.selectors import quote_make
from regulars.sales.models import Business, Product, Store
from regulars.sales.selectors import business_get, stores_named, stores_within
from regulars.storage.reading import rows_among

_NOBODY = UUID(int=0)
# So many SKUs are looked through for the one that was meant.
_MOST_NEAR = 2_000


class Goods(NamedTuple):
    """A product as the catalogue has it; `price` in minor units, None: none."""

    sku: str
    name: str
    category: str
    brand: str
    price: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A quote with all that it was made from."""

    answer: QuoteAnswer
    business: Business
    store: Store
    customer_id: int | None
    day: date
    policy: PolicyTerms | None
    lines: tuple[EarningLine, ...]


def quote_open(ask: Ask, *, actor: Actor, at: datetime) -> QuoteAnswer:
    """What the basket costs, with the customer's standing. A fixed number of queries; nothing is changed.

    Raises Forbidden; BasketRefused with everything that is wrong.
    """
    return basket_opened(ask, actor=actor, at=at).answer


def quote_told(payload: object, *, actor: Actor, at: datetime) -> QuoteAnswer:
    """The same of a basket as JSON tells it (docs/reference/basket.md)."""
    actor.require("offers.see")
    business = business_get()
    ask = ask_read(payload, places=currency_places(business.currency), country=business.country)
    return basket_opened(ask, actor=actor, at=at, business=business).answer


def basket_opened(ask: Ask, *, actor: Actor, at: datetime, business: Business | None = None) -> Opened:
    """As `quote_open`, for whoever sells what was quoted."""
    actor.require("offers.see")
    business = business or business_get()
    when = ask.at or at
    found = _Look(actor)
    store = found.store(ask.store)
    customer = found.customer(ask.contact, when)
    basket, listed = found.basket(ask)
    if found.faults or store is None:
        raise BasketRefused(faults=found.faults)
    quote = quote_make(
        basket, customer_id=customer.id if customer else None, store=store, at=when, codes=ask.codes, visible_to=actor
    )
    _require_prices(quote, listed, ask)
    return _opened(ask, _Found(business, store, customer, basket, listed), quote, actor=actor, at=when)


@dataclass(frozen=True, slots=True)
class _Found:
    business: Business
    store: Store
    customer: Customer | None
    basket: Basket
    listed: tuple[bool, ...]


def _opened(ask: Ask, found: _Found, quote: Quote, *, actor: Actor, at: datetime) -> Opened:
    store, customer = found.store, found.customer
    day = moment_at(at, timezone=timezone_of(store.timezone), cutoff_minutes=store.day_cutoff).day
    policy = policy_in_force(day)
    lines = tuple(
        EarningLine(told.sku, told.category, told.brand, told.quantity_milli, line.net, 0, told.is_gift_card)
        for told, line in zip(found.basket.lines, quote.lines, strict=True)
    )
    standing = None if customer is None else standing_of(customer.id, customer.name, at=at, visible_to=actor)
    answer = QuoteAnswer(
        store=store.name,
        register=ask.register,
        channel=ask.channel,
        at=at,
        currency=found.business.currency,
        customer=standing,
        basket=found.basket,
        listed=found.listed,
        quote=quote,
        redeemable=_redeemable(standing, policy, lines, quote.total),
        earns=sale_would_earn(customer.id, lines, store=store, day=day) if customer and policy else 0,
    )
    return Opened(answer, found.business, store, customer.id if customer else None, day, policy, lines)


def _redeemable(
    standing: Standing | None, policy: PolicyTerms | None, lines: Sequence[EarningLine], total: int
) -> Redeemable:
    """The most points that may be paid with here, and what they pay."""
    if standing is None or policy is None:
        return Redeemable(0, 0)
    points = most_points(policy, lines, held=standing.points, payable=total)
    worth = points_worth(points, policy.point_value_milli)
    return Redeemable(points, min(worth, total))


def _require_prices(quote: Quote, listed: Sequence[bool], ask: Ask) -> None:
    """Refuses what has a price nowhere."""
    sentence = _('"%s" has no price in the catalogue; set it there, or have a price given here')
    faults = [
        Fault(f"lines[{n}].unit_price", sentence % (asked.sku or asked.name))
        for n, (line, is_listed, asked) in enumerate(zip(quote.lines, listed, ask.lines, strict=True))
        if line.price_from.origin is Origin.LIST and not is_listed
    ]
    if faults:
        raise BasketRefused(faults=faults)


@dataclass(slots=True)
class _Look:
    """Finds what a basket names; keeps a fault for what is not there."""

    actor: Actor
    faults: list[Fault] = field(default_factory=list)

    def store(self, name: str) -> Store | None:
        """The store within reach. One query, a second where it is not there."""
        found = stores_within(stores_named([name]), right="offers.see", actor=self.actor).get(name)
        if found is None:
            self.faults += store_faults([name], actor=self.actor, right="offers.see").values()
        return found

    def customer(self, contact: Contact | None, at: datetime) -> Customer | None:
        """Whom a sale with this contact would be led to; None: nobody, or somebody new. Three queries at most."""
        if contact is None:
            return None
        mention = Mention(SaleKey(at, _NOBODY), contact)
        [customer_id] = links_of([mention], holders_of(contact.identities) if contact.id is None else {}).customers
        if customer_id < 0:
            return None
        within = customers_within(right_to_find(self.actor), self.actor)
        found = Customer.objects.filter(within, id=customer_id).only("id", "name").first()
        if found is None and contact.id is not None:
            self.faults.append(Fault("customer.id", _("there is no customer %s") % contact.id))
        return found

    def basket(self, ask: Ask) -> tuple[Basket, tuple[bool, ...]]:
        """The basket as the engine takes it, and which lines have a list price. Two queries at most."""
        goods = goods_named({line.sku for line in ask.lines if line.sku})
        hints = _hints({line.sku for line in ask.lines if line.sku} - goods.keys())
        lines, listed = [], []
        for n, line in enumerate(ask.lines):
            known = goods.get(line.sku)
            is_listed = known is not None and known.price is not None
            self._line_faults(line, n, known, hints)
            lines.append(_basket_line(line, n + 1, known))
            listed.append(is_listed)
        return Basket(lines=tuple(lines), channel=ask.channel), tuple(listed)

    def _line_faults(self, line: AskedLine, n: int, known: Goods | None, hints: Mapping[str, str]) -> None:
        has_price = line.manual_price_milli is not None
        if line.sku and known is None and not has_price:
            sentence = _('there is no product "%s"%s; put it into the catalogue')
            self.faults.append(Fault(f"lines[{n}].sku", sentence % (line.sku, hints.get(line.sku, ""))))
        elif not line.sku and not has_price:
            sentence = _('"%s" has no SKU and so no price; give one')
            self.faults.append(Fault(f"lines[{n}].unit_price", sentence % line.name))
        # A gift card costs what is put on it; but nothing with a price becomes one by being called so.
        is_card = line.is_gift_card and (known is None or known.price is None)
        if has_price and not is_card and not self.actor.may("offers.manual_price"):
            sentence = _('a price of one\'s own needs the right "offers.manual_price"; leave it out, or ask a manager')
            self.faults.append(Fault(f"lines[{n}].unit_price", sentence))


def _basket_line(line: AskedLine, n: int, known: Goods | None) -> BasketLine:
    price = known.price if known is not None and known.price is not None else 0
    return BasketLine(
        n=n,
        sku=line.sku,
        name=line.name or (known.name if known else ""),
        category=known.category if known else "",
        brand=known.brand if known else "",
        quantity_milli=line.quantity_milli,
        list_price_milli=price * MILLI,
        manual_price_milli=line.manual_price_milli,
        is_gift_card=line.is_gift_card,
    )


def goods_named(skus: set[str]) -> dict[str, Goods]:
    """The products of these SKUs. One query, none for none."""
    rows = rows_among("SELECT sku, name, category, brand, price FROM sales_product WHERE", "sku", skus)
    return {row[0]: Goods(*row) for row in rows}


def _hints(skus: set[str]) -> dict[str, str]:
    """ "; did you mean ...?" for SKUs that nobody knows. One query, none for none."""
    if not skus:
        return {}
    known = list(Product.objects.exclude(sku=None).order_by("sku").values_list("sku", flat=True)[:_MOST_NEAR])
    near = {sku: nearest(sku, [each for each in known if each]) for sku in skus}
    return {sku: f'; did you mean "{found}"?' for sku, found in near.items() if found}
