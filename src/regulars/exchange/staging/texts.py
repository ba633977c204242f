"""The mapped columns of a file, and what each of their distinct texts means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from regulars.exchange.conditions import Bound
from regulars.exchange.errors import DateOrderDoubtful, NoDates, NumberFormatDoubtful
from regulars.exchange.fields import DATES, FIELDS, NUMBERS, Field, Form
from regulars.exchange.mapping import Source
from regulars.exchange.reading.dates import DateColumn, DateFormat, Doubt
from regulars.exchange.reading.numbers import NumberColumns, NumberFormat
from regulars.exchange.reading.tables import Table
from regulars.exchange.staging.desk import Desk
from regulars.exchange.staging.meanings import (
    Meaning,
    Reader,
    amount_reader,
    day_reader,
    moment_reader,
    price_reader,
    quantity_reader,
    word_reader,
)

_CHUNK = 50_000
# The forms that stay the text they are.
PLAIN = frozenset({Form.TEXT, Form.TAGS})
_TYPES = {
    Form.QUANTITY: pa.int64(), Form.PRICE: pa.int64(), Form.AMOUNT: pa.int64(),
    Form.MOMENT: pa.timestamp("us"), Form.DAY: pa.timestamp("us"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Texts:
    """The lines of a file with the mapped text of each field it gives: a query, and the values bound in it."""

    desk: Desk
    table: Table
    number: int
    keys: tuple[str, ...]
    sql: str
    values: Mapping[str, object]

    def run(self, sql: str, **values: object) -> None:
        """Do a statement that names `sql`, with values of its own."""
        self.desk.run(sql, {**self.values, **values})

    def read_name(self, key: str) -> str:
        """The table of the distinct texts of a field: text, value, fault, and of moments offset_minutes."""
        return f"read_{self.number}_{key}"

    def is_typed(self, key: str) -> bool:
        """Whether the file holds the field's values as numbers or dates, so that there is nothing to find out."""
        places = [self.table.place_of(column) for column in self.desk.mapping.sources[key].columns]
        return bool(places) and all(place in self.table.typed for place in places)

    def column_of(self, key: str) -> str:
        """The name in the file of the column that gives the field."""
        return " ".join(self.desk.mapping.sources[key].columns) or FIELDS[key].name

    def distinct(self, key: str) -> Iterator[tuple[str, int]]:
        """Each text of the field once, with the first line it stands on, in the order of lines."""
        with self.desk.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, min(line) AS first FROM {self.sql} WHERE {key} IS NOT NULL"
                " GROUP BY 1 ORDER BY first, 1",
                dict(self.values),
            )
            while chunk := cursor.fetchmany(_CHUNK):
                yield from chunk


def texts_made(desk: Desk, table: Table, number: int) -> Texts:
    """The mapped columns of the file. Raises ColumnMissing."""
    bound = Bound()
    given = {
        key: sql for key, source in desk.mapping.sources.items() if (sql := _source_sql(desk, table, source, bound))
    }
    columns = ", ".join(f"{sql} AS {key}" for key, sql in given.items())
    return Texts(desk, table, number, tuple(given), f"(SELECT line, {columns} FROM {table.name})", bound.values)


def needed_check(texts: Texts) -> None:
    """Raises ColumnMissing where the file lacks a column without which there is no sale, or no customer."""
    sources = texts.desk.mapping.sources
    for group in texts.desk.needed:
        if not any(key in texts.keys for key in group):
            source = next(sources[key] for key in group if key in sources)
            for column in source.columns:
                texts.table.place_needed(column)


def _source_sql(desk: Desk, table: Table, source: Source, bound: Bound) -> str | None:
    """The text of a source; None where the file may lack its columns and does."""
    if source.value is not None:
        return f"{bound.name(source.value)}::VARCHAR"
    if desk.mapping.file.is_partial and any(table.place_of(column) is None for column in source.columns):
        _refuse_slip(desk, table, source)
        return None
    cells = [f"c{table.place_needed(column)}" for column in source.columns]
    sql = cells[0] if len(cells) == 1 else f"nullif(concat_ws(' ', {', '.join(cells)}), '')"
    if not source.words:
        return sql
    cases = " ".join(f"WHEN {bound.name(said)} THEN {bound.name(meant)}" for said, meant in source.words)
    return f"CASE {sql} {cases} ELSE {sql} END"


