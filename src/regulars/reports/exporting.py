"""An answer as a file: CSV, XLSX, Parquet; its chart as PNG, SVG, PDF. What names customers is a matter of rights.

Numbers of customers need the right to take facts out; codes and names the right to take contacts out, and a purpose.
Whoever takes customers out is in the log before the file is theirs.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.core.money import currency_places
from regulars.core.text import squeezed
from regulars.reports.drawing import drawn
from regulars.reports.errors import PurposeMissing
from regulars.reports.running import Answer, Rows
from regulars.reports.shape import Column, Part, Unit
from regulars.reports.telling import Named, columns_told, names_in, part_named, rows_told
from regulars.reports.wording import Called, customer_told, plain_text, word_told, words_of
from regulars.sales.selectors import business_get
from regulars.storage.writing import writing

FORMS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
DRAWN = ("png", "svg", "pdf")
WITH_NAMES, WITHOUT_NAMES = "customers.export", "customers.export_facts"
SHORTEST_PURPOSE, LONGEST_PURPOSE = 3, 200
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_ROWS_IN_SHEET = 1_048_575


@dataclass(frozen=True, slots=True)
class File:
    """A file that is ready to leave."""

    name: str
    media_type: str
    content: bytes


def answer_export(
    answer: Answer, *, form: str, part: str = "", has_names: bool = False, purpose: str = "", is_dark: bool = False,
    actor: Actor, at: datetime,
) -> File:  # fmt: skip
    """The part of the answer as a file; `has_names`: with the codes and names of customers.

    Raises Forbidden, PartUnknown, PurposeMissing, NothingToDraw.
    """
    shown = part_named(answer, part)
    holds = _holds_customers(shown, answer, form)
    if holds:
        _require(actor, has_names=has_names)
    aim = _purpose(purpose) if holds and has_names else ""
    tables = [answer.parts[shown.name], *([answer.compared[shown.name]] if answer.compared else [])]
    named = names_in(tables, shown, visible_to=actor)
    if not has_names:
        named = Named({}, named.stores, named.products, named.groups)
        answer = _nameless(answer, actor)
    content = _content(answer, shown, named, form, is_dark=is_dark, has_names=has_names, actor=actor)
    if holds:
        _log(answer, shown, form, has_names=has_names, purpose=aim, actor=actor, at=at)
    return File(f"{answer.report.key}-{shown.name}-{answer.today}.{form}", FORMS[form], content)


def _nameless(answer: Answer, actor: Actor) -> Answer:
    """The answer with a finding that names customers by their numbers."""
    words = replace(words_of(business_get(), visible_to=actor), customer=lambda number: customer_told(number, None))
    return replace(answer, finding=answer.report.finding(Rows(answer.parts), words))


def answer_csv(answer: Answer, part: Part, *, named: Named, has_names: bool = True) -> bytes:
    """Rows as `rows_told` gives them; the time compared with stands below, told apart by the first column."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = [name for name in columns_told(part) if has_names or not _is_name(name, part)]
    writer.writerow((["time", *columns]) if answer.compared is not None else columns)
    for time, table in tables_of(answer, part):
        before = [time] if answer.compared is not None else []
        for row in rows_told(table, part, named=named, currency=answer.currency):
            writer.writerow(before + [_cell(row[name]) for name in columns])
    return text.getvalue().encode()


def tables_of(answer: Answer, part: Part) -> list[tuple[str, pa.Table]]:
    """The table asked for and the one it is compared with, if any, each with what its rows are told apart by."""
    found = [("asked", answer.parts[part.name])]
    return [*found, ("compared", answer.compared[part.name])] if answer.compared is not None else found


