"""What tells a row of a report from the others of its part: in its address, beside an earlier span, and in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext

from regulars.access.rules import Actor
from regulars.reports.shape import Column, Mark, Part, Unit
from regulars.reports.wording import text_told
from regulars.web.reporting.cells import is_number, value_shown
from regulars.web.reporting.naming import names_of
from regulars.web.written import Shop

if TYPE_CHECKING:
    import pyarrow as pa

# The word of the address that names a column of a row.
ROW = "row-"

_Row = Mapping[str, Any]


def is_figure(column: Column) -> bool:
    return is_number(column) and not column.is_key


def telling(part: Part) -> tuple[Column, ...]:
    """The columns that tell a row from others: the two sides of a matrix, else what stands before the figures.

    Behind the figures stands what came out, such as the category that sells most in a place.
    """
    chart = part.chart
    if chart is not None and chart.mark is Mark.HEAT:
        return tuple(column for column in part.columns if column.name in (chart.x, chart.y))
    return tuple(_before_figures(part))


def _before_figures(part: Part) -> Iterator[Column]:
    """A place in a ranking stands before what it is the place of."""
    is_told = False
    for column in part.columns:
        if is_figure(column) and is_told:
            return
        # Whether a period is whole is no other period.
        if not is_figure(column) and column.unit is not Unit.YES:
            is_told = True
            yield column


def identity_of(part: Part, row: _Row) -> dict[str, Any]:
    """The values that tell the row."""
    return {column.name: row[column.name] for column in telling(part)}


def row_address(part: Part, row: _Row) -> dict[str, str]:
    """The words of an address that name the row."""
    return {f"{ROW}{name}": _written(value) for name, value in identity_of(part, row).items()}


def row_asked(part: Part, table: "pa.Table", asked: QueryDict) -> dict[str, Any] | None:
    """The row that the address names by its identity, as it is now; None where there is none (any more)."""
    import pyarrow as pa  # noqa: PLC0415

    kept = table
    for column in telling(part):
        text = asked.get(f"{ROW}{column.name}", "")
        kept = kept.filter(
            pa.array([_written(each) == text for each in kept.column(column.name).to_pylist()], pa.bool_())
        )
    rows = kept.slice(0, 1).to_pylist()
    return rows[0] if rows else None


def _written(value: Any) -> str:
    """A value as an address holds it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def row_told(part: Part, row: _Row, *, shop: Shop, actor: Actor) -> str:
    """What tells the row, in words: "Nov 2026, Westlands", "At least 4 orders"; of a single row, the title of its part.

    As many queries as there are kinds of things named in it.
    """
    columns = [column for column in telling(part) if not column.is_aside]
    first, rest = columns[:1], [column for column in columns[1:] if row[column.name] not in ("", None)]
    names = names_of([(columns, [row])], visible_to=actor)
    is_titled = _is_titled(columns)
    told = [
        f"{gettext(column.title)} {shown}" if is_titled else shown
        for column in (*first, *rest)
        for shown in [value_shown(text_told(row, column, shop.country_name), column, shop=shop, names=names)]
    ]
    if any(column.unit is Unit.DAYS for column in columns):
        told = [gettext("%(row)s days") % {"row": ", ".join(told)}]
    return ", ".join(told) or gettext(part.title)


def _is_titled(columns: Sequence[Column]) -> bool:
    """Whether the values say nothing without the titles of their columns: numbers, or two of a kind, as from and to."""
    kinds = [column.unit for column in columns if column.unit not in (Unit.TEXT, Unit.WORD)]
    return len(set(kinds)) < len(kinds) or any(map(is_number, columns))


def is_nobodys(part: Part, row: _Row) -> bool:
    """Whether the figures of the row say themselves that nobody stands behind it."""
    if part.counted in row:
        return not row[part.counted]
    wholes = {column.of for column in part.columns}
    return not any(row[column.name] for column in part.columns if is_figure(column) and column.name not in wholes)
