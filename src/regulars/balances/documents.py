"""Sales as far as balances are concerned: what is left of their lines, and what was paid from which balance."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from regulars.balances.holding import day_read
from regulars.balances.rules import METHODS, EarningLine
from regulars.sales.rules import product_key
from regulars.storage.reading import rows_among, rows_of_uuids, uuid_read

_SALES = """
    SELECT s.id, s.uid, s.number, s.kind, s.status, s.customer_id, s.original_uid, s.day, s.store_id, t.name,
        s.brought_by
    FROM sales_sale AS s JOIN sales_store AS t ON t.id = s.store_id WHERE
"""
_LINES = """
    SELECT l.sale_id, l.n, p.sku, v.name, v.category, v.brand, l.quantity_milli, l.net, l.tax, l.is_gift_card,
        l.returns_line
    FROM sales_saleline AS l JOIN sales_productversion AS v ON v.id = l.version_id
    JOIN sales_product AS p ON p.id = v.product_id WHERE
"""
_PAYMENTS = "SELECT sale_id, method, amount FROM sales_payment WHERE status <> 'failed' AND"


class LineSold(NamedTuple):
    """A line of a sale or, below zero, of a return; `returns_line` is the line it takes back, 0: not told."""

    n: int
    product: str
    line: EarningLine
    returns_line: int


@dataclass(slots=True, kw_only=True)
class Document:
    """A sale or a return, with what was paid from or to balances, by method. An import moves no balance by payments."""

    id: int
    uid: UUID
    number: str
    kind: str
    is_completed: bool
    customer: int | None
    original_uid: UUID | None
    day: date
    store_id: int
    store: str
    is_imported: bool
    lines: list[LineSold] = field(default_factory=list)
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class Documents:
    """Sales by uid, and the completed returns of each in a fixed order."""

    sales: Mapping[UUID, Document]
    returns: Mapping[UUID, Sequence[Document]]


def documents_read(uids: Collection[UUID]) -> Documents:
    """These sales as they are stored, those that are there, with their returns. Four queries at most."""
    sales = [_document(row) for row in rows_of_uuids(_SALES, "s.uid", uids)]
    returns = [_document(row) for row in rows_of_uuids(_SALES, "s.original_uid", [sale.uid for sale in sales])]
    _fill([*sales, *returns])
    by_original: dict[UUID, list[Document]] = defaultdict(list)
    for each in sorted(returns, key=lambda each: each.uid):
        if each.is_completed and each.original_uid is not None:
            by_original[each.original_uid].append(each)
    return Documents({sale.uid: sale for sale in sales}, by_original)


def _document(row: Sequence[Any]) -> Document:
    id_, uid, number, kind, status, customer, original, day, store_id, store, brought_by = row
    return Document(
        id=id_, uid=uuid_read(uid), number=number, kind=kind, is_completed=status == "completed", customer=customer,
        original_uid=None if original is None else uuid_read(original), day=day_read(day), store_id=store_id,
        store=store, is_imported=brought_by is not None,
    )  # fmt: skip


def _fill(documents: Sequence[Document]) -> None:
    by_id = {each.id: each for each in documents}
    for sale, n, sku, name, category, brand, quantity, net, tax, gift, place in rows_among(_LINES, "l.sale_id", by_id):
        line = EarningLine(sku or "", category, brand, quantity, net, tax, bool(gift))
        by_id[sale].lines.append(LineSold(n, product_key(sku or "", name), line, place))
    for sale, method, amount in rows_among(_PAYMENTS, "sale_id", by_id):
        if method in METHODS and not by_id[sale].is_imported:
            by_id[sale].paid[method] += amount
    for each in documents:
        each.lines.sort()


class _Left:
    """What is left of a line while returns take from it."""

    __slots__ = ("net", "product", "quantity", "tax")

    def __init__(self, product: str, line: EarningLine) -> None:
        self.product, self.quantity, self.net, self.tax = product, line.quantity_milli, line.net, line.tax

    def take(self, quantity: int, net: int, tax: int) -> tuple[int, int, int]:
        """What is still to be taken elsewhere of a return of so much, worth so much; all above zero."""
        part = min(quantity, self.quantity)
        of_net, of_tax = net * part // quantity, tax * part // quantity
        self.quantity -= part
        self.net -= of_net
        self.tax -= of_tax
        return quantity - part, net - of_net, tax - of_tax


def lines_left(sale: Sequence[LineSold], returned: Iterable[LineSold]) -> list[EarningLine]:
    """What is left of each line after the returns: of the line they name, else of the first of the same product."""
    left = {each.n: _Left(each.product, each.line) for each in sale}
    for each in sorted(returned, key=lambda each: each.returns_line == 0):
        rest = (-each.line.quantity_milli, -each.line.net, -each.line.tax)
        for place in (each.returns_line, *left):
            held = left.get(place)
            if rest[0] > 0 and held is not None and held.product == each.product and held.quantity > 0:
                rest = held.take(*rest)
    return [
        each.line._replace(quantity_milli=left[each.n].quantity, net=left[each.n].net, tax=left[each.n].tax)
        for each in sale
    ]
