"""What is in a basket: by the time of day, the season, the channel and the customer's taste."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from regulars.core.money import MILLI, divided_half_up, line_amount
from regulars.exchange.demo.catalogue import SHILLING, DemoProduct, demo_products, price_on

# VAT in Kenya, inside the price.
VAT_PERCENT = 16
# Nobody buys a moka pot every week: no taste is for these.
GEAR = "Gifts & gear"
CATEGORIES = ("Hot drinks", "Cold drinks", "Breakfast", "Bakery", "Lunch", "Deli counter", "Coffee beans", "Pantry",
              GEAR)  # fmt: skip
# How much of what is asked for at a time of day falls to each of CATEGORIES; each ends at an hour.
DAYPARTS = (
    (10.5, (48, 6, 14, 26, 2, 1, 2, 1, 1)),
    (11.75, (37, 10, 8, 25, 8, 5, 3, 3, 1)),
    (14.5, (19, 16, 2, 10, 41, 6, 2, 3, 1)),
    (17.0, (33, 15, 1, 25, 9, 8, 3, 4, 2)),
    (24.0, (16, 12, 0, 21, 12, 20, 5, 11, 3)),
)
WEEKEND_PARTS = (
    (12.0, (33, 9, 22, 21, 5, 5, 2, 2, 1)),
    (15.0, (21, 15, 8, 12, 26, 9, 2, 5, 2)),
    (24.0, (17, 13, 0, 18, 8, 24, 5, 12, 3)),
)
ONLINE = (0, 2, 0, 8, 6, 18, 32, 22, 12)
# What the weather makes people want more or less of: January to March is hot, June to August cold.
SEASONS = {
    "Cold drinks": (1.5, 1.5, 1.4, 1.0, 0.9, 0.7, 0.6, 0.7, 1.0, 1.1, 1.0, 1.2),
    "Hot drinks": (0.9, 0.9, 0.9, 1.0, 1.05, 1.15, 1.2, 1.15, 1.0, 1.0, 1.0, 1.0),
    GEAR: (0.6, 1.0, 0.9, 0.9, 1.1, 1.0, 0.9, 0.9, 0.9, 0.9, 1.4, 2.6),
}
# A month in which the weather moves nothing.
PLAIN_MONTH = 9
CHRISTMAS_FROM = (11, 15)
# How many different products are in a basket, from one on.
SIZES_IN_STORE, SIZES_ONLINE = (40, 31, 16, 8, 4, 1), (12, 24, 26, 18, 12, 8)
# What a known customer takes: the usual product, else one of the favourite category, else what anyone takes.
USUAL, FAVOURITE_CATEGORY = 0.42, 0.3
PIECES = {"Hot drinks": (84, 13, 3), "Bakery": (72, 18, 6, 4), "Coffee beans": (86, 12, 2)}
PIECES_ELSE = (88, 10, 2)
# The counter weighs to five grams; most ask for a quarter of a kilogram or so.
GRAMS_FROM, GRAMS_TO, GRAMS_USUAL, GRAMS_STEP = 100, 700, 220, 5
STAFF_DISCOUNT, STUDENT_DISCOUNT, EVENING_DISCOUNT, BEANS_DISCOUNT = 25, 10, 30, 15
# The last minutes of the day in which what was baked that morning is cheaper.
EVENING_MINUTES = 60
# In the first week of these months beans are cheaper.
BEANS_MONTHS, BEANS_DAYS = (2, 5, 8, 11), 7


class Line(NamedTuple):
    """A line of a receipt; amounts in cents, all below zero on a return."""

    product: DemoProduct
    quantity_milli: int
    unit_price: int
    discount: int
    tax: int
    total: int


class Taste(NamedTuple):
    """What a customer likes: a few products and one category, as places in the catalogue."""

    usual: tuple[int, ...]
    category: str


class Moment(NamedTuple):
    """What the prices and the shelf depend on."""

    day: date
    hour: float
    minutes_left: float
    is_online: bool


class Shelf(NamedTuple):
    """Products and how likely each is taken, summed up from the first."""

    products: tuple[int, ...]
    likely: tuple[float, ...]

    def drawn(self, rng: Random) -> int:
        return self.products[bisect_right(self.likely, rng.random() * self.likely[-1])]


def line_of(product: DemoProduct, *, quantity_milli: int, unit_price: int, discount: int) -> Line:
    """The line with its total (discount off) and the tax within that."""
    total = line_amount(quantity_milli, unit_price * MILLI) - discount
    tax = divided_half_up(total * VAT_PERCENT, 100 + VAT_PERCENT)
    return Line(product, quantity_milli, unit_price, discount, tax, total)


def taste_drawn(*, hour: float, rng: Random) -> Taste:
    """A taste for what is had at the customer's usual hour."""
    shares = tuple(0 if name == GEAR else share for name, share in zip(CATEGORIES, _shares(hour), strict=True))
    shelf = _shelf(shares, month=PLAIN_MONTH, is_christmas=False)
    usual = tuple(dict.fromkeys(shelf.drawn(rng) for _ in range(rng.choice((1, 2, 2, 3)))))
    return Taste(usual, demo_products()[usual[0]].category)


