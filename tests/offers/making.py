"""Baskets and offers as tests write them, and random ones."""

import random
from datetime import date

from regulars.offers.engine.basket import Basket, BasketLine, Occasion
from regulars.offers.engine.buyer import ANONYMOUS, Buyer, Membership
from regulars.offers.engine.quote import Quote
from regulars.offers.engine.quoting import basket_quote
from regulars.offers.engine.terms import Conditions, Kind, Level, Offer, OfferTerms, Target

WHOLE = 100_000
DAY = date(2026, 11, 21)
# A Saturday, 15:00 on the clock of store 1.
HERE = Occasion(store=1, day=DAY, weekday=6, minute=15 * 60, places=2)
GOLD, STAFF = 3, 9
NAMES = {GOLD: "Loyalty: Gold", STAFF: "Staff"}
ANNA = Buyer(customer=7, memberships={GOLD: Membership(GOLD, "Gold", date(2026, 5, 1), "Loyalty")})
CATEGORIES = ("Coffee", "Tea", "Cake", "Gear")
BRANDS = ("Acme", "Own")


def line(n: int, price: int, quantity_milli: int = 1000, **more) -> BasketLine:
    """The n-th line, of SKU "S<n>", at that many minor units a unit."""
    return BasketLine(
        **{"n": n, "sku": f"S{n}", "quantity_milli": quantity_milli, "list_price_milli": price * 1000, **more}
    )


def basket(*lines: BasketLine, **more) -> Basket:
    return Basket(lines=lines, **more)


def offer(id_: int, kind: Kind, *, name: str = "", left: int | None = None, **terms) -> Offer:
    return Offer(id_, name or f"Offer {id_}", OfferTerms(kind=kind, **terms), left)


def percent(id_: int, of: int, **terms) -> Offer:
    """So many thousandths of a percent off."""
    return offer(id_, Kind.PERCENT, percent_milli=of, **terms)


def quoted(
    bought: Basket, *offers: Offer, buyer: Buyer = ANONYMOUS, occasion: Occasion = HERE, books=(), names=NAMES
) -> Quote:
    return basket_quote(bought, buyer=buyer, occasion=occasion, offers=offers, books=books, names=names)


def whys(quote: Quote) -> dict[int, str]:
    """Why each offer that took no effect did not."""
    return {each.offer: each.why for each in quote.not_applied}


def saved(quote: Quote) -> dict[int, int]:
    """What each offer that took effect saves."""
    return {each.offer: each.saves for each in quote.applied}


def random_basket(chance: random.Random, *, lines: int) -> Basket:
    return basket(
        *(
            line(
                n,
                chance.choice([0, 1, 5, 99, 100, 250, 333, 999, chance.randrange(1, 5000)]),
                chance.choice([1000, 1000, 2000, 3000, 5000, 425, 1500]),
                category=chance.choice(CATEGORIES),
                brand=chance.choice(BRANDS),
                is_gift_card=chance.random() < 0.05,
                manual_price_milli=chance.randrange(500_000) if chance.random() < 0.05 else None,
            )
            for n in range(1, lines + 1)
        )
    )


def random_target(chance: random.Random) -> Target:
    return chance.choice(
        [
            Target(),
            Target(categories=(chance.choice(CATEGORIES),)),
            Target(categories=tuple(chance.sample(CATEGORIES, 2))),
            Target(brands=(chance.choice(BRANDS),)),
            Target(skus=tuple(f"S{n}" for n in chance.sample(range(1, 8), 3))),
            Target(not_categories=(chance.choice(CATEGORIES),)),
        ]
    )


def random_offer(chance: random.Random, id_: int) -> Offer:
    kind = chance.choice(list(Kind))
    more: dict[str, object] = {
        Kind.PERCENT: lambda: {"percent_milli": chance.choice([333, 5_000, 10_000, 12_500, 33_333, 50_000, WHOLE])},
        Kind.AMOUNT: lambda: {"amount": chance.choice([1, 50, 99, 500, 5000])},
        Kind.FIXED_PRICE: lambda: {"price_milli": chance.choice([0, 50_500, 99_000, 500_000])},
        Kind.BUY_X_GET_Y: lambda: {
            "buy": chance.randrange(1, 4), "get": chance.randrange(1, 3),
            "percent_milli": chance.choice([50_000, WHOLE]), "gets": chance.choice([None, random_target(chance)]),
            "most_times": chance.choice([None, 1, 2]),
        },
        Kind.FREE_ITEM: lambda: {"get": 1, "gets": Target(skus=(f"S{chance.randrange(1, 8)}",))},
    }[kind]()  # fmt: skip
    level = chance.choice(list(Level)) if kind in {Kind.PERCENT, Kind.AMOUNT} else Level.ITEM
    conditions = Conditions(
        minimum=chance.choice([0, 0, 0, 500, 2000, 5000]), is_minimum_after=chance.random() < 0.5,
        minimum_units=chance.choice([0, 0, 0, 2]),
    )  # fmt: skip
    return offer(
        id_, kind, level=level, target=random_target(chance), conditions=conditions,
        family=chance.choice(["", "", "tier", "season"]), priority=chance.randrange(3), stack=chance.randrange(3), **more,
    )  # fmt: skip
