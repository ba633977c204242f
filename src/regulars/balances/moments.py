"""What moved on a customer's balances but for what their sales moved, as moments of the timeline."""

from collections.abc import Callable, Iterator

from django.db.models import Min, Q, Sum

from regulars.access.rules import Actor
from regulars.balances.models import Entry
from regulars.sales.timeline import BALANCE, TimelineMoment, moments_declare

# What hangs on a sale is told beside the sale (checkout/beside.py); a visit is none.
_OF_NO_SALE = Q(sale_uid__isnull=True) | Q(reason="visit")


def moments_read(customer_id: int, older: Callable[[str], Q], most: int, visible_to: Actor) -> Iterator[TimelineMoment]:
    """The newest movements, those of one cause as one. One query; nothing for whoever may not see balances."""
    if not visible_to.may("balances.see"):
        return
    rows = Entry.objects.filter(_OF_NO_SALE, older("at"), customer_id=customer_id).exclude(kind="fill").order_by()
    told = rows.values_list("source", "book", "kind", "at", "reason").annotate(first=Min("id"), moved=Sum("amount"))
    for _source, book, kind, at, reason, first, moved in told.exclude(moved=0).order_by("-at", "-first")[:most]:
        yield TimelineMoment(
            at=at, kind=BALANCE, id=first, text=f"{book} {moved:+}: {reason or kind}", words=reason, book=book,
            cause=kind, moved=moved,
        )  # fmt: skip


moments_declare(BALANCE, moments_read)