def answer_parquet(answer: Answer, part: Part, *, named: Named, has_names: bool = True) -> bytes:
    """Typed columns: amounts and quantities as decimals, days as dates; the header stands in the file's metadata."""
    places = currency_places(answer.currency)
    tables = []
    for time, table in tables_of(answer, part):
        columns: dict[str, pa.Array] = {}
        if answer.compared is not None:
            columns["time"] = pa.array([time] * table.num_rows, pa.string())
        for column in part.columns:
            columns |= _arrow(table[column.name], column, named, places, has_names=has_names)
        tables.append(pa.table(columns))
    header = {line.title: line.text for line in answer.header}
    told = {b"regulars": json.dumps({"report": answer.report.key, "finding": answer.finding, **header}).encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.concat_tables(tables).replace_schema_metadata(told), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def answer_xlsx(answer: Answer, part: Part, *, named: Named, has_names: bool = True) -> bytes:
    """A sheet with typed cells and one with what was asked about."""
    import xlsxwriter  # noqa: PLC0415

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        formats = {unit: book.add_format({"num_format": form}) for unit, form in _formats(answer.currency).items()}
        sheet = book.add_worksheet(gettext("Answer")[:31])
        for n, (title, unit) in enumerate(_heads(answer, part, has_names=has_names)):
            sheet.write_string(0, n, title, bold)
            sheet.set_column(n, n, 16, formats.get(unit) if unit else None)
        sheet.freeze_panes(1, 0)
        for r, row in enumerate(_cells_of(answer, part, named, has_names=has_names), start=1):
            for n, (value, unit) in enumerate(row):
                _write(sheet, r, n, value, formats.get(unit) if unit else None)
        about = book.add_worksheet(gettext("About")[:31])
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 100)
        lines = [(gettext("Report"), gettext(answer.report.title)), (gettext("Finding"), answer.finding)]
        for n, (title, text) in enumerate([*lines, *answer.header]):
            about.write_string(n, 0, title, bold)
            about.write_string(n, 1, text)
    return sink.getvalue()


def _heads(answer: Answer, part: Part, *, has_names: bool) -> Iterator[tuple[str, Unit | None]]:
    """The title of each column, and the unit of what stands in it."""
    if answer.compared is not None:
        yield gettext("Time"), None
    for column in part.columns:
        for what in _beside(column, has_names=has_names):
            yield _headed(column, what), None if what else column.unit


def _cells_of(
    answer: Answer, part: Part, named: Named, *, has_names: bool
) -> Iterator[list[tuple[object, Unit | None]]]:
    """The rows, as many as a sheet takes: the value and the unit of each cell."""
    places = currency_places(answer.currency)
    times = {"asked": gettext("asked for"), "compared": gettext("compared with")}
    told = [(time, row) for time, table in tables_of(answer, part) for row in table.to_pylist()]
    for time, row in told[:_MOST_ROWS_IN_SHEET]:
        before: list[tuple[object, Unit | None]] = [(times[time], None)] if answer.compared is not None else []
        yield before + [
            (_worth(row[column.name], column, what, named, places), None if what else column.unit)
            for column in part.columns
            for what in _beside(column, has_names=has_names)
        ]


def _write(sheet: Any, row: int, column: int, value: object, form: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, column, None)
        case bool():
            sheet.write_boolean(row, column, value)
        case date():
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001
        case int() | float() | Decimal():
            sheet.write_number(row, column, value, form)
        case _:
            sheet.write_string(row, column, str(value))


def _worth(value: Any, column: Column, what: str, named: Named, places: int) -> object:
    """The value of a cell."""
    if value is None:
        return None
    if what:
        called = named.customers.get(value) or Called()
        return called.code if what == "code" else called.name
    if column.unit in (Unit.MONEY, Unit.CURRENCY, Unit.QUANTITY):
        return Decimal(plain_text(value, column.unit, places=places))
    if column.unit in (Unit.STORE, Unit.PRODUCT, Unit.GROUP):
        return named.of(column.unit).get(value, str(value))
    return word_told(value, column) if column.unit is Unit.WORD else value


def _formats(currency: str) -> dict[Unit, str]:
    """How a spreadsheet writes each unit."""
    places = currency_places(currency)
    amount = "#,##0" + ("." + "0" * places if places else "")
    return {
        Unit.MONEY: amount, Unit.CURRENCY: amount, Unit.COUNT: "#,##0", Unit.QUANTITY: "#,##0.###",
        Unit.SHARE: "0.0%", Unit.NUMBER: "#,##0.00", Unit.DAYS: "#,##0", Unit.AVERAGE_DAYS: "#,##0.0",
        Unit.DAY: "yyyy-mm-dd",
    }  # fmt: skip


def _beside(column: Column, *, has_names: bool) -> tuple[str, ...]:
    """What stands in the cells of a column: of a customer the number (""), and beside it code and name."""
    return ("", "code", "name") if column.unit is Unit.CUSTOMER and has_names else ("",)


