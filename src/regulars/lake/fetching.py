"""Rows of the database as Arrow tables.

A driver makes an object of every value, at half a million a second. So the database is asked for each column as one
text, and that is read by what reads CSV: three times as many rows in the same time, on both databases.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection

from regulars.lake.relations import ARROW, Columns, Kind, Relation
from regulars.storage.writing import bound_list, in_list, is_sqlite


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
    """Rows as a table."""
    held: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in columns]
    arrays = [pa.array(values, ARROW[kind]) for values, kind in zip(held, columns.values(), strict=True)]
    return pa.table(arrays, names=list(columns))


def table_fetched(sql: str, bound: Sequence[Any], columns: Columns) -> pa.Table:
    """The rows of the query, whose columns come in the order of `columns`. One query."""
    names = ascii_lowercase[: len(columns)]
    named_sql = ", ".join(names)
    whole_sql = "json_group_array({})" if is_sqlite() else "array_to_json(array_agg({}))::text"
    asked_sql = ", ".join(whole_sql.format(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH told ({named_sql}) AS ({sql}) SELECT {asked_sql} FROM told", list(bound))
        texts = cursor.fetchone()
    arrays = [_array(text, kind) for text, kind in zip(texts, columns.values(), strict=True)]
    return pa.table(arrays, names=list(columns))


def _array(text: str | None, kind: Kind) -> pa.Array | pa.ChunkedArray:
    """The values of a column, told as a JSON array."""
    if text is None or text == "[]":
        return pa.array([], ARROW[kind])
    if kind is not Kind.TEXT:
        # Numbers, days and yes or no hold no comma; a line for each.
        return _read(text[1:-1].replace(",", "\n"), kind)
    if "\\" in text or "null" in text:
        return pa.array(json.loads(text), pa.string())
    # Nothing in it is escaped, so where one text ends and the next begins stands nowhere else.
    return _read(text[1:-1].replace('","', '"\n"'), kind)


def _read(lines: str, kind: Kind) -> pa.ChunkedArray:
    return pacsv.read_csv(
        pa.BufferReader(pa.py_buffer(lines.encode())),
        read_options=pacsv.ReadOptions(column_names=["a"]),
        parse_options=pacsv.ParseOptions(ignore_empty_lines=False, newlines_in_values=False),
        convert_options=_CONVERTED[kind],
    )["a"]


_CONVERTED = {
    kind: pacsv.ConvertOptions(
        column_types={"a": told},
        null_values=["null"],
        true_values=["true", "1"],
        false_values=["false", "0"],
        strings_can_be_null=False,
        quoted_strings_can_be_null=False,
        check_utf8=False,
    )
    for kind, told in ARROW.items()
}
