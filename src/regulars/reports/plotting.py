"""The rows of a part as its chart draws them: steps without gaps, no more lines than there are colours. Pure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regulars.reports.shape import Chart, Mark

if TYPE_CHECKING:
    import pyarrow as pa

# As many as there are colours that can be told apart.
MOST_SERIES = 8
_BY_SERIES = (Mark.LINES, Mark.STACKED, Mark.GROUPED)

Row = Mapping[str, Any]
Rows = Sequence[Row]


def latest_of(table: "pa.Table", chart: Chart) -> "tuple[pa.Table, int]":
    """The rows of the last values of y that the chart has a place for, and how many values there are in all."""
    if not chart.latest:
        return table, 0
    import pyarrow.compute as pc  # noqa: PLC0415

    values = table[chart.y].unique()
    if len(values) <= chart.latest:
        return table, len(values)
    return table.filter(pc.is_in(table[chart.y], value_set=values[-chart.latest :])), len(values)


def rows_drawn(rows: Rows, chart: Chart) -> Rows:
    """What is drawn of the rows; none where there is nothing to see."""
    if chart.above:
        rows = [row for row in rows if row[chart.above] > 0]
    if chart.begins:
        first = next((n for n, row in enumerate(rows) if row[chart.y]), len(rows))
        rows = rows[first:]
    if chart.differing and len({row[chart.differing] for row in rows}) < 2:
        return []
    return _stepped(rows, chart) if chart.step_to and rows else rows


def _stepped(rows: Rows, chart: Chart) -> Rows:
    """A row for each step from the first to the last, also for missing ones; the last place holds all that follow."""
    first, width = rows[0][chart.x], rows[0][chart.step_to] - rows[0][chart.x] + 1
    steps = [(row[chart.x] - first) // width for row in rows]
    last = min(steps[-1], chart.most - 1)
    sums = [0] * (last + 1)
    for step, row in zip(steps, rows, strict=True):
        sums[min(step, last)] += row[chart.y]
    names = [str(first + step * width) for step in range(last + 1)]
    if steps[-1] > last:
        names[-1] += "+"
    return [{chart.x: name, chart.y: value} for name, value in zip(names, sums, strict=True)]


def series_drawn(rows: Rows, chart: Chart, *, others: str) -> tuple[Rows, int]:
    """The rows of the series with the greatest figures, and how many series there are in all.

    Of a whole the rest is there as one, called `others`; lines and bars beside each other are left out.
    """
    sums: dict[Any, float] = {}
    for row in rows if chart.colour and chart.mark in _BY_SERIES else ():
        sums[row[chart.colour]] = sums.get(row[chart.colour], 0) + abs(row[chart.y] or 0)
    if len(sums) <= MOST_SERIES:
        return rows, len(sums)
    is_whole = chart.mark is Mark.STACKED
    greatest = sorted(sums, key=lambda each: -sums[each])[: MOST_SERIES - is_whole]
    kept = [row for row in rows if row[chart.colour] in greatest]
    return (_with_rest(rows, kept, chart, others), len(sums)) if is_whole else (kept, len(sums))


def _with_rest(rows: Rows, kept: Rows, chart: Chart, others: str) -> Rows:
    """At each x what was kept, and the sum of the rest."""
    series = {row[chart.colour] for row in kept}
    at: dict[Any, list[Row]] = {row[chart.x]: [] for row in rows}
    rest = dict.fromkeys(at, 0)
    for row in rows:
        if row[chart.colour] in series:
            at[row[chart.x]].append(row)
        else:
            rest[row[chart.x]] += row[chart.y] or 0
    return [each for x in at for each in (*at[x], {chart.x: x, chart.colour: others, chart.y: rest[x]})]
