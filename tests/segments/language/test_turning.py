"""Nobody changes with time whom turning does not name, and it names few."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.segments.language.birthdays import Births
from regulars.segments.language.life import Life
from regulars.segments.language.meaning import matches
from regulars.segments.language.tree import Rule
from regulars.segments.language.turning import Diary, Turning, diary_of, merged, turning, turns
from regulars.segments.language.windows import Days
from tests.segments.language.words import (
    AGE,
    BIRTHDAY,
    JOINED,
    LAST_ORDER,
    ORDERS,
    OVERDUE,
    compare,
    field,
    last,
    shift,
    since,
    together,
    windowed,
    within,
)
from tests.segments.random_rules import Shop, lives_of, rules, shops_and_rules
from tests.segments.settings import PROFILE

TODAY = date(2026, 11, 22)
TOMORROW = TODAY + timedelta(days=1)
WEEKS_OLD = Life({"sales": [{"kind": "sale", "day": TODAY - timedelta(days=20)}]})


def _days(first: str, last_: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last_))


def _changes(rule: Rule, life: Life, shop: Shop, days: list[date]) -> bool:
    return len({matches(rule, life, terms=shop.terms, today=day) for day in days}) > 1


@PROFILE
@given(shops_and_rules(), st.integers(1, 40) | st.integers(300, 400))
def test_whoever_changes_from_one_day_to_a_later_one_is_named(case, ahead):
    shop, [rule] = case
    days = [shop.today + timedelta(days=n) for n in (range(ahead + 1) if ahead <= 40 else (0, ahead // 2, ahead))]
    turned = turning(rule, before=days[0], after=days[-1])
    for life in lives_of(shop):
        if _changes(rule, life, shop, days):
            assert turns(rule)
            assert diary_of(life).meets(turned)


@PROFILE
@given(rules(TODAY), st.integers(1, 400))
def test_a_rule_that_time_cannot_change_names_nobody(rule, ahead):
    if not turns(rule):
        assert turning(rule, before=TODAY, after=TODAY + timedelta(days=ahead)).is_empty


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(compare(LAST_ORDER, "<", shift(-60)), Turning(sale_days=(_days("2026-09-23", "2026-09-24"),)), id="60 days ago"),
        pytest.param(
            compare(windowed(ORDERS, last(90)), ">=", 4),
            Turning(sale_days=(_days("2026-08-25", "2026-08-25"), _days("2026-11-23", "2026-11-23"))),
            id="in last 90 days",
        ),
        pytest.param(
            within(LAST_ORDER, since(shift(-1, "months"))), Turning(sale_days=(_days("2026-10-22", "2026-10-22"),)), id="since a month ago",
        ),
        pytest.param(
            together("A", "B", last(2, "weeks")),
            Turning(sale_days=(_days("2026-11-09", "2026-11-09"), _days("2026-11-23", "2026-11-23"))),
            id="bought together in last 2 weeks",
        ),
        pytest.param(compare(AGE, ">=", 50), Turning(births=(Births((11, 23), (11, 23)),)), id="age"),
        pytest.param(
            within(BIRTHDAY, last(1, "weeks")), Turning(births=(Births((11, 16), (11, 16)), Births((11, 23), (11, 23)))), id="birthday",
        ),
        pytest.param(within(BIRTHDAY, since(shift(0))), Turning(), id="birthday in an open window"),
        pytest.param(
            compare(JOINED, ">=", shift(-7)), Turning(fact_days={("customers", "joined"): (_days("2026-11-15", "2026-11-16"),)}), id="joined",
        ),
        pytest.param(
            compare(field("Anniversary"), "=", shift(0)), Turning(fields={"Anniversary": (_days("2026-11-22", "2026-11-23"),)}), id="a date field",
        ),
        pytest.param(compare(OVERDUE, ">", 2), Turning(ordered_twice=True), id="overdue"),
        pytest.param(compare(OVERDUE, "is known"), Turning(), id="overdue is known"),
        pytest.param(compare(ORDERS, ">=", 4), Turning(), id="no window"),
    ],
)  # fmt: skip
def test_from_one_day_to_the_next_these_may_change(rule, expected):
    assert turning(rule, before=TODAY, after=TOMORROW) == expected
    assert turns(rule) is not expected.is_empty


def test_in_a_common_year_28_february_is_the_birthday_of_29_february_too():
    before, after = date(2027, 2, 27), date(2027, 2, 28)
    assert turning(compare(AGE, "=", 30), before=before, after=after).births == (Births((2, 28), (2, 29)),)
    leap = turning(compare(AGE, "=", 30), before=date(2028, 2, 27), after=date(2028, 2, 28))
    assert leap.births == (Births((2, 28), (2, 28)),)


def test_birthdays_across_the_new_year_are_two_ranges():
    found = turning(compare(AGE, "=", 30), before=date(2026, 12, 30), after=date(2027, 1, 2)).births
    assert found == (Births((12, 31), (12, 31)), Births((1, 1), (1, 2)))


def test_a_missed_week_names_whoever_changed_in_it():
    rule = compare(windowed(ORDERS, last(2, "days")), ">=", 1)
    found = turning(rule, before=TODAY, after=TODAY + timedelta(days=7)).sale_days
    assert found == (_days("2026-11-21", "2026-11-29"),)


def test_ranges_that_touch_are_one():
    assert merged([_days("2026-11-05", "2026-11-06"), _days("2026-11-01", "2026-11-04"), _days("2026-11-08", "2026-11-08")]) == (
        _days("2026-11-01", "2026-11-06"),
        _days("2026-11-08", "2026-11-08"),
    )  # fmt: skip


def test_one_order_is_not_overdue():
    assert diary_of(WEEKS_OLD) == Diary(WEEKS_OLD, [TODAY - timedelta(days=20)], 1)
    assert not diary_of(WEEKS_OLD).meets(Turning(ordered_twice=True))
