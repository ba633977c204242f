"""Online Retail with what the file has not: three stores, payments and categories, by the rank of an invoice's number.

Once as a shop to ask, once as frames to reckon with by hand.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from tests.reports.harness import Shop, online_retail
from tests.reports.retail import invoices, retail

_COPIED = (
    "history_sales", "history_lines", "customers", "products",
)  # fmt: skip


@cache
def dressed(folder: Path) -> Shop:
    """Invoices by number go to stores 1, 2, 3 in turn; every fourth is paid in cash, every tenth 1.00 of it by card."""
    plain, shop = online_retail(folder), Shop()
    for name in _COPIED:
        shop.connection.register("copied", plain.connection.sql(f"SELECT * FROM {name}").to_arrow_table())
        shop.connection.execute(f"INSERT INTO {name} SELECT * FROM copied")
        shop.connection.unregister("copied")
    shop.connection.execute("""
        UPDATE history_sales SET store = sale % 3 + 1;
        UPDATE history_lines SET store = sale % 3 + 1, category = (SELECT sku[1] FROM products AS p
            WHERE p.product = history_lines.product);
        INSERT INTO history_payments
        SELECT sale, 1, CASE WHEN sale % 4 = 0 THEN 'cash' ELSE 'card' END,
            CASE WHEN sale % 10 = 0 THEN net - 100 ELSE net END, 'completed', kind, channel, store, customer, day,
            day_number, month
        FROM history_sales;
        INSERT INTO history_payments
        SELECT sale, 2, 'card', 100, 'completed', kind, channel, store, customer, day, day_number, month
        FROM history_sales WHERE sale % 10 = 0;
    """)
    shop._rest()
    return shop


@cache
def dressed_invoices(folder: Path) -> pd.DataFrame:
    """A row for each invoice, with `rank` and `store`."""
    frame = invoices(folder).sort_index().copy()
    frame["rank"] = _ranks(folder).reindex(frame.index)
    frame["store"] = frame["rank"] % 3 + 1
    return frame


@cache
def dressed_lines(folder: Path) -> pd.DataFrame:
    """A row for each line, with `category`."""
    frame = retail(folder).copy()
    frame["category"] = frame["sku"].str[0]
    return frame


@cache
def _ranks(folder: Path) -> pd.Series:
    numbers = sorted(set(retail(folder)["number"]))
    return pd.Series(range(1, len(numbers) + 1), index=numbers)
