"""Price books: the list, the page of one, its editor, its end."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.checkout.quoting import goods_named
from regulars.core.errors import Conflict, Forbidden, Invalid, NotFound
from regulars.core.money import currency_places
from regulars.offers.errors import OfferInUse, OfferWrong, PriceBookTaken
from regulars.offers.price_books import price_book_delete, price_book_end, price_book_save
from regulars.offers.selectors import PriceBookShown, price_books_list
from regulars.offers.showing import price_book_by_id
from regulars.sales.selectors import business_get, stores_all
from regulars.segments.showing import groups_named
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.offering.books import BookForm, overlaps_of, prices_text
from regulars.web.offering.words import period_shown
from regulars.web.requests import Request
from regulars.web.written import Shop


@require_GET
def price_books(request: Request) -> HttpResponse:
    """Every price book: for whom, where, when, how many products, and what it meets."""
    shop = shop_of(business_get())
    found = price_books_list(visible_to=request.actor)
    rows = [
        {"book": each, "days": _days(each, shop), "state": _state(each, shop), "met": list(overlaps_of(each, found))}
        for each in found
    ]
    context = {"shop": shop, "rows": rows, "may_edit": request.actor.may("offers.edit")}
    return render(request, "web/price_books/list.html", context)


def _days(book: PriceBookShown, shop: Shop) -> str:
    return period_shown(book.first_day, book.last_day, shop)


def _state(book: PriceBookShown, shop: Shop) -> str:
    if book.last_day is not None and book.last_day < shop.today:
        return "ended"
    return "planned" if book.first_day is not None and book.first_day > shop.today else "live"


@require_GET
def price_book(request: Request, book_id: int) -> HttpResponse:
    """The prices of a book beside those of the list."""
    found = price_book_by_id(book_id, visible_to=request.actor)
    return render(request, "web/price_books/book.html", _about(request, found))


def _about(request: Request, book: PriceBookShown) -> dict[str, Any]:
    shop = shop_of(business_get())
    goods = goods_named({sku for sku, _price in book.prices})
    prices = []
    for sku, price in book.prices:
        known = goods.get(sku)
        listed = None if known is None or known.price is None else known.price * 1000
        share = (price - listed) / listed if listed else None
        prices.append({"sku": sku, "name": known.name if known else "", "price": price, "list": listed, "share": share})
    return {
        "shop": shop,
        "book": book,
        "prices": prices,
        "unknown": [each["sku"] for each in prices if each["sku"] not in goods],
        "days": _days(book, shop),
        "state": _state(book, shop),
        "met": list(overlaps_of(book, price_books_list(visible_to=request.actor))),
        "may_edit": request.actor.may("offers.edit"),
        "today": shop.today.isoformat(),
    }


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new price book."""
    request.actor.require("offers.edit")
    return _edited(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: Request, book_id: int) -> HttpResponse:
    """A price book that is there."""
    request.actor.require("offers.edit")
    return _edited(request, price_book_by_id(book_id, visible_to=request.actor))


def _edited(request: Request, held: PriceBookShown | None) -> HttpResponse:
    shop = shop_of(business_get())
    form = _form(request, held, shop)
    if held is None:
        form.require_left(shop.today)
    if form.is_bound and form.is_valid():
        saved = _saved(request, form, held, shop)
        if saved is not None:
            notice_add(request, gettext("The prices are saved: registers follow them at once."))
            return redirect("price-book", saved)
    status = 422 if form.is_bound else 200
    return render(request, "web/price_books/editor.html", {"shop": shop, "form": form, "book": held}, status=status)


def _form(request: Request, held: PriceBookShown | None, shop: Shop) -> BookForm:
    actor = request.actor
    groups = [(str(each.id), each.name) for each in groups_named(visible_to=actor)]
    stores = [(str(each.id), each.name) for each in stores_all(visible_to=actor)]
    initial: dict[str, Any] = {}
    if held is not None:
        places = currency_places(shop.currency)
        initial = {
            "name": held.name, "group": held.group_id or "", "store": held.store_id or "", "from": held.first_day,
            "until": held.last_day, "prices": prices_text(held, places=places),
        }  # fmt: skip
    return BookForm(request.POST if request.method == "POST" else None, groups=groups, stores=stores, initial=initial)


