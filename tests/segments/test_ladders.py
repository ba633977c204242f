"""Ladders of tiers: how they are read, and what falls between or on two rungs."""

import pytest

from regulars.core.errors import Invalid
from regulars.segments.ladders import ladder_findings, ladder_read, ladder_text
from regulars.segments.language.terms import Terms

TERMS = Terms(places=2)
FIRST = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"


def sentences(ladder, terms=TERMS):
    found = ladder_findings(ladder_read(ladder), terms=terms)
    return None if found is None else [each.sentence for each in found]


def test_a_ladder_is_read_from_the_lowest_up():
    ladder = ladder_read(FIRST)
    assert [(rung.name, rung.text) for rung in ladder.rungs] == [
        ("Standard", "spent < 500"), ("Gold", "spent between 500 and 2000"), ("Platinum", "spent > 2000"),
    ]  # fmt: skip
    assert ladder.default == 0
    assert ladder_text(ladder.rungs) == FIRST


def test_the_tier_without_a_rule_is_the_default():
    ladder = ladder_read("Gold: spent > 5; Rest; Vip: tag = 'a;b:c'")
    assert ladder.default == 1
    assert [rung.text for rung in ladder.rungs] == ["spent > 5", "", "tag = 'a;b:c'"]


@pytest.mark.parametrize(
    ("ladder", "sentence"),
    [
        ("", "The ladder cannot be read: it has 0 tiers; write 2 to 20, separated by ;."),
        ("Gold: spent > 5", "The ladder cannot be read: it has 1 tiers; write 2 to 20, separated by ;."),
        ("A; A: spent > 5", 'The ladder cannot be read: "A" is there twice.'),
        ("A; B; C: spent > 5", 'The ladder cannot be read: "A" and "B" have no rule; only one tier can take whoever fits no other.'),
        ('A; "B": spent > 5', '""B"" cannot be a name of a tier or a set: leave out : and ; and quotes.'),
        (": spent < 5; B: spent > 5", '"" cannot be the name of a tier or a set; write 1 to 64 characters.'),
    ],
)  # fmt: skip
def test_a_ladder_that_is_none_is_refused(ladder, sentence):
    with pytest.raises(Invalid) as refusal:
        ladder_read(ladder)
    assert str(refusal.value) == sentence


def test_the_rule_of_a_tier_is_read_as_any_rule():
    with pytest.raises(Invalid) as refusal:
        ladder_read("A; B: spent >> 5")
    assert refusal.value.code == "segments.rule_wrong"


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        (FIRST, []),
        (
            FIRST.replace("2000;", "1999;"),
            ["a customer with spent 1,999.50 is in no tier: nothing takes 1,999.01 to 2,000.00"],
        ),
        (
            FIRST.replace("> 2000", ">= 2000"),
            ["a customer with spent 2,000.00 is in Gold and in Platinum"],
        ),
        (
            FIRST.replace("2000;", "2500;"),
            ["a customer with spent 2,250.00 is in Gold and in Platinum: both take 2,000.01 to 2,500.00"],
        ),
        (FIRST.replace("< 500", "< 499.99"), ["a customer with spent 499.99 is in no tier"]),
        ("Standard; Gold: spent >= 500; Platinum: spent >= 2000", []),
        ("Standard: spent >= 0 or spent < 0; Gold: spent >= 500", []),
        (
            "Platinum: spent >= 2000; Gold: spent >= 500; Standard",
            ["a customer with spent 2,000.00 is in Platinum and in Gold: both take 2,000.00 or more"],
        ),
        ("A: orders < 3; B: orders >= 4", ["a customer with orders 3 is in no tier"]),
        ("A: orders between 0 and 2; B: orders > 2", []),
        ("A: orders between 1 and 2; B: orders > 2", ["a customer with orders 0 is in no tier"]),
        ("A: spent between 0 and 5; B: spent > 5", ["a customer with spent -0.02 is in no tier: nothing takes -0.01 or less"]),
        ("A: average_order < 10; B: average_order >= 10", ["a customer whose average_order is unknown is in no tier"]),
        (
            "A: average_order is unknown or average_order < 10; B: average_order > 10",
            ["a customer with average_order 10.00 is in no tier"],
        ),
        ("A: not (average_order >= 10); B: average_order >= 10", []),
        ("A: units < 0.5; B: units >= 0.501", ["a customer with units 0.500 is in no tier"]),
        ("A: spent in last 30 days < 5; B: spent in last 30 days >= 5", []),
        ("A: spent != 5; B: spent = 5", []),
        ("A: spent not in (1, 2); B: spent in (1, 2, 3)", ["a customer with spent 3.00 is in A and in B"]),
        ("A: age < 18 or age is unknown; B: age between 18 and 64; C: age > 65", ["a customer with age 65 is in no tier"]),
    ],
)  # fmt: skip
def test_gaps_and_overlaps_are_found_to_the_smallest_coin(ladder, expected):
    assert sentences(ladder) == expected


def test_a_currency_without_decimals_has_other_gaps():
    ladder = "A: spent <= 499; B: spent >= 500"
    assert sentences(ladder, Terms(places=0)) == []
    assert sentences(ladder) == ["a customer with spent 499.50 is in no tier: nothing takes 499.01 to 499.99"]


@pytest.mark.parametrize(
    "ladder",
    [
        "A: spent < 5; B: orders > 3",
        "A: spent < 5; B: spent in last 30 days >= 5",
        "A: tag = 'x'; B: tag != 'x'",
        "A: last_order < 60 days ago; B: last_order >= 60 days ago",
        "A: favourite_weekday = 'monday'; B: favourite_weekday != 'monday'",
    ],
)
def test_ladders_about_more_than_one_number_are_not_reckoned(ladder):
    assert sentences(ladder) is None
