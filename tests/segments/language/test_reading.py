"""Text to tree and back: what each construct becomes, and the one text of each tree."""

from datetime import date
from decimal import Decimal

import pytest

from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import (
    All,
    Always,
    Any,
    Before,
    Calendar,
    Compare,
    Day,
    Filtered,
    Last,
    Member,
    Next,
    Not,
    Number,
    Operator,
    Pinned,
    Shift,
    Since,
    Span,
    Term,
    Text,
    Together,
    Unit,
    Within,
)
from regulars.segments.language.writing import rule_text


def number(written: str) -> Number:
    return Number(Decimal(written))


def equal(name: str, written: str = "1") -> Compare:
    return Compare(Term(name), Operator.EQUAL, (number(written),))


A, B, C = equal("a"), equal("b"), equal("c")
SHOP = Filtered("store", Operator.EQUAL, (Text("Westlands"),))
DAYS_60 = Shift(-60, Unit.DAYS)
MEASURED = Term("orders", None, (SHOP,), Last(30, Unit.DAYS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age = 5", Compare(Term("age"), Operator.EQUAL, (number("5"),))),
        ("age != -5.50", Compare(Term("age"), Operator.UNEQUAL, (number("-5.5"),))),
        ("age>5", Compare(Term("age"), Operator.ABOVE, (number("5"),))),
        ("age>=5", Compare(Term("age"), Operator.AT_LEAST, (number("5"),))),
        ("age < 0", Compare(Term("age"), Operator.BELOW, (number("0"),))),
        ("age <= 123456789012345", Compare(Term("age"), Operator.AT_MOST, (number("123456789012345"),))),
        ("age between 35 and 49", Compare(Term("age"), Operator.BETWEEN, (number("35"), number("49")))),
        ('tag in ("a", "b")', Compare(Term("tag"), Operator.IN, (Text("a"), Text("b")))),
        ('tag NOT IN ("a")', Compare(Term("tag"), Operator.NOT_IN, (Text("a"),))),
        ("city contains 'nai'", Compare(Term("city"), Operator.CONTAINS, (Text("nai"),))),
        ("phone is known", Compare(Term("phone"), Operator.KNOWN)),
        ("phone IS Unknown", Compare(Term("phone"), Operator.UNKNOWN)),
        ("joined > 2026-11-22", Compare(Term("joined"), Operator.ABOVE, (Day(date(2026, 11, 22)),))),
        ("joined > today", Compare(Term("joined"), Operator.ABOVE, (Shift(0, Unit.DAYS),))),
        ("joined > Yesterday", Compare(Term("joined"), Operator.ABOVE, (Shift(-1, Unit.DAYS),))),
        ("joined < 60 days ago", Compare(Term("joined"), Operator.BELOW, (DAYS_60,))),
        ("joined < 1 week ago", Compare(Term("joined"), Operator.BELOW, (Shift(-1, Unit.WEEKS),))),
        ("joined < in 2 months", Compare(Term("joined"), Operator.BELOW, (Shift(2, Unit.MONTHS),))),
        (
            "joined in (today, in 1 year)",
            Compare(Term("joined"), Operator.IN, (Shift(0, Unit.DAYS), Shift(1, Unit.YEARS))),
        ),
        ('field("Shoe size") >= 42', Compare(Term("field", "Shoe size"), Operator.AT_LEAST, (number("42"),))),
        ('orders(store = "Westlands") in last 30 days >= 1', Compare(MEASURED, Operator.AT_LEAST, (number("1"),))),
        (
            'orders(store="Westlands", weekday in ("sat","sun"), amount between 5 and 9) = 1',
            Compare(
                Term(
                    "orders",
                    None,
                    (
                        SHOP,
                        Filtered("weekday", Operator.IN, (Text("sat"), Text("sun"))),
                        Filtered("amount", Operator.BETWEEN, (number("5"), number("9"))),
                    ),
                ),
                Operator.EQUAL,
                (number("1"),),
            ),
        ),
        ("birthday in next 7 days", Within(Term("birthday"), Next(7, Unit.DAYS))),
        ("last_order in last 1 month", Within(Term("last_order"), Last(1, Unit.MONTHS))),
        ("last_order since 2026-01-01", Within(Term("last_order"), Since(Day(date(2026, 1, 1))))),
        ("last_order before 60 days ago", Within(Term("last_order"), Before(DAYS_60))),
        ("last_order from 60 days ago to today", Within(Term("last_order"), Span(DAYS_60, Shift(0, Unit.DAYS)))),
        ("last_order in 2026", Within(Term("last_order"), Calendar(2026))),
        ("last_order in 2026-11", Within(Term("last_order"), Calendar(2026, 11))),
        ("orders in 2026 >= 4", Compare(Term("orders", None, (), Calendar(2026)), Operator.AT_LEAST, (number("4"),))),
        (
            "orders since today in (1, 2)",
            Compare(Term("orders", None, (), Since(Shift(0, Unit.DAYS))), Operator.IN, (number("1"), number("2"))),
        ),
        (
            "first_order in last 30 days in 2026",
            Within(Term("first_order", None, (), Last(30, Unit.DAYS)), Calendar(2026)),
        ),
        ('bought_together("A", "B")', Together((Text("A"), Text("B")))),
        ('Bought_Together("A","B") in 2026', Together((Text("A"), Text("B")), Calendar(2026))),
        ("not a = 1", Not(A)),
        ("a = 1 and b = 1 or c = 1", Any((All((A, B)), C))),
        ("a = 1 or b = 1 and c = 1", Any((A, All((B, C))))),
        ("(a = 1 or b = 1) AND c = 1", All((Any((A, B)), C))),
        ("not a = 1 and b = 1", All((Not(A), B))),
        ("not (a = 1 and b = 1)", Not(All((A, B)))),
        ("not not a = 1", Not(Not(A))),
        ("((a = 1)) and ((b = 1 and (c = 1)))", All((A, B, C))),
        ("(a = 1 or b = 1) or c = 1", Any((A, B, C))),
        ("\n a\t= 1\r\nand\u00a0b = 1 ", All((A, B))),
    ],
)
def test_a_text_is_this_tree(text, expected):
    assert rule_read(text) == expected
    assert rule_read(rule_text(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Ann\'s"', "Ann's"),
        ("'Ann''s'", "Ann's"),
        ("'the \"old\" shop'", 'the "old" shop'),
        ('"the ""old"" shop"', 'the "old" shop'),
        ('""', ""),
        ('""""', '"'),
        ("'\\'", "\\"),
        ('"and 5,000 or (not) 2026-99-99"', "and 5,000 or (not) 2026-99-99"),
        ('"Łódź 東京 🙂"', "Łódź 東京 🙂"),
        ('"\'; DROP TABLE customers_customer; --"', "'; DROP TABLE customers_customer; --"),
        ('"100% %(x)s {y} \\"', "100% %(x)s {y} \\"),
    ],
)
def test_a_text_in_quotes(text, expected):
    assert rule_read(f"city = {text}") == Compare(Term("city"), Operator.EQUAL, (Text(expected),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SPENT>=5000.00 AND NOT(Group='Gold')", 'spent >= 5000 and not group = "Gold"'),
        ("((a=1 or (b=1 and c=1)))", "a = 1 or b = 1 and c = 1"),
        ("a=1 and (b=1 or not(not(c=1)))", "a = 1 and (b = 1 or not not c = 1)"),
        ("a = -0.0", "a = 0"),
        ("a = 100", "a = 100"),
        ("a in (0.10,1.0)", "a in (0.1, 1)"),
        ("joined > 0 days ago", "joined > today"),
        ("joined > 1 days ago", "joined > yesterday"),
        ("joined > in 1 days", "joined > in 1 day"),
        ("joined > 7 day ago", "joined > 7 days ago"),
        ("joined > 1 weeks ago", "joined > 1 week ago"),
        ("a IN LAST 1 MONTHS = 1", "a in last 1 month = 1"),
        ("a in 0007 = 1", "a in 0007 = 1"),
        ("a = 'it''s \"x\"'", 'a = "it\'s ""x"""'),
        ('BOUGHT_TOGETHER("A","B") FROM 2026-01-01 TO today', 'bought_together("A", "B") from 2026-01-01 to today'),
        ('a("x")=1', 'a("x") = 1'),
    ],
)
def test_a_rule_has_one_text(text, expected):
    assert rule_text(rule_read(text)) == expected
    assert rule_text(rule_read(expected)) == expected


