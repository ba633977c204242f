"""The worked examples of docs/algorithms/lake.md are what the code does."""

from datetime import date
from itertools import pairwise

import pytest

from regulars.lake.calendar import calendar_table
from regulars.lake.feeding import Mark, counts
from regulars.lake.following import parts_taken_in
from regulars.lake.layout import Part
from tests.house.documents import section, table

LAKE = "docs/algorithms/lake.md"


def rows(title):
    return table(section(LAKE, title).text)


def numbers(text):
    return [] if text == "none" else [int(each) for each in text.split(", ")]


@pytest.mark.parametrize("row", rows("Example 1: which files a flush puts into the new one"))
def test_which_files_a_flush_puts_into_the_new_one(row):
    parts = [Part(f"{n}.parquet", n, 1, 1, 1) for n in numbers(row["rows of the files there are"])]
    new = int(row["new rows"])
    taken = [part.rows for part in parts_taken_in(parts, new)]
    assert taken == numbers(row["taken in"])
    assert new + sum(taken) == int(row["rows of the new file"])


@pytest.mark.parametrize("row", rows("Example 2: when a mark counts"))
def test_when_a_mark_counts(row):
    mark = Mark(1, {}, {}, int(row["mark taken at transaction"]))
    assert counts(mark, oldest=int(row["oldest transaction at work"])) is (row["the mark counts"] == "yes")


def days(week_start):
    return {row["day"]: row for row in calendar_table(week_start).to_pylist()}


def test_the_calendar_knows_every_day():
    found = days("monday")
    assert (min(found), max(found), len(found)) == (date(1990, 1, 1), date(2045, 12, 31), 20454)
    assert found[date(2026, 11, 22)] == {
        "day": date(2026, 11, 22), "day_number": 20779, "weekday": 7, "week": 2968, "month": 24322, "quarter": 8107,
        "year": 2026, "day_text": "2026-11-22", "week_text": "2026-W47", "month_text": "2026-11",
        "quarter_text": "2026-Q4", "year_text": "2026",
    }  # fmt: skip
    assert found[date(2027, 1, 3)]["week_text"] == "2026-W53"


def test_weeks_begin_where_the_business_says():
    for week_start, first in (("monday", 1), ("sunday", 7), ("saturday", 6)):
        found = list(days(week_start).values())
        for before, after in pairwise(found):
            assert after["week"] - before["week"] == (1 if after["weekday"] == first else 0)
            assert (after["week_text"] != before["week_text"]) == (after["weekday"] == first)
    sundays = days("sunday")
    assert [sundays[date(2026, 1, day)]["week_text"] for day in (3, 4, 10, 11)] == [
        "2025-W52", "2026-W01", "2026-W01", "2026-W02",
    ]  # fmt: skip
