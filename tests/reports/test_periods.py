"""A period as it is written, and its days."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest

from regulars.lake.calendar import calendar_table
from regulars.reports.periods import Days, days_asked, period_before, period_days


@pytest.mark.parametrize("week_start", ["monday", "sunday", "saturday"])
@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "year"])
def test_each_period_of_the_calendar_holds_its_days(week_start, kind):
    held = defaultdict(list)
    for row in calendar_table(week_start).select(["day", f"{kind}_text"]).to_pylist():
        held[row[f"{kind}_text"]].append(row["day"])
    if kind == "week":
        # The first and the last week of the calendar are cut.
        held = {text: days for text, days in held.items() if len(days) == 7}
    asked = {"$week_start": week_start}
    assert {text: period_days(asked, text) for text in held} == {
        text: Days(days[0], days[-1]) for text, days in held.items()
    }
    texts = list(held)
    assert all(period_before(asked, text) == period_days(asked, before) for before, text in pairwise(texts))


@pytest.mark.parametrize("text", ["", "soon", "2026-Q5", "26-01", "2026-W1"])
def test_anything_else_is_no_period(text):
    assert period_days({}, text) is None
    assert period_before({}, text) is None


def test_only_the_days_asked_about():
    asked = {"$from": date(2026, 2, 10), "$to": date(2026, 3, 5)}
    assert days_asked(asked, Days(date(2026, 2, 1), date(2026, 2, 28))) == (date(2026, 2, 10), date(2026, 2, 28))
    assert days_asked(asked, Days(date(2026, 3, 1), date(2026, 3, 31))) == (date(2026, 3, 1), date(2026, 3, 5))
