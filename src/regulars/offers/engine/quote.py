"""What a basket costs, line by line, and why: the answer, and the trace that is kept with the sale."""

from dataclasses import dataclass

from regulars.offers.engine.books import PriceFrom
from regulars.offers.engine.eligibility import Because
from regulars.offers.engine.forms import form_of, form_read


@dataclass(frozen=True, slots=True)
class LineDiscount:
    """What an offer takes off a line; of an order offer the line's part."""

    offer: int
    name: str
    amount: int
    is_of_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """A line as it is to be sold: `gross` less the discounts is `net`."""

    n: int
    sku: str
    quantity_milli: int
    list_price_milli: int
    unit_price_milli: int
    price_from: PriceFrom
    gross: int
    discounts: tuple[LineDiscount, ...]
    net: int

    @property
    def discount(self) -> int:
        return self.gross - self.net


@dataclass(frozen=True, slots=True)
class OrderDiscount:
    """What an order offer takes off the whole, and the part of each line (by its n): the parts add up to it."""

    offer: int
    name: str
    amount: int
    shares: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An offer that took effect: what it saves, and what gave it. `grant`: the gift it uses up; `code`: the code."""

    offer: int
    name: str
    saves: int
    because: tuple[Because, ...]
    code: str = ""
    grant: int | None = None


@dataclass(frozen=True, slots=True)
class NotApplied:
    """An offer that took no effect, and why, as the end of a sentence that begins with its name."""

    offer: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class CodeUnused:
    """A code that was told and did nothing, and why."""

    code: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a basket costs this customer now.

    subtotal - discount = total; the lines' nets add up to the total. `is_bounded`: more offers applied than are proven,
    so a better combination may exist.
    """

    lines: tuple[QuotedLine, ...]
    order_discounts: tuple[OrderDiscount, ...]
    subtotal: int
    discount: int
    total: int
    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]
    codes_unused: tuple[CodeUnused, ...] = ()
    is_bounded: bool = False

    def as_form(self) -> dict[str, object]:
        """The quote in numbers, texts and lists: what JSON can hold; `quote_read` gives the same quote back."""
        form: dict[str, object] = form_of(self)
        return form


def quote_read(form: object) -> Quote:
    """The quote that `as_form` wrote."""
    return form_read(Quote, form)
