"""Who comes in by an unknown value is told apart from who meets the rule by what is known."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.segments.language.life import Life
from regulars.segments.language.meaning import matches
from regulars.segments.language.strictness import strict
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import All, Any, Not, Together
from tests.segments.language.words import (
    AGE,
    BIRTHDAY,
    CITY,
    JOINED,
    LAST_ORDER,
    TAG,
    ahead,
    compare,
    shift,
    together,
    within,
)
from tests.segments.random_rules import lives_of, rules, shops_and_rules
from tests.segments.random_shops import Bought, Person, Receipt, Shop
from tests.segments.settings import PROFILE

TODAY = date(2026, 11, 22)
TERMS = Terms(places=2)
NOBODY = Life({})
KNOWN = {term: compare(term, "is known") for term in (CITY, AGE, LAST_ORDER, BIRTHDAY)}
IN_NAIROBI, YOUNG = compare(CITY, "=", "Nairobi"), compare(AGE, "<", 30)


# What is unknown of everybody in these shops (tests/reports asks of those who have scores).
SCORES = {
    "rfm", "recency_score", "frequency_score", "monetary_score", "churn_risk", "predicted_orders", "predicted_spent",
}  # fmt: skip


def _met(rule, life):
    return matches(rule, life, terms=TERMS, today=TODAY)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (IN_NAIROBI, IN_NAIROBI),
        (Not(IN_NAIROBI), All((KNOWN[CITY], Not(IN_NAIROBI)))),
        (Not(Not(IN_NAIROBI)), IN_NAIROBI),
        (compare(CITY, "!=", "Nairobi"), All((KNOWN[CITY], compare(CITY, "!=", "Nairobi")))),
        (Not(KNOWN[CITY]), Not(KNOWN[CITY])),
        (Not(together("A", "B")), Not(together("A", "B"))),
        (Not(within(BIRTHDAY, ahead(7))), All((KNOWN[BIRTHDAY], Not(within(BIRTHDAY, ahead(7)))))),
        (
            Not(Any((IN_NAIROBI, YOUNG))),
            All((KNOWN[CITY], Not(IN_NAIROBI), KNOWN[AGE], Not(YOUNG))),
        ),
        (
            Not(All((IN_NAIROBI, YOUNG))),
            Any((All((KNOWN[CITY], Not(IN_NAIROBI))), All((KNOWN[AGE], Not(YOUNG))))),
        ),
    ],
)
def test_a_rule_by_what_is_known_only(rule, expected):
    assert strict(rule) == expected


@pytest.mark.parametrize(
    "rule",
    [
        compare(CITY, "!=", "Nairobi"),
        compare(CITY, "not in", "Nairobi", "Mombasa"),
        compare(TAG, "!=", "vip"),
        Not(compare(LAST_ORDER, "<", shift(-60))),
        Not(IN_NAIROBI),
    ],
)
def test_nobody_known_comes_in_by_unknown(rule):
    assert _met(rule, NOBODY)
    assert not _met(strict(rule), NOBODY)


def test_who_has_no_orders_has_spent_nothing_and_that_is_known():
    rule = Not(compare(replace(JOINED, name="spent"), ">=", 500))
    assert _met(rule, NOBODY)
    assert _met(strict(rule), NOBODY)


@PROFILE
@given(shops_and_rules())
def test_who_meets_a_rule_strictly_meets_it(case):
    shop, [rule] = case
    for life in lives_of(shop):
        held = matches(rule, life, terms=shop.terms, today=shop.today)
        assert held >= matches(strict(rule), life, terms=shop.terms, today=shop.today)
        fails = matches(strict(Not(rule)), life, terms=shop.terms, today=shop.today)
        assert (not held) >= fails


# Everything a rule without a window or a filter can ask is known of her.
_BOUGHT = Bought(0, 0, 1000, 48000, 0, 0, is_gift_card=False)
_SALE = Receipt(0, 0, 0, date(2026, 9, 1), 12, "in_store", "sale", "completed", (_BOUGHT,), (("cash", "completed"),))
KNOWN_WELL = Shop(
    TODAY,
    (
        Person(
            birth_date=date(1976, 11, 23), gender="female", language="en", place=("Nairobi", "Coast", "KE", "00100"),
            tags=frozenset({"vip"}), consents=(("sms", True),), identities=frozenset({"phone", "email"}),
            fields={"Shoe size": "38", "Club": "Chess", "Size": "S", "Vegan": "no", "Anniversary": "2026-11-22"},
        ),
    ),
    (_SALE, replace(_SALE, n=1, day=date(2026, 11, 1))),
)  # fmt: skip


def _is_whole(rule):
    """Whether no window and no filter leaves rows out, so that nothing becomes unknown."""
    match rule:
        case All(parts) | Any(parts):
            return all(map(_is_whole, parts))
        case Not(part):
            return _is_whole(part)
        case Together():
            return True
        case _:
            return not (rule.term.filters or rule.term.window or rule.term.name in SCORES)


@PROFILE
@given(rules(TODAY, most=3).filter(_is_whole), st.booleans())
def test_where_everything_is_known_the_strict_rule_is_the_rule(rule, is_negated):
    [life] = lives_of(KNOWN_WELL)
    asked = Not(rule) if is_negated else rule
    met = matches(asked, life, terms=KNOWN_WELL.terms, today=TODAY)
    assert matches(strict(asked), life, terms=KNOWN_WELL.terms, today=TODAY) is met