def _saved(request: Request, form: BookForm, held: PriceBookShown | None, shop: Shop) -> int | None:
    """The number of the book; None, with what is wrong at its field, where it was not taken."""
    prices = form.prices_typed(currency_places(shop.currency))
    if not form.is_valid():
        return None
    told = form.cleaned_data
    try:
        return price_book_save(
            told["name"], prices,
            group_id=int(told["group"]) if told["group"] else None,
            store_id=int(told["store"]) if told["store"] else None,
            first_day=told["from"], last_day=told["until"], book_id=held.id if held else None,
            actor=request.actor, at=timezone.now(),
        )  # fmt: skip
    except OfferWrong as refusal:
        for fault in refusal.faults:
            place = fault.place.partition(".")[0]
            words = gettext(fault.message)
            form.add_error(place if place in form.fields else None, f"{words[:1].upper()}{words[1:]}.")
    except PriceBookTaken as refusal:
        form.add_error("name", gettext(refusal.message) % refusal.facts)
    except Forbidden as refusal:
        form.add_error("store", gettext(refusal.message) % refusal.facts)
    except (Invalid, Conflict, NotFound) as refusal:
        place = "prices" if isinstance(refusal, Conflict) else "name"
        form.add_error(place, gettext(refusal.message) % refusal.facts)
    return None


@require_http_methods(["GET", "POST"])
def ended(request: Request, book_id: int) -> HttpResponse:
    """Asks first: after that day the list prices count again."""
    request.actor.require("offers.edit")
    found = price_book_by_id(book_id, visible_to=request.actor)
    context = _about(request, found)
    if request.method == "GET":
        return render(request, "web/price_books/end.html", context)
    try:
        last = date.fromisoformat(request.POST.get("until", ""))
        price_book_end(book_id, last_day=last, actor=request.actor, at=timezone.now())
    except ValueError:
        context["wrong"] = gettext("Write the last day.")
        return render(request, "web/price_books/end.html", context, status=422)
    except OfferWrong as refusal:
        context["wrong"] = ". ".join(gettext(fault.message).capitalize() for fault in refusal.faults) + "."
        return render(request, "web/price_books/end.html", context, status=422)
    notice_add(request, gettext("“%(name)s” ends on %(day)s.") % {"name": found.name, "day": context["shop"].day(last)})
    return redirect("price-book", book_id)


@require_http_methods(["GET", "POST"])
def deleted(request: Request, book_id: int) -> HttpResponse:
    """Asks first; what something was sold by is ended instead."""
    request.actor.require("offers.edit")
    found = price_book_by_id(book_id, visible_to=request.actor)
    context = _about(request, found)
    if request.method == "GET":
        return render(request, "web/price_books/delete.html", context)
    try:
        price_book_delete(book_id, actor=request.actor, at=timezone.now())
    except OfferInUse:
        context["wrong"] = gettext("Something was sold by it, so it stays: end it instead.")
        return render(request, "web/price_books/delete.html", context, status=409)
    notice_add(request, gettext("“%(name)s” is gone.") % {"name": found.name})
    return redirect("price-books")


urlpatterns = [
    path("offers/price-books", price_books, name="price-books"),
    path("offers/price-books/new", new, name="price-book-new"),
    path("offers/price-books/<int:book_id>", price_book, name="price-book"),
    path("offers/price-books/<int:book_id>/edit", edit, name="price-book-edit"),
    path("offers/price-books/<int:book_id>/end", ended, name="price-book-end"),
    path("offers/price-books/<int:book_id>/delete", deleted, name="price-book-delete"),
]
