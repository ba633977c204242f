"""One row per day, so that no engine computes a date. Pure."""

from datetime import date
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.days import WEEKDAYS
from regulars.lake.relations import Columns, Kind, schema_of

FIRST, LAST = date(1990, 1, 1), date(2045, 12, 31)
_EPOCH = date(1970, 1, 1)

COLUMNS: Columns = {
    "day": Kind.DATE, "day_number": Kind.INTEGER, "weekday": Kind.INTEGER, "week": Kind.INTEGER,
    "month": Kind.INTEGER, "quarter": Kind.INTEGER, "year": Kind.INTEGER, "day_text": Kind.TEXT,
    "week_text": Kind.TEXT, "month_text": Kind.TEXT, "quarter_text": Kind.TEXT, "year_text": Kind.TEXT,
}  # fmt: skip
SCHEMA = schema_of(COLUMNS)


@cache
def calendar_table(week_start: str) -> pa.Table:
    """The days from 1990 to 2045, for a business whose weeks begin on that weekday."""
    begins = WEEKDAYS.index(week_start)
    number = pa.array(range((FIRST - _EPOCH).days, (LAST - _EPOCH).days + 1), pa.int32())
    day = number.cast(pa.date32())
    # 1970-01-01 was a Thursday, three days after a Monday.
    week = pc.divide(pc.add(number, 3 - begins), 7)
    year, quarter, text = pc.year(day), pc.quarter(day), day.cast(pa.string())
    columns = (
        day, number, pc.add(pc.day_of_week(day), 1), week, pc.add(pc.multiply(year, 12), pc.subtract(pc.month(day), 1)),
        pc.add(pc.multiply(year, 4), pc.subtract(quarter, 1)), year, text, _week_text(week, begins),
        pc.utf8_slice_codeunits(text, 0, 7), _joined(year, "-Q", quarter), year.cast(pa.string()),
    )  # fmt: skip
    return pa.table([each.cast(kind) for each, kind in zip(columns, SCHEMA.types, strict=True)], schema=SCHEMA)


def _week_text(week: pa.Array, begins: int) -> pa.Array:
    """ISO's week where weeks begin on Monday, else the week of the year in which it begins, counted from its first."""
    first = pc.add(pc.multiply(week, 7), begins - 3).cast(pa.int32()).cast(pa.date32())
    if begins == 0:
        year, count = pc.iso_year(first), pc.iso_week(first)
    else:
        year, count = pc.year(first), pc.add(pc.divide(pc.subtract(pc.day_of_year(first), 1), 7), 1)
    return _joined(year, "-W", pc.utf8_lpad(count.cast(pa.string()), 2, "0"))


def _joined(year: pa.Array, between: str, number: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(year.cast(pa.string()), number.cast(pa.string()), between)