def basket_drawn(
    moment: Moment, *, taste: Taste | None, discounts: Sequence[str], until: date, rng: Random
) -> list[Line]:
    """The lines of one receipt, each of another product."""
    sizes = SIZES_ONLINE if moment.is_online else SIZES_IN_STORE
    size = rng.choices(range(1, len(sizes) + 1), sizes)[0]
    chosen = dict.fromkeys(_choice(moment, taste, rng) for _ in range(size))
    return [_line(demo_products()[n], moment, discounts=discounts, until=until, rng=rng) for n in chosen]


def _choice(moment: Moment, taste: Taste | None, rng: Random) -> int:
    is_christmas = CHRISTMAS_FROM <= (moment.day.month, moment.day.day) <= (12, 31)
    parts = WEEKEND_PARTS if moment.day.weekday() >= 5 else DAYPARTS
    shares = ONLINE if moment.is_online else _shares(moment.hour, parts)
    draw = rng.random()
    if taste and not moment.is_online and draw < USUAL + FAVOURITE_CATEGORY:
        if draw < USUAL:
            return rng.choice(taste.usual)
        shares = tuple(int(name == taste.category) for name in CATEGORIES)
    return _shelf(shares, month=moment.day.month, is_christmas=is_christmas).drawn(rng)


def _shares(hour: float, parts: Sequence[tuple[float, tuple[int, ...]]] = DAYPARTS) -> tuple[int, ...]:
    return next(shares for ends, shares in parts if hour < ends)


@lru_cache(maxsize=1024)
def _shelf(shares: tuple[int, ...], *, month: int, is_christmas: bool) -> Shelf:
    """What is to be had, each product by its share of its category and of the season."""
    by_category = dict(zip(CATEGORIES, shares, strict=True))
    weights = {}
    for n, product in enumerate(demo_products()):
        season = SEASONS.get(product.category, (1.0,) * 12)[month - 1]
        weight = by_category[product.category] * season * product.popularity / _popularity(product.category)
        if weight and (is_christmas or not product.is_for_christmas):
            weights[n] = weight
    return Shelf(tuple(weights), tuple(accumulate(weights.values())))


@lru_cache
def _popularity(category: str) -> int:
    """What the popularities of a category's products add up to."""
    return sum(product.popularity for product in demo_products() if product.category == category)


def _line(product: DemoProduct, moment: Moment, *, discounts: Sequence[str], until: date, rng: Random) -> Line:
    price = price_on(product, moment.day, until=until)
    quantity = _quantity_milli(product, rng)
    percent = _discount_percent(product, moment, discounts)
    # Discounts are rounded down to whole shillings, as tills there do.
    discount = line_amount(quantity, price * MILLI) * percent // 100 // SHILLING * SHILLING
    return line_of(product, quantity_milli=quantity, unit_price=price, discount=discount)


def _quantity_milli(product: DemoProduct, rng: Random) -> int:
    if product.is_weighed:
        grams = rng.triangular(GRAMS_FROM, GRAMS_TO, GRAMS_USUAL)
        return round(grams / GRAMS_STEP) * GRAMS_STEP
    pieces = PIECES.get(product.category, PIECES_ELSE)
    return rng.choices(range(1, len(pieces) + 1), pieces)[0] * MILLI


def _discount_percent(product: DemoProduct, moment: Moment, discounts: Sequence[str]) -> int:
    """The best of the discounts that the product has at the moment for whoever wears these tags."""
    percents = [0]
    if "staff" in discounts:
        percents.append(STAFF_DISCOUNT)
    if "student" in discounts and product.category in ("Hot drinks", "Cold drinks"):
        percents.append(STUDENT_DISCOUNT)
    if product.category == "Bakery" and moment.minutes_left <= EVENING_MINUTES and not product.is_for_christmas:
        percents.append(EVENING_DISCOUNT)
    if product.category == "Coffee beans" and moment.day.month in BEANS_MONTHS and moment.day.day <= BEANS_DAYS:
        percents.append(BEANS_DISCOUNT)
    return max(percents)
