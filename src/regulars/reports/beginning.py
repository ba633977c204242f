"""Periods in which there is nothing yet are left out: a ledger and a group begin with their first movement. Pure."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def begun(table: "pa.Table", *, period: str = "period", of: str = "") -> "pa.Table":
    """The rows from the first on that holds anything but zero, of each thing that the column `of` names.

    The last period is always there: that there is nothing is told once.
    """
    rows = table.to_pylist()
    if not rows:
        return table
    last, seen, kept = rows[-1][period], set[Any](), list[bool]()
    for row in rows:
        if any(row[name] for name in row if name not in (period, of)):
            seen.add(row.get(of))
        kept.append(row.get(of) in seen or row[period] == last)
    return table.filter(kept)
