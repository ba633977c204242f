"""What was moved, as it is stored: lots changed, entries appended, balances kept beside them."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from regulars.balances.models import Entry
from regulars.storage.preparing import prepared
from regulars.storage.writing import is_sqlite, rows_insert

_ENTRY = (
    "customer_id", "book", "kind", "amount", "lot_id", "day", "at", "sale_uid", "source", "part", "actor", "reason",
)  # fmt: skip
_REMAINING = "UPDATE balances_lot SET remaining = remaining + %s WHERE id = %s"
_CONFLICT = "ON CONFLICT (customer_id, book) DO UPDATE SET amount = balances_balance.amount + EXCLUDED.amount"
_BALANCE = f"INSERT INTO balances_balance (customer_id, book, amount) VALUES (%s, %s, %s) {_CONFLICT}"
_BALANCES = f"""
    INSERT INTO balances_balance (customer_id, book, amount)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) {_CONFLICT}
"""
# PostgreSQL is asked once for so few rows; of more each kind goes by itself.
_FEW = 12


def rows_book(
    lots: Sequence[tuple[int, int]], entries: Sequence[tuple[object, ...]], balances: Sequence[tuple[int, str, int]]
) -> None:
    """Lots (by id) and balances hold so much more, and the entries are appended. Three queries at most.

    Inside `writing()`; entries in the order of `_ENTRY`.
    """
    if not is_sqlite() and len(lots) + len(entries) + len(balances) <= _FEW:
        statement_sql = _at_once(len(lots), len(entries), len(balances))
        with prepared() as cursor:
            values: list[Any] = list(chain(*lots, *entries, *balances))
            cursor.execute(statement_sql, values)
        return
    with connection.cursor() as cursor:
        if lots:
            cursor.executemany(_REMAINING, [(amount, lot) for lot, amount in lots])
        rows_insert(Entry, _ENTRY, entries)
        _balances_keep(cursor, balances)


def _balances_keep(cursor: CursorWrapper, balances: Sequence[tuple[int, str, int]]) -> None:
    if is_sqlite():
        cursor.executemany(_BALANCE, balances)
        return
    columns = [list(column) for column in zip(*balances, strict=True)]
    cursor.execute(_BALANCES, columns)


@lru_cache(maxsize=256)
def _at_once(lots: int, entries: int, balances: int) -> str:
    """One statement of PostgreSQL for so many rows of each."""
    columns_sql = ", ".join(_ENTRY)
    told_sql = f"told AS (INSERT INTO balances_entry ({columns_sql}) VALUES {_rows_sql(len(_ENTRY), entries)})"
    moved_sql = (
        f"moved AS (UPDATE balances_lot AS l SET remaining = l.remaining + d.amount"
        f" FROM (VALUES {_rows_sql(2, lots, mark='%s::bigint')}) AS d(id, amount) WHERE l.id = d.id), "
        if lots
        else ""
    )
    kept_sql = f"INSERT INTO balances_balance (customer_id, book, amount) VALUES {_rows_sql(3, balances)} {_CONFLICT}"
    return f"WITH {moved_sql}{told_sql} {kept_sql}"


def _rows_sql(columns: int, rows: int, *, mark: str = "%s") -> str:
    row = ", ".join([mark] * columns)
    return ", ".join([f"({row})"] * rows)
