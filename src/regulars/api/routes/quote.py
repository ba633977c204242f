"""At the counter: what a basket costs, the sale that it becomes, an exchange."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.reading import body_told, document_parse
from regulars.api.shapes.common import refusals
from regulars.api.shapes.counter import ExchangedOut, FinalisedOut, QuoteOut, exchanged_out, finalised_out
from regulars.checkout.answers import quote_text
from regulars.checkout.exchanging import basket_exchange_told
from regulars.checkout.finalising import basket_finalise_told
from regulars.checkout.quoting import quote_told
from regulars.sales.selectors import business_get

router = Router(tags=["Counter"])


@router.post(
    "/quote",
    response={200: QuoteOut, **refusals(400, 404, 413, 415)},
    openapi_extra=body_told("BasketIn"),
    by_alias=True,
    **asks("quote"),
)
def quoted(request: HttpRequest) -> HttpResponse:
    """Ask what a basket costs this customer here and now, and why. Nothing is changed by asking."""
    answer = quote_told(document_parse(request.body), actor=actor_of(request), at=now())
    return HttpResponse(quote_text(answer).encode(), content_type="application/json")


@router.post(
    "/sales/finalise",
    response={201: FinalisedOut, 200: FinalisedOut, **refusals(400, 404, 409, 413, 415)},
    openapi_extra=body_told("FinaliseIn"),
    **asks("basket_finalise"),
)
def basket_finalised(request: HttpRequest) -> HttpResponse:
    """Sell a basket as it was quoted: stored, offers used, balances settled, all or nothing.

    409 where it costs otherwise by now, with what changed. The `id` alone makes it safe to send again.
    """
    payload = document_parse(request.body)

    def work() -> Done:
        sold = basket_finalise_told(payload, actor=actor_of(request), at=now())
        out = finalised_out(sold, currency=business_get().currency)
        return Done(201 if sold.outcome == "created" else 200, out)

    return written(request, work, location="/api/v1/sales/{id}")


@router.post(
    "/sales/exchange",
    response={201: ExchangedOut, 200: ExchangedOut, **refusals(400, 404, 409, 413, 415)},
    openapi_extra=body_told("ExchangeIn"),
    **asks("basket_exchange"),
)
def basket_exchanged(request: HttpRequest) -> HttpResponse:
    """Take something back and sell something else in one step; what goes back as money pays the sale first."""
    payload = document_parse(request.body)

    def work() -> Done:
        done = basket_exchange_told(payload, actor=actor_of(request), at=now())
        out = exchanged_out(done, currency=business_get().currency)
        return Done(201 if done.sold.outcome == "created" else 200, out)

    return written(request, work, location="/api/v1/sales/{id}")
