"""What an offer promises, and to whom, where and when it does."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from regulars.core.errors import Fault
from regulars.core.money import LARGEST_AMOUNT
from regulars.core.text import marked as _
from regulars.offers.engine.basket import BasketLine

# Thousandths of a percent: 5 % is 5,000.
WHOLE = 100_000
MINUTES_OF_A_DAY = 24 * 60
LONGEST_FAMILY = 64
MOST_NAMED = 1000
# Priorities and places in the order of stacking.
_FURTHEST = 1_000_000


class Kind(StrEnum):
    """What an offer does."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FIXED_PRICE = "fixed_price"
    BUY_X_GET_Y = "buy_x_get_y"
    FREE_ITEM = "free_item"


class Level(StrEnum):
    """What an offer lowers: each line it is about, or their sum."""

    ITEM = "item"
    ORDER = "order"


class Hours(NamedTuple):
    """Minutes after midnight on the store's clock; `until` is out. 22:00 to 02:00 goes over midnight."""

    begin: int
    until: int

    def holds(self, minute: int) -> bool:
        if self.begin < self.until:
            return self.begin <= minute < self.until
        return minute >= self.begin or minute < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which products: those of one of these SKUs, categories or brands; all where none is named."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        return not (self.skus or self.categories or self.brands or self.not_categories)

    def holds(self, line: BasketLine) -> bool:
        if line.category in self.not_categories:
            return False
        if not (self.skus or self.categories or self.brands):
            return True
        return line.sku in self.skus or line.category in self.categories or line.brand in self.brands


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """To whom, where and when; what is empty does not narrow.

    `groups` and `tiers` are numbers of groups; the customer must be in one of each that are named. `first_day` and
    `last_day` are business days, both in. `minimum` tests what the goods in the basket cost before all item offers, or
    after those that are taken (`is_minimum_after`). `minimum_units`: whole units of what the offer is about.
    """

    groups: tuple[int, ...] = ()
    tiers: tuple[int, ...] = ()
    stores: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    weekdays: tuple[int, ...] = ()
    hours: tuple[Hours, ...] = ()
    minimum: int = 0
    is_minimum_after: bool = False
    minimum_units: int = 0
    is_first_order: bool = False
    needs_code: bool = False
    needs_grant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """An offer.

    percent: `percent_milli` off each line, or off the sum. amount: `amount` off each unit, or off the sum.
    fixed_price: a unit costs `price_milli`. buy_x_get_y: of every `buy` + `get` units of the target, dearest first,
    the cheapest `get` are `percent_milli` off; with `gets`, `get` units of that for every `buy` of the target.
    free_item: up to `get` units of `gets` cost nothing. `most_times` bounds the last two.

    One offer of a `family` is taken; those without a family stack, in the order of `stack`. `priority` decides between
    what saves the same. `per_customer` and `in_all` limit how often it is used. `holdout_milli`: the share of the
    customers, in thousandths, who do not get it, so that its effect can be measured.
    """

    kind: Kind
    level: Level = Level.ITEM
    target: Target = field(default_factory=Target)
    percent_milli: int = 0
    amount: int = 0
    price_milli: int = 0
    buy: int = 0
    get: int = 0
    gets: Target | None = None
    most_times: int | None = None
    conditions: Conditions = field(default_factory=Conditions)
    family: str = ""
    priority: int = 0
    stack: int = 0
    per_customer: int | None = None
    in_all: int | None = None
    holdout_milli: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as the engine takes it; `left`: how often it can still be used by anybody, None: without end."""

    id: int
    name: str
    terms: OfferTerms
    left: int | None = None


def terms_faults(terms: OfferTerms) -> list[Fault]:
    """Everything that makes an offer one that cannot be, in the order of its fields."""
    return [*_kind_faults(terms), *_condition_faults(terms.conditions), *_limit_faults(terms)]


def _kind_faults(terms: OfferTerms) -> list[Fault]:
    kind = terms.kind
    takes_percent = kind in {Kind.PERCENT, Kind.BUY_X_GET_Y}
    is_of_items = kind in {Kind.FIXED_PRICE, Kind.BUY_X_GET_Y, Kind.FREE_ITEM}
    told = [
        ("level", _("this kind lowers items, not the order"), is_of_items and terms.level is Level.ORDER),
        ("percent", _("write more than 0 and at most 100"), takes_percent and not 0 < terms.percent_milli <= WHOLE),
        ("amount", _("write an amount above zero"), kind is Kind.AMOUNT and not 0 < terms.amount <= LARGEST_AMOUNT),
        (
            "price",
            _("write a price of zero or more"),
            kind is Kind.FIXED_PRICE and not 0 <= terms.price_milli <= LARGEST_AMOUNT,
        ),
        ("buy", _("write how many are to be bought, at least 1"), kind is Kind.BUY_X_GET_Y and terms.buy < 1),
        (
            "get",
            _("write how many are given, at least 1"),
            kind in {Kind.BUY_X_GET_Y, Kind.FREE_ITEM} and terms.get < 1,
        ),
        (
            "gets",
            _("name the product that is free"),
            kind is Kind.FREE_ITEM and (terms.gets is None or terms.gets.is_everything),
        ),
        ("most_times", _("write at least 1"), terms.most_times is not None and terms.most_times < 1),
    ]
    return [Fault(place, sentence) for place, sentence, is_wrong in told if is_wrong]


def _condition_faults(given: Conditions) -> list[Fault]:
    days = (given.first_day, given.last_day)
    told = [
        ("until", _("it ends before it begins"), None not in days and given.last_day < given.first_day),  # type: ignore[operator]
        ("weekdays", _("a weekday is 1 (Monday) to 7"), any(not 1 <= day <= 7 for day in given.weekdays)),
        ("hours", _("write hours such as 15:00-18:00"), any(not _is_hours(each) for each in given.hours)),
        ("minimum", _("write an amount of zero or more"), not 0 <= given.minimum <= LARGEST_AMOUNT),
        ("minimum_units", _("write zero or more"), not 0 <= given.minimum_units <= LARGEST_AMOUNT),
        ("grant", _("an offer is given to customers, or has a code, not both"), given.needs_code and given.needs_grant),
    ]
    return [Fault(place, sentence) for place, sentence, is_wrong in told if is_wrong]


def _is_hours(hours: Hours) -> bool:
    return all(0 <= each <= MINUTES_OF_A_DAY for each in hours) and hours.begin != hours.until


def _limit_faults(terms: OfferTerms) -> list[Fault]:
    told = [
        ("family", _("64 characters are enough"), len(terms.family) > LONGEST_FAMILY),
        ("priority", _("write a number up to a million"), abs(terms.priority) > _FURTHEST),
        ("stack", _("write a number up to a million"), abs(terms.stack) > _FURTHEST),
        ("per_customer", _("write at least 1"), terms.per_customer is not None and not 0 < terms.per_customer < 2**31),
        ("in_all", _("write at least 1"), terms.in_all is not None and not 0 < terms.in_all < 2**31),
        ("holdout", _("write 0 to 90 percent"), not 0 <= terms.holdout_milli <= 900),
    ]
    return [Fault(place, sentence) for place, sentence, is_wrong in told if is_wrong]
