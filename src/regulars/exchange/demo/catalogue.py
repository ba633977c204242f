"""What the demo shop sells: `products.csv`, read once."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

from regulars.core.money import amount_milli, amount_minor
from regulars.exchange.demo.shop import DEMO_STORES, first_day_of

# The shilling has a hundred cents, though no shop has given one back for years.
SHILLING = 100
# Before the history's second year a price was this share of today's, rounded.
EARLIER_PRICE = 0.94
TEN_SHILLINGS = 10 * SHILLING
# What is weighed goes by two hundred shillings a kilogram, so that each five grams cost a whole one.
WEIGHED_STEP = 200 * SHILLING


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product. `price` is in cents, for a kilogram where `is_weighed`; `popularity` is a weight against its category.

    `stock_milli` is what each store has on hand; what is made to order has none.
    """

    sku: str
    name: str
    category: str
    brand: str
    price: int
    is_weighed: bool
    is_for_christmas: bool
    popularity: int
    stock_milli: Mapping[str, int]

    @property
    def is_kept(self) -> bool:
        """Whether it lies on a shelf and can be brought back days later."""
        return bool(self.stock_milli)


@cache
def demo_products() -> tuple[DemoProduct, ...]:
    """The catalogue, in the order of its file."""
    text = resources.files(__package__).joinpath("products.csv").read_text("utf-8")
    return tuple(_product(row) for row in csv.DictReader(text.splitlines()))


def _product(row: dict[str, str]) -> DemoProduct:
    on_hand = {store.name: row[f"stock_{store.name.lower()}"] for store in DEMO_STORES}
    return DemoProduct(
        sku=row["sku"],
        name=row["name"],
        category=row["category"],
        brand=row["brand"],
        price=amount_minor(row["price"], places=2),
        is_weighed=row["unit"] == "kg",
        is_for_christmas=row["season"] == "december",
        popularity=int(row["popularity"]),
        stock_milli={store: amount_milli(count) for store, count in on_hand.items() if count},
    )


def price_on(product: DemoProduct, day: date, *, until: date) -> int:
    """What the product cost on a day of the history, in cents: prices rose once, after its first year."""
    if day >= first_day_of(until) + timedelta(days=365):
        return product.price
    step = WEIGHED_STEP if product.is_weighed else TEN_SHILLINGS
    return round(product.price * EARLIER_PRICE / step) * step
