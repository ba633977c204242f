"""Loading the demo shop: made as files, imported as any files are; then offers, and sales at the till as any are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import UUID

from regulars.access.people import person_create
from regulars.access.rules import OPERATOR, REGISTER, Actor
from regulars.access.selectors import people_list, person_actor
from regulars.balances.jobs import days_end
from regulars.balances.selectors import balances_of, policies_all
from regulars.balances.services import account_limit_set, account_pay, credit_adjust, policy_set
from regulars.checkout.asking import Ask, AskedLine, Finalising, Pay, Paying
from regulars.checkout.baskets import basket_park, basket_save
from regulars.checkout.finalising import basket_finalise
from regulars.checkout.quoting import quote_open
from regulars.checkout.services import sale_return
from regulars.core.days import timezone_of
from regulars.customers.rules import Contact
from regulars.exchange.demo import (
    DEMO_BUSINESS,
    DEMO_PASSWORD,
    DEMO_PEOPLE,
    DEMO_STORES,
    DemoPerson,
    demo_files,
    demo_products,
)
from regulars.exchange.demo.at_the_till import (
    BIRTHDAY,
    BUYER_RULES,
    LAPSED,
    NEW,
    NEWCOMER,
    NOBODY,
    TRADE,
    WITH_CREDIT,
    Buyer,
    TillSale,
    buyers_wanted,
    till_sales,
)
from regulars.exchange.demo.catalogue import SHILLING
from regulars.exchange.demo.loyalty import (
    ACCOUNT_LIMIT,
    BIRTHDAY_CAKE,
    CLUB,
    DEMO_GROUPS,
    DEMO_LADDER,
    DEMO_POLICY,
    STAFF,
    WELCOME_BACK,
    WHOLESALE,
    DemoOffer,
    demo_offers,
    demo_price_books,
)
from regulars.exchange.demo.payments import M_PESA
from regulars.exchange.mapping import preset_named
from regulars.exchange.services import import_run
from regulars.groups.selectors import groups_list
from regulars.groups.services import group_create, members_add
from regulars.offers.engine.terms import OfferTerms
from regulars.offers.giving import coupon_make, entry_act_save, offer_give
from regulars.offers.price_books import price_book_save
from regulars.offers.selectors import offers_list
from regulars.offers.services import offer_end, offer_save
from regulars.sales.selectors import business_get, business_today, stores_all, stores_named
from regulars.sales.services import product_set, stock_set, store_create
from regulars.segments.editing import segment_create
from regulars.segments.selectors import rule_customers
from regulars.segments.services import tier_set_save
from regulars.segments.templates import SEGMENT_TEMPLATES, TIER_TEMPLATE
from regulars.storage.writing import alone

# Since when those who have not come for long are given something to come back for, in days.
_GIVEN_SINCE = 7
# Whom the shop gives something to at once: those whom entering the segment would have given it by now.
_GIVEN = {
    WELCOME_BACK: (LAPSED, "last_order < 60 days ago and last_order > 75 days ago", 40),
    BIRTHDAY_CAKE: (BIRTHDAY, "birthday in next 7 days", 40),
}
_CREDIT, _CREDIT_FOR = 1_500 * SHILLING, "The cake for the christening came an hour late."


def demo_load(folder: Path, *, customers: int, seed: int, at: datetime, say: Callable[[str], None]) -> None:
    """The demo shop's stores, catalogue, stock, loyalty policy and two years of sales are in the database, which holds
    its business.

    `folder` takes the files in between. The last sales are those of today, up to now. `demo_open` goes on from there.
    """
    say("Making two years of a small chain ...")
    clock = at.astimezone(timezone_of(DEMO_BUSINESS.timezone))
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    made = demo_files(folder, customers=customers, seed=seed, until=clock.date(), until_second=seconds)
    say(f"Importing {made.sales + made.returns:,} sales of {customers:,} customers ...")
    # All or nothing: a demo that was interrupted is begun again.
    with alone():
        _stores_make(at)
        _catalogue_make(at)
        # Before the sales, so that they earn.
        tier_set_save(TIER_TEMPLATE.name, DEMO_LADDER, actor=OPERATOR, at=at)
        policy_set(DEMO_POLICY, starts_on=made.first_day, actor=OPERATOR, at=at)
        import_run(
            paths=made.files,
            mapping=preset_named("regulars"),
            dry_run=False,
            actor=OPERATOR,
            at=at,
            progress=lambda *_: None,
        )
        say("Making segments and groups ...")
        _groups_make(at)


def demo_is_half_open() -> bool:
    """Whether the demo was interrupted after its sales were imported and before anything was on offer."""
    return bool(policies_all(visible_to=OPERATOR)) and not offers_list(visible_to=OPERATOR)


def demo_open(*, seed: int, at: datetime, say: Callable[[str], None]) -> None:
    """Points that are over have expired; there are offers and price books, and what was sold with them since."""
    say("Ending the days: points expire ...")
    days_end(at=at)
    say("Making offers, price books and sales at the till ...")
    people = {person.login: person.id for person in people_list(visible_to=OPERATOR)}
    owner, marketer = (person_actor(people[login]) or OPERATOR for login in ("amina", "faith"))
    rng = Random(f"{seed}/{business_today(at=at)}")  # noqa: S311  a shop of dice, nothing to guess
    with alone():
        buyers = _Buyers(rng, at)
        _offers_make(buyers, actor=marketer, at=at)
        _price_books_make(actor=marketer, at=at)
        _account_make(buyers, actor=owner, at=at)
        _sales_make(buyers, till_sales(at=at, seed=seed))
        _after_sales(buyers, actor=owner, at=at)
        # Nobody gets any longer what was on offer until lately; before, it was sold with.
        over = {offer.name for offer in demo_offers(business_today(at=at)) if offer.is_over}
        for shown in offers_list(visible_to=marketer):
            if shown.name in over:
                offer_end(shown.id, actor=marketer, at=at)


def demo_people(*, at: datetime) -> Sequence[DemoPerson]:
    """Somebody of each role can sign in to the demo shop, all with one password; who is there already stays."""
    stores = stores_named({store.name for store in DEMO_STORES})
    here = {person.login for person in people_list(visible_to=OPERATOR)}
    for person in DEMO_PEOPLE:
        if person.login not in here:
            person_create(
                login=person.login,
                name=person.name,
                role=person.role,
                stores=[stores[name].id for name in person.stores],
                password=DEMO_PASSWORD,
                is_own_password=True,
                # To try things on: a real shop is asked for a second factor.
                needs_second_factor=False,
                actor=OPERATOR,
                at=at,
            )
    return DEMO_PEOPLE


# What is there before the first sale


def _stores_make(at: datetime) -> None:
    business = business_get()
    for store in DEMO_STORES:
        store_create(name=store.name, business=business, city=store.city, region=store.region, actor=OPERATOR, at=at)


def _catalogue_make(at: datetime) -> None:
    stores = stores_named({store.name for store in DEMO_STORES})
    for told in demo_products():
        product = product_set(
            sku=told.sku, name=told.name, category=told.category, brand=told.brand, price=told.price, actor=OPERATOR,
            at=at,
        )  # fmt: skip
        for name, on_hand in told.stock_milli.items():
            stock_set(product=product, store=stores[name], on_hand_milli=on_hand, actor=OPERATOR, at=at)


# What the history gives


def _groups_make(at: datetime) -> None:
    """The ready segments, and the groups that are filled by hand."""
    for each in SEGMENT_TEMPLATES:
        segment_create(each.name, each.text, description=each.why, actor=OPERATOR, at=at)
    filled = {
        CLUB: rule_customers('spent > 2000 and tag != "staff"', at=at, visible_to=OPERATOR)[:12],
        STAFF: rule_customers('tag = "staff"', at=at, visible_to=OPERATOR),
        WHOLESALE: rule_customers('tag = "office orders" and spent > 1000', at=at, visible_to=OPERATOR)[:8],
    }
    for name, description in DEMO_GROUPS.items():
        group = group_create(name, description=description, actor=OPERATOR, at=at)
        members_add(group, filled[name], actor=OPERATOR, at=at)


class _Buyers:
    """Who buys at the till: drawn once by kind, nobody for two kinds. In a tiny shop there may be none of a kind."""

    def __init__(self, rng: Random, at: datetime) -> None:
        self._rng, self._at = rng, at
        self._drawn: dict[str, list[int]] = {}
        self._taken: set[int] = set()
        for kind, rule in BUYER_RULES.items():
            self.draw(kind, rule)
        self.draw(TRADE, f'group = "{WHOLESALE}"')

    def draw(self, kind: str, rule: str) -> None:
        """As many as the plan is about of those the rule holds for are of this kind."""
        able = [id_ for id_ in rule_customers(rule, at=self._at, visible_to=OPERATOR) if id_ not in self._taken]
        drawn = self._rng.sample(able, min(len(able), buyers_wanted()[kind]))
        self._drawn[kind] = drawn
        self._taken.update(drawn)

    def of(self, buyer: Buyer) -> int | None:
        drawn = self._drawn.get(buyer.kind, [])
        return drawn[buyer.n] if buyer.n < len(drawn) else None

    def kind(self, kind: str) -> Sequence[int]:
        return self._drawn.get(kind, [])


# Offers and prices


class _Ids(NamedTuple):
    """Groups and tiers by name."""

    groups: Mapping[str, int]
    tiers: Mapping[str, int]


def _offers_make(buyers: _Buyers, *, actor: Actor, at: datetime) -> None:
    shown = groups_list(visible_to=OPERATOR)
    ids = _Ids(
        {group.name: group.id for group in shown if group.kind != "tier"},
        {group.name: group.id for group in shown if group.kind == "tier"},
    )
    today = business_today(at=at)
    for told in demo_offers(today):
        offer = offer_save(told.name, _terms(told, ids), is_live=True, actor=actor, at=at)
        if told.code:
            coupon_make(offer, told.code, actor=actor, at=at)
        if told.brought_by:
            entry_act_save(ids.groups[told.brought_by], offer_id=offer, days=told.days, actor=actor, at=at)
            _give(told, offer, buyers, today=today, actor=actor, at=at)


def _terms(told: DemoOffer, ids: _Ids) -> OfferTerms:
    given = replace(
        told.terms.conditions,
        tiers=tuple(ids.tiers[name] for name in told.tiers),
        groups=tuple(ids.groups[name] for name in told.groups),
    )
    return replace(told.terms, conditions=given)


def _give(told: DemoOffer, offer: int, buyers: _Buyers, *, today: date, actor: Actor, at: datetime) -> None:
    """Those whom entering the segment would have given the offer in the last days have it."""
    kind, rule, most = _GIVEN[told.name]
    buyers.draw(kind, rule)
    others = rule_customers(rule, at=at, visible_to=OPERATOR)[:most]
    since = today - timedelta(days=_GIVEN_SINCE)
    offer_give(
        offer, {*buyers.kind(kind), *others}, until=since + timedelta(days=told.days), actor=actor, at=at, today=since
    )


def _price_books_make(*, actor: Actor, at: datetime) -> None:
    groups = {group.name: group.id for group in groups_list(kinds=("manual",), visible_to=OPERATOR)}
    stores = {store.name: store.id for store in stores_all(visible_to=OPERATOR)}
    for book in demo_price_books():
        price_book_save(
            book.name, book.prices, group_id=groups[book.group] if book.group else None,
            store_id=stores[book.store] if book.store else None, actor=actor, at=at,
        )  # fmt: skip


# At the till


def _account_make(buyers: _Buyers, *, actor: Actor, at: datetime) -> None:
    for customer in buyers.kind("office"):
        account_limit_set(customer, ACCOUNT_LIMIT, actor=actor, at=at)


def _sales_make(buyers: _Buyers, sales: Sequence[TillSale]) -> None:
    """Each sale is quoted and sold in its moment, and what comes back comes back in its own."""
    acts: list[tuple[datetime, Callable[[], object]]] = []
    for sale in sales:
        customer = buyers.of(sale.planned.buyer)
        if customer is None and sale.planned.buyer.kind not in (NOBODY, NEW):
            continue
        acts.append((sale.at, partial(_sell, sale, customer)))
        if sale.back_at is not None:
            acts.append((sale.back_at, partial(_take_back, sale)))
    for _at, act in sorted(acts, key=lambda each: each[0]):
        act()


def _sell(sale: TillSale, customer: int | None) -> None:
    planned = sale.planned
    ask = Ask(
        store=sale.store,
        register=sale.register,
        contact=_contact(planned.buyer, customer),
        lines=tuple(AskedLine(sku, "", quantity) for sku, quantity in planned.items),
        codes=(planned.code,) if planned.code else (),
    )
    quoted = quote_open(ask, actor=REGISTER, at=sale.at)
    points = quoted.redeemable.points if planned.points else 0
    credit = min(quoted.customer.credit, quoted.total) if planned.method == WITH_CREDIT and quoted.customer else 0
    rest = Pay(M_PESA if planned.method == WITH_CREDIT else planned.method, None, sale.reference)
    payments = (Pay(WITH_CREDIT, credit), rest) if credit else (rest,)
    asked = Finalising(sale.uid, ask, quoted.total, Paying(payments, points))
    basket_finalise(asked, actor=REGISTER, at=sale.at)


def _contact(buyer: Buyer, customer: int | None) -> Contact | None:
    if buyer.kind == NEW:
        return Contact(email="zawadi.atieno.new@example.org", name=NEWCOMER)
    return None if customer is None else Contact(id=customer)


def _take_back(sale: TillSale) -> None:
    back = sale.planned.back
    if back is not None and sale.back_at is not None:
        sale_return(
            str(sale.uid), quantities={back.place: back.quantity_milli}, refund_to=back.refund_to, uid=sale.back_uid,
            actor=REGISTER, at=sale.back_at,
        )  # fmt: skip


def _after_sales(buyers: _Buyers, *, actor: Actor, at: datetime) -> None:
    """The office pays half of its account, somebody is given store credit, and a basket waits for its buyer."""
    for customer in buyers.kind("office"):
        owed = balances_of(customer, at=at, visible_to=actor).account
        if owed > 1:
            account_pay(customer, owed // 2, method="Bank transfer", reference="Invoice 1", actor=actor, at=at)
    for customer in buyers.kind("gold")[:1]:
        credit_adjust(
            customer, _CREDIT, reason=_CREDIT_FOR, reference="Christening", actor=actor, at=at - timedelta(hours=1)
        )
    register = DEMO_STORES[0].registers[0]
    form = {"store": DEMO_STORES[0].name, "register": register, "lines": [{"sku": "HOT-08"}]}
    waiting = UUID(int=Random(str(at.date())).getrandbits(128), version=4)  # noqa: S311
    basket_save(waiting, form, actor=REGISTER, at=at)
    basket_park(waiting, register=register, title="Table at the window", actor=REGISTER, at=at)