def _headed(column: Column, what: str) -> str:
    title = gettext(column.title)
    match what:
        case "code":
            return gettext("%(title)s, code") % {"title": title}
        case "name":
            return gettext("%(title)s, name") % {"title": title}
        case _:
            return title


def _arrow(values: Any, column: Column, named: Named, places: int, *, has_names: bool) -> dict[str, pa.Array]:
    if column.unit in (Unit.MONEY, Unit.QUANTITY):
        scale = places if column.unit is Unit.MONEY else 3
        exact = [None if value is None else Decimal(value).scaleb(-scale) for value in values.to_pylist()]
        return {column.name: pa.array(exact, pa.decimal128(18, scale))}
    if column.unit is Unit.CURRENCY:
        worth = [None if value is None else value / 10**places for value in values.to_pylist()]
        return {column.name: pa.array(worth, pa.float64())}
    if column.unit in (Unit.STORE, Unit.PRODUCT, Unit.GROUP):
        names = named.of(column.unit)
        told = [None if value is None else names.get(value, str(value)) for value in values.to_pylist()]
        return {column.name: pa.array(told, pa.string())}
    if column.unit is Unit.CUSTOMER and has_names:
        called = [named.customers.get(value) or Called() for value in values.to_pylist()]
        return {
            column.name: values.combine_chunks(),
            f"{column.name}_code": pa.array([each.code or None for each in called], pa.string()),
            f"{column.name}_name": pa.array([each.name or None for each in called], pa.string()),
        }
    return {column.name: values.combine_chunks()}


def _content(
    answer: Answer, part: Part, named: Named, form: str, *, is_dark: bool, has_names: bool, actor: Actor
) -> bytes:
    match form:
        case "csv":
            return answer_csv(answer, part, named=named, has_names=has_names)
        case "xlsx":
            return answer_xlsx(answer, part, named=named, has_names=has_names)
        case "parquet":
            return answer_parquet(answer, part, named=named, has_names=has_names)
        case _:
            words = words_of(business_get(), visible_to=actor)
            return drawn(answer, part, words, named=named, form=form, is_dark=is_dark)


def _holds_customers(part: Part, answer: Answer, form: str) -> bool:
    """Whether single customers are in the file."""
    numbers = {column.name for column in part.columns if column.unit is Unit.CUSTOMER}
    if not answer.parts[part.name].num_rows:
        return False
    if form in DRAWN:
        chart = part.chart
        return chart is not None and bool(numbers & {chart.x, chart.y, chart.colour, chart.size})
    return bool(numbers)


def _require(actor: Actor, *, has_names: bool) -> None:
    if has_names:
        actor.require(WITH_NAMES)
    elif not actor.may(WITH_NAMES):
        actor.require(WITHOUT_NAMES)


def _purpose(purpose: str) -> str:
    clean = squeezed(purpose)
    letters = sum(sign.isalpha() for sign in clean)
    if letters < SHORTEST_PURPOSE or len(clean) > LONGEST_PURPOSE or not clean.isprintable():
        raise PurposeMissing(least=SHORTEST_PURPOSE, longest=LONGEST_PURPOSE)
    return clean


def _log(answer: Answer, part: Part, form: str, *, has_names: bool, purpose: str, actor: Actor, at: datetime) -> None:
    facts = {
        "report": answer.report.key, "part": part.name, "form": form, "scope": answer.scope.words(),
        "columns": [name for name in columns_told(part) if has_names or not _is_name(name, part)],
        "purpose": purpose, "written": sum(table.num_rows for _time, table in tables_of(answer, part)),
    }  # fmt: skip
    with writing():
        audit_record(actor=actor, verb="reports.export", subject_kind="business", subject_ids=[1], at=at, facts=facts)


def _is_name(name: str, part: Part) -> bool:
    """Whether the column, as `columns_told` calls it, is a code or a name of customers."""
    numbers = [column.name for column in part.columns if column.unit is Unit.CUSTOMER]
    return any(name in (f"{number}_code", f"{number}_name") for number in numbers)


def _cell(value: object) -> str:
    """A cell no spreadsheet takes for a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() if value.startswith(_FORMULA) and not _is_number(value):
            return f"'{value}"
        case _:
            return str(value)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
