"""The arithmetic of points, beside ways of doing it that are slower and plainer."""

import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.balances.lots import Held, draws, fills, spendable
from regulars.balances.policies import policy_form, policy_of_form, terms_form, terms_of_form
from regulars.balances.reckoning import Reckoner
from regulars.balances.rules import (
    EarningLine,
    EarningRule,
    Occasion,
    PolicyTerms,
    most_points,
    points_by_line,
    points_earned,
    points_for,
    points_worth,
    sale_terms,
    spread,
    visit_points,
)
from tests.balances.counter import TODAY

WORDS = st.sampled_from(["", "A", "B"])
RULES = st.builds(
    EarningRule,
    name=st.just("rule"),
    kind=st.sampled_from(["amount", "product", "multiplier", "visit"]),
    points=st.integers(0, 9),
    per=st.sampled_from([1, 7, 100, 1000]),
    factor_milli=st.sampled_from([0, 500, 1500, 2000]),
    skus=st.sampled_from([(), (), ("A",), ("A", "B")]),
    categories=st.sampled_from([(), (), ("A",)]),
    brands=st.sampled_from([(), ("B",)]),
    stores=st.sampled_from([(), (), ("W",), ("K",)]),
    tiers=st.sampled_from([(), (), ("Gold",), ("Gold", "Standard")]),
    weekdays=st.sampled_from([(), (6,), (1, 2)]),
    from_day=st.sampled_from([None, TODAY, date(2027, 1, 1)]),
    until_day=st.sampled_from([None, TODAY, date(2025, 1, 1)]),
)
POLICIES = st.builds(
    PolicyTerms,
    rules=st.lists(RULES, max_size=5).map(tuple),
    counts_tax=st.booleans(),
    not_redeemable_categories=st.sampled_from([(), ("A",)]),
)
LINES = st.lists(
    st.builds(
        EarningLine, WORDS, WORDS, WORDS, st.sampled_from([1000, 500, 3000]), st.integers(0, 99_999), st.integers(0, 50), st.booleans()
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip
OCCASIONS = st.builds(Occasion, st.just("W"), st.just(TODAY), st.sampled_from([frozenset(), frozenset({"Gold"})]))


def plainly(policy: PolicyTerms, lines: list[EarningLine], occasion: Occasion, paid: int) -> int:
    """Rule 6 and 7 of the specification, word by word."""

    def counts(rule: EarningRule) -> bool:
        return (
            (not rule.stores or occasion.store in rule.stores)
            and (not rule.tiers or bool(set(rule.tiers) & set(occasion.tiers)))
            and (not rule.weekdays or occasion.day.isoweekday() in rule.weekdays)
            and (rule.from_day is None or rule.from_day <= occasion.day)
            and (rule.until_day is None or rule.until_day >= occasion.day)
        )

    def fits(rule: EarningRule, line: EarningLine) -> bool:
        return (
            counts(rule)
            and (not rule.skus or line.sku in rule.skus)
            and (not rule.categories or line.category in rule.categories)
            and (not rule.brands or line.brand in rule.brands)
        )

    def payable(line: EarningLine) -> bool:
        return not line.is_gift_card and line.category not in policy.not_redeemable_categories

    whole = sum(line.net for line in lines if payable(line))
    points = Fraction(0)
    for line in lines:
        if line.is_gift_card:
            continue
        base = Fraction(line.net if policy.counts_tax else max(0, line.net - line.tax))
        if payable(line) and whole:
            base *= Fraction(max(0, whole - paid), whole)
        by_line = Fraction(0)
        factor = Fraction(1)
        for rule in policy.rules:
            if fits(rule, line):
                by_line += Fraction(rule.points, rule.per) * base if rule.kind == "amount" else 0
                by_line += Fraction(rule.points * line.quantity_milli, 1000) if rule.kind == "product" else 0
                factor *= Fraction(rule.factor_milli, 1000) if rule.kind == "multiplier" else 1
        points += by_line * factor
    return int(points)


@settings(max_examples=400, deadline=None, database=None)
@given(policy=POLICIES, lines=LINES, occasion=OCCASIONS, paid=st.sampled_from([0, 0, 1, 500, 10**6]))
def test_points_are_what_the_rules_say_however_they_are_added_up(policy, lines, occasion, paid):
    expected = plainly(policy, lines, occasion, paid)
    terms = sale_terms(7, policy, lines, occasion)
    assert points_earned(terms, lines, paid_with_points=paid) == expected
    assert sum(points_by_line(terms, lines, paid_with_points=paid)) == expected
    reckoner = Reckoner(7, policy, occasion)
    for _again in range(2):
        told = reckoner.earned(lines, paid_with_points=paid)
        assert (told.points, terms_of_form(json.loads(told.terms))) == (expected, terms)
    assert terms_of_form(json.loads(json.dumps(terms_form(terms)))) == terms
    assert policy_of_form(json.loads(json.dumps(policy_form(policy)))) == policy


@settings(max_examples=200, deadline=None, database=None)
@given(policy=POLICIES, lines=LINES, occasion=OCCASIONS, data=st.data())
def test_what_is_taken_back_in_parts_is_what_was_earned(policy, lines, occasion, data):
    terms = sale_terms(1, policy, lines, occasion)
    left, taken = list(lines), 0
    before = points_earned(terms, left)
    for n in data.draw(st.permutations(range(len(lines)))):
        left[n] = left[n]._replace(quantity_milli=0, net=0, tax=0)
        after = points_earned(terms, left)
        taken += before - after
        before = after
    assert (before, taken) == (0, points_earned(terms, lines))


@settings(max_examples=300, deadline=None, database=None)
@given(whole=st.integers(0, 10**6), weights=st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_parts_add_up_and_are_within_one_of_their_share(whole, weights):
    parts = spread(whole, weights)
    total = sum(weights)
    assert sum(parts) == (whole if total else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert not total or abs(Fraction(whole * weight, total) - part) < 1


@pytest.mark.parametrize(
    ("worth", "value", "points"), [(0, 1000, 0), (1, 1000, 1), (5, 2000, 3), (1, 100_000, 1), (1000, 333, 3004)]
)
def test_points_pay_at_least_what_they_are_to_pay_and_no_point_too_many(worth, value, points):
    assert points_for(worth, value) == points
    assert points_worth(points, value) >= worth
    assert points == 0 or points_worth(points - 1, value) < worth


@pytest.mark.parametrize(
    ("held", "payable", "points"), [(100, 10_000, 30), (7, 10_000, 7), (4, 10_000, 0), (-9, 10_000, 0), (100, 900, 9), (100, 0, 0)]
)  # fmt: skip
def test_no_more_points_are_redeemed_than_are_held_needed_and_allowed(held, payable, points):
    policy = PolicyTerms(point_value_milli=100_000, least_points_redeemed=5, not_redeemable_categories=("A",))
    lines = [
        EarningLine("x", "", "", 1000, 3000, 0),
        EarningLine("y", "A", "", 1000, 5000, 0),
        EarningLine("z", "", "", 1000, 700, 0, True),
    ]
    assert most_points(policy, lines, held=held, payable=payable) == points


def test_a_visit_is_multiplied_by_what_multiplies_everything():
    rules = (
        EarningRule(name="visit", kind="visit", points=5),
        EarningRule(name="weekend", kind="multiplier", factor_milli=1500, weekdays=(6, 7)),
        EarningRule(name="coffee", kind="multiplier", factor_milli=9000, categories=("Coffee",)),
    )
    assert visit_points(PolicyTerms(rules=rules), Occasion("W", TODAY)) == 7
    assert visit_points(PolicyTerms(rules=rules), Occasion("W", date(2026, 11, 20))) == 5


def lot(id_: int, remaining: int, *, earned: int = 1, over: int | None = None, available: int = 1) -> Held:
    day = date(2026, 11, 1).replace
    return Held(
        id=id_, customer=1, book="points", amount=100, remaining=remaining, earned_on=day(day=earned),
        available_on=day(day=available), expires_on=day(day=over) if over else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lots", "amount", "expected"),
    [
        ([lot(1, 10), lot(2, 10, over=20)], 15, [(2, 10), (1, 5)]),
        ([lot(1, 10, over=20, earned=5), lot(2, 10, over=20, earned=4)], 15, [(2, 10), (1, 5)]),
        ([lot(2, 10, over=20), lot(1, 10, over=20)], 15, [(1, 10), (2, 5)]),
        ([lot(1, 10, over=9), lot(2, 10, available=11), lot(3, 10, over=10)], 30, [(3, 10)]),
        ([lot(1, 0), lot(2, -5), lot(3, 10)], 5, [(3, 5)]),
    ],
)
def test_what_expires_soonest_is_drawn_first_then_the_oldest_then_the_first_made(lots, amount, expected):
    assert [(each.lot.id, each.amount) for each in draws(lots, amount, day=date(2026, 11, 10))] == expected


def test_what_is_owed_is_filled_by_what_expires_soonest_and_is_not_over():
    lots = [lot(1, -7), lot(2, 5, over=20), lot(3, 5), lot(4, 50, over=9)]
    found = [(holding.id, owing.id, amount) for holding, owing, amount in fills(lots, day=date(2026, 11, 10))]
    assert found == [(2, 1, 5), (3, 1, 2)]
    assert spendable(lots, day=date(2026, 11, 10)) == 3
