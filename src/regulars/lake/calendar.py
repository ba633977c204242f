"""One row per day, so that no engine computes a date. Pure."""

from datetime import date, timedelta
from functools import cache

import pyarrow as pa

from regulars.core.days import WEEKDAYS
from regulars.lake.relations import ARROW, Columns, Kind

FIRST, LAST = date(1990, 1, 1), date(2045, 12, 31)
_EPOCH = date(1970, 1, 1)

COLUMNS: Columns = {
    "day": Kind.DATE, "day_number": Kind.INTEGER, "weekday": Kind.INTEGER, "week": Kind.INTEGER,
    "month": Kind.INTEGER, "quarter": Kind.INTEGER, "year": Kind.INTEGER, "day_text": Kind.TEXT,
    "week_text": Kind.TEXT, "month_text": Kind.TEXT, "quarter_text": Kind.TEXT, "year_text": Kind.TEXT,
}  # fmt: skip
SCHEMA = pa.schema([(name, ARROW[kind]) for name, kind in COLUMNS.items()])


@cache
def calendar_table(week_start: str) -> pa.Table:
    """The days from 1990 to 2045, for a business whose weeks begin on that weekday."""
    begins = WEEKDAYS.index(week_start)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    rows = [_row(day, begins) for day in days]
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, SCHEMA.types, strict=True)], schema=SCHEMA)


def _row(day: date, begins: int) -> tuple[object, ...]:
    number = (day - _EPOCH).days
    # 1970-01-01 was a Thursday, three days after a Monday.
    week = (number + 3 - begins) // 7
    quarter = (day.month - 1) // 3
    return (
        day, number, day.isoweekday(), week, day.year * 12 + day.month - 1, day.year * 4 + quarter, day.year,
        day.isoformat(), _week_text(day, begins), f"{day:%Y-%m}", f"{day.year}-Q{quarter + 1}", str(day.year),
    )  # fmt: skip


def _week_text(day: date, begins: int) -> str:
    """ISO's week where weeks begin on Monday, else the week of the year in which it begins, counted from its first."""
    if begins == 0:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    first = day - timedelta(days=(day.weekday() - begins) % 7)
    return f"{first.year}-W{(first.timetuple().tm_yday - 1) // 7 + 1:02}"
