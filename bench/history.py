"""A chain's history as the lake keeps it, made without a database: the same again wherever it is made.

`python -m bench.history FOLDER [--customers 1000000] [--sales 20000000]`

Forty stores, 5,000 products in 40 categories, three years; a few regulars buy much and many people little; one sale in
twenty is a return, three in ten have no customer.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

TODAY = date(2026, 11, 21)
_OUT = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
_MONTHLY = ("sales", "lines", "payments", "entries")


def _statements() -> dict[str, str]:
    """The statements of the file beside this one, by what stands above them."""
    told = Path(__file__).with_name("history.sql").read_text("utf-8")
    parts = re.split(r"^-- (shape|sales of a month|file: \w+|whole: \w+).*$", told, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def history_make(folder: Path, *, customers: int, sales: int) -> Iterator[str]:
    """The files lie in the folder; tells of each month that is done."""
    told = {name: sql.format(customers=customers, sales=sales, month="{month}") for name, sql in _statements().items()}
    with duckdb.connect() as connection:
        connection.execute(told["shape"])
        for name, sql in told.items():
            if name.startswith("whole: "):
                _copy(connection, sql, folder / name.removeprefix("whole: ") / "part-1.parquet")
        for [month] in connection.execute("SELECT DISTINCT month FROM days ORDER BY month").fetchall():
            connection.execute(told["sales of a month"].replace("{month}", str(month)))
            called = f"month={month // 12}-{month % 12 + 1:02}"
            for name in _MONTHLY:
                _copy(connection, told[f"file: {name}"], folder / name / called / "part-1.parquet")
            yield called


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"COPY ({sql.strip().rstrip(';')}) TO '{file}' {_OUT}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--sales", type=int, default=20_000_000)
    options = parser.parse_args()
    begun = time.perf_counter()
    for month in history_make(options.folder, customers=options.customers, sales=options.sales):
        print(month, f"{time.perf_counter() - begun:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
