"""Why a sale cost what it cost, kept beside it: the quote it was made from and what each line was paid with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.access.rules import Actor
from regulars.checkout.models import SaleTrace
from regulars.checkout.paying import NO_POINTS, PaidPoints
from regulars.offers.engine.quote import Quote, quote_read
from regulars.sales.drafts import OfferDraft, SaleDraft
from regulars.sales.selectors import sale_find


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of how a sale came about. `quote` None: a till told the sale. `digest`: of what was asked."""

    quote: Quote | None = None
    points: PaidPoints = NO_POINTS
    digest: str = ""


NO_TRACE = Trace()


def traces_write(traces: Iterable[tuple[int, SaleDraft, Trace]], *, at: datetime) -> None:
    """The traces stand beside their sales (by id), where there is anything to be told. Inside `writing()`."""
    for sale_id, draft, trace in traces:
        if trace != NO_TRACE or draft.offers or draft.points_redeemed:
            SaleTrace.objects.create(
                sale_id=sale_id,
                digest=trace.digest,
                quote=trace.quote.as_form() if trace.quote else None,
                points=list(trace.points),
                told=_told_form(draft),
                made_at=at,
            )


def _told_form(draft: SaleDraft) -> dict[str, Any]:
    if not (draft.points_redeemed or draft.offers):
        return {}
    return {"points_redeemed": draft.points_redeemed, "offers": [list(each) for each in draft.offers]}


def trace_of(sale_id: int) -> Trace:
    """The trace of the stored sale; an empty one where none is kept. One query."""
    row = SaleTrace.objects.filter(sale_id=sale_id).first()
    if row is None:
        return NO_TRACE
    points, worth, by_line = row.points
    quote = None if row.quote is None else quote_read(row.quote)
    return Trace(quote, PaidPoints(points, worth, tuple(by_line)), row.digest)


def trace_get(name: str, *, visible_to: Actor) -> Trace:
    """The trace of the sale of a number or an id. Three queries. Raises Forbidden, SaleUnknown, SaleAmbiguous."""
    return trace_of(sale_find(name, visible_to=visible_to).id)


def told_of(sale_ids: Mapping[int, UUID]) -> dict[UUID, tuple[int, tuple[OfferDraft, ...]]]:
    """The points and offers that tills told of these stored sales (id to uid), where they told any. One query."""
    rows = SaleTrace.objects.filter(sale_id__among=sale_ids).exclude(told={}).values_list("sale_id", "told")
    return {
        sale_ids[id_]: (told["points_redeemed"], tuple(OfferDraft(*each) for each in told["offers"]))
        for id_, told in rows
    }
