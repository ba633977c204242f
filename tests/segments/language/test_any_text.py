"""Whatever is typed or sent is a rule or a sentence about what is wrong with it, and soon."""

from datetime import date
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regulars.core.text import squeezed
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.limits import DEEPEST
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import Compare, Not, Operator, Term, Text
from regulars.segments.language.writing import rule_text
from tests.segments.random_rules import rules

TODAY = date(2026, 11, 22)
GOOD = (
    'spent(category = "Coffee", weekday in ("sat", "sun")) in last 30 days >= 50 and not group = "Staff"',
    "(age between 35 and 49 or birthday in next 7 days) and last_order < 60 days ago",
    "bought_together(\"A\", 'B''s') from 2026-01-01 to yesterday or orders in 2026-11 not in (1, 2.5)",
    'field("Shoe size") >= 42 and phone is known and city contains "nai" and joined since in 3 weeks',
)
# Signs and words that the grammar knows are met more often than by chance alone.
WORDS = """
    and or not in is known between contains since before from to last next days ago today ( ) , " ' = >= != < 5 5000 2026
    2026-11 2026-11-22 2026-13-45 age spent( field bought_together( 0.5 -3 5,000
"""
PIECES = st.one_of(st.sampled_from(squeezed(WORDS).split(" ")), st.text(max_size=5))


def _read(text: str) -> None:
    """A tree that is stable, or a sentence that can be shown."""
    wrong = None
    try:
        rule = rule_read(text)
    except RuleWrong as refused:
        wrong = refused
    if wrong is None:
        assert rule_read(rule_text(rule)) == rule
        return
    assert str(wrong)
    assert wrong.facts["shown"]
    place = (wrong.facts["start"], wrong.facts["end"])
    assert place == (None, None) or 0 <= place[0] <= place[1] <= len(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=2000))
def test_any_text(text):
    _read(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map(" ".join))
@example("age = ٣")
@example("İ = 1")
@example("age in last ² days = 1")
def test_any_row_of_words(text):
    _read(text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_any_change_of_a_good_rule(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    _read(text[:start] + data.draw(PIECES) + text[end:])


@settings(max_examples=150, deadline=None)
@given(rules(TODAY))
def test_text_to_tree_to_text_is_stable(rule):
    text = rule_text(rule)
    assert rule_read(text) == rule
    assert rule_text(rule_read(text)) == text


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])), st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_text_in_quotes_is_stable(value, argument):
    rule = Compare(Term("field", argument), Operator.EQUAL, (Text(value),))
    assert rule_read(rule_text(rule)) == rule


LONG = {
    "conditions": ("age > 1 or " * 9000 + "age > 1", "a rule has at most 500 conditions and filters; make segments of its parts and name them"),
    "nots": ("not " * 24_000 + "age > 1", None),
    "parentheses": ("(" * 49_000 + "age > 1" + ")" * 49_000, "more than 500 parentheses are open here"),
    "open parentheses": ("(" * 100_000, "more than 500 parentheses are open here"),
    "values": ("age in (" + "1," * 49_000 + "1)", "the lists of a rule hold at most 5000 values in all; use a group or a tag instead"),
    "one open text": ('city = "' + '""' * 49_000, 'this text has no closing "'),
    "quotes": ('"' * 99_999, 'this text has no closing "'),
    "digits": ("age > " + "1" * 99_000, "numbers have at most 15 digits"),
    "blanks": (" " * 100_000, "the rule is empty; write a condition such as spent >= 5000"),
    "too much": ("a" * 100_001, "the rule has 100001 characters; at most 100000 can be read"),
    "dashes": ("1-" * 50_000, None),
    "points": ("1." * 50_000, None),
    "words": ("a " * 50_000, None),
    "commas": ("," * 100_000, None),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_a_text_of_100000_characters_is_refused_soon(name):
    text, sentence = LONG[name]
    start = process_time()
    with pytest.raises(RuleWrong) as refused:
        rule_read(text)
    assert process_time() - start < 1
    assert sentence in (None, str(refused.value))


def test_a_long_text_in_quotes_is_read_soon():
    value = 'x"' * 33_000
    rule = Compare(Term("city"), Operator.EQUAL, (Text(value),))
    start = process_time()
    assert rule_read(rule_text(rule)) == rule
    assert process_time() - start < 1


def test_a_rule_of_500_conditions_and_5000_values_is_read_soon():
    text = " or ".join(["age in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)"] * 500)
    start = process_time()
    assert len(rule_read(text).rules) == 500
    assert process_time() - start < 1


def test_500_nested_parentheses_are_read():
    assert rule_text(rule_read("(" * 500 + "age > 1" + ")" * 500)) == "age > 1"


def test_501_nested_parentheses_are_refused():
    with pytest.raises(RuleWrong) as refused:
        rule_read("(" * 501 + "age > 1" + ")" * 501)
    assert (refused.value.facts["start"], refused.value.facts["end"]) == (500, 501)


def test_parts_inside_one_another_are_read_to_a_depth_and_refused_beyond():
    deep = rule_read("age > 1")
    for _level in range(DEEPEST):
        deep = Not(deep)
    assert rule_read("not " * DEEPEST + "age > 1") == deep
    text = "not (" * (DEEPEST + 1) + "age > 1" + ")" * (DEEPEST + 1)
    with pytest.raises(RuleWrong) as refused:
        rule_read(text)
    assert str(refused.value) == (
        '"and", "or" and "not" stand more than 32 deep inside one another; make segments of the inner parts and name them'
    )
    assert text[refused.value.facts["start"] : refused.value.facts["end"]] == "age > 1"


def test_parts_by_turns_inside_one_another_are_refused():
    text = "(a = 1 and (b = 1 or " * 100 + "c = 1" + "))" * 100
    with pytest.raises(RuleWrong, match="deep inside one another"):
        rule_read(text)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x0b", "\x7f", "\x85", "\ud800"])
@pytest.mark.parametrize("text", ["age{} > 1", 'city = "a{}b"', "{}", "age > 1{}"])
def test_control_characters_are_refused(text, sign):
    with pytest.raises(RuleWrong) as refused:
        rule_read(text.format(sign))
    assert str(refused.value) == f"the character U+{ord(sign):04X} cannot stand in a rule; take it out"
    assert refused.value.facts["start"] == text.index("{}")


def test_sql_in_a_text_is_a_text():
    sql = "'; DROP TABLE customers_customer; -- /* \" */ %s ? :x"
    text = rule_text(Compare(Term("city"), Operator.EQUAL, (Text(sql),)))
    assert rule_read(text).values == (Text(sql),)
