"""The same question to DuckDB and to Spark: equal tables, the types and the order too."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from regulars.lake.engines.engine import Engine, Held, Statement
from regulars.reports.folders import Question, question_read
from regulars.reports.narrowing import MEMBERS, Narrowing, days_bound, narrowed
from tests.reports.harness import FOLDER, Shop


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked about."""

    first: date
    last: date
    today: date
    period: str = "month"
    stores: tuple[int, ...] | None = None
    channel: str = ""
    members: tuple[int, ...] | None = None
    is_past: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def narrowing(self) -> Narrowing:
        return Narrowing(
            first=self.first, last=self.last, stores=self.stores, channel=self.channel,
            has_members=self.members is not None, until=self.today, is_past=self.is_past,
        )  # fmt: skip


def questions() -> Iterator[Question]:
    """Every question there is, found by its folder."""
    for folder in sorted(FOLDER.iterdir()):
        if (folder / "shape.py").exists():
            yield question_read(folder)


def statements(question: Question, scope: Scope) -> Iterator[tuple[str, Statement]]:
    """Each file of the question, narrowed to the scope, by its name."""
    bound = {
        "period": scope.period,
        **days_bound(today=scope.today, first=scope.first, last=scope.last),
        **{each.name: each.default for each in question.report.parameters},
        **scope.more,
    }
    members = pa.table({"customer": pa.array(scope.members or (), pa.int64())})
    for name, sql in question.asked.items():
        told = narrowed(sql, scope.narrowing, bound)
        tables = {MEMBERS: members} if MEMBERS in told.sql else {}
        yield f"{question.report.key}/{name}", Statement(told.sql, told.bound, tables)


def in_duckdb(shop: Shop, statement: Statement) -> pa.Table:
    """The answer over the shop's own tables."""
    for name, table in statement.tables.items():
        shop.connection.register(name, table)
    return shop.connection.sql(statement.sql, params=dict(statement.bound)).to_arrow_table()


def different(shop: Shop, engine: Engine, held: Mapping[str, Held], statement: Statement) -> str:
    """How the engine's answer differs from DuckDB's, if at all."""
    return difference(engine.ask(statement, held=held), in_duckdb(shop, statement), statement)


def difference(found: pa.Table, expected: pa.Table, statement: Statement) -> str:
    """How one answer differs from what it should be, if at all: row by row, where the statement puts them in order."""
    if "ORDER BY" not in statement.sql.rpartition("FROM ")[2]:
        found, expected = (
            table.sort_by([(name, "ascending") for name in table.column_names]) for table in (found, expected)
        )
    if found.schema != expected.schema:
        return f"{_types(found)} instead of {_types(expected)}"
    if found.num_rows != expected.num_rows:
        return f"{found.num_rows} rows instead of {expected.num_rows}"
    for n, (row, wanted) in enumerate(zip(found.to_pylist(), expected.to_pylist(), strict=True)):
        if not all(_same(row[name], wanted[name]) for name in wanted):
            return f"row {n} is {row} instead of {wanted}"
    return ""


def _types(table: pa.Table) -> str:
    return ", ".join(f"{each.name} {each.type}" for each in table.schema)


def _same(one: object, other: object) -> bool:
    """Fractions may differ in the last digit, since sums of fractions hang on the order of their parts."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    return one == other
