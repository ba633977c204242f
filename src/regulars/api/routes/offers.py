"""Offers, their codes and results, price books."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.access.rules import Actor
from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.shapes.common import Made, refusals
from regulars.api.shapes.offers import (
    BacktestIn,
    BacktestOut,
    CodesIn,
    CodesMade,
    CodesOut,
    EndIn,
    GiveIn,
    Given,
    OfferIn,
    OfferOut,
    OffersOut,
    PriceBookIn,
    PriceBooksOut,
    ResultOut,
    ResultQuery,
    backtest_out,
    code_out,
    offer_out,
    price_book_out,
    result_out,
)
from regulars.core.money import amount_milli, currency_places
from regulars.groups.selectors import group_named
from regulars.offers.asking import terms_asked
from regulars.offers.backtesting import offer_backtest
from regulars.offers.errors import OfferUnknown
from regulars.offers.giving import coupon_make, coupons_make, offer_give
from regulars.offers.price_books import price_book_delete, price_book_end, price_book_save
from regulars.offers.results import offer_result
from regulars.offers.selectors import OfferShown, coupons_list, names_known, offers_list, price_books_list
from regulars.offers.services import offer_end, offer_save
from regulars.sales.selectors import business_get, business_today, store_get

offers = Router(tags=["Offers"])
price_books = Router(tags=["Price books"])
_WRITE = refusals(400, 404, 409, 413, 415)


def _offer(offer: int, actor: Actor) -> OfferShown:
    """The offer within reach. One query. Raises Forbidden, OfferUnknown."""
    for each in offers_list(visible_to=actor):
        if each.id == offer:
            return each
    raise OfferUnknown(name=offer, hint="")


@offers.get("", response={200: OffersOut, **refusals()}, **asks("offers_list"))
def offers_listed(request: HttpRequest) -> OffersOut:
    """List the offers with how often they were used and what they took off."""
    actor = actor_of(request)
    names = names_known(visible_to=actor)
    return OffersOut(items=[offer_out(each, names) for each in offers_list(visible_to=actor)])


@offers.post("", response={201: Made, **_WRITE}, **asks("offer_create"))
def offer_created(request: HttpRequest, body: OfferIn) -> HttpResponse:
    """Make an offer: a draft, unless it is to be live."""
    return _offer_saved(request, body, None)


@offers.get("/{int:offer}", response={200: OfferOut, **refusals(404)}, **asks("offer_get"))
def offer_shown(request: HttpRequest, offer: int) -> OfferOut:
    """Read an offer."""
    actor = actor_of(request)
    return offer_out(_offer(offer, actor), names_known(visible_to=actor))


@offers.put("/{int:offer}", response={200: Made, **_WRITE}, **asks("offer_set"))
def offer_changed(request: HttpRequest, offer: int, body: OfferIn) -> HttpResponse:
    """Change an offer; what was sold with it stays as it was."""
    return _offer_saved(request, body, offer)


def _offer_saved(request: HttpRequest, body: OfferIn, offer: int | None) -> HttpResponse:
    actor = actor_of(request)

    def work() -> Done:
        terms = terms_asked(body.terms, names=names_known(visible_to=actor))
        made = offer_save(body.name, terms, offer_id=offer, is_live=body.live, actor=actor, at=now())
        return Done(201 if offer is None else 200, Made(id=made))

    return written(request, work, location="/api/v1/offers/{id}")


@offers.post("/{int:offer}/end", response={200: Made, **refusals(404, 409)}, **asks("offer_end"))
def offer_ended(request: HttpRequest, offer: int) -> HttpResponse:
    """End an offer: nobody gets it from now on."""

    def work() -> Done:
        offer_end(offer, actor=actor_of(request), at=now())
        return Done(200, Made(id=offer))

    return written(request, work)


@offers.get("/{int:offer}/codes", response={200: CodesOut, **refusals(404)}, **asks("offer_codes"))
def codes_listed(request: HttpRequest, offer: int) -> CodesOut:
    """List the codes that give an offer."""
    return CodesOut(items=list(map(code_out, coupons_list(offer, visible_to=actor_of(request)))))


@offers.post("/{int:offer}/codes", response={201: CodesMade, **_WRITE}, **asks("offer_codes_make"))
def codes_made(request: HttpRequest, offer: int, body: CodesIn) -> HttpResponse:
    """Make codes that give an offer; GET shows them."""
    actor = actor_of(request)

    def work() -> Done:
        at = now()
        if body.code:
            coupon_make(offer, body.code, most_uses=body.most_uses, last_day=body.until, actor=actor, at=at)
            return Done(201, CodesMade(id=offer, made=1))
        made = coupons_make(
            offer, count=body.count, customer_ids=body.customers, most_uses=body.most_uses, last_day=body.until,
            actor=actor, at=at,
        )  # fmt: skip
        return Done(201, CodesMade(id=offer, made=len(made)))

    return written(request, work)


@offers.post("/{int:offer}/give", response={200: Given, **_WRITE}, **asks("offer_give"))
def offer_given(request: HttpRequest, offer: int, body: GiveIn) -> HttpResponse:
    """Give an offer to some customers, to be used once."""

    def work() -> Done:
        at = now()
        given = offer_give(
            offer, body.customers, until=body.until, actor=actor_of(request), at=at, today=business_today(at=at)
        )
        return Done(200, Given(id=offer, given=given))

    return written(request, work)


@offers.get("/{int:offer}/result", response={200: ResultOut, **refusals(404)}, **asks("offer_result", ResultQuery))
def offer_brought(request: HttpRequest, offer: int, wanted: Query[ResultQuery]) -> ResultOut:
    """Read what an offer brought: uses, what it took off, what the sales with it came to."""
    actor = actor_of(request)
    found = offer_result(
        _offer(offer, actor).name, today=business_today(at=now()), first=wanted.day_from, last=wanted.day_to,
        visible_to=actor,
    )  # fmt: skip
    return result_out(found, currency=business_get().currency)


@offers.post("/backtest", response={200: BacktestOut, **_WRITE}, **asks("offer_backtest"))
def offer_tried(request: HttpRequest, body: BacktestIn) -> BacktestOut:
    """Try an offer on what was sold: what it would have cost. Nothing is changed."""
    actor = actor_of(request)
    terms = terms_asked(body.terms, names=names_known(visible_to=actor))
    found = offer_backtest(
        body.name, terms, first=body.day_from, last=body.day_to, instead_of=body.instead_of, visible_to=actor
    )
    return backtest_out(found, currency=business_get().currency)


@price_books.get("", response={200: PriceBooksOut, **refusals()}, **asks("price_books_list"))
def price_books_listed(request: HttpRequest) -> PriceBooksOut:
    """List the price books with their prices."""
    currency = business_get().currency
    found = price_books_list(visible_to=actor_of(request))
    return PriceBooksOut(items=[price_book_out(each, currency=currency) for each in found])


@price_books.post("", response={201: Made, **_WRITE}, **asks("price_book_create"))
def price_book_created(request: HttpRequest, body: PriceBookIn) -> HttpResponse:
    """Make a price book."""
    return _price_book_saved(request, body, None)


@price_books.put("/{int:book}", response={200: Made, **_WRITE}, **asks("price_book_set"))
def price_book_changed(request: HttpRequest, book: int, body: PriceBookIn) -> HttpResponse:
    """Change a price book: it then holds exactly these prices."""
    return _price_book_saved(request, body, book)


def _price_book_saved(request: HttpRequest, body: PriceBookIn, book: int | None) -> HttpResponse:
    actor = actor_of(request)

    def work() -> Done:
        places = currency_places(business_get().currency)
        prices = {each.sku: amount_milli(each.price, places=places) for each in body.prices}
        made = price_book_save(
            body.name, prices, group_id=group_named(body.group).id if body.group else None,
            store_id=store_get(body.store).id if body.store else None, first_day=body.day_from, last_day=body.until,
            book_id=book, actor=actor, at=now(),
        )  # fmt: skip
        return Done(201 if book is None else 200, Made(id=made))

    return written(request, work)


@price_books.post("/{int:book}/end", response={200: Made, **_WRITE}, **asks("price_book_end"))
def price_book_ended(request: HttpRequest, book: int, body: EndIn) -> HttpResponse:
    """Let a price book hold up to a day."""

    def work() -> Done:
        price_book_end(book, last_day=body.until, actor=actor_of(request), at=now())
        return Done(200, Made(id=book))

    return written(request, work)


@price_books.delete("/{int:book}", response={200: Made, **refusals(404, 409)}, **asks("price_book_delete"))
def price_book_gone(request: HttpRequest, book: int) -> HttpResponse:
    """Delete a price book by which nothing was sold."""

    def work() -> Done:
        price_book_delete(book, actor=actor_of(request), at=now())
        return Done(200, Made(id=book))

    return written(request, work)
