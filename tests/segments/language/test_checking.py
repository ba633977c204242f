"""Whether a rule fits the shop: names, operators, values, filters, windows."""

import re
from datetime import date

import pytest
from hypothesis import given, settings

from regulars.segments.language.checking import Known, rule_checked
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.reading import rule_read
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import All, Compare, Number, Operator, Term, Text
from tests.segments.random_rules import TERMS, rules

KNOWN = Known(
    terms=Terms(2, fields={"Shoe size": "number", "Diet": "choice", "Anniversary": "date", "Note": "text", "VIP": "yes_no"}),
    groups=frozenset({"Gold", "Staff"}),
    segments=frozenset({"Lapsing"}),
    tiers=frozenset({"Platinum"}),
)  # fmt: skip
WEEKDAYS = "one of monday, tuesday, wednesday, thursday, friday, saturday, sunday"
OF_NUMBERS = '">=", ">", "<=", "<", "between", "=", "!=", "in", "not in", "is known" or "is unknown"'
OF_TEXTS = '"=", "!=", "in", "not in", "contains", "is known" or "is unknown"'
FILTERS = "product, category, brand, store, city, channel, payment, weekday, hour or amount"


@pytest.mark.parametrize(
    "text",
    [
        "spent >= 5000 and last_order < 60 days ago",
        'orders in last 90 days >= 4 and favourite_store = "Westlands"',
        'spent(category = "Coffee", weekday in ("sat", "Sunday", 3)) in last 30 days >= 50.25',
        'last_order(brand = "Acme") < 2026-06-01 or last_order(brand = "Acme") in 2026',
        'age between 35 and 49 and gender = "male" and gender contains "al"',
        'birthday in next 7 days and consent = "sms" and birthday is known',
        'group = "Gold" and not group in ("Staff", "Gold") and segment != "Lapsing" and tier not in ("Platinum")',
        'products(category = "x", store = "Y", payment = "cash", hour between 9 and 11, amount > 5) in 2026 > 5',
        'average_order(store = "x") since 2026-01-01 is known',
        'field("Shoe size") > 42.5 and field("Diet") = "vegan" and field("Note") contains "x" and field("VIP") = "yes"',
        'field("Anniversary") in next 7 days and field("Anniversary") = 2026-01-01',
        'phone is known and email is unknown and country = "Kenya" and country contains "Ken"',
        'favourite_weekday in ("sat", "sunday") and favourite_weekday between 1 and 5 and favourite_hour = 23',
        "units >= 5.125 and days_between_orders < 30.5 and overdue >= 2",
        'bought_together("A", "B") from 2026-01-01 to 2026-01-01',
        "joined between today and yesterday and joined in (today, 2026-01-01)",
        "spent between -5 and -4 and spent between 5 and 5",
        "first_order in last 30 days in 2026",
    ],
)
def test_a_rule_that_fits(text):
    rule = rule_read(text)
    assert rule_checked(rule, known=KNOWN, text=text) is rule
    assert rule_checked(rule, known=KNOWN) is rule