def test_words_of_the_language_can_be_names_where_they_cannot_be_words():
    names = ("last", "next", "to", "days", "ago", "today", "known", "month")
    for name in names:
        assert rule_read(f"{name} = 1") == equal(name)


def test_every_part_knows_its_place():
    text = ' orders( store = "X", hour > 3 ) in last 2 days between 1 and 2 and not (joined in (today, 5 days ago))'
    places = {}
    rule = rule_read(text)
    compare, joined = rule.rules[0], rule.rules[1].rule
    for part in (compare, compare.term, *compare.term.filters, *compare.values, compare.term.filters[0].values[0]):
        places[text[slice(*part.at)]] = type(part)
    for part in (joined, joined.term, *joined.values):
        places[text[slice(*part.at)]] = type(part)
    assert places == {
        'orders( store = "X", hour > 3 ) in last 2 days between 1 and 2': Compare,
        'orders( store = "X", hour > 3 ) in last 2 days': Term,
        'store = "X"': Filtered,
        "hour > 3": Filtered,
        "1": Number,
        "2": Number,
        '"X"': Text,
        "joined in (today, 5 days ago)": Compare,
        "joined": Term,
        "today": Shift,
        "5 days ago": Shift,
    }


def test_a_window_and_a_pair_know_their_places():
    text = 'birthday in next 7 days or bought_together("A", \'B\') before today or bought_together("A","B")'
    birthday, pair, bare = rule_read(text).rules
    assert text[slice(*birthday.at)] == "birthday in next 7 days"
    assert text[slice(*pair.at)] == "bought_together(\"A\", 'B') before today"
    assert [text[slice(*each.at)] for each in pair.products] == ['"A"', "'B'"]
    assert text[slice(*bare.at)] == 'bought_together("A","B")'


@pytest.mark.parametrize("leaf", [Member(1), Pinned(1, is_in=True), Always(is_true=True)])
def test_what_nobody_writes_has_no_text(leaf):
    with pytest.raises(ValueError, match="written by no one"):
        rule_text(All((A, leaf)))
