"""The tables of an answer as a page shows them: a page of rows, sorted as asked, each value written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from regulars.access.rules import Actor
from regulars.reports.shape import Column, Mark, Part, Unit
from regulars.reports.wording import text_told
from regulars.web.reporting.cells import AMOUNTS, change_shown, few_of, is_number, places_of, value_shown
from regulars.web.reporting.naming import Names, names_of
from regulars.web.reporting.rows import identity_of, is_figure, is_nobodys, row_address, telling
from regulars.web.reporting.scope_bar import address_with
from regulars.web.written import Shop

# Half a second to import: at the first report, not at the start.
if TYPE_CHECKING:
    import pyarrow as pa

PER_PAGE = 25
# What has a name is not sorted by the number that stands for it.
_NOT_SORTED = frozenset({Unit.CUSTOMER, Unit.STORE, Unit.PRODUCT, Unit.GROUP})
# What may be long.
_WORDY = frozenset({Unit.TEXT, Unit.WORD, Unit.PRODUCT, Unit.STORE, Unit.GROUP, Unit.CUSTOMER})
_PASSING = frozenset({Unit.PERIOD, Unit.DAY})


class Head(NamedTuple):
    """A head of a column. `address`: sorts by it; empty where nothing can."""

    label: str
    meaning: str
    beside: str
    is_number: bool
    address: str
    sorted: str


@dataclass(frozen=True, slots=True)
class TableShown:
    """A part of an answer as a table; `first` to `last` of `total` rows are shown."""

    name: str
    title: str
    note: str
    heads: Sequence[Head]
    rows: Sequence[SafeString]
    first: int
    last: int
    total: int
    before: str
    after: str

    @property
    def is_turned(self) -> bool:
        """Whether it is sorted, or not at its first page."""
        return self.first > 1 or any(head.sorted for head in self.heads)


class TablesAsked(NamedTuple):
    """What a page asks for of the tables: by its address; of which scope; where the customers behind a row are."""

    asked: QueryDict
    words: QueryDict
    behind: str
    shop: Shop
    actor: Actor


def table_shown(part: Part, table: "pa.Table", compared: "pa.Table | None", how: TablesAsked) -> TableShown:
    """A page of the part's rows. As many queries as there are kinds of things named in it."""
    sort = _sort_asked(part, how.asked)
    number = _page_asked(part, how.asked, table.num_rows)
    first = (number - 1) * PER_PAGE
    rows = _sorted(table, sort).slice(first, PER_PAGE).to_pylist()
    columns = columns_shown(part, table)
    names = names_of([(columns, rows)], visible_to=how.actor)
    earlier = _Earlier(part, table, compared) if compared is not None else None
    places = {column.name: places_of(column, rows) for column in columns}
    drawn = []
    for row in rows:
        before = earlier.row(row) if earlier else None
        cells = [_cell(column, row, before, names=names, places=places[column.name], how=how) for column in columns]
        drawn.append(_row(columns, cells, behind_address(part, row, how)))
    page = f"{part.name}-page"
    is_last = first + len(rows) >= table.num_rows
    return TableShown(
        name=part.name, title=gettext(part.title), note=gettext(part.note) if part.note else "",
        heads=[_head(part, column, sort, how) for column in columns], rows=drawn,
        first=first + 1 if rows else 0, last=first + len(rows), total=table.num_rows,
        before=_address(how, {page: str(number - 1)}) if number > 1 else "",
        after="" if is_last else _address(how, {page: str(number + 1)}),
    )  # fmt: skip


def columns_shown(part: Part, table: "pa.Table") -> Sequence[Column]:
    """Those that are shown: not what stands aside, nor texts that are all empty, such as the region of a country.

    What the rows are ranked by is the first of the figures: others may be out of sight.
    """
    shown = [column for column in part.columns if not column.is_aside and not _is_blank(column, table)]
    ranked = next((column for column in shown if column.name == _ranked(part)), None)
    if ranked is None:
        return shown
    rest = [column for column in shown if column is not ranked]
    told = {column.name for column in telling(part)}
    place = max((n for n, column in enumerate(rest, start=1) if column.name in told), default=0)
    return [*rest[:place], ranked, *rest[place:]]


def _ranked(part: Part) -> str:
    """The figure that the rows are ranked by; empty where they are not."""
    ranks = part.chart is not None and part.chart.mark is Mark.RANKED
    return part.ranked or (part.chart.x if part.chart is not None and ranks else "")


def _is_blank(column: Column, table: "pa.Table") -> bool:
    if column.unit is not Unit.TEXT or not table.num_rows:
        return False
    import pyarrow.compute as pc  # noqa: PLC0415

    return not pc.any(pc.not_equal(table[column.name], "")).as_py()


def _address(how: TablesAsked, changes: Mapping[str, str]) -> str:
    return address_with(how.asked, changes)


def _sort_asked(part: Part, asked: QueryDict) -> str:
    """The column to sort by, with a - for the largest first; empty: as the answer comes."""
    sort = asked.get(f"{part.name}-sort") or ""
    known = {column.name for column in part.columns if column.unit not in _NOT_SORTED}
    return sort if sort.removeprefix("-") in known else ""


