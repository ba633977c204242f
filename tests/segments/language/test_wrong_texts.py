"""What is said of a text that cannot be read: the place, what was read, what could stand there."""

import pytest

from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.reading import rule_read

NAME = "a fact or measure such as age or spent"
VALUE = 'a text in quotes, a number or a day such as 2026-11-22 or "60 days ago"'
AFTER = '"and", "or" or the end of the rule'
BEHIND_NAME = 'an operator such as >= or a window such as "in last 30 days"'
IN = '"last", "next", a year such as 2026, a month such as 2026-11 or "("'
COUNT = "here could stand a whole number from 1 to 10000"


@pytest.mark.parametrize(
    ("text", "read", "sentence"),
    [
        ("", "", "the rule is empty; write a condition such as spent >= 5000"),
        (" \n ", "", "the rule is empty; write a condition such as spent >= 5000"),
        ("spent", "", f"the rule ends too early; here could stand {BEHIND_NAME}"),
        ("spent >=  ", "", f"the rule ends too early; here could stand {VALUE}"),
        ("spent >= 5000 and", "", f"the rule ends too early; here could stand {NAME}"),
        ("(age > 5", "", 'the rule ends too early; here could stand ")"'),
        ("age between 5", "", 'the rule ends too early; here could stand "and"'),
        ("age is", "", 'the rule ends too early; here could stand "known" or "unknown"'),
        ("age in (5", "", 'the rule ends too early; here could stand "," or ")"'),
        ("spent >= 5,000", ",", 'read ","; write numbers without commas: 5000, not 5,000'),
        ("spent between 5,000 and 6", ",", 'read ","; write numbers without commas: 5000, not 5,000'),
        ("orders(amount > 5,000) > 1", "000", 'read "000"; write numbers without commas: 5000, not 5,000'),
        ("age in (5,000)", "000", "a number has no zero in front; and no comma between thousands: write 5000, not 5,000"),
        ("age > 007", "007", "a number has no zero in front; and no comma between thousands: write 5000, not 5,000"),
        ("age > .5", ".", 'read "."; write a digit before the point: 0.5'),
        ("age > 5%", "%", 'read "%"; write a plain number without %'),
        ("age > 1234567890123456", "1234567890123456", "numbers have at most 15 digits"),
        ("age > 0.1234567890123456", "0.1234567890123456", "numbers have at most 15 digits"),
        ("spent >= 5000 adn age > 1", "adn", 'read "adn"; did you mean "and"?'),
        ("last_order < 60 dyas ago", "dyas", 'read "dyas"; did you mean "days"?'),
        ("spent in lst 30 days > 5", "lst", 'read "lst"; did you mean "last"?'),
        ("joined > tody", "tody", 'read "tody"; did you mean "today"?'),
        ("city = Nairobi", "Nairobi", 'read "Nairobi"; write texts in quotes: "Nairobi"'),
        ("city = Ain", "Ain", 'read "Ain"; write texts in quotes: "Ain"'),
        ('city = "Nairobi', '"', 'this text has no closing "'),
        ("city = 'Nairobi\n' and age > 5", "'", "this text has no closing '"),
        ("city = \u201cNairobi\u201d", "\u201c", 'read "\u201c"; write texts in straight quotes'),
        ("age == 5", "=", 'read "="; write "=" for equal'),
        ("age => 5", ">", 'read ">"; write ">=" for at least'),
        ("age <> 5", ">", 'read ">"; write "!=" for unequal'),
        ("age \u2265 5", "\u2265", 'read "\u2265"; write ">=" for at least'),
        ("age > 5 && age < 9", "&", 'read "&"; write "and"'),
        ("!(age > 5)", "!", 'read "!"; write "not", or "!=" for unequal'),
        ("joined >= 22/11/2026", "/", 'read "/"; write a day as 2026-11-22'),
        ("joined >= 22.11.2026", ".", 'read "."; write a day as 2026-11-22'),
        ("joined >= 2026-2-3", "2026-2-3", '"2026-2-3" is no day; write a day as 2026-11-22'),
        ("joined >= 2026-02-29", "2026-02-29", "there is no day 2026-02-29 in the calendar"),
        ("joined >= 0000-01-01", "0000-01-01", "there is no day 0000-01-01 in the calendar"),
        ("joined in 2026-13", "2026-13", "there is no month 2026-13 in the calendar"),
        ("joined in 0000", "0000", "there is no year 0000"),
        ("joined in 7 days", "7", 'read "7"; write "in last 7 days" or "in next 7 days"'),
        ("age in 5", "5", f'read "5"; here could stand {IN}'),
        ("birthday in next 0 days", "0", f'read "0"; {COUNT}'),
        ("birthday in next 10001 days", "10001", f'read "10001"; {COUNT}'),
        ("birthday in next 1.5 days", "1.5", f'read "1.5"; {COUNT}'),
        ("joined > -3 days ago", "-3", 'read "-3"; here could stand a whole number from 0 to 10000'),
        ("age is not known", "not", 'read "not"; write "is unknown"'),
        ('spent(category = "x" and store = "y") > 5', "and", 'read "and"; write a comma between them'),
        ('spent(category "x") > 5', '"x"', 'read "x"; here could stand an operator such as >='),
        ("spent() > 5", ")", 'read ")"; here could stand a filter such as store = "Westlands" or a text in quotes'),
        ("age > 5)", ")", 'read ")"; here could stand the end of the rule'),
        ("age > 5; drop table x", ";", f'read ";"; here could stand {AFTER}'),
        ("age > 5 and and b = 1", "and", f'read "and"; here could stand {NAME}'),
        ("or = 1", "or", f'read "or"; here could stand {NAME}'),
        ('bought_together("A")', ")", 'read ")"; here could stand ","'),
        ("age > \ufeff5", "\ufeff", f'read "U+FEFF"; here could stand {VALUE}'),
    ],
)  # fmt: skip
def test_a_wrong_text(text, read, sentence):
    with pytest.raises(RuleWrong) as refused:
        rule_read(text)
    facts = refused.value.facts
    assert (text[facts["start"] : facts["end"]], str(refused.value)) == (read, sentence)


def test_the_line_is_shown_with_the_place_underlined():
    with pytest.raises(RuleWrong) as refused:
        rule_read("spent >= 5000\n\tand city = Nairobi\nor age > 5")
    assert refused.value.facts == {
        "sentence": 'read "Nairobi"; write texts in quotes: "Nairobi"',
        "start": 26,
        "end": 33,
        "line": 2,
        "shown": ' and city = Nairobi\n            ^^^^^^^ read "Nairobi"; write texts in quotes: "Nairobi"',
        "expected": ("a text in quotes", "a number", 'a day such as 2026-11-22 or "60 days ago"'),
        "nearest": None,
        "path": "",
    }
    assert (refused.value.code, refused.value.exit_code) == ("segments.rule_wrong", 2)


def test_of_a_long_line_only_a_piece_is_shown():
    with pytest.raises(RuleWrong) as refused:
        rule_read("age > 1 or " * 60 + "city = Nairobi" + " or age > 1" * 60)
    line, below = refused.value.facts["shown"].split("\n")
    assert len(line) == 102
    assert line[below.index("^") : below.rindex("^") + 1] == "Nairobi"
    assert (line[0], line[-1]) == ("…", "…")


def test_what_was_probably_meant_is_named():
    with pytest.raises(RuleWrong) as refused:
        rule_read("last_order < 60 dyas ago")
    assert refused.value.facts["nearest"] == "days"
