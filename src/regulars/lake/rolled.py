"""What is kept of the rollups, and how their SQL is put to rows from anywhere. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Self

from regulars.lake.rollups import NAMED, Kind, Rollup, rollups_form

_WITH = re.compile(r"\s*(?:--[^\n]*\n\s*)*WITH\b", re.IGNORECASE)
OF_SALES = ("sales", "lines", "payments")
# Relations of which rows come and go; what else rollups read is as it is, or only grows.
FOLLOWED = (*OF_SALES, "customers")
# Those that say of which customers something is otherwise.
WHOSE = ("sales", "customers")
# Rollups with a row for a customer: those of a customer who bought or changed since are replaced, all of them.
BY_CUSTOMER = (Kind.KEYED, Kind.DERIVED, Kind.OPENED, Kind.TOLD)


@dataclass(frozen=True, slots=True)
class Rolled:
    """Which files hold the rollups, by their paths within the lake.

    `files` by rollup. Of rollups by customer the rows of customers listed in `customers` are those in `redone` instead.
    `booked`: by rollup of rows that come and stay, the greatest id added up in it, and how many rows that is made of.
    `form`: that of the rollups as they were when these were written.
    """

    files: Mapping[str, tuple[str, ...]]
    redone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    customers: tuple[str, ...] = ()
    booked: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    form: str = field(default_factory=rollups_form)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """What `told` wrote."""
        return cls(
            {name: tuple(paths) for name, paths in told["files"].items()},
            {name: tuple(paths) for name, paths in told["redone"].items()},
            tuple(told["customers"]),
            {name: (last, count) for name, (last, count) in told.get("booked", {}).items()},
            told.get("form", ""),
        )

    @property
    def told(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {
            "files": {name: list(paths) for name, paths in self.files.items()},
            "redone": {name: list(paths) for name, paths in self.redone.items()},
            "customers": list(self.customers),
            "booked": {name: list(each) for name, each in self.booked.items()},
            "form": self.form,
        }

    @property
    def is_ours(self) -> bool:
        """Whether they are the rollups that this version keeps."""
        return self.form == rollups_form()

    @property
    def paths(self) -> set[str]:
        """All files it needs."""
        return {*self.customers, *chain(*self.files.values()), *chain(*self.redone.values())}


def put_to(sql: str, tables: Mapping[str, str]) -> str:
    """The statement reads these SELECTs instead of the relations of their names."""
    front = ",\n".join(f"{name} AS NOT MATERIALIZED ({select})" for name, select in tables.items())
    opening = _WITH.match(sql)
    return f"WITH {front},\n{sql[opening.end() :].lstrip()}" if opening else f"WITH {front}\n{sql}"


def files_read(paths: Iterable[object], *, where: str = "") -> str:
    """SELECT of the rows of Parquet files."""
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)" + (f" WHERE {where}" if where else "")


def summed(rollup: Rollup, columns: Iterable[str], parts: str) -> str:
    """The rows of `parts`, a SELECT, added up by the rollup's keys."""
    count = next(name for name in columns if name not in rollup.keys)
    return f"{_added(rollup, columns, parts)} HAVING SUM({count}) <> 0"


def changes(rollup: Rollup, columns: Iterable[str], parts: str) -> str:
    """As `summed`, but for what is to be added to other rows: no more of them may still mean another sum."""
    values = [name for name in columns if name not in (*rollup.keys, *rollup.least)]
    return f"{_added(rollup, columns, parts)} HAVING {' OR '.join(f'SUM({name}) <> 0' for name in values)}"


def _added(rollup: Rollup, columns: Iterable[str], parts: str) -> str:
    keys = ", ".join(rollup.keys)

    def told_of(name: str) -> str:
        if name in rollup.keys:
            return name
        return f"MIN({name}) AS {name}" if name in rollup.least else f"CAST(SUM({name}) AS BIGINT) AS {name}"

    told = ", ".join(map(told_of, columns))
    return f"SELECT {told} FROM ({parts}) AS parts GROUP BY {keys}"


def negated(rollup: Rollup, columns: Iterable[str], rows: str) -> str:
    """The rows of a SELECT with all but their keys below zero, to be taken off a sum."""
    told = ", ".join(name if name in rollup.keys else f"-{name} AS {name}" for name in columns)
    return f"SELECT {told} FROM ({rows}) AS rows_off"


def only_in(table: str) -> str:
    """Behind a table: those of its rows whose customer is in this one."""
    return f"SEMI JOIN {table} USING (customer)"


def followed_under(rollup: Rollup) -> tuple[str, ...]:
    """The relations whose changes a rollup of customers follows: those that say who is touched, and what it reads."""
    found = set(WHOSE)
    for read in rollup.reads:
        found |= set(followed_under(NAMED[read])) if read in NAMED else {read} & set(FOLLOWED)
    return tuple(sorted(found))
