"""What rules mean, boundary by boundary: the plain evaluator, to which every engine is held elsewhere."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from regulars.segments.language.meaning import matches
from regulars.segments.language.tree import (
    All,
    Always,
    Any,
    Before,
    Calendar,
    Day,
    Member,
    Not,
    Number,
    Pinned,
    Since,
    Span,
    Term,
)
from tests.segments.language.lives import NOBODY, TERMS, TODAY, born, bought, brought_back, holds, line, sale, told
from tests.segments.language.words import (
    AGE,
    AVERAGE,
    BIRTHDAY,
    CITY,
    FIRST_ORDER,
    GAP,
    LAST_ORDER,
    ORDERS,
    OVERDUE,
    SPENT,
    TAG,
    UNITS,
    VISITS,
    ahead,
    compare,
    field,
    filtered,
    last,
    money,
    shift,
    together,
    windowed,
    within,
)
from tests.segments.random_rules import lives_of, shops_and_rules
from tests.segments.random_shops import Person
from tests.segments.settings import PROFILE

ORDERED = compare(ORDERS, ">=", 1)


def _ordered(window, day, today=TODAY):
    """Whether an order on that day is in the window."""
    return holds(compare(windowed(ORDERS, window), ">=", 1), bought(sale(day)), today=today)


# Days.


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-11-20", False), ("2026-11-21", True), ("2026-11-22", True), ("2026-11-23", False)]
)
def test_the_last_two_days_are_yesterday_and_today(day, expected):
    assert _ordered(last(2), day) is expected


@pytest.mark.parametrize(("day", "expected"), [("2026-11-08", False), ("2026-11-09", True), ("2026-11-22", True)])
def test_the_last_two_weeks_are_fourteen_days(day, expected):
    assert _ordered(last(2, "weeks"), day) is expected


@pytest.mark.parametrize(
    ("today", "day", "expected"),
    [
        ("2027-03-31", "2027-02-28", False),
        ("2027-03-31", "2027-03-01", True),
        ("2028-03-31", "2028-02-29", False),
        ("2028-03-31", "2028-03-01", True),
        ("2027-03-30", "2027-02-28", False),
        ("2027-03-28", "2027-02-28", False),
        ("2027-03-27", "2027-02-28", True),
    ],
)
def test_the_month_before_the_31st_of_march_begins_on_the_1st(today, day, expected):
    assert _ordered(last(1, "months"), day, today=today) is expected


def test_a_month_before_the_31st_is_the_months_last_day():
    on_the_28th = within(LAST_ORDER, Since(shift(-1, "months")))
    assert holds(on_the_28th, bought(sale("2027-02-28")), today="2027-03-31")
    assert not holds(on_the_28th, bought(sale("2027-02-27")), today="2027-03-31")


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        (Calendar(2026, 11), ("2026-11-01", "2026-11-30"), ("2026-10-31", "2026-12-01")),
        (Calendar(2026), ("2026-01-01", "2026-12-31"), ("2025-12-31", "2027-01-01")),
        (Since(Day(date(2026, 6, 1))), ("2026-06-01", "2027-01-01"), ("2026-05-31",)),
        (Before(Day(date(2026, 6, 1))), ("2026-05-31",), ("2026-06-01",)),
        (
            Span(Day(date(2026, 6, 1)), Day(date(2026, 6, 2))),
            ("2026-06-01", "2026-06-02"),
            ("2026-05-31", "2026-06-03"),
        ),
        (Span(shift(-7), shift(-1)), ("2026-11-15", "2026-11-21"), ("2026-11-14", "2026-11-22")),
        (Span(Day(date(2026, 6, 2)), Day(date(2026, 6, 1))), (), ("2026-06-01", "2026-06-02")),
    ],
)
def test_a_window_holds_both_its_ends(window, inside, outside):
    assert all(_ordered(window, day) for day in inside)
    assert not any(_ordered(window, day) for day in outside)


@pytest.mark.parametrize(
    ("day", "before", "on", "after"),
    [("2026-09-22", True, False, False), ("2026-09-23", False, True, False), ("2026-09-24", False, False, True)],
)
def test_60_days_ago_is_the_date_60_days_before_today(day, before, on, after):
    life = bought(sale(day))
    for operator, expected in (("<", before), ("=", on), (">", after), ("<=", before or on), (">=", on or after)):
        assert holds(compare(LAST_ORDER, operator, shift(-60)), life) is expected


def test_a_sale_of_tomorrow_counts_now_but_not_as_of_today():
    life = bought(sale("2026-11-22"), sale("2026-11-23"))
    assert told(ORDERS, life) == 2
    assert told(ORDERS, life, as_of=True) == 1
    assert told(LAST_ORDER, life, as_of=True) == date(2026, 11, 22)
    assert told(Term("favourite_weekday"), bought(sale("2026-11-23")), as_of=True) is None
    assert not holds(together("Latte", "Latte"), bought(sale("2026-11-23")), as_of=True)


def test_as_of_a_past_day_habits_end_there():
    life = bought(*(sale(day) for day in ("2026-11-01", "2026-11-11", "2026-11-21")))
    assert told(GAP, life) == 10
    assert told(OVERDUE, life, as_of=True, today=date(2026, 11, 16)) == Fraction(1, 2)


# Ages and birthdays.


@pytest.mark.parametrize(
    ("today", "age"),
    [("2027-02-27", 26), ("2027-02-28", 27), ("2027-03-01", 27), ("2028-02-28", 27), ("2028-02-29", 28)],
)
def test_who_was_born_on_29_february_is_older_on_28_february_of_common_years(today, age):
    assert told(AGE, born("2000-02-29"), today=date.fromisoformat(today)) == age
    assert holds(compare(AGE, "=", age), born("2000-02-29"), today=today)


@pytest.mark.parametrize(
    ("birth", "today", "expected"),
    [
        ("2000-02-29", "2027-02-28", True),
        ("2000-02-29", "2027-03-01", False),
        ("2000-02-29", "2028-02-28", False),
        ("2000-02-29", "2028-02-29", True),
        ("2001-02-28", "2028-02-29", False),
        ("2001-03-01", "2027-02-28", False),
    ],
)
def test_a_birthday_on_29_february_is_on_28_february_in_common_years(birth, today, expected):
    assert holds(within(BIRTHDAY, last(1)), born(birth), today=today) is expected


def test_the_50th_birthday_ends_35_to_49_on_that_very_day():
    rule = compare(AGE, "between", 35, 49)
    assert holds(rule, born("1976-11-23"), today="2026-11-22")
    assert not holds(rule, born("1976-11-23"), today="2026-11-23")
    assert holds(rule, born("1991-11-22"), today="2026-11-22")
    assert not holds(rule, born("1991-11-23"), today="2026-11-22")


@pytest.mark.parametrize(
    ("birth", "expected"), [("1990-12-27", False), ("1990-12-28", True), ("1990-12-31", True), ("1990-01-03", True), ("1990-01-04", False)]
)  # fmt: skip
def test_birthdays_of_the_next_week_cross_the_new_year(birth, expected):
    assert holds(within(BIRTHDAY, ahead(7)), born(birth), today="2026-12-28") is expected


def test_everybody_has_a_birthday_within_a_year():
    for birth in ("2000-02-29", "1999-11-21", "1999-11-22"):
        for window in (ahead(1, "years"), Since(shift(0)), Before(Day(date(2026, 1, 1))), Calendar(2026)):
            assert holds(within(BIRTHDAY, window), born(birth))
    assert not holds(within(BIRTHDAY, ahead(1, "years")), bought())


def test_a_birthday_is_in_a_month_of_whatever_year():
    assert holds(within(BIRTHDAY, Calendar(2026, 11)), born("1980-11-30"))
    assert not holds(within(BIRTHDAY, Calendar(2026, 11)), born("1980-12-01"))


# Money, counts and ratios.

LADDER = (compare(SPENT, "<", 500), compare(SPENT, "between", 500, 2000), compare(SPENT, ">", 2000))


@pytest.mark.parametrize(
    ("spent", "tier"), [(0, 0), (49999, 0), (50000, 1), (199999, 1), (200000, 1), (200001, 2)]
)  # fmt: skip
def test_every_amount_is_on_one_rung_of_the_ladder(spent, tier):
    life = bought(sale("2026-11-01", line(net=spent)))
    assert [holds(rule, life) for rule in LADDER] == [rung == tier for rung in range(3)]


def test_spent_is_net_of_returns_and_of_gift_cards_and_units_too():
    life = bought(
        sale("2026-11-01", line(net=50000, units=2), line("Mug", 10000, is_gift_card=True)),
        brought_back("2026-11-02", line(net=-20000, units=-1)),
    )
    assert told(SPENT, life) == 30000
    assert told(UNITS, life) == 1000
    assert told(Term("returned"), life) == 20000
    assert told(ORDERS, life) == 1


def test_spending_without_tax_leaves_the_tax_out():
    life = bought(
        sale("2026-11-01", line(net=11600, tax=1600)), brought_back("2026-11-02", line(net=-1160, tax=-160, units=-1))
    )
    without = replace(TERMS, spend_includes_tax=False)
    assert (told(SPENT, life), told(SPENT, life, terms=without)) == (10440, 9000)
    assert (told(Term("returned"), life), told(Term("returned"), life, terms=without)) == (1160, 1000)


def test_a_visit_is_a_store_and_a_day():
    life = bought(
        sale("2026-11-01"), sale("2026-11-01"), sale("2026-11-01", store="Karen"), sale("2026-11-02"),
        brought_back("2026-11-03", line(net=-35000, units=-1)),
    )  # fmt: skip
    assert told(VISITS, life) == 3


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [(">=", "33.34", False), (">=", "33.33", True), ("=", "33.33", False), ("<", "33.34", True), (">", "33.33", True)],
)
def test_an_average_is_compared_unrounded(operator, value, expected):
    life = bought(*(sale("2026-11-01", line(net=net)) for net in (5000, 5000, 0)))
    assert told(AVERAGE, life) == Fraction(10000, 3)
    assert holds(compare(AVERAGE, operator, money(value)), life) is expected


@pytest.mark.parametrize(
    ("operator", "expected"), [(">", False), (">=", True), ("=", True), ("<=", True), ("<", False)]
)
def test_a_ratio_equal_to_the_value_is_neither_above_nor_below(operator, expected):
    life = bought(sale("2026-11-01"), sale("2026-11-04"), sale("2026-11-08"))
    assert told(GAP, life) == Fraction(7, 2)
    assert holds(compare(GAP, operator, Decimal("3.5")), life) is expected
    assert told(OVERDUE, life) == 4
    assert holds(compare(OVERDUE, operator, 4), life) is expected
    assert holds(compare(AVERAGE, operator, 350), life) is expected


def test_habits_need_two_orders_with_a_day_between():
    for life in (bought(), bought(sale("2026-11-01")), bought(sale("2026-11-01"), sale("2026-11-01"))):
        assert told(GAP, life) is None
        assert told(OVERDUE, life) is None
        assert not holds(compare(OVERDUE, ">", 0), life)


def test_an_average_takes_its_filters_and_window_before_dividing():
    life = bought(
        sale("2026-11-01", line(net=10000), line("Mug", 5000)),
        sale("2026-11-02", line("Mug", 7000)),
        sale("2026-01-01"),
    )
    term = windowed(filtered(AVERAGE, ("product", "=", ["Latte"])), last(30))
    assert told(term, life) == 10000
    assert told(windowed(AVERAGE, last(30)), life) == 11000
    assert told(windowed(AVERAGE, Calendar(2020)), life) is None


# Filters.

SHOPPER = bought(
    sale("2026-11-16", line("Latte", 30000), line("Beans", 90000), hour=9, paid=("cash", "mpesa")),
    sale("2026-11-21", line("Caffè latte", 40000), store="Karen", hour=23, channel="online", paid=("card",)),
    sale("2026-11-22", line("Mug", 20000), line("Gift box", 10000), store="Old Town"),
)


@pytest.mark.parametrize(
    ("filters", "orders"),
    [
        ([("product", "=", ["SKU-1"])], 2),
        ([("product", "=", ["Caffè latte"])], 2),
        ([("product", "=", ["latte"])], 0),
        ([("product", "=", ["Mug"])], 1),
        ([("product", "!=", ["SKU-1"])], 2),
        ([("category", "=", ["Coffee"])], 1),
        ([("category", "contains", ["hot DRINKS"])], 1),
        ([("brand", "is unknown", [])], 2),
        ([("brand", "not in", ["House", "Acme"])], 2),
        ([("store", "in", ["Westlands", "Karen"])], 2),
        ([("city", "=", ["Nairobi"])], 2),
        ([("channel", "=", ["online"])], 1),
        ([("payment", "=", ["mpesa"])], 1),
        ([("payment", "!=", ["cash"])], 2),
        ([("payment", "is unknown", [])], 1),
        ([("weekday", "in", ["sat", "Sunday"])], 2),
        ([("weekday", ">=", ["sat"])], 2),
        ([("hour", "between", [12, 23])], 2),
        ([("amount", ">=", [400])], 2),
        ([("amount", ">", [400])], 1),
        ([("category", "=", ["Coffee"]), ("amount", ">", [1000])], 1),
        ([("store", "=", ["Westlands"]), ("channel", "=", ["online"])], 0),
    ],
)
def test_filters_leave_out_what_does_not_pass_them_all(filters, orders):
    assert told(filtered(ORDERS, *filters), SHOPPER) == orders


def test_with_a_filter_on_lines_money_and_units_are_of_the_matching_lines():
    term = filtered(SPENT, ("category", "=", ["Coffee"]))
    assert told(term, SHOPPER) == 120000
    assert told(filtered(SPENT, ("product", "=", ["SKU-1"]), ("channel", "=", ["online"])), SHOPPER) == 40000
    assert told(filtered(UNITS, ("brand", "=", ["Acme"])), SHOPPER) == 2000
    assert told(filtered(Term("products"), ("store", "=", ["Westlands"])), SHOPPER) == 2
    assert told(filtered(LAST_ORDER, ("product", "=", ["Latte"])), SHOPPER) == date(2026, 11, 21)
    assert told(filtered(FIRST_ORDER, ("product", "=", ["none such"])), SHOPPER) is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Latte", "Beans"), True),
        (("SKU-2", "Caffè latte"), True),
        (("Latte", "Mug"), False),
        (("Latte", "Caffè latte"), True),
        (("Latte", "Latte"), True),
        (("Mug", "Gift box"), True),
        (("Latte", "none such"), False),
    ],
)
def test_one_sale_holds_both_whatever_names_they_go_by(names, expected):
    assert holds(together(*names), SHOPPER) is expected


def test_together_has_a_window_and_no_returns():
    assert not holds(together("Latte", "Beans", last(6)), SHOPPER)
    assert holds(together("Latte", "Beans", last(7)), SHOPPER)
    back = bought(brought_back("2026-11-01", line(net=-1, units=-1), line("Beans", -1, units=-1)))
    assert not holds(together("Latte", "Beans"), back)


# Favourites.


def test_the_favourite_has_most_orders_then_the_latest_then_the_least():
    store = Term("favourite_store")
    assert told(store, bought(sale("2026-11-01"), sale("2026-11-02"), sale("2026-11-03", store="Karen"))) == "Westlands"
    assert told(store, bought(sale("2026-11-01"), sale("2026-11-03", store="Karen"))) == "Karen"
    assert told(store, bought(sale("2026-11-01"), sale("2026-11-01", store="Karen"))) == "Karen"
    assert told(store, bought()) is None


def test_an_order_counts_once_for_a_category_and_an_empty_one_not_at_all():
    category = Term("favourite_category")
    two_lattes = sale("2026-11-01", line(), line(), line())
    assert (
        told(category, bought(two_lattes, sale("2026-11-01", line("Mug")), sale("2026-11-02", line("Mug"))))
        == "Kitchen"
    )
    assert told(category, bought(sale("2026-11-01", line("")))) is None


def test_a_favourite_weekday_is_written_as_a_word():
    life = bought(sale("2026-11-21"), sale("2026-11-14"), sale("2026-11-20"))
    assert told(Term("favourite_weekday"), life) == 6
    assert holds(compare(Term("favourite_weekday"), "=", "sat"), life)
    assert holds(compare(Term("favourite_hour"), "=", 12), life)


# What is unknown.


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("=", ["Nairobi"], False),
        ("!=", ["Nairobi"], True),
        ("in", ["Nairobi", "Mombasa"], False),
        ("not in", ["Nairobi", "Mombasa"], True),
        ("contains", ["a"], False),
        ("is known", [], False),
        ("is unknown", [], True),
        ("=", [""], False),
    ],
)
def test_an_unknown_text_passes_only_complements(operator, values, expected):
    empty = Person(place=("", "", "KE", ""))
    for life in (bought(), bought(person=empty)):
        assert holds(compare(CITY, operator, *values), life) is expected


@pytest.mark.parametrize("term", [AGE, LAST_ORDER, AVERAGE, GAP, field("Shoe size"), field("Anniversary")])
def test_an_unknown_number_or_day_passes_only_complements(term):
    value = Day(TODAY) if term in (LAST_ORDER, field("Anniversary")) else Number(Decimal(0))
    passing = [
        operator
        for operator in (">", ">=", "<", "<=", "=", "!=", "in", "not in")
        if holds(compare(term, operator, value), bought())
    ]
    assert passing == ["!=", "not in"]
    assert not holds(compare(term, "between", value, value), bought())
    assert told(term, bought()) is None


def test_who_never_bought_has_spent_nothing_and_that_is_known():
    assert [told(term, bought()) for term in (SPENT, ORDERS, VISITS, UNITS)] == [0, 0, 0, 0]
    assert holds(compare(SPENT, "is known"), bought())
    assert holds(compare(SPENT, "<", 500), bought())


def test_of_several_texts_one_must_pass():
    life = bought(person=Person(tags=frozenset({"vip", "früh"})))
    assert told(TAG, life) == ("früh", "vip")
    assert holds(compare(TAG, "=", "vip"), life)
    assert not holds(compare(TAG, "!=", "vip"), life)
    assert holds(compare(TAG, "!=", "staff"), life)
    assert holds(compare(TAG, "contains", "FRUH"), life)
    assert not holds(compare(TAG, "=", "VIP"), life)
    assert told(TAG, bought()) is None


def test_the_last_word_on_a_channel_is_the_consent():
    told_twice = Person(consents=(("sms", True), ("email", True), ("sms", False)))
    assert told(Term("consent"), bought(person=told_twice)) == ("email",)


def test_phones_are_known_or_not():
    life = bought(person=Person(identities=frozenset({"phone"})))
    assert holds(compare(Term("phone"), "is known"), life)
    assert holds(compare(Term("email"), "is unknown"), life)


def test_countries_are_compared_in_their_kept_form():
    life = bought(person=Person(place=("", "", "KE", "")))
    assert holds(compare(Term("country"), "=", "Kenya"), life)
    assert holds(compare(Term("country"), "in", "gb", "ke"), life)


def test_custom_fields_are_compared_as_their_kind_says():
    life = bought(
        person=Person(fields={"Shoe size": "42.5", "Vegan": "no", "Anniversary": "2026-11-22", "Club": "Chess"})
    )
    assert holds(compare(field("Shoe size"), "=", Decimal("42.50")), life)
    assert holds(compare(field("Shoe size"), ">", 9), life)
    assert holds(compare(field("Vegan"), "=", "no"), life)
    assert holds(within(field("Anniversary"), last(1)), life)
    assert holds(compare(field("Club"), "contains", "chess"), life)
    assert told(field("Shoe size"), life) == 42.5


# Joining.


def test_conditions_are_joined():
    yes, no, life = Always(is_true=True), Always(is_true=False), bought()
    assert [holds(All((yes, other)), life) for other in (yes, no)] == [True, False]
    assert [holds(Any((no, other)), life) for other in (yes, no)] == [True, False]
    assert [holds(Not(each), life) for each in (yes, no)] == [False, True]


def test_in_a_group_by_hand_or_pinned():
    life = bought(person=replace(NOBODY, members=frozenset({1}), pins={2: True, 3: False}))
    assert [holds(Member(group), life) for group in (1, 2, 3, 4)] == [True, True, False, False]
    assert [holds(Pinned(group, is_in=True), life) for group in (1, 2, 3)] == [False, True, False]
    assert [holds(Pinned(group, is_in=False), life) for group in (1, 2, 3)] == [False, False, True]


@PROFILE
@given(shops_and_rules())
def test_a_rule_and_its_opposite_split_the_shop(case):
    shop, [rule] = case
    for life in lives_of(shop):
        held = [matches(each, life, terms=shop.terms, today=shop.today) for each in (rule, Not(rule), Not(Not(rule)))]
        assert held in ([True, False, True], [False, True, False])
