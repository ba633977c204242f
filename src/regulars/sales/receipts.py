"""A sale as its receipt shows it."""

from dataclasses import dataclass
from datetime import date

from regulars.access.rules import Actor
from regulars.sales.drafts import SaleDraft
from regulars.sales.models import Sale
from regulars.sales.reach import sales_within
from regulars.sales.selectors import drafts_stored, sale_find


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was told of a sale, what follows from it, and what was brought back of it since. Money in minor units."""

    sale: SaleDraft
    customer_id: int | None
    day: date
    weekday: int
    hour: int
    minute: int
    total: int
    net: int
    tax: int
    discount: int
    returns: tuple[str, ...]


def receipt_get(name: str, *, visible_to: Actor) -> Receipt:
    """The receipt of a number or an id. Eight queries at most. Raises Forbidden, SaleUnknown, SaleAmbiguous."""
    head = sale_find(name, visible_to=visible_to)
    row = Sale.objects.get(id=head.id)
    returns = Sale.objects.filter(original_uid=head.uid).order_by("id").values_list("number", flat=True)
    return Receipt(
        sale=drafts_stored([head.id])[head.uid],
        customer_id=row.customer_id,
        day=row.day,
        weekday=row.weekday,
        hour=row.hour,
        minute=row.minute,
        total=row.total,
        net=row.net,
        tax=row.tax,
        discount=row.discount,
        returns=tuple(returns),
    )


@dataclass(frozen=True, slots=True)
class ReceiptHead:
    """A sale as a list shows one. Total in minor units."""

    number: str
    day: date
    store: str
    kind: str
    status: str
    customer_id: int | None
    total: int


def receipts_list(*, limit: int, visible_to: Actor) -> list[ReceiptHead]:
    """The sales recorded last, the newest first. One query."""
    rows = (
        Sale.objects.filter(sales_within("sales.see", visible_to))
        .order_by("-id")
        .values_list("number", "day", "store__name", "kind", "status", "customer_id", "total")
    )
    return [ReceiptHead(*row) for row in rows[:limit]]
