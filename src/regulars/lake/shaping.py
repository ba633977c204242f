"""What was read becomes the rows of a relation: the words of products and the sale's columns are put to it."""

import os
from collections.abc import Mapping
from functools import cache
from threading import Lock

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from regulars.lake.fetching import table_fetched
from regulars.lake.relations import Lookup, Relation, lake_lookups


# Threads are not there in a process that was forked. It has none of its own: what is shaped at once is little for two.
@cache
def _shaper(_process: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"memory_limit": "1GB", "threads": "1"})


def shaped(relation: Relation, told: pa.Table, beside: Mapping[str, pa.Table]) -> pa.Table:
    """The relation's rows, of what was told and the tables beside it; in no order."""
    if not relation.shape:
        return told.cast(relation.schema)
    with _shaper(os.getpid()).cursor() as cursor:
        for name, table in {**beside, "told": told}.items():
            cursor.register(name, table)
        return cursor.sql(relation.shape).to_arrow_table().cast(relation.schema)


class Words:
    """The lookups as this process knows them. Their rows come and stay."""

    def __init__(self) -> None:
        self._tables: dict[str, pa.Table] = {}
        self._lock = Lock()

    def beside(self, told: pa.Table) -> dict[str, pa.Table]:
        """The lookups by name; each has whatever the table names."""
        with self._lock:
            return {name: self._with(lookup, told) for name, lookup in lake_lookups().items()}

    def _with(self, lookup: Lookup, told: pa.Table) -> pa.Table:
        key = next(iter(lookup.columns))
        held = self._tables.get(lookup.name)
        if key not in told.column_names:
            return held if held is not None else table_fetched(lookup.sql, [0], lookup.columns).slice(0, 0)
        if held is None or not _all_in(told[key], held[key]):
            held = self._grown(lookup, held)
            if not _all_in(told[key], held[key]):
                # One that was made earlier has come to be seen only now (feeding.py).
                held = self._grown(lookup, None)
        self._tables[lookup.name] = held
        return held

    def _grown(self, lookup: Lookup, held: pa.Table | None) -> pa.Table:
        key = next(iter(lookup.columns))
        last = (pc.max(held[key]).as_py() or 0) if held is not None else 0
        new = table_fetched(lookup.sql, [last], lookup.columns)
        return new if held is None else pa.concat_tables([held, new]).combine_chunks()


def _all_in(wanted: pa.ChunkedArray, known: pa.ChunkedArray) -> bool:
    """Whether every value is known."""
    return len(wanted) == 0 or bool(pc.all(pc.is_in(pc.unique(wanted), value_set=known)).as_py())
