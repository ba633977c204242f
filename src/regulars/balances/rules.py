"""How points are earned and what they are worth: pure arithmetic, exact to the point.

Money is in minor units, quantities in thousandths, a point's worth in thousandths of a minor unit. Fractions are exact;
points are rounded down once for a sale.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import NamedTuple

from regulars.core.text import marked as _

POINTS, CREDIT, ACCOUNT = "points", "credit", "account"
BOOKS = (POINTS, CREDIT, ACCOUNT)
# How a sale names what it was paid with.
PAID_WITH_POINTS, PAID_WITH_CREDIT, PAID_ON_ACCOUNT = "points", "store_credit", "account"
METHOD_WORDS = {PAID_WITH_POINTS: _("Points"), PAID_WITH_CREDIT: _("Store credit"), PAID_ON_ACCOUNT: _("On account")}
METHODS = frozenset(METHOD_WORDS)
RULE_KINDS = ("amount", "visit", "product", "multiplier")
# A factor of 1.
WHOLE = 1000
_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningRule:
    """One way of earning points, or a multiplier of all others.

    "amount": `points` for each `per` minor units, in proportion. "visit": `points` for each day in a store. "product":
    `points` for each unit. "multiplier": `factor_milli` thousandths of what is earned otherwise; one without products,
    categories and brands multiplies visits too. Empty conditions are met by everything; weekdays are 1 (Monday) to 7.
    """

    name: str
    kind: str = "amount"
    points: int = 0
    per: int = 0
    factor_milli: int = WHOLE
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    from_day: date | None = None
    until_day: date | None = None

    @property
    def is_of_some_products(self) -> bool:
        return bool(self.skus or self.categories or self.brands)

    def is_on(self, occasion: "Occasion") -> bool:
        """Whether the rule counts for a sale then, there, to such a customer."""
        return (
            (not self.stores or occasion.store in self.stores)
            and (not self.tiers or not occasion.tiers.isdisjoint(self.tiers))
            and (not self.weekdays or occasion.day.isoweekday() in self.weekdays)
            and (self.from_day is None or self.from_day <= occasion.day)
            and (self.until_day is None or occasion.day <= self.until_day)
        )

    def is_for(self, sku: str, category: str, brand: str) -> bool:
        """Whether the rule counts for such a product."""
        return (
            (not self.skus or sku in self.skus)
            and (not self.categories or category in self.categories)
            and (not self.brands or brand in self.brands)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTerms:
    """What a loyalty policy says.

    `expires_after_days` None: points do not expire; 365: they can be spent on the 365th day after they were earned, and
    no later. `point_value_milli`: what one point is worth when it is spent.
    """

    rules: tuple[EarningRule, ...] = ()
    counts_tax: bool = True
    pending_days: int = 0
    expires_after_days: int | None = None
    point_value_milli: int = 1000
    least_points_redeemed: int = 1
    not_redeemable_categories: tuple[str, ...] = ()
    welcome_bonus: int = 0
    birthday_bonus: int = 0
    bonus_expires_after_days: int | None = None


class Occasion(NamedTuple):
    """When and where a sale is made, and the tiers its customer holds before it."""

    store: str
    day: date
    tiers: frozenset[str] = frozenset()


class EarningLine(NamedTuple):
    """A line as far as points are concerned; amounts and quantity are above zero."""

    sku: str
    category: str
    brand: str
    quantity_milli: int
    net: int
    tax: int
    is_gift_card: bool = False


class Rate(NamedTuple):
    """What a line earns: points for each minor unit, and for each thousandth of a unit; whether points may pay it."""

    per_minor: Fraction
    per_milli: Fraction
    is_redeemable: bool


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """The terms a sale earns by, fixed when it is stored: the version of the policy, and the rate of each line."""

    policy: int
    counts_tax: bool
    tiers: tuple[str, ...]
    rates: tuple[Rate, ...]


def sale_terms(policy_id: int, policy: PolicyTerms, lines: Sequence[EarningLine], occasion: Occasion) -> SaleTerms:
    """The terms a sale of these lines earns by on that occasion."""
    rules = [rule for rule in policy.rules if rule.kind != "visit" and rule.is_on(occasion)]
    return terms_by(policy_id, policy, occasion, [rate_of(line, rules, policy) for line in lines])


def terms_by(policy_id: int, policy: PolicyTerms, occasion: Occasion, rates: Sequence[Rate]) -> SaleTerms:
    """The terms of a sale with these rates, line by line."""
    return SaleTerms(policy_id, policy.counts_tax, tuple(sorted(occasion.tiers)), tuple(rates))


NO_RATE = Rate(_NOTHING, _NOTHING, is_redeemable=False)


def rate_of(line: EarningLine, rules: Iterable[EarningRule], policy: PolicyTerms) -> Rate:
    """What such a line earns by the rules that are on."""
    if line.is_gift_card:
        return NO_RATE
    fitting = [rule for rule in rules if rule.is_for(line.sku, line.category, line.brand)]
    return _rate(fitting, is_redeemable=line.category not in policy.not_redeemable_categories)


def _rate(rules: Collection[EarningRule], *, is_redeemable: bool) -> Rate:
    factor = _factor(rules)
    by_amount = sum((Fraction(rule.points, rule.per) for rule in rules if rule.kind == "amount"), _NOTHING)
    by_unit = sum((Fraction(rule.points, 1000) for rule in rules if rule.kind == "product"), _NOTHING)
    return Rate(by_amount * factor, by_unit * factor, is_redeemable)


def _factor(rules: Iterable[EarningRule]) -> Fraction:
    """Each multiplier multiplies once."""
    return reduce(mul, (Fraction(rule.factor_milli, WHOLE) for rule in rules if rule.kind == "multiplier"), Fraction(1))


def points_earned(terms: SaleTerms, lines: Sequence[EarningLine], *, paid_with_points: int = 0) -> int:
    """What the lines earn under the terms, rounded down once; what points paid earns nothing.

    `lines` are those the terms were made for, less what was brought back of each (all of a line: quantity 0).
    `paid_with_points` is money: what is still paid so. It is taken off the lines that points may pay, in proportion.
    """
    return int(sum(_line_points(terms, lines, paid_with_points), _NOTHING))


def points_by_line(terms: SaleTerms, lines: Sequence[EarningLine], *, paid_with_points: int = 0) -> list[int]:
    """What the sale earns, told line by line: the parts add up to it. By largest remainder, then the first line."""
    exact = _line_points(terms, lines, paid_with_points)
    return spread(int(sum(exact, _NOTHING)), exact)


def _line_points(terms: SaleTerms, lines: Sequence[EarningLine], paid: int) -> list[Fraction]:
    left = _share_left(terms, lines, paid)
    return [
        rate.per_minor * _base(line, counts_tax=terms.counts_tax) * (left if rate.is_redeemable else 1)
        + rate.per_milli * line.quantity_milli
        for rate, line in zip(terms.rates, lines, strict=True)
    ]


def _share_left(terms: SaleTerms, lines: Sequence[EarningLine], paid: int) -> Fraction:
    """The share of the redeemable lines that was not paid with points."""
    if not paid:
        return Fraction(1)
    payable = sum(_net(line) for rate, line in zip(terms.rates, lines, strict=True) if rate.is_redeemable)
    return Fraction(max(0, payable - paid), payable) if payable > 0 else Fraction(1)


def _net(line: EarningLine) -> int:
    return max(0, line.net) if line.quantity_milli > 0 else 0


def _base(line: EarningLine, *, counts_tax: bool) -> int:
    return _net(line) if counts_tax else max(0, _net(line) - max(0, line.tax)) if line.quantity_milli > 0 else 0


def visit_points(policy: PolicyTerms, occasion: Occasion) -> int:
    """What one earns for having bought in that store on that day, rounded down."""
    rules = [rule for rule in policy.rules if rule.is_on(occasion)]
    points = sum(rule.points for rule in rules if rule.kind == "visit")
    return int(points * _factor(rule for rule in rules if not rule.is_of_some_products)) if points else 0


def spread(whole: int, weights: Sequence[Fraction] | Sequence[int]) -> list[int]:
    """`whole` in parts as the weights are, each within one of its exact share, that add up to it exactly."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [Fraction(whole) * weight / total for weight in weights]
    parts = [each.numerator // each.denominator for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_remainder[: whole - sum(parts)]:
        parts[n] += 1
    return parts


def points_for(worth: int, point_value_milli: int) -> int:
    """How many points pay this much money: rounded up."""
    return -(-worth * 1000 // point_value_milli)


def points_worth(points: int, point_value_milli: int) -> int:
    """The money that so many points pay: rounded down."""
    return points * point_value_milli // 1000


def payable_with_points(policy: PolicyTerms, lines: Iterable[EarningLine]) -> int:
    """The money of these lines that points may pay at most."""
    barred = policy.not_redeemable_categories
    return sum(_net(line) for line in lines if not line.is_gift_card and line.category not in barred)


def most_points(policy: PolicyTerms, lines: Iterable[EarningLine], *, held: int, payable: int) -> int:
    """How many of the points held can be redeemed on these lines; `payable` is what is to be paid in all.

    0 where that is less than may be redeemed at once.
    """
    worth = min(payable_with_points(policy, lines), max(0, payable))
    most = min(max(0, held), points_for(worth, policy.point_value_milli)) if worth else 0
    return most if most >= policy.least_points_redeemed else 0


def expires_on(earned_on: date, after_days: int | None) -> date | None:
    """The last day on which points earned on that day can be spent; None: they stay."""
    return None if after_days is None else earned_on + timedelta(days=after_days)
