"""A part that is drawn as a heat map, as a table of two ways: each figure in its place, shaded by how large it is."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from regulars.reports.plotting import latest_of
from regulars.reports.shape import Chart, Column, Mark, Part, Unit
from regulars.web.reporting.cells import few_of, places_of, value_shown
from regulars.web.reporting.naming import Names, names_of
from regulars.web.reporting.tables import TablesAsked, behind_address

if TYPE_CHECKING:
    import pyarrow as pa

# A larger one is drawn: nobody reads so many figures.
_MOST_ACROSS, _MOST_DOWN = 40, 60
# As many as there are classes for it in reports.css, beside none.
_SHADES = 6
# The column that says whether a period is over and all of it was asked about.
_WHOLE = "is_whole"
# Shares up to this one differ in their decimals.
_MUCH = 0.1

_Rows = Sequence[Mapping[str, Any]]


class MatrixShown(NamedTuple):
    """`down` and `across` name the two ways, `figure` what the cells hold; `notes` what else is to be known of them."""

    title: str
    figure: str
    down: str
    across: str
    notes: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[SafeString]


def matrix_shown(part: Part, table: "pa.Table", how: TablesAsked) -> MatrixShown | None:
    """The matrix of the part; None where it has none, or a very large one. A query for each kind of thing named."""
    chart = part.chart
    if chart is None or chart.mark is not Mark.HEAT or not table.num_rows:
        return None
    table, places = latest_of(table, chart)
    rows = table.to_pylist() if table.num_rows <= _MOST_ACROSS * _MOST_DOWN else []
    across, down = _in_order(rows, chart.x), list(dict.fromkeys(row[chart.y] for row in rows))
    if not 1 < len(across) <= _MOST_ACROSS or len(down) > _MOST_DOWN:
        return None
    drawing = _Drawing(part, chart, rows, how)
    sized = [drawing.columns[chart.size]] if chart.size else []
    by_place = {(row[chart.y], row[chart.x]): row for row in rows}
    return MatrixShown(
        title=gettext(part.title),
        figure=gettext(drawing.columns[chart.colour].title),
        down=gettext(drawing.columns[chart.y].title),
        across=gettext(drawing.columns[chart.x].title),
        notes=list(_notes(drawing, rows, shown=len(down), of=places)),
        heads=[*(gettext(column.title) for column in sized), *(drawing.word(chart.x, each) for each in across)],
        rows=[drawing.row(one, [by_place.get((one, other)) for other in across]) for one in down],
    )


def _notes(drawing: "_Drawing", rows: _Rows, *, shown: int, of: int) -> Iterator[str]:
    if of > shown:
        yield gettext("The latest %(shown)s of %(all)s; below, row by row, are all.") % {"shown": shown, "all": of}
    if any(drawing.is_open(row) for row in rows):
        yield gettext("*: not over yet, or only partly asked about.")


def _in_order(rows: _Rows, name: str) -> list[Any]:
    """The values of a column: numbers as they rise, anything else as it comes."""
    values = list(dict.fromkeys(row[name] for row in rows))
    return sorted(values) if all(isinstance(value, int) for value in values) else values


class _Drawing:
    """Cells of one part, written and shaded among one another."""

    def __init__(self, part: Part, chart: Chart, rows: _Rows, how: TablesAsked) -> None:
        self.columns: dict[str, Column] = {column.name: column for column in part.columns}
        self._part, self._chart, self._how = part, chart, how
        named = [self.columns[name] for name in (chart.x, chart.y)]
        self._names: Names = names_of([(named, rows)], visible_to=how.actor)
        figures = [row[chart.colour] for row in rows if row[chart.colour] is not None and self._is_shaded(row)]
        # Many shares beside each other are whole; a decimal in each would be a wall of figures.
        is_share = self.columns[chart.colour].unit is Unit.SHARE
        self._places = (
            0 if is_share and max(figures, default=0) > _MUCH else places_of(self.columns[chart.colour], rows)
        )
        self._least, self._most = min(figures, default=0), max(figures, default=0)

    def word(self, name: str, value: Any, *, places: int | None = None) -> str:
        return value_shown(value, self.columns[name], shop=self._how.shop, names=self._names, places=places)

    def row(self, value: Any, cells: Sequence[Mapping[str, Any] | None]) -> SafeString:
        drawn = self._size(cells) + "".join(self._cell(cell) for cell in cells)
        head = escape(self.word(self._chart.y, value))
        return mark_safe(f'<tr><th scope="row">{head}</th>{drawn}</tr>')  # noqa: S308  (all values are escaped)

    def is_open(self, row: Mapping[str, Any]) -> bool:
        """Whether the figure may still change, or is of a part of its period."""
        return row.get(_WHOLE) is False and row[self._chart.colour] is not None

    def _size(self, cells: Sequence[Mapping[str, Any] | None]) -> str:
        """How many the row is of, which is the same in all its cells."""
        if not self._chart.size:
            return ""
        size = next(row[self._chart.size] for row in cells if row is not None)
        return f'<td class="number">{escape(self.word(self._chart.size, size))}</td>'

    def _cell(self, row: Mapping[str, Any] | None) -> str:
        if row is None or row[self._chart.colour] is None:
            return "<td></td>"
        column = self.columns[self._chart.colour]
        shown = escape(self.word(column.name, row[column.name], places=self._places))
        if self.is_open(row):
            shown += "*"
        kinds = "number few" if few_of(row, column) is not None else "number"
        if shade := self._shade(row):
            kinds += f" shade-{shade}"
        if row[column.name] and (address := behind_address(self._part, row, self._how)):
            shown = f'<a href="{escape(address)}">{shown}</a>'
        return f'<td class="{kinds}">{shown}</td>'

    def _shade(self, row: Mapping[str, Any]) -> int:
        if self._most <= self._least:
            return 0
        if not self._is_shaded(row):
            # It is no measure for the others, and shaded as the greatest of them.
            return _SHADES
        share = (row[self._chart.colour] - self._least) / (self._most - self._least)
        return min(_SHADES, int(share * (_SHADES + 1)))

    def _is_shaded(self, row: Mapping[str, Any]) -> bool:
        return not self._chart.above or row[self._chart.above] > 0
