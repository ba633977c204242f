"""A rule as a sentence about a customer who ..."""

from datetime import date

import pytest
from hypothesis import given, settings

from regulars.segments.language.describing import describe
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import Always
from tests.segments.random_rules import rules


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("spent >= 5000 and last_order in last 60 days", "spent at least 5,000.00 KES, and last ordered within the last 60 days"),
        ("last_order < 60 days ago", "last ordered more than 60 days ago"),
        ("last_order > 60 days ago", "last ordered less than 60 days ago"),
        ("last_order <= 1 month ago", "last ordered 1 month ago or earlier"),
        ("last_order >= 2 weeks ago", "last ordered 2 weeks ago or later"),
        ("last_order = 2 days ago", "last ordered exactly 2 days ago"),
        ("last_order < yesterday", "last ordered before yesterday"),
        ("last_order >= 2026-06-01", "last ordered on or after 2026-06-01"),
        ("joined between 60 days ago and today", "joined between 60 days ago and today"),
        ("joined in (today, in 5 days)", "joined on today or 5 days from today"),
        ("joined in 2026-11", "joined in November 2026"),
        ("joined in 2026", "joined in 2026"),
        ("joined since 2026-01-01", "joined on or after 2026-01-01"),
        ("joined before 1 year ago", "joined before 1 year ago"),
        ("joined from 2026-01-01 to today", "joined from 2026-01-01 to today"),
        ("joined is unknown", "did not join on a known day"),
        ("birthday in next 7 days", "has a birthday within the next 7 days"),
        ("birthday is known", "has a known birthday"),
        ("age between 35 and 49", "is between 35 and 49 years old"),
        ("age = 1", "is exactly 1 year old"),
        ("orders in last 90 days >= 4", "ordered at least 4 times within the last 90 days"),
        ("orders >= 1", "ordered at least 1 time"),
        ("orders not in (1, 2)", "ordered other than 1 or 2 times"),
        ("units >= 2.5", "bought at least 2.5 units"),
        ("average_order > 5", "spent more than 5.00 KES for each order on average"),
        ("last_order is unknown", "has not ordered"),
        (
            'spent(category = "Coffee", weekday in ("sat", "sun"), amount >= 1000) in last 30 days >= 50',
            (
                'spent at least 50.00 KES within the last 30 days, counting only category "Coffee" and weekday saturday or sunday'
                " and amount at least 1,000.00 KES"
            ),
        ),
        (
            'orders(store != "X", product contains "lat", brand is known, category is unknown) > 1',
            (
                'ordered more than 1 time, counting only store other than "X" and product with "lat" in it and a known brand'
                " and an unknown category"
            ),
        ),
        ('gender = "male"', 'is of gender "male"'),
        ('city in ("A", "B", "C")', 'lives in "A", "B" or "C"'),
        ('city != "A"', 'does not live in "A"'),
        ('city contains "Nai"', 'has a city with "Nai" in it'),
        ('postcode = "00100"', 'has postcode "00100"'),
        ('postcode not in ("00100")', 'does not have postcode "00100"'),
        ('consent = "sms" and consent is unknown', 'agreed to be written to by "sms", and did not agree to be written to'),
        ("phone is known and email is unknown", "has a phone, and has no e-mail"),
        ('favourite_store = "Karen"', 'shops mostly at "Karen"'),
        ("favourite_weekday in (6, \"sun\") and favourite_hour < 9", "orders mostly on saturday or sunday, and orders mostly in the hour less than 9"),
        ('field("Shoe size") >= 42', 'has "Shoe size" of at least 42'),
        ('field("Diet") != "vegan"', 'does not have "Diet" "vegan"'),
        ('field("Anniversary") in 2026', 'has "Anniversary" in 2026'),
        ("points_expiring in next 30 days >= 100", "has points expiring of at least 100 within the next 30 days"),
        ('bought_together("A", "B") in last 90 days', 'bought "A" and "B" together within the last 90 days'),
        ('group = "Gold" and not group = "Staff"', 'is in the group "Gold", and is not in the group "Staff"'),
        ('not tier != "Gold"', 'is in the tier "Gold"'),
        ("not phone is known", "has no phone"),
        ("not orders >= 2", "is not one who ordered at least 2 times"),
        ("age > 4 and (age > 2 or age > 3)", "is more than 4 years old, and (is more than 2 years old, or is more than 3 years old)"),
        ("not (age > 2 or age > 3)", "is not one who (is more than 2 years old, or is more than 3 years old)"),
    ],
)  # fmt: skip
def test_a_rule_is_said(text, sentence):
    assert describe(rule_read(text), currency="KES") == sentence


def test_money_is_said_with_the_decimals_of_its_currency():
    assert describe(rule_read("spent >= 5000"), currency="JPY") == "spent at least 5,000 JPY"


def test_what_is_said_can_be_translated():
    german = {"spent %(held)s": "gab %(held)s aus", "at least %(value)s": "mindestens %(value)s", ", and ": ", und "}
    sentence = describe(
        rule_read("spent >= 5 and spent >= 6"), currency="EUR", told=lambda text: german.get(text, text)
    )
    assert sentence == "gab mindestens 5.00 EUR aus, und gab mindestens 6.00 EUR aus"


@settings(max_examples=100, deadline=None)
@given(rules(date(2026, 11, 22)))
def test_every_rule_is_said(rule):
    sentence = describe(rule, currency="KES")
    assert sentence.strip() == sentence
    assert "%(" not in sentence
    assert "  " not in sentence.replace('"  "', "")


def test_what_nobody_writes_is_not_said():
    with pytest.raises(ValueError, match="written by no one"):
        describe(Always(is_true=True), currency="KES")
