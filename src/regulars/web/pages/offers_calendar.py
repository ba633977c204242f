"""The calendar: which offers and price books run in a month or a quarter."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from regulars.access.rules import Actor
from regulars.offers.selectors import offers_list, price_books_list
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.offering.calendar import MONTH, QUARTER, Running, calendar_of, day_asked
from regulars.web.offering.words import gives, state_of
from regulars.web.requests import Request
from regulars.web.written import Shop


@require_GET
def calendar(request: Request) -> HttpResponse:
    """A bar for each offer and price book over the days it runs; drafts are drawn thinner."""
    shop = shop_of(business_get())
    span = QUARTER if request.GET.get("span") == QUARTER else MONTH
    day = day_asked(request.GET.get("from", ""), shop.today)
    drawn = calendar_of(list(_runnings(request.actor, shop)), day=day, span=span, shop=shop)
    context = {"shop": shop, "calendar": drawn, "may_edit": request.actor.may("offers.edit")}
    return render(request, "web/offers/calendar.html", context)


def _runnings(actor: Actor, shop: Shop) -> Iterator[Running]:
    for offer in offers_list(visible_to=actor):
        given, last = offer.terms.conditions, offer.terms.conditions.last_day
        if offer.ended_at is not None:
            ended = offer.ended_at.astimezone(shop.timezone).date()
            last = min(last or ended, ended)
        state = state_of(offer, shop.today)
        if offer.state == "ended" and given.first_day is not None and last is not None and last < given.first_day:
            continue
        yield Running("offer", offer.id, offer.name, state, gives(offer.terms, shop), given.first_day, last)
    for book in price_books_list(visible_to=actor):
        yield Running("book", book.id, book.name, "book", book.group, book.first_day, book.last_day)


urlpatterns = [path("offers/calendar", calendar, name="offers-calendar")]
