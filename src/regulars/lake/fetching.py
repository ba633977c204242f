"""Rows of the database as Arrow tables.

A driver makes an object of every value, at half a million a second. So the database is asked for all rows as one text
with a line for each, and that is read by what reads CSV: four times as many rows in the same time, on both databases.
"""

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection

from regulars.lake.relations import Columns, Kind, Relation, schema_of
from regulars.storage.arrays import pandas_left_out
from regulars.storage.writing import bound_list, in_list, is_sqlite

pandas_left_out()


class These(NamedTuple):
    """Which rows: a condition for `{these}` on the key `{key}`, and what it binds."""

    condition: str = "1 = 1"
    bound: tuple[Any, ...] = ()
    key: str = ""

    def of(self, relation: Relation) -> "These":
        """The same rows of another relation."""
        return self._replace(key=relation.key)

    @property
    def sql(self) -> str:
        return self.condition.format(key=self.key)


def among(relation: Relation, keys: Sequence[int]) -> These:
    """The rows of these keys."""
    return These(in_list("{key}"), (bound_list(keys),), relation.key)


def above(relation: Relation, after: int) -> These:
    """The rows of the keys above `after`."""
    return These("{key} > %s", (after,), relation.key)


def between(relation: Relation, after: int, last: int) -> These:
    """The rows of the keys above `after`, up to `last`."""
    return These("{key} > %s AND {key} <= %s", (after, last), relation.key)


def rows_told(relation: Relation, these: These, *, terms: Mapping[str, object]) -> pa.Table:
    """What the relation reads of these rows, before it is shaped. One query."""
    if relation.rows is not None:
        return rows_table(relation.columns, relation.rows())
    uuid_text = "hex" if is_sqlite() else "concat"
    sql = relation.sql.format(these=these.sql, uuid_text=uuid_text, **terms)
    return table_fetched(sql, these.bound, relation.read or relation.columns)


def rows_table(columns: Columns, rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Rows, as a driver gives them, as a table."""
    held: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in columns]
    schema = schema_of(columns)
    return pa.table([_array(values, each.type) for values, each in zip(held, schema, strict=True)], schema=schema)


def table_fetched(sql: str, bound: Sequence[Any], columns: Columns) -> pa.Table:
    """The rows of the query, whose columns come in the order of `columns`. One query; two where a text is odd."""
    names = ascii_lowercase[: len(columns)]
    named_sql, line_sql = ", ".join(names), _line_sql(columns)
    told_sql = f"WITH told ({named_sql}) AS ({sql})"
    with connection.cursor() as cursor:
        cursor.execute(f"{told_sql} SELECT COUNT(*), {line_sql} FROM told", list(bound))
        count, text = cursor.fetchone()
        if not count:
            return rows_table(columns, [])
        if not _is_odd(text, count):
            return _read(text, columns)
        cursor.execute(f"{told_sql} SELECT * FROM told", list(bound))
        return rows_table(columns, cursor.fetchall())


def _line_sql(columns: Columns) -> str:
    """All rows as one text with a line for each. Brackets stand around a line, so it begins and ends with a 0."""
    names = zip(ascii_lowercase, columns.values(), strict=False)
    if is_sqlite():
        return f"group_concat(json_array(0, {', '.join(name for name, _kind in names)}, 0), '\n')"
    # As numbers, since how a day is written is up to the server.
    told_sql = ", ".join(f"{name} - DATE '1970-01-01'" if kind is Kind.DATE else name for name, kind in names)
    return f"string_agg(ROW(0, {told_sql}, 0)::text, E'\\n')"


def _is_odd(text: str, count: int) -> bool:
    """Whether a value holds what is not written as in a CSV file: a quote, a backslash, the end of a line."""
    return "\\" in text or "\r" in text or text.count("\n") != count - 1


def _read(text: str, columns: Columns) -> pa.Table:
    """The values, told as `_line_sql` tells them."""
    schema, days = schema_of(columns), pa.date32() if is_sqlite() else pa.int32()
    told = pacsv.read_csv(
        pa.BufferReader(pa.py_buffer(text.encode())),
        read_options=pacsv.ReadOptions(column_names=["(", *columns, ")"], use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=False),
        convert_options=pacsv.ConvertOptions(
            include_columns=list(columns),
            column_types={each.name: days if each.type == pa.date32() else each.type for each in schema},
            null_values=["null"] if is_sqlite() else [""],
            true_values=["1", "t"],
            false_values=["0", "f"],
            # An empty text stands in quotes.
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    return told.cast(schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The values of a column. SQLite has no type for days, which it gives as texts, nor for yes or no."""
    if pa.types.is_date(kind):
        return pa.array([None if each is None else str(each) for each in values], pa.string()).cast(kind)
    if pa.types.is_boolean(kind):
        return pa.array([None if each is None else bool(each) for each in values], kind)
    return pa.array(values, kind)
