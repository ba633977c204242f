"""What the demo shop gives to those who come back: tiers, points, offers and prices of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.core.money import MILLI, divided_half_up
from regulars.exchange.demo.baskets import BEANS_DAYS, BEANS_DISCOUNT, BEANS_MONTHS, STAFF_DISCOUNT
from regulars.exchange.demo.catalogue import SHILLING, TEN_SHILLINGS, demo_products
from regulars.offers.engine.terms import Conditions, Hours, Kind, Level, OfferTerms, Target

# The demo shop sells in shillings.
DEMO_LADDER = "Standard: spent < 5000; Gold: spent between 5000 and 20000; Platinum: spent > 20000"
CLUB, STAFF, WHOLESALE = "Coffee club", "Staff and friends", "Wholesale"
DEMO_GROUPS = {
    CLUB: "Members of the tasting on the first Thursday.",
    STAFF: "Whoever works here, and who lives with them.",
    WHOLESALE: "Offices and caterers with prices of their own.",
}
# A point for each hundred shillings, worth one: one of a hundred comes back, and more to those who come often.
DEMO_POLICY = PolicyTerms(
    rules=(
        EarningRule(name="A point for every 100 shillings", kind="amount", points=1, per=100 * SHILLING),
        EarningRule(name="Five more for each bag of beans", kind="product", points=5, categories=("Coffee beans",)),
        EarningRule(name="Gold earns a quarter more", kind="multiplier", factor_milli=1250, tiers=("Gold",)),
        EarningRule(name="Platinum earns half more", kind="multiplier", factor_milli=1500, tiers=("Platinum",)),
    ),
    pending_days=1,
    expires_after_days=365,
    point_value_milli=SHILLING * MILLI,
    least_points_redeemed=10,
    welcome_bonus=20,
    birthday_bonus=50,
    bonus_expires_after_days=60,
)
# Who may owe so much on account.
ACCOUNT_LIMIT = 50_000 * SHILLING
# What a wholesale customer pays of the list price of coffee, and Kilimani asks for its lunches.
WHOLESALE_PERCENT, KILIMANI_PERCENT = 82, 92
LUNCH_CODE = "LUNCH10"
BEAN_WEEK, WELCOME_BACK, BIRTHDAY_CAKE = "Bean week", "Welcome back", "Birthday cake"
# A member has one of these, whichever is best for them.
_MEMBERS = "member"


@dataclass(frozen=True, slots=True)
class DemoOffer:
    """An offer whose groups and tiers are named, as their numbers are not known yet. `code`: what gives it to anybody.

    `brought_by`: entering this group gives it, for so many days.
    """

    name: str
    terms: OfferTerms
    tiers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    code: str = ""
    brought_by: str = ""
    days: int = 0
    is_over: bool = False


class DemoPriceBook(NamedTuple):
    """Prices (in thousandths of cents, by SKU) of a group's own, or of a store's."""

    name: str
    prices: Mapping[str, int]
    group: str = ""
    store: str = ""


def demo_offers(today: date) -> tuple[DemoOffer, ...]:
    """What is on offer on that day, what was until lately, and what comes next month."""
    return (*_for_members(), *_for_everybody(), *_for_some(), _bean_week(today), _next_month(today))


def _for_members() -> tuple[DemoOffer, ...]:
    return (
        *(
            DemoOffer(f"{tier} {percent} %", _percent(percent, family=_MEMBERS), tiers=(tier,))
            for tier, percent in (("Standard", 5), ("Gold", 7), ("Platinum", 10))
        ),
        DemoOffer(f"Staff {STAFF_DISCOUNT} %", _percent(STAFF_DISCOUNT, family=_MEMBERS), groups=(STAFF,)),
    )


def _for_everybody() -> tuple[DemoOffer, ...]:
    pastry = tuple(f"BAK-{n:02}" for n in range(1, 8))
    afternoon = Conditions(channels=("in_store",), weekdays=(1, 2, 3, 4, 5), hours=(Hours(14 * 60, 16 * 60),))
    return (
        DemoOffer(
            "Buy 2 pastries, get 1",
            OfferTerms(
                kind=Kind.BUY_X_GET_Y, target=Target(skus=pastry), buy=2, get=1, percent_milli=100_000, most_times=3
            ),
        ),
        DemoOffer(
            "Happy hour",
            OfferTerms(
                kind=Kind.PERCENT, target=Target(categories=("Hot drinks",)), percent_milli=20_000,
                conditions=afternoon, stack=1,
            ),
        ),
        DemoOffer(
            "Big basket",
            OfferTerms(
                kind=Kind.AMOUNT, level=Level.ORDER, amount=400 * SHILLING,
                conditions=Conditions(minimum=4000 * SHILLING, is_minimum_after=True),
            ),
        ),
    )  # fmt: skip


def _for_some() -> tuple[DemoOffer, ...]:
    return (
        DemoOffer(
            WELCOME_BACK,
            OfferTerms(
                kind=Kind.AMOUNT, level=Level.ORDER, amount=300 * SHILLING, holdout_milli=100,
                conditions=Conditions(needs_grant=True, minimum=600 * SHILLING),
            ),
            brought_by="Lapsing",
            days=30,
        ),
        DemoOffer(
            BIRTHDAY_CAKE,
            OfferTerms(
                kind=Kind.FREE_ITEM, get=1, gets=Target(skus=("BAK-06", "BAK-07")), priority=1,
                conditions=Conditions(needs_grant=True),
            ),
            brought_by="Birthdays next week",
            days=14,
        ),
        DemoOffer(
            "Lunch for the office",
            OfferTerms(
                kind=Kind.PERCENT, target=Target(categories=("Lunch",)), percent_milli=10_000, in_all=500,
                conditions=Conditions(needs_code=True, minimum_units=3),
            ),
            code=LUNCH_CODE,
        ),
    )  # fmt: skip


def _bean_week(today: date) -> DemoOffer:
    first = bean_week(today)
    given = Conditions(first_day=first, last_day=first + timedelta(days=BEANS_DAYS - 1))
    terms = _percent(BEANS_DISCOUNT, target=Target(categories=("Coffee beans",)), conditions=given)
    return DemoOffer(BEAN_WEEK, terms, is_over=True)


def bean_week(today: date) -> date:
    """The first day of the last week that beans were cheaper and that is over."""
    month = today.replace(day=1)
    while month.month not in BEANS_MONTHS or month + timedelta(days=BEANS_DAYS) > today:
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def _next_month(today: date) -> DemoOffer:
    first = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    given = Conditions(first_day=first, last_day=first + timedelta(days=13))
    return DemoOffer("Two weeks of brewing", _percent(15, target=Target(brands=("Brewline",)), conditions=given))


def _percent(
    percent: int, *, target: Target | None = None, conditions: Conditions | None = None, family: str = ""
) -> OfferTerms:
    return OfferTerms(
        kind=Kind.PERCENT, target=target or Target(), percent_milli=percent * MILLI,
        conditions=conditions or Conditions(), family=family,
    )  # fmt: skip


def demo_price_books() -> tuple[DemoPriceBook, ...]:
    """Coffee for offices and caterers, and Kilimani's lunches."""
    return (
        DemoPriceBook("Wholesale coffee", _prices("Coffee beans", WHOLESALE_PERCENT), group=WHOLESALE),
        DemoPriceBook("Kilimani lunch", _prices("Lunch", KILIMANI_PERCENT), store="Kilimani"),
    )


def _prices(category: str, percent: int) -> Mapping[str, int]:
    """So much of the list price, in whole tens of shillings."""
    return {
        product.sku: divided_half_up(product.price * percent, 100 * TEN_SHILLINGS) * TEN_SHILLINGS * MILLI
        for product in demo_products()
        if product.category == category
    }
