"""Receipts that belong together: those of one number, and what was brought back of one."""

from collections.abc import Sequence

from django.db.models import QuerySet

from regulars.access.rules import Actor
from regulars.sales.models import Sale
from regulars.sales.paging import SaleRow
from regulars.sales.reach import sales_within
from regulars.sales.selectors import sale_find

_MOST = 100


def sales_numbered(number: str, *, visible_to: Actor) -> Sequence[SaleRow]:
    """The sales within reach whose receipts bear this number, newest first. One query. Raises Forbidden."""
    rows = Sale.objects.filter(sales_within("sales.see", visible_to), number=number.strip())
    return _rows(rows)


def sales_beside(name: str, *, visible_to: Actor) -> Sequence[SaleRow]:
    """What was brought back of the sale of that number or id; for a return, the sale it takes back. Three queries.

    Raises Forbidden, SaleUnknown, SaleAmbiguous.
    """
    head = sale_find(name, visible_to=visible_to)
    within = sales_within("sales.see", visible_to)
    if head.original_uid is not None:
        return _rows(Sale.objects.filter(within, uid=head.original_uid))
    return _rows(Sale.objects.filter(within, original_uid=head.uid))


def _rows(rows: QuerySet[Sale]) -> Sequence[SaleRow]:
    columns = ["store__name" if name == "store" else name for name in SaleRow._fields]
    return [SaleRow(*row) for row in rows.order_by("-id").values_list(*columns)[:_MOST]]
