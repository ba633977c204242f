"""Sales: recorded one by one or in batches, read, brought back, voided, given to another customer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api.asking import JSON, Intake, actor_of, asks, now
from regulars.api.errors import OneSaleExpected, SaleDiffers
from regulars.api.once import Done, written
from regulars.api.shapes.common import refusals
from regulars.api.shapes.sales import (
    BatchOut,
    ReassignIn,
    ReceiptOut,
    ReturnIn,
    SaleChanged,
    SaleDone,
    SalesOut,
    SalesQuery,
    answer_out,
    receipt_out,
    sale_done,
    sale_out,
)
from regulars.checkout.payload import LARGEST_DOCUMENT, payloads_parse
from regulars.checkout.services import sale_reassign, sale_return, sale_void, sales_record
from regulars.core.money import amount_milli
from regulars.sales.errors import SaleRefused
from regulars.sales.paging import sales_page
from regulars.sales.receipts import receipt_get
from regulars.sales.selectors import business_get

router = Router(tags=["Sales"])
_SALES = Intake(JSON, most_megabytes=LARGEST_DOCUMENT // 2**20)


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    """The body of a route that reads it by itself: a float of JSON would lose digits."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_SALE = {"$ref": "#/components/schemas/SaleIn"}
_MANY = {"type": "array", "items": _SALE, "maxItems": 1000}
_BATCH = {"anyOf": [_MANY, {"type": "object", "properties": {"sales": _MANY}, "required": ["sales"]}]}


@router.post(
    "",
    response={201: SaleDone, 200: SaleDone, **refusals(400, 409, 413, 415)},
    openapi_extra=_body(_SALE),
    **asks("sale_record", intake=_SALES),
)
def sale_record(request: HttpRequest) -> HttpResponse:
    """Record a sale, or a return that names its original.

    201 where it is stored now, 200 where it was stored already, just so. The `id` alone makes it safe to send again.
    """
    payloads = payloads_parse(request.body)
    if len(payloads) != 1:
        raise OneSaleExpected(count=len(payloads))

    def work() -> Done:
        [answer] = sales_record(payloads, actor=actor_of(request), at=now())
        match answer.outcome:
            case "refused":
                raise SaleRefused(faults=answer.faults)
            case "conflict":
                raise SaleDiffers(number=answer.number, faults=answer.faults)
            case "created":
                return Done(201, sale_done(answer))
            case _:
                return Done(200, sale_done(answer))

    return written(request, work, location="/api/v1/sales/{id}")


@router.post(
    "/batch",
    response={200: BatchOut, **refusals(400, 409, 413, 415)},
    openapi_extra=_body(_BATCH),
    **asks("sales_record", intake=_SALES),
)
def sales_recorded(request: HttpRequest) -> HttpResponse:
    """Record up to 1,000 sales: a list of them, or an object with the list in `sales`.

    Each is answered by itself, in order: created, unchanged, conflict, refused; one that is wrong harms no other.
    """
    payloads = payloads_parse(request.body)

    def work() -> Done:
        answers = sales_record(payloads, actor=actor_of(request), at=now())
        return Done(200, BatchOut(answers=list(map(answer_out, answers))))

    return written(request, work)


@router.get("", response={200: SalesOut, **refusals()}, **asks("sales_list", SalesQuery))
def sales_listed(request: HttpRequest, wanted: Query[SalesQuery]) -> SalesOut:
    """List sales, the latest business day first."""
    page = sales_page(wanted.filter(), limit=wanted.limit, cursor=wanted.cursor, visible_to=actor_of(request))
    currency = business_get().currency
    return SalesOut(items=[sale_out(row, currency=currency) for row in page.rows], next=page.next_cursor)


@router.get("/{sale}", response={200: ReceiptOut, **refusals(404, 409)}, by_alias=True, **asks("sale_get"))
def sale_shown(request: HttpRequest, sale: str) -> ReceiptOut:
    """Read the receipt of a number or an id."""
    receipt = receipt_get(sale, visible_to=actor_of(request))
    return receipt_out(receipt, currency=business_get().currency)


@router.post(
    "/{sale}/return",
    response={201: SaleDone, 200: SaleDone, **refusals(400, 404, 409, 413, 415)},
    **asks("sale_return"),
)
def sale_returned(request: HttpRequest, sale: str, body: ReturnIn) -> HttpResponse:
    """Bring back a sale, wholly or in part; the amounts are the sale's own, in proportion and to the cent.

    It goes back as it was paid: points as points, store credit as store credit, off the account, the rest as money.
    """
    quantities = None if body.lines is None else {each.line: amount_milli(each.quantity) for each in body.lines}

    def work() -> Done:
        answer = sale_return(
            sale, quantities=quantities, refund_to=body.refund_to, uid=body.id, actor=actor_of(request), at=now()
        )
        return Done(201 if answer.outcome == "created" else 200, sale_done(answer))

    return written(request, work, location="/api/v1/sales/{id}")


@router.post("/{sale}/void", response={200: SaleChanged, **refusals(404, 409)}, **asks("sale_void"))
def sale_voided(request: HttpRequest, sale: str) -> HttpResponse:
    """Void a sale: it stays to be read and counts nowhere. Voiding it again changes nothing."""

    def work() -> Done:
        sale_void(sale, actor=actor_of(request), at=now())
        return Done(200, SaleChanged(sale=sale))

    return written(request, work)


@router.post(
    "/{sale}/reassign", response={200: SaleChanged, **refusals(400, 404, 409, 413, 415)}, **asks("sale_reassign")
)
def sale_reassigned(request: HttpRequest, sale: str, body: ReassignIn) -> HttpResponse:
    """Give a sale, and what was brought back of it, to another customer, or to nobody."""

    def work() -> Done:
        sale_reassign(sale, body.customer, actor=actor_of(request), at=now())
        return Done(200, SaleChanged(sale=sale))

    return written(request, work)