def _refuse_slip(desk: Desk, table: Table, source: Source) -> None:
    """Raises ColumnMissing where an unmapped column of the file looks like a slip of the one that is absent."""
    wanted = desk.mapping.headings
    for column in source.columns:
        others = [name for name in table.columns if name and name not in wanted]
        if table.place_of(column) is None and _is_slip(column, others):
            table.place_needed(column)


def _is_slip(column: str, others: list[str]) -> bool:
    """Whether one of the others has the same letters but one or two, such as "quanttiy"."""
    return any(abs(len(column) - len(other)) <= 1 and sorted(column) == sorted(other.lower()) for other in others)


def texts_read(texts: Texts, *, country: str, today: date) -> frozenset[str]:
    """Each distinct text of the file has its meaning in read_<number>_<field>; the fields of which some text has none.

    Raises NumberFormatDoubtful, DateOrderDoubtful, NoDates.
    """
    numbers = _number_format(texts)
    faulty = set()
    for key in texts.keys:
        if FIELDS[key].form not in PLAIN:
            reader = _reader(texts, FIELDS[key], numbers=numbers, country=country, today=today)
            if _meanings_made(texts, key, reader):
                faulty.add(key)
    return frozenset(faulty)


def _number_format(texts: Texts) -> NumberFormat:
    options = texts.desk.mapping.file
    if options.decimal:
        return NumberFormat(options.decimal, options.thousands)
    columns = NumberColumns()
    for key in texts.keys:
        if FIELDS[key].form in NUMBERS and texts.desk.mapping.sources[key].columns and not texts.is_typed(key):
            for text, line in texts.distinct(key):
                columns.add(text, line)
    found = columns.decided()
    if isinstance(found, Doubt):
        raise NumberFormatDoubtful(file=texts.table.file, reason=found.reason)
    return found if options.thousands is None else NumberFormat(found.decimal, options.thousands)


def _date_format(texts: Texts, key: str) -> DateFormat:
    options = texts.desk.mapping.file
    column = DateColumn()
    for text, line in texts.distinct(key):
        column.add(text, line)
    if options.date_format:
        return options.date_format
    if not column.is_read and column.first_unread and key == "sale_sold_at":
        seen = column.first_unread
        raise NoDates(file=texts.table.file, column=texts.column_of(key), line=seen.line, value=seen.value)
    found = column.decided()
    if isinstance(found, Doubt):
        raise DateOrderDoubtful(file=texts.table.file, column=texts.column_of(key), reason=found.reason)
    return found


def _reader(texts: Texts, field: Field, *, numbers: NumberFormat, country: str, today: date) -> Reader:
    places = texts.desk.places
    plain = NumberFormat(".") if texts.is_typed(field.key) else numbers
    match field.form:
        case Form.QUANTITY:
            return quantity_reader(plain)
        case Form.PRICE:
            return price_reader(plain, places=places, is_rounded="line_total" in texts.keys)
        case Form.AMOUNT:
            return amount_reader(plain, places=places)
        case form if form in DATES:
            date_format = _date_format(texts, field.key)
            return moment_reader(date_format) if form is Form.MOMENT else day_reader(date_format, today=today)
        case form:
            return word_reader(form, country=country)


def _meanings_made(texts: Texts, key: str, reader: Reader) -> bool:
    """The meanings stand in their table; whether some text has none."""
    value = _TYPES.get(FIELDS[key].form, pa.string())
    schema = pa.schema(
        [("text", pa.string()), ("value", value), ("fault", pa.string()), ("offset_minutes", pa.int64())]
    )
    faults = _Faults()
    with texts.desk.connection.cursor() as cursor:
        cursor.register(
            "incoming", pa.RecordBatchReader.from_batches(schema, _batches(texts, key, reader, schema, faults))
        )
        cursor.execute(f"CREATE TABLE {texts.read_name(key)} AS SELECT * FROM incoming")
        cursor.unregister("incoming")
    return faults.some


@dataclass(slots=True)
class _Faults:
    some: bool = False


def _batches(texts: Texts, key: str, reader: Reader, schema: pa.Schema, faults: _Faults) -> Iterator[pa.RecordBatch]:
    chunk: list[tuple[str, *tuple[object, ...]]] = []
    for text, _line in texts.distinct(key):
        meaning: Meaning = reader(text)
        faults.some = faults.some or meaning.fault is not None
        chunk.append((text, *meaning))
        if len(chunk) == _CHUNK:
            yield _batch(chunk, schema)
            chunk = []
    if chunk:
        yield _batch(chunk, schema)


def _batch(rows: list[tuple[str, *tuple[object, ...]]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema
    )
