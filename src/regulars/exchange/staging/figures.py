"""Counting what became of the rows, and listing those that were refused."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from regulars.core.errors import Fault
from regulars.core.text import marked as _
from regulars.exchange.fields import FIELDS
from regulars.exchange.reconciliation import Part
from regulars.exchange.staging.desk import Desk

_CHUNK = 10_000


class RefusedRow(NamedTuple):
    """A row that was not imported: where it stands, which cell of it is to blame (empty: another row), and why."""

    file: str
    line: int
    column: str
    value: str
    reason: str


class Totals(NamedTuple):
    """What was read: exact money rounded once, and the sum of the rows each rounded."""

    rows: int
    money: int
    money_of_rounded_rows: int
    rounded_rows: int


def refusals_begin(desk: Desk) -> None:
    """The empty table `answered` is there: what recording has to say against sales of `heads`."""
    desk.run("CREATE TABLE answered (sale_no BIGINT, place INTEGER, reason VARCHAR, message VARCHAR)")


def refusal_add(desk: Desk, sale_no: int, reason: str, faults: Iterable[Fault]) -> None:
    """The sale counts as refused, under the reason."""
    for fault in faults:
        values = {"sale": sale_no, "place": line_place(fault.place), "reason": reason, "message": fault.message}
        desk.run("INSERT INTO answered VALUES ($sale, $place, $reason, $message)", values)


def line_place(place: str) -> int:
    """The number of the line in "lines[3].quantity"; 0 where the fault is the whole sale's."""
    _lines, bracket, rest = place.partition("[")
    return int(rest.partition("]")[0]) if bracket else 0


def totals(desk: Desk) -> Totals:
    """What all files hold."""
    rows = desk.number("SELECT (SELECT count(*) FROM rows) + (SELECT count(*) FROM broken)")
    return Totals(
        rows,
        desk.number("SELECT minor(coalesce(sum(exact_micro), 0)) FROM rows"),
        desk.number("SELECT coalesce(sum(net), 0) FROM rows"),
        desk.number("SELECT count(*) FROM rows WHERE exact_micro <> CAST(net AS HUGEINT) * 1000000"),
    )


def skipped_parts(desk: Desk) -> tuple[Part, ...]:
    """The rows of each skip class of the mapping that has any, in the order of the mapping."""
    found = desk.run(
        "SELECT class, count(*), coalesce(sum(net), 0)::BIGINT FROM rows WHERE class IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    names = [skip.name for skip in desk.mapping.skip]
    return tuple(Part(names[_int(place)], _int(rows), _int(money)) for place, rows, money in found)


def refused_parts(desk: Desk) -> tuple[Part, ...]:
    """The refused rows under each reason, most rows first."""
    found = desk.run(_REFUSED_PARTS)
    return tuple(Part(str(reason), _int(rows), _int(money)) for reason, rows, money in found)


_REFUSED_PARTS = """
SELECT reason, sum(n)::BIGINT AS n_rows, sum(money)::BIGINT AS money
FROM (
    SELECT f.reason, count(*) AS n, coalesce(sum(r.net), 0) AS money
    FROM rows AS r JOIN refused AS f USING (sale_key) WHERE r.class IS NULL GROUP BY f.reason
    UNION ALL
    SELECT a.reason, h.n_rows, coalesce(h.net, 0)
    FROM heads AS h JOIN (SELECT sale_no, min(reason) AS reason FROM answered GROUP BY sale_no) AS a USING (sale_no)
    UNION ALL
    SELECT reason, count(*), 0 FROM broken GROUP BY reason
)
GROUP BY reason ORDER BY n_rows DESC, reason
"""


def _int(value: object) -> int:
    return int(str(value))


def refused_rows(desk: Desk) -> Iterator[RefusedRow]:
    """Every refused row, in the order of the files: each fault of it, or which row of its sale is to blame."""
    columns = {key: " ".join(source.columns) or FIELDS[key].name for key, source in desk.mapping.sources.items()}
    with desk.connection.cursor() as cursor:
        cursor.execute(_REFUSED_ROWS, {"other": _("belongs to the sale refused for line ")})
        while chunk := cursor.fetchmany(_CHUNK):
            for file, line, field, value, reason in chunk:
                yield RefusedRow(desk.files[file - 1], line, columns.get(field, ""), value or "", reason)


_REFUSED_ROWS = """
WITH placed AS (
    SELECT h.sale_no, h.sale_key, r.file, r.line,
           row_number() OVER (PARTITION BY h.sale_no ORDER BY r.file, r.line) - 1 AS place
    FROM heads AS h JOIN rows AS r USING (sale_key)
    WHERE r.class IS NULL AND h.sale_no IN (SELECT sale_no FROM answered)
),
blamed AS (
    SELECT f.file, f.line, f.field, f.value, f.reason, r.sale_key
    FROM faults AS f JOIN rows AS r USING (file, line) WHERE r.class IS NULL
    UNION ALL
    SELECT p.file, p.line, '', '', a.message, p.sale_key
    FROM placed AS p JOIN answered AS a USING (sale_no, place)
),
first_blamed AS (SELECT sale_key, min((file, line)) AS place FROM blamed GROUP BY sale_key)
SELECT * FROM (
    SELECT file, line, field, value, reason FROM blamed
    UNION ALL
    SELECT r.file, r.line, '', '', $other || (b.place)[2]
    FROM rows AS r JOIN first_blamed AS b USING (sale_key)
    WHERE r.class IS NULL AND NOT EXISTS (SELECT 1 FROM blamed AS x WHERE x.file = r.file AND x.line = r.line)
    UNION ALL
    SELECT file, line, '', value, reason FROM broken
) ORDER BY 1, 2, 3, 5
"""
