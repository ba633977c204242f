"""Which days a window holds, seen from a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.segments.language.birthdays import EVERYBODY, Births, age_on, births_of, celebrated, is_birthday_within
from regulars.segments.language.tree import Before, Calendar, Day, Since, Span, Unit
from regulars.segments.language.windows import Days, day_of, days_of, moves, shifted
from tests.segments.language.words import ahead, last, shift

SOME = Day(date(2026, 6, 1))


def _days(first, last_):
    return Days(first and date.fromisoformat(first), last_ and date.fromisoformat(last_))


@pytest.mark.parametrize(
    ("window", "today", "expected"),
    [
        (last(90), "2026-11-22", _days("2026-08-25", "2026-11-22")),
        (last(1), "2026-11-22", _days("2026-11-22", "2026-11-22")),
        (last(2, "weeks"), "2026-11-22", _days("2026-11-09", "2026-11-22")),
        (last(1, "months"), "2027-03-31", _days("2027-03-01", "2027-03-31")),
        (last(1, "months"), "2028-03-31", _days("2028-03-01", "2028-03-31")),
        (last(1, "months"), "2027-03-28", _days("2027-03-01", "2027-03-28")),
        (last(1, "years"), "2028-02-29", _days("2027-03-01", "2028-02-29")),
        (ahead(7), "2026-12-28", _days("2026-12-28", "2027-01-03")),
        (ahead(1, "months"), "2027-01-31", _days("2027-01-31", "2027-02-27")),
        (Since(SOME), "2026-11-22", _days("2026-06-01", None)),
        (Since(shift(-1, "months")), "2026-12-31", _days("2026-11-30", None)),
        (Before(shift(0)), "2026-11-22", _days(None, "2026-11-21")),
        (Span(SOME, shift(-1)), "2026-11-22", _days("2026-06-01", "2026-11-21")),
        (Calendar(2026), "2030-01-01", _days("2026-01-01", "2026-12-31")),
        (Calendar(2028, 2), "2030-01-01", _days("2028-02-01", "2028-02-29")),
    ],
)
def test_a_window_is_these_days(window, today, expected):
    assert days_of(window, today=date.fromisoformat(today)) == expected


@pytest.mark.parametrize(
    ("day", "count", "unit", "expected"),
    [
        ("2027-03-31", -1, "months", "2027-02-28"),
        ("2028-03-31", -1, "months", "2028-02-29"),
        ("2026-12-31", 2, "months", "2027-02-28"),
        ("2028-02-29", -1, "years", "2027-02-28"),
        ("2028-02-29", 4, "years", "2032-02-29"),
        ("2026-11-22", -2, "weeks", "2026-11-08"),
        ("2026-01-01", -1, "months", "2025-12-01"),
        ("2026-11-22", -10_000, "years", "0001-01-01"),
        ("2026-11-22", 10_000, "years", "9999-12-31"),
        ("2026-11-22", -10_000_000, "days", "0001-01-01"),
    ],
)
def test_a_month_away_is_the_same_day_or_the_months_last(day, count, unit, expected):
    assert shifted(date.fromisoformat(day), count, Unit(unit)) == date.fromisoformat(expected)


def test_a_day_told_by_date_is_that_day_whatever_day_it_is():
    assert day_of(SOME, today=date(2030, 1, 1)) == SOME.day
    assert day_of(shift(-60), today=date(2026, 11, 22)) == date(2026, 9, 23)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (None, False),
        (last(1), True),
        (ahead(1), True),
        (Since(SOME), False),
        (Since(shift(-1)), True),
        (Before(SOME), False),
        (Before(shift(0)), True),
        (Span(SOME, SOME), False),
        (Span(SOME, shift(0)), True),
        (Calendar(2026), False),
    ],
)
def test_only_what_is_told_from_today_moves(window, expected):
    assert moves(window) is expected


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(-500, 500), st.sampled_from(list(Unit)))
def test_a_later_day_is_never_moved_to_an_earlier_one(day, count, unit):
    assert shifted(day, count, unit) <= shifted(day + timedelta(days=1), count, unit)


def test_29_february_is_celebrated_on_28_february_of_common_years():
    birth = date(2000, 2, 29)
    assert [celebrated(birth, year).isoformat() for year in (2027, 2028)] == ["2027-02-28", "2028-02-29"]
    assert [age_on(birth, date(2027, 2, day)) for day in (27, 28)] == [26, 27]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (_days("2027-02-27", "2027-02-28"), (Births((2, 27), (2, 29)),)),
        (_days("2028-02-27", "2028-02-28"), (Births((2, 27), (2, 28)),)),
        (_days("2026-12-30", "2027-01-02"), (Births((12, 30), (12, 31)), Births((1, 1), (1, 2)))),
        (_days("2026-12-30", None), (EVERYBODY,)),
        (_days("2026-12-30", "2027-12-31"), (EVERYBODY,)),
        (_days("2026-12-30", "2026-12-29"), ()),
    ],
)
def test_whose_birthday_falls_in_days(days, expected):
    assert births_of(days) == expected


@given(
    st.dates(date(1996, 1, 1), date(2004, 12, 31)), st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.integers(-2, 400)
)
def test_births_are_those_with_a_birthday_in_the_days(birth, first, length):
    days = Days(first, first + timedelta(days=length))
    assert any(each.holds(birth) for each in births_of(days)) is is_birthday_within(birth, days)
