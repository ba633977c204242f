"""How the lake stands, and whether it says what the database says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from regulars.lake.engines.engine import Statement
from regulars.lake.feeding import changes_count
from regulars.lake.place import folder_of, place_here
from regulars.lake.reading import Reading, lake_here
from regulars.lake.relations import Relation, lake_relations
from regulars.storage.reading import one_state

# What is asked of a relation that has no months.
_ALL = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What the files hold of a relation."""

    relation: str
    files: int
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the lake stands. `made` None: nothing was ever put into files, so everything is read from the database.

    `waiting`: how many changes came since, all of which are in every answer nevertheless. `seconds`: what the last
    flush took.
    """

    made: datetime | None
    number: int
    sequence: int
    waiting: int
    seconds: float
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class LakeDifference:
    """Something the lake says otherwise than the database: rows, or what they add up to, of a month ("" where all)."""

    relation: str
    month: str
    measure: str
    lake: int
    database: int


def lake_status() -> Status:
    """How the lake of this shop stands. One query."""
    live = folder_of(place_here()).manifest()
    if live is None:
        return Status(None, 0, 0, changes_count(0), 0.0, ())
    standings = tuple(
        Standing(name, len(parts), sum(part.rows for part in parts), sum(part.size for part in parts))
        for name, parts in sorted(live.parts.items())
    )
    return Status(live.made, live.number, live.sequence, changes_count(live.sequence), live.seconds, standings)


def lake_check(*, at: datetime) -> list[LakeDifference]:
    """What the lake says otherwise than the database at one moment; nothing when all is well. Reads everything once."""
    # Sales may come and another process may flush meanwhile: both sides are read in one state of the database.
    with one_state():
        reading = lake_here().reading(at=at)
        return [
            each
            for relation in lake_relations().values()
            if relation.sums
            for each in _differences(relation, _of_database(relation, reading.terms), _of_lake(relation, reading))
        ]


def _differences(
    relation: Relation, database: Mapping[int, tuple[int, int]], lake: Mapping[int, tuple[int, int]]
) -> Iterator[LakeDifference]:
    measures = ("rows", relation.measure)
    for month in sorted({*database, *lake}):
        pairs = zip(measures, lake.get(month, (0, 0)), database.get(month, (0, 0)), strict=True)
        for measure, said, held in pairs:
            if said != held:
                yield LakeDifference(relation.name, _month_text(month), measure, said, held)


def _of_database(relation: Relation, terms: Mapping[str, object]) -> dict[int, tuple[int, int]]:
    """Rows and the sum of the measure by month, told by the database by day."""
    found: dict[int, tuple[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(relation.sums.format(**terms))
        for day, rows, total in cursor.fetchall():
            month = _month(day)
            before = found.get(month, (0, 0))
            found[month] = (before[0] + int(rows), before[1] + int(total or 0))
    return found


def _of_lake(relation: Relation, reading: Reading) -> dict[int, tuple[int, int]]:
    month_sql = "month" if "month" in relation.columns else str(_ALL)
    if "day" in relation.columns and "month" not in relation.columns:
        month_sql = "year(day) * 12 + month(day) - 1"
    total_sql = f'SUM("{relation.measure}")' if relation.measure else "0"
    rows = reading.ask(
        Statement(
            f"SELECT {month_sql} AS month, COUNT(*) AS n, CAST({total_sql} AS BIGINT) AS total"
            f" FROM {relation.name} GROUP BY 1"
        )
    )
    return {row["month"]: (row["n"], row["total"] or 0) for row in rows.to_pylist() if row["n"]}


def _month(stored: date | str | None) -> int:
    """SQLite has no type for days and gives text."""
    if stored is None:
        return _ALL
    day = date.fromisoformat(stored) if isinstance(stored, str) else stored
    return day.year * 12 + day.month - 1


def _month_text(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}" if month else ""
