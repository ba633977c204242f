"""Sales on their way to be recorded: `SaleDraft`s in the order they were made, made from whole columns at a time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice, repeat
from typing import Any, NamedTuple
from uuid import UUID

from regulars.customers.details import full_name
from regulars.customers.rules import Contact
from regulars.exchange.staging.desk import Desk
from regulars.sales.drafts import LineDraft, PaymentDraft, SaleDraft

_BATCH = 20_000
_ASKED = object()
_LINE = partial(tuple.__new__, LineDraft)
# What no file tells of a line: that it is a gift card, and which line it takes back.
_UNTOLD = [repeat(value) for value in LineDraft._field_defaults.values()]


class StagedSale(NamedTuple):
    """A sale to record: its number among them (`heads.sale_no`), how many rows told it, their worth, what they told."""

    sale_no: int
    n_rows: int
    net: int
    draft: SaleDraft


def drafts_staged(desk: Desk) -> Iterator[StagedSale]:
    """Every sale of `heads`, ordered by the moment it was made, then by id."""
    lines = _lines(desk)
    payments = _payments(desk)
    for sale_no, n_rows, net, n_payments, *head in _heads(desk):
        told, paid = tuple(islice(lines, n_rows)), tuple(islice(payments, n_payments))
        yield StagedSale(sale_no, n_rows, net, _draft(told, paid, *head))


def _columns(desk: Desk, sql: str) -> Iterator[Sequence[Sequence[Any]]]:
    """The answer, some rows at a time, as its columns."""
    with desk.connection.cursor() as cursor:
        for batch in cursor.sql(sql).to_arrow_reader(_BATCH):
            yield [column.to_pylist() for column in batch.columns]


def _filled(columns: Iterator[Sequence[Any]], fillers: Sequence[object]) -> Iterator[Iterable[Any]]:
    """The columns in their places, and the same value for all where there is none (`_ASKED` marks a column)."""
    return (next(columns) if filler is _ASKED else repeat(filler) for filler in fillers)


def _lines(desk: Desk) -> Iterator[LineDraft]:
    """The lines of all sales of `heads`, in the order of the sales and of the file."""
    wanted = [
        *((key, f"coalesce(r.{key}, '')", "") for key in ("line_sku", "line_name", "line_category", "line_brand")),
        ("line_quantity", "r.line_quantity", 0),
        ("line_quantity", "r.price_milli", 0),
        ("line_discount", "minor(coalesce(r.line_discount, 0))", 0),
        ("line_tax", "minor(coalesce(r.line_tax, 0))", 0),
        ("line_quantity", "r.net", 0),
    ]
    asked = ", ".join(f"{sql} AS c{n}" for n, (key, sql, _filler) in enumerate(wanted) if desk.has(key))
    fillers = [_ASKED if desk.has(key) else filler for key, _sql, filler in wanted]
    sql = (
        f"SELECT {asked} FROM rows AS r JOIN heads AS h USING (sale_key) WHERE r.class IS NULL"
        f" ORDER BY h.sale_no, r.file, r.line"
    )
    for columns in _columns(desk, sql):
        # Straight into tuples: half a million calls of a constructor would take a third of a second.
        yield from map(_LINE, zip(*_filled(iter(columns), fillers), *_UNTOLD, strict=False))


def _payments(desk: Desk) -> Iterator[PaymentDraft]:
    if desk.has("payment_method"):
        for columns in _columns(desk, "SELECT method, amount, reference FROM payments ORDER BY sale_no, slot, place"):
            yield from map(PaymentDraft, *columns)


def _heads(desk: Desk) -> Iterator[tuple[Any, ...]]:
    """Of each sale its number, its rows, their worth and its payments, and what `_draft` takes beside them."""
    payments = "h.n_payments" if desk.has("payment_method") else "0"
    asked = ", ".join(("h.sale_no", "h.n_rows", "h.net", payments, *_head_sql(desk)))
    sql = f"SELECT {asked} FROM heads AS h ORDER BY h.sale_no"
    for columns in _columns(desk, sql):
        yield from zip(*columns, strict=True)


def _head_sql(desk: Desk) -> Sequence[str]:
    def text(key: str, otherwise: str = "") -> str:
        return f"coalesce(h.{key}, '{otherwise}') AS {key}" if desk.has(key) else f"'{otherwise}' AS {key}"

    def amount(key: str) -> str:
        return f"minor(h.{key}) AS {key}" if desk.has(key) else f"NULL::BIGINT AS {key}"

    # Without ids and numbers in the file a sale has a short number of its own that stays the same.
    number = next(
        (f"h.{key}" for key in ("sale_number", "sale_id") if desk.has(key)),
        "left(replace(h.uid::VARCHAR, '-', ''), 10)",
    )
    number = f"coalesce({number}, left(h.sale_key, 64))" if desk.has("sale_id") else number
    return (
        "h.uid::VARCHAR", f"{number} AS number", "h.sold_at", "h.store", "h.returns_uid::VARCHAR", "h.is_return",
        text("sale_register"), text("sale_channel", "in_store"), text("sale_status", "completed"), text("sale_note"),
        amount("sale_total"), amount("sale_tip"), text("customer_code"), text("customer_phone"), text("customer_email"),
        text("customer_name"), text("customer_first_name"), text("customer_last_name"),
    )  # fmt: skip


def _draft(  # noqa: PLR0917  (the columns of _head_sql, one after the other)
    lines: tuple[LineDraft, ...], payments: tuple[PaymentDraft, ...],
    uid: str, number: str, sold_at: datetime, store: str, returns: str | None, is_return: bool,  # noqa: FBT001
    register: str, channel: str, status: str, note: str, total: int | None, tip: int | None,
    code: str, phone: str, email: str, name: str, first_name: str, last_name: str,
) -> SaleDraft:  # fmt: skip
    shown = name or full_name(first_name=first_name, last_name=last_name)
    return SaleDraft(
        uid=UUID(uid),
        number=number,
        sold_at=sold_at.replace(tzinfo=UTC),
        store=store,
        lines=lines,
        payments=payments,
        register=register,
        channel=channel,
        kind="return" if is_return else "sale",
        status=status,
        contact=Contact(code=code, phone=phone, email=email, name=shown) if code or phone or email or shown else None,
        returns=UUID(returns) if returns else None,
        total=total,
        tip=tip or 0,
        note=note,
    )
