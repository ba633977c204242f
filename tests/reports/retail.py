"""Online Retail as a frame of lines, read from the file by hand, to hold reports to; and whether a rule can be read."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from regulars.segments.language.checking import Known, rule_checked
from regulars.segments.language.reading import rule_read
from regulars.segments.language.terms import Terms
from tests.reports.harness import Shop, Sold


@cache
def retail(folder: Path) -> pd.DataFrame:
    """A row for each line: number, sku, units, net (pence), customer (-1: anonymous), day, hour, is_return.

    Without the debt invoices (A...) and write-offs (negative, no cancellation), as the preset imports it.
    """
    told = pd.read_parquet(folder / "online_retail" / "OnlineRetail.parquet")
    number = told["InvoiceNo"].astype(str)
    is_return = number.str.startswith("C")
    milli = np.rint(told["UnitPrice"].to_numpy() * 1000).astype(np.int64) * told["Quantity"].to_numpy().astype(np.int64)
    pence = np.sign(milli) * ((np.abs(milli) + 5) // 10)
    frame = pd.DataFrame({
        "number": number,
        "sku": told["StockCode"].astype(str),
        "units": told["Quantity"].astype(int),
        "net": pence,
        "customer": told["CustomerID"].fillna(-1).astype(int),
        "country": told["Country"].astype(str),
        "day": told["InvoiceDate"].dt.date,
        "hour": told["InvoiceDate"].dt.hour,
        "is_return": is_return,
    })  # fmt: skip
    keep = ~number.str.startswith("A") & ~((frame["units"] < 0) & ~is_return)
    return frame[keep].reset_index(drop=True)


@cache
def invoices(folder: Path) -> pd.DataFrame:
    """A row for each invoice: number (the index), customer, day, hour, net, is_return."""
    lines = retail(folder)
    return lines.groupby("number").agg(
        customer=("customer", "min"), day=("day", "min"), hour=("hour", "min"), net=("net", "sum"),
        is_return=("is_return", "min"),
    )  # fmt: skip


@cache
def music(folder: Path) -> pd.DataFrame:
    """The CDNOW master: a row for each order with customer, day and net in cents."""
    rows = [line.split() for line in (folder / "cdnow" / "CDNOW_master.txt").read_text("ascii").splitlines()]
    told = [row for row in rows if row and row[0].isdigit()]
    return pd.DataFrame({
        "customer": [int(row[0]) for row in told],
        "day": [date(int(row[1][:4]), int(row[1][4:6]), int(row[1][6:])) for row in told],
        "net": [round(float(row[3]) * 100) for row in told],
    })  # fmt: skip


def filled(shop: Shop, sales: Sequence[Sold]) -> Shop:
    """The shop with these sales instead of its own: quicker than a shop of its own for each of many examples."""
    for relation in ("history_sales", "history_lines", "history_payments", "customers", "stores", "products"):
        shop.connection.execute(f"DELETE FROM {relation}")
    shop.sales, shop.beside = sales, {}
    shop._fill()
    return shop


def is_rule(text: str | None) -> bool:
    """Whether the text is a rule that any shop can evaluate."""
    assert text is not None
    rule_checked(rule_read(text), known=Known(terms=Terms(2)), text=text)
    return True
