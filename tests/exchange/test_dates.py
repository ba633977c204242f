"""The order of dates is told by the whole column, or doubted."""

from datetime import UTC, datetime, timedelta

import pytest

from regulars.exchange.reading.dates import Doubt, Moment, Order, Pattern, date_format_named, moment_read, order_of


def moment(*parts: int) -> datetime:
    """What a clock on a wall shows."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def told(*values: str) -> Order | Doubt:
    return order_of((value, line) for line, value in enumerate(values, 2))


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["1/5/2019", "2/22/2019"], Order.MDY),
        (["01.05.2019", "22.02.2019"], Order.DMY),
        (["2019-05-01"], Order.DMY),
        (["19970101", "19971231"], Order.DMY),
        (["13/01/19"], Order.DMY),
        (["01/13/19"], Order.MDY),
        (["99/01/13", "98/12/31"], Order.YMD),
        (["31-12-2019 14:05", "2019-05-01"], Order.DMY),
        (["n/a", "2/22/2019"], Order.MDY),
        (["5 Jan 2019", "Jan 6, 2019"], Order.DMY),
    ],
)
def test_a_column_tells_its_order(values, order):
    assert told(*values) == order


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["1/5/2019", "3/8/2019"], ["can be read as DMY or MDY", '"1/5/2019" on line 2']),
        (["01-05-2019", "1/27/2019"], ["written in two ways", '"01-05-2019" on line 2', '"1/27/2019" on line 3']),
        (["22/02/2019", "02/22/2019"], ["no one order fits", "on line 2", "on line 3"]),
        (["01/02/03"], ["DMY or MDY"]),
    ],
)
def test_a_doubtful_column_says_why(values, words):
    found = told(*values)
    assert isinstance(found, Doubt)
    assert all(word in found.reason for word in words), found.reason


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("1/5/2019 13:08", Order.MDY, moment(2019, 1, 5, 13, 8)),
        ("1/5/2019 13:08", Order.DMY, moment(2019, 5, 1, 13, 8)),
        ("2010-12-01 08:26:00", Order.DMY, moment(2010, 12, 1, 8, 26)),
        ("2010-12-01T08:26:00.250", Order.MDY, moment(2010, 12, 1, 8, 26, 0, 250000)),
        ("19970112", Order.DMY, moment(1997, 1, 12)),
        ("7/28/26 1:33 PM", Order.MDY, moment(2026, 7, 28, 13, 33)),
        ("7/28/26 12:01 am", Order.MDY, moment(2026, 7, 28, 0, 1)),
        ("01.02.69", Order.DMY, moment(1969, 2, 1)),
        ("01.02.68", Order.DMY, moment(2068, 2, 1)),
        ("5 January 2019", Order.MDY, moment(2019, 1, 5)),
        ("2019-01-05 00:00:00 13:08:00", Order.DMY, moment(2019, 1, 5, 13, 8)),
    ],
)
def test_a_moment_is_read(text, order, expected):
    assert moment_read(text, order) == Moment(expected)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("2025-05-11 09:55:16 -0400", -240), ("2025-05-11T09:55:16Z", 0), ("2025-05-11 09:55:16+05:30", 330)],
)
def test_a_distance_from_utc_is_kept(text, minutes):
    found = moment_read(text, Order.DMY)
    assert found is not None
    assert found.offset == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "soon", "2019-13-01", "31/04/2019", "1/5/2019 25:00", "12/12/2019 x", "2019", "1.5"]
)
def test_no_date_is_no_date(text):
    assert moment_read(text, Order.DMY) is None


@pytest.mark.parametrize(
    ("text", "date_format"),
    [
        ("DMY", Order.DMY),
        ("mm/dd/yyyy", Order.MDY),
        ("YYYY-MM-DD", Order.YMD),
        ("%d.%m.%Y", Pattern("%d.%m.%Y")),
        ("day", None),
        ("YDM", None),
    ],
)
def test_a_format_is_named_by_its_order_or_a_pattern(text, date_format):
    assert date_format_named(text) == date_format


def test_a_pattern_of_the_day_alone_takes_a_time_too():
    pattern = Pattern("%d %m %y")
    assert moment_read("05 01 19", pattern) == Moment(moment(2019, 1, 5))
    assert moment_read("05 01 19 13:08", pattern) == Moment(moment(2019, 1, 5, 13, 8))
    assert moment_read("05/01/19", pattern) is None
