"""What somebody wants to buy, and where and when: whole numbers as everywhere (core/money.py)."""

from dataclasses import dataclass
from datetime import date

from regulars.core.money import line_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """One product in a basket, at its list price; with a price of the cashier's own nothing else changes it."""

    n: int
    sku: str
    quantity_milli: int
    list_price_milli: int
    name: str = ""
    category: str = ""
    brand: str = ""
    manual_price_milli: int | None = None
    is_gift_card: bool = False

    @property
    def units(self) -> int:
        """Whole units: what is weighed has as many as whole kilograms."""
        return self.quantity_milli // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Lines in the order of the receipt."""

    lines: tuple[BasketLine, ...]
    channel: str = "in_store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The store and what its clock shows: business day, weekday (1 is Monday), minutes after midnight.

    `places`: the decimals of the currency, for sentences.
    """

    store: int
    day: date
    weekday: int
    minute: int
    places: int = 2


@dataclass(frozen=True, slots=True)
class Priced:
    """A line at the price that holds for it: `gross` is what it costs before any offer."""

    line: BasketLine
    unit_price_milli: int
    gross: int

    @property
    def is_open(self) -> bool:
        """Whether offers may lower it: not a gift card, which is money, nor what the cashier priced by hand."""
        return self.line.manual_price_milli is None and not self.line.is_gift_card


def priced(line: BasketLine, unit_price_milli: int) -> Priced:
    """The line at that unit price; the product is rounded once, half up."""
    return Priced(line, unit_price_milli, line_amount(line.quantity_milli, unit_price_milli))