def _page_asked(part: Part, asked: QueryDict, total: int) -> int:
    text = asked.get(f"{part.name}-page") or ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
    return max(1, min(number, -(-total // PER_PAGE)))


def _sorted(table: "pa.Table", sort: str) -> "pa.Table":
    """Rows without a value are last either way."""
    if not sort:
        return table
    import pyarrow.compute as pc  # noqa: PLC0415

    order = "descending" if sort.startswith("-") else "ascending"
    return table.take(pc.sort_indices(table, sort_keys=[(sort.removeprefix("-"), order, "at_end")]))


def _head(part: Part, column: Column, sort: str, how: TablesAsked) -> Head:
    held = sort if sort.removeprefix("-") == column.name else ""
    # What is a number is asked for largest first.
    other = column.name if held.startswith("-") or not (held or is_number(column)) else f"-{column.name}"
    return Head(
        label=gettext(column.title),
        meaning=gettext(column.meaning) if column.meaning else "",
        beside=_unit(column, how.shop),
        is_number=is_number(column),
        address="" if column.unit in _NOT_SORTED else _address(how, {f"{part.name}-sort": other}),
        sorted="" if not held else "descending" if held.startswith("-") else "ascending",
    )


class _Earlier:
    """The rows of an earlier span, found by what a row is about; of days and periods, by their place in the span."""

    def __init__(self, part: Part, table: "pa.Table", compared: "pa.Table") -> None:
        self._part = part
        self._places = self._places_in(table)
        places = self._places_in(compared)
        self._rows = {self._key(row, places): row for row in compared.to_pylist()}

    def row(self, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return self._rows.get(self._key(row, self._places))

    def _places_in(self, table: "pa.Table") -> dict[str, dict[Any, int]]:
        passing = [column.name for column in telling(self._part) if column.unit in _PASSING]
        return {
            name: {value: n for n, value in enumerate(sorted(set(table.column(name).to_pylist()) - {None}))}
            for name in passing
        }

    def _key(self, row: Mapping[str, Any], places: Mapping[str, Mapping[Any, int]]) -> tuple[Any, ...]:
        identity = identity_of(self._part, row)
        return tuple(places[name].get(value) if name in places else value for name, value in identity.items())


def _unit(column: Column, shop: Shop) -> str:
    """What the figures of a column are of, where its title does not say it."""
    if column.unit in AMOUNTS:
        return shop.currency
    is_silent = column.unit in (Unit.DAYS, Unit.AVERAGE_DAYS) and "day" not in column.title.lower()
    return gettext("days") if is_silent else ""


def _row(columns: Sequence[Column], cells: Sequence[str], address: str) -> SafeString:
    """The row, drawn: a page has hundreds of cells, and a template takes five times as long for them."""
    head = cells[0]
    if address and not any(column.unit is Unit.CUSTOMER for column in columns):
        head = f'<a class="row-link" href="{escape(address)}">{head}</a>'
    rest = "".join(f"<td{_kind(column)}>{cell}</td>" for column, cell in zip(columns[1:], cells[1:], strict=True))
    kind = ' class="number"' if is_number(columns[0]) else ""
    return mark_safe(f'<tr><th scope="row"{kind}>{head}</th>{rest}</tr>')  # noqa: S308  (all values are escaped)


def _kind(column: Column) -> str:
    if is_number(column):
        return ' class="number"'
    return ' class="text"' if column.unit in _WORDY else ""


def behind_address(part: Part, row: Mapping[str, Any], how: TablesAsked) -> str:
    """The address of the customers behind a row; empty where there are none, and for who may not see customers."""
    if not how.behind or is_nobodys(part, row):
        return ""
    rest = how.words.copy()
    for name in [name for name in rest if "-" in name]:
        del rest[name]
    named = urlencode({"part": part.name} | row_address(part, row))
    return f"{how.behind}?{'&'.join(filter(None, (rest.urlencode(), named)))}"


def _cell(
    column: Column, row: Mapping[str, Any], before: Mapping[str, Any] | None, *, names: Names, places: int,
    how: TablesAsked,
) -> str:  # fmt: skip
    value = text_told(row, column, how.shop.country_name)
    shown = escape(value_shown(value, column, shop=how.shop, names=names, places=places))
    if column.unit is Unit.CUSTOMER and value in names.customers and how.actor.may("customers.see"):
        return f'<a class="row-link" href="{escape(reverse("customer", args=[value]))}">{shown}</a>'
    if not is_figure(column):
        return shown
    shown = _figure(column, row, shown)
    return shown + _beside(column, value, before, how, places) if before is not None else shown


def _figure(column: Column, row: Mapping[str, Any], shown: str) -> str:
    """A figure; grey with the count where it is one of few."""
    few = few_of(row, column)
    if few is not None and row[column.name] is not None:
        of = escape(gettext("of %(n)s") % {"n": few})
        return f'<span class="few">{shown} <small>{of}</small></span>'
    is_below = column.unit in AMOUNTS and (row[column.name] or 0) < 0
    return f'<span class="below-zero">{shown}</span>' if is_below else shown


def _beside(column: Column, value: Any, before: Mapping[str, Any], how: TablesAsked, places: int) -> str:
    """What the figure was in the span compared with, and how it moved."""
    was = before.get(column.name)
    if was is None:
        return ""
    text = value_shown(was, column, shop=how.shop, names=Names(), places=places)
    change = change_shown(value, was, column, shop=how.shop)
    told = gettext("was %(before)s") % {"before": text}
    return f'<small class="was">{escape(told)}{f" <b>{escape(change)}</b>" if change else ""}</small>'