@pytest.mark.parametrize(
    ("text", "read", "sentence"),
    [
        ("spent >= 5000 and last_ordr < 60 days ago", "last_ordr", 'unknown fact "last_ordr"; did you mean "last_order"?'),
        ("spnt in last 3 days > 5", "spnt", 'unknown measure "spnt"; did you mean "spent"?'),
        ('spent(stroe = "x") > 5', "stroe", 'unknown filter "stroe"; did you mean "store"?'),
        ('spent(xqzw = "x") > 5', "xqzw", 'unknown filter "xqzw"; known are: amount, brand, category, channel, city, hour, offer, payment, …'),
        ('group = "Gld"', '"Gld"', 'unknown group "Gld"; did you mean "Gold"?'),
        ('group in ("Gold", "Silver")', '"Silver"', 'unknown group "Silver"; known are: Gold, Staff'),
        ('segment != "Gold"', '"Gold"', 'unknown segment "Gold"; known are: Lapsing'),
        ('tier = "Platnum"', '"Platnum"', 'unknown tier "Platnum"; did you mean "Platinum"?'),
        ("group = 5", "5", "read 5; here could stand a text in quotes"),
        ('group contains "x"', 'group contains "x"', '"contains" does not fit "group"; here could stand "=", "!=", "in" or "not in"'),
        ("tier is known", "tier is known", '"is known" does not fit "tier"; here could stand "=", "!=", "in" or "not in"'),
        ('field("Shoe sze") > 4', 'field("Shoe sze")', 'unknown custom field "Shoe sze"; did you mean "Shoe size"?'),
        ("field = 4", "field", '"field" needs a name; here could stand field("Shoe size")'),
        ('field("Anniversary") > 4', "4", 'read 4; here could stand a day such as 2026-11-22 or "60 days ago"'),
        ('field("VIP") > "a"', 'field("VIP") > "a"', f'">" does not fit "field"; here could stand {OF_TEXTS}'),
        ('age("x") = 4', 'age("x")', '"age" has no fields; here could stand its name alone'),
        ('spent("x") = 4', 'spent("x")', '"spent" has no fields; here could stand filters such as store = "Westlands"'),
        ('age(store = "x") = 4', "store", '"age" has no filters; here could stand a measure such as spent or orders'),
        ("age in last 3 days > 5", "age in last 3 days", '"age" has no window; here could stand its name alone, as it is today'),
        ("age in last 3 days", "age in last 3 days", '"age" is no day; here could stand an operator such as ">=" instead of the window'),
        ("spent in last 3 days", "spent in last 3 days", '"spent" is no day; here could stand an operator such as ">=" behind the window'),
        ("city in 2026", "city in 2026", '"city" is no day; here could stand an operator such as "=" instead of the window'),
        ("birthday = 2026-01-01", "birthday = 2026-01-01", '"birthday" has no year; here could stand "in next 7 days" or another window'),
        ('phone = "x"', 'phone = "x"', '"=" does not fit "phone"; here could stand "is known" or "is unknown"'),
        ("gender > \"male\"", "gender > \"male\"", f'">" does not fit "gender"; here could stand {OF_TEXTS}'),
        ('spent contains "x"', 'spent contains "x"', f'"contains" does not fit "spent"; here could stand {OF_NUMBERS}'),
        ('spent(store > "x") > 1', 'store > "x"', f'">" does not fit "store"; here could stand {OF_TEXTS}'),
        ('gender = "mail"', '"mail"', 'read "mail"; did you mean "male"?'),
        ('gender = "xy"', '"xy"', 'read "xy"; here could stand one of female, male, other'),
        ('spent >= "5"', '"5"', 'read "5"; here could stand a plain number such as 12.50'),
        ("spent >= 5.123", "5.123", "read 5.123; here could stand a number with at most 2 decimals"),
        ("orders >= 5.5", "5.5", "read 5.5; here could stand a whole number"),
        ("units >= 5.1234", "5.1234", "read 5.1234; here could stand a number with at most 3 decimals"),
        ("tag = 5", "5", "read 5; here could stand a text in quotes"),
        ("joined > 5", "5", 'read 5; here could stand a day such as 2026-11-22 or "60 days ago"'),
        ("age > today", "today", "read today; here could stand a plain number such as 12.50"),
        ('favourite_weekday = "s"', '"s"', f'read "s"; here could stand {WEEKDAYS}'),
        ('favourite_weekday = "mundays"', '"mundays"', 'read "mundays"; did you mean "sunday"?'),
        ("favourite_weekday = 8", "8", f"read 8; here could stand {WEEKDAYS}"),
        ("favourite_hour = 24", "24", "read 24; here could stand an hour from 0 to 23"),
        ("orders(hour >= -1) > 1", "-1", "read -1; here could stand an hour from 0 to 23"),
        ('orders(channel = "onlin") > 5', '"onlin"', 'read "onlin"; did you mean "online"?'),
        ("orders(hour between 23 and 9) > 1", "23", "23 is after 9; write 9 first"),
        ("age between 49 and 35", "49", "49 is after 35; write 35 first"),
        ("joined between 2026-02-01 and 2026-01-01", "2026-02-01", "2026-02-01 is after 2026-01-01; write 2026-01-01 first"),
        ("joined from 2026-02-01 to 2026-01-01", "2026-02-01", "2026-02-01 is after 2026-01-01; write 2026-01-01 first"),
        ("orders from 2026-02-01 to 2026-01-01 > 1", "2026-02-01", "2026-02-01 is after 2026-01-01; write 2026-01-01 first"),
        ('bought_together("A", "B") from 2026-02-01 to 2026-01-01', "2026-02-01", "2026-02-01 is after 2026-01-01; write 2026-01-01 first"),
        ('bought_together("A", " ")', '" "', "this text is empty; here could stand a SKU or the name of a product"),
        ('city = ""', '""', 'this text is empty; here could stand a text or "is unknown"'),
        ('city contains ""', '""', 'read ""; here could stand a text in quotes'),
        ("city contains 5", "5", "read 5; here could stand a text in quotes"),
        ('age > 5 and (city = "x" or not spent > "y")', '"y"', 'read "y"; here could stand a plain number such as 12.50'),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit(text, read, sentence):
    rule = rule_read(text)
    with pytest.raises(RuleWrong) as refused:
        rule_checked(rule, known=KNOWN, text=text)
    facts = refused.value.facts
    assert (text[facts["start"] : facts["end"]], str(refused.value)) == (read, sentence)
    assert rule_read(text) == rule


def test_the_place_is_underlined():
    text = "spent >= 5000 and last_ordr < 60 days ago"
    with pytest.raises(RuleWrong) as refused:
        rule_checked(rule_read(text), known=KNOWN, text=text)
    assert refused.value.facts["shown"] == (
        "spent >= 5000 and last_ordr < 60 days ago\n"
        '                  ^^^^^^^^^ unknown fact "last_ordr"; did you mean "last_order"?'
    )
    assert refused.value.facts["nearest"] == "last_order"
    assert {"spent", "group", "age"} <= set(refused.value.facts["expected"])


def test_a_rule_without_a_text_is_shown_in_its_own():
    rule = All(
        (Compare(Term("age"), Operator.ABOVE, (Number(5),)), Compare(Term("city"), Operator.EQUAL, (Number(5),)))
    )
    with pytest.raises(RuleWrong) as refused:
        rule_checked(rule, known=KNOWN)
    assert refused.value.facts["shown"] == (
        "age > 5 and city = 5\n                   ^ read 5; here could stand a text in quotes"
    )


def test_a_name_that_is_like_no_other_is_answered_with_some_that_are_known():
    with pytest.raises(RuleWrong, match='unknown fact "xqz"; known are: a'):
        rule_checked(rule_read("xqz = 1"), known=KNOWN)


def test_where_there_are_no_groups_that_is_said():
    with pytest.raises(RuleWrong, match='unknown group "Gold"; there is no group yet'):
        rule_checked(rule_read('group = "Gold"'), known=Known(terms=Terms(2)))


def test_money_has_the_decimals_of_the_currency():
    yen = Known(terms=Terms(0))
    assert rule_checked(rule_read("spent > 5.0"), known=yen)
    with pytest.raises(RuleWrong, match=r"read 5\.5; here could stand a whole number"):
        rule_checked(rule_read("spent > 5.5"), known=yen)


def test_500_conditions_fit_and_501_do_not():
    many = " or ".join(["orders(hour = 1) > 1"] * 250)
    assert rule_checked(rule_read(many), known=KNOWN, text=many)
    with pytest.raises(RuleWrong, match="a rule has at most 500 conditions and filters"):
        rule_checked(rule_read(many + " or age > 1"), known=KNOWN)


def test_5000_values_fit_and_5001_do_not():
    many = f"age in ({', '.join(['1'] * 5000)})"
    assert rule_checked(rule_read(many), known=KNOWN, text=many)
    with pytest.raises(RuleWrong, match="the lists of a rule hold at most 5000 values in all"):
        rule_checked(rule_read(many + " or age = 1"), known=KNOWN)


def test_a_rule_whose_own_text_would_be_too_long_does_not_fit():
    text = "city = '" + '"' * 50_000 + "'"
    with pytest.raises(RuleWrong, match="the rule has 100009 characters; at most 100000 can be read"):
        rule_checked(rule_read(text), known=KNOWN, text=text)


def test_a_text_that_looks_like_sql_is_a_text():
    rule = Compare(Term("city"), Operator.EQUAL, (Text("'; DROP TABLE customers_customer; --"),))
    assert rule_checked(rule, known=KNOWN) is rule


@settings(max_examples=150, deadline=None)
@given(rules(date(2026, 11, 22)))
def test_what_may_be_asked_fits_but_for_its_values(rule):
    try:
        sentence = str(rule_checked(rule, known=Known(terms=TERMS)) and "")
    except RuleWrong as wrong:
        sentence = str(wrong)
    assert re.fullmatch("|(this text is empty|read).*|.* is after .*", sentence)
