"""The business day of a moment, through time zones, clock changes and late closing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regulars.core.days import Moment, NotAMinuteOfDay, UnknownTimeZone, minute_of_day, moment_at, timezone_of, utc


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "timezone", "cutoff", "expected"),
    [
        ("2026-11-21T12:00:00+00:00", "Africa/Nairobi", 0, Moment(date(2026, 11, 21), 6, 15, 0)),
        # Nairobi's new day begins at nine in the evening of Greenwich.
        ("2026-11-21T20:59:59+00:00", "Africa/Nairobi", 0, Moment(date(2026, 11, 21), 6, 23, 59)),
        ("2026-11-21T21:00:00+00:00", "Africa/Nairobi", 0, Moment(date(2026, 11, 22), 7, 0, 0)),
        # The offset it was told with does not matter.
        ("2026-11-22T06:00:00+09:00", "Africa/Nairobi", 0, Moment(date(2026, 11, 22), 7, 0, 0)),
        ("2026-12-31T23:30:00+00:00", "Pacific/Auckland", 0, Moment(date(2027, 1, 1), 5, 12, 30)),
        ("2026-01-01T05:00:00+00:00", "America/Los_Angeles", 0, Moment(date(2025, 12, 31), 3, 21, 0)),
        ("2026-11-21T12:00:00+00:00", "Asia/Kathmandu", 0, Moment(date(2026, 11, 21), 6, 17, 45)),
        # A bar that closes at four: the night belongs to the evening it began in.
        ("2026-11-22T00:59:59+00:00", "Africa/Nairobi", 240, Moment(date(2026, 11, 21), 6, 3, 59)),
        ("2026-11-22T01:00:00+00:00", "Africa/Nairobi", 240, Moment(date(2026, 11, 22), 7, 4, 0)),
        ("2026-11-21T21:00:00+00:00", "Africa/Nairobi", 240, Moment(date(2026, 11, 21), 6, 0, 0)),
        ("2026-02-28T22:30:00+00:00", "Africa/Nairobi", 240, Moment(date(2026, 2, 28), 6, 1, 30)),
        ("2028-03-01T00:30:00+00:00", "Africa/Nairobi", 240, Moment(date(2028, 2, 29), 2, 3, 30)),
        # The night in spring when London's clocks go from 01:00 to 02:00 (29 March 2026).
        ("2026-03-29T00:59:00+00:00", "Europe/London", 0, Moment(date(2026, 3, 29), 7, 0, 59)),
        ("2026-03-29T01:00:00+00:00", "Europe/London", 0, Moment(date(2026, 3, 29), 7, 2, 0)),
        ("2026-03-29T02:59:00+00:00", "Europe/London", 240, Moment(date(2026, 3, 28), 6, 3, 59)),
        ("2026-03-29T03:00:00+00:00", "Europe/London", 240, Moment(date(2026, 3, 29), 7, 4, 0)),
        # The night in autumn when they go from 02:00 to 01:00 (25 October 2026): half past one comes twice.
        ("2026-10-25T00:30:00+00:00", "Europe/London", 0, Moment(date(2026, 10, 25), 7, 1, 30)),
        ("2026-10-25T01:30:00+00:00", "Europe/London", 0, Moment(date(2026, 10, 25), 7, 1, 30)),
        ("2026-10-25T03:59:00+00:00", "Europe/London", 240, Moment(date(2026, 10, 24), 6, 3, 59)),
        ("2026-10-25T04:00:00+00:00", "Europe/London", 240, Moment(date(2026, 10, 25), 7, 4, 0)),
        ("2026-10-24T23:00:00+00:00", "Europe/London", 0, Moment(date(2026, 10, 25), 7, 0, 0)),
        ("2026-10-24T22:59:59+00:00", "Europe/London", 0, Moment(date(2026, 10, 24), 6, 23, 59)),
    ],
)
def test_a_moment_is_what_the_clock_on_the_wall_showed(moment, timezone, cutoff, expected):
    assert moment_at(at(moment), timezone=timezone_of(timezone), cutoff_minutes=cutoff) == expected


@pytest.mark.parametrize("cutoff", [0, 1, 240, 1439])
def test_every_minute_of_a_year_counts_for_one_day_and_days_never_go_back(cutoff):
    london = timezone_of("Europe/London")
    moment, last = at("2026-01-01T12:00:00+00:00"), date(2025, 12, 30)
    while moment.year == 2026:
        found = moment_at(moment, timezone=london, cutoff_minutes=cutoff)
        assert found.day - last in (timedelta(0), timedelta(1), timedelta(2) if last.year == 2025 else timedelta(1))
        assert found.weekday == found.day.isoweekday()
        last, moment = found.day, moment + timedelta(minutes=97)


@pytest.mark.parametrize(
    ("text", "minutes"), [("00:00", 0), ("04:00", 240), ("4:00", 240), ("23:59", 1439), ("12:5", 725)]
)
def test_a_time_of_day_in_minutes(text, minutes):
    assert minute_of_day(text) == minutes


@pytest.mark.parametrize("text", ["", "4", "24:00", "12:60", "-1:00", "12:00:00", "noon", "12;30", " ", "1e1:00"])
def test_what_is_no_time_of_day_is_refused_by_name(text):
    with pytest.raises(NotAMinuteOfDay) as refusal:
        minute_of_day(text)
    assert str(refusal.value) == f'"{text}" is no time of day; write it as 04:00.'


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("Africa/Nairobbi", "Africa/Nairobi"),
        ("europe/londn", "Europe/London"),
        ("", "Europe/London"),
        ("../../etc/passwd", "Europe/London"),
        ("xyzzy", "Europe/London"),
    ],
)
def test_an_unknown_time_zone_is_refused_with_the_nearest(name, example):
    with pytest.raises(UnknownTimeZone) as refusal:
        timezone_of(name)
    assert str(refusal.value) == f'"{name}" is no time zone; write one such as {example}.'


def test_the_same_instant_in_utc():
    assert utc(at("2026-11-21T15:00:00+03:00")).isoformat() == "2026-11-21T12:00:00+00:00"
    assert utc(at("2026-11-21T15:00:00+03:00")).tzinfo is UTC
