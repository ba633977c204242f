"""The register: products, a customer and codes come into a basket, and it says what that costs and why."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from regulars.checkout.baskets import basket_drop, basket_park, basket_take, baskets_waiting
from regulars.checkout.errors import BasketMoved
from regulars.core.errors import Conflict, Invalid, NotFound, RegularsError
from regulars.sales.cards import names_reached
from regulars.sales.finding import customers_glimpsed
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.middleware import status_of
from regulars.web.notices import notice_add
from regulars.web.register.desk import Desk
from regulars.web.register.meaning import LONGEST, meant_by, put_in, without
from regulars.web.register.place import FIRST, LONGEST_NAME, Place, place_keep, place_of, stores_open
from regulars.web.register.showing import Screen, Sentences, sentence_of
from regulars.web.register.till import (
    Till,
    code_added,
    code_removed,
    customer_set,
    gift_card_added,
    line_found,
    line_removed,
    price_set,
    quantity_set,
    quantity_stepped,
    till_read,
)
from regulars.web.requests import Request

FOUND = 6
# So often a change is made again that met another.
TRIES = 20
# What a page is told that was left open while its basket went on elsewhere.
CLOSED = {
    "sold": gettext_lazy("This basket was sold already; nothing was changed."),
    "parked": gettext_lazy("This basket is parked; take it up to go on with it. Nothing was changed."),
    "dropped": gettext_lazy("This basket was dropped; begin another. Nothing was changed."),
}
P = ParamSpec("P")
View = Callable[Concatenate[Request, Desk, P], HttpResponse]


def at_desk(view: View[P]) -> Callable[Concatenate[Request, P], HttpResponse]:
    """The view is handed the register of this browser; without one the way leads to choosing it."""

    @wraps(view)
    def standing(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        place = place_of(request, actor=request.actor)
        if place is None:
            return led(request, reverse("register-place"))
        desk = Desk(place, shop_of(business_get()), request.actor, timezone.now())
        return view(request, desk, *args, **kwargs)

    return standing


def typed_in(request: Request, name: str, *, longest: int = LONGEST) -> str:
    """What was typed or chosen, without blanks around it and without what no database takes."""
    told = request.POST if request.method == "POST" else request.GET
    return str(told.get(name, "")).replace("\x00", "").strip()[:longest]


def led(request: Request, address: str) -> HttpResponse:
    """The way to another page; for a fragment one of the whole page."""
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


@require_http_methods(["GET", "POST"])
def placed(request: Request) -> HttpResponse:
    """Which register this browser stands on."""
    stores = stores_open(request.actor)
    typed = {"store": typed_in(request, "store"), "register": typed_in(request, "register")}
    context: dict[str, Any] = {"stores": stores, "typed": typed, "first": FIRST}
    if request.method == "GET":
        kept = place_of(request, actor=request.actor)
        context["typed"] = {"store": kept.store, "register": kept.register} if kept else typed
        return render(request, "web/register/place.html", context)
    name = typed["register"] or FIRST
    if typed["store"] not in stores or len(name) > LONGEST_NAME or not name.isprintable():
        context["wrong"] = gettext("Choose a store, and a name of at most 64 letters for the register.")
        return render(request, "web/register/place.html", context, status=422)
    response = redirect("register")
    place_keep(response, Place(typed["store"], name))
    return response


@require_GET
@at_desk
def register(request: Request, desk: Desk) -> HttpResponse:
    """The basket this register was working on last; else an empty one."""
    mine = [each for each in _waiting(desk) if each.state == "open"]
    return redirect("register-basket", mine[0].uid if mine and "new" not in request.GET else uuid4())


def _waiting(desk: Desk) -> list[Any]:
    """The baskets that this register may go on with and that hold something."""
    found = baskets_waiting(desk.place.store, register=desk.place.register, visible_to=desk.actor)
    return [each for each in found if not till_read(each.form).is_empty]


@require_GET
@vary_on_headers("HX-Request")
@at_desk
def basket(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The page of one basket; for a fragment the basket alone. `new`: what was typed where nobody was found."""
    held = desk.held(uid)
    if held.state not in ("new", "open"):
        return gone(request, uid, held.state)
    return shown(request, desk, uid, desk.look(held.till))


def gone(request: Request, uid: UUID, state: str) -> HttpResponse:
    """Where a basket leads that is open no longer: to its receipt, or to those that wait."""
    return led(request, reverse("register-done", args=[uid]) if state == "sold" else reverse("register-waiting"))


def shown(
    request: Request, desk: Desk, uid: UUID, screen: Screen, *, status: int = 200, said: str = "", **more: Any
) -> HttpResponse:
    """The page with the basket, or the basket alone for a fragment."""
    context = {
        "uid": uid,
        "screen": screen,
        "place": desk.place,
        "said": said,
        "newcomer": _newcomer(request),
        "may_price": desk.actor.may("offers.manual_price"),
        "may_create": desk.actor.may("customers.create"),
        "may_see": desk.actor.may("customers.see"),
        **more,
    }
    if request.htmx:
        return render(request, "web/register/_answer.html", context, status=200)
    context["waiting"] = [each for each in _waiting(desk) if each.uid != uid]
    return render(request, "web/register/sell.html", context, status=status)


def _newcomer(request: Request) -> dict[str, str] | None:
    """What the form of a new customer begins with; None where nobody asked for it."""
    if "new" not in request.GET:
        return None
    text = request.GET["new"].replace("\x00", "").strip()[:LONGEST]
    kind = "email" if "@" in text else "name" if not text or any(each.isalpha() for each in text) else "phone"
    return {kind: text}


def changed(
    request: Request, desk: Desk, uid: UUID, change: Callable[[Till], Till], *, where: str, typed: str = "",
    said: str = "", **more: Any,
) -> HttpResponse:  # fmt: skip
    """The basket with the change in it; a refusal stands beside `where`, with what was typed there and `more`."""
    for _try in range(TRIES):
        held = desk.held(uid)
        if held.state not in ("new", "open"):
            notice_add(request, CLOSED[held.state], "info")
            return gone(request, uid, held.state)
        try:
            screen = desk.keep(uid, change(held.till), seen_at=held.changed_at)
            break
        except BasketMoved as refusal:
            # A scan and a click met: the change is made again on what the other left.
            met = refusal
        except (Invalid, Conflict, NotFound) as refusal:
            return refused(request, desk, uid, held.till, refusal, where=where, typed=typed, **more)
    else:
        return refused(request, desk, uid, held.till, met, where=where, typed=typed, **more)
    if not request.htmx:
        return redirect("register-basket", uid)
    return shown(request, desk, uid, screen, said=said or _total_said(screen, desk))


def refused(
    request: Request, desk: Desk, uid: UUID, till: Till, refusal: RegularsError, *, where: str, typed: str = "",
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """The basket as it was, with the refusal beside its place."""
    place = where.rpartition("-")[0] if where.startswith("line-") else where
    sentences = Sentences({place: sentence_of(refusal)}, {where: typed})
    return shown(request, desk, uid, desk.look(till, sentences), status=status_of(refusal), **more)


def _total_said(screen: Screen, desk: Desk) -> str:
    """What somebody who does not see the page is told of a change."""
    if screen.answer is None:
        return ""
    facts = {"lines": screen.units, "total": desk.shop.money(screen.answer.total)}
    return gettext("%(lines)s lines, %(total)s.") % facts


@require_GET
@vary_on_headers("HX-Request")
@at_desk
def looked(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """What is meant by what is being typed."""
    held = desk.held(uid)
    typed = typed_in(request, "q")
    meant = without(meant_by(typed, country=desk.shop.country, actor=desk.actor), held.till.customer)
    if request.htmx:
        return render(request, "web/register/_meant.html", {"meant": meant, "uid": uid})
    return shown(request, desk, uid, desk.look(held.till), meant=meant)


@require_POST
@at_desk
def put(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """What was scanned, typed or chosen is in the basket."""
    typed = typed_in(request, "sku") or typed_in(request, "q")
    meant = meant_by(typed, country=desk.shop.country, actor=desk.actor)
    return changed(
        request, desk, uid, lambda till: put_in(till, meant, today=desk.shop.today), where="search", typed=typed,
        meant=meant,
    )  # fmt: skip


@require_POST
@at_desk
def line(request: Request, desk: Desk, uid: UUID, n: int) -> HttpResponse:
    """More or less of a line, so much of it, at another price, or without it."""
    asked, goods, quantity = request.POST, request.POST.get("of", ""), typed_in(request, "quantity")

    def there(change: Callable[[Till, int], Till]) -> Callable[[Till], Till]:
        """The change on the line that is meant, wherever it is now; none where it is gone."""

        def made(till: Till) -> Till:
            place = line_found(till, n, goods)
            return till if place is None else change(till, place)

        return made

    if "step" in asked:
        step = 1 if asked["step"] == "1" else -1
        stepped = there(lambda till, place: quantity_stepped(till, place, step))
        return changed(request, desk, uid, stepped, where=f"line-{n}-quantity")
    if "remove" in asked:
        return changed(request, desk, uid, there(line_removed), where=f"line-{n}-quantity")
    if "price" in asked:
        desk.actor.require("offers.manual_price")
        price = typed_in(request, "price")
        priced = there(lambda till, place: price_set(till, place, price))
        return changed(request, desk, uid, priced, where=f"line-{n}-price", typed=price)
    counted = there(lambda till, place: quantity_set(till, place, quantity))
    return changed(request, desk, uid, counted, where=f"line-{n}-quantity", typed=quantity)


@require_POST
@at_desk
def gift_card(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """A gift card of the amount typed is in the basket."""
    amount, name = typed_in(request, "amount"), gettext("Gift card")
    return changed(
        request, desk, uid, lambda till: gift_card_added(till, amount, name=name), where="gift-card", typed=amount
    )


@require_POST
@at_desk
def code(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """A coupon's code is told, or taken back."""
    gone, told = typed_in(request, "remove"), typed_in(request, "code", longest=64)
    if gone:
        return changed(request, desk, uid, lambda till: code_removed(till, gone), where="code")
    return changed(request, desk, uid, lambda till: code_added(till, told) if told else till, where="code", typed=told)


@require_GET
@vary_on_headers("HX-Request")
@at_desk
def found(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The customers that what is typed may mean."""
    typed = typed_in(request, "find")
    glimpses = customers_glimpsed(typed, limit=FOUND, country=desk.shop.country, visible_to=desk.actor) if typed else ()
    context: dict[str, Any] = {
        "uid": uid,
        "find": typed,
        "found": glimpses,
        "may_create": desk.actor.may("customers.create"),
    }
    if request.htmx:
        return render(request, "web/register/_customers.html", context)
    return shown(request, desk, uid, desk.look(desk.held(uid).till), find=typed, found=glimpses)


@require_POST
@at_desk
def customer(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The basket is this customer's; or, with what was typed, that of the one it can only mean; or nobody's."""
    chosen, typed = typed_in(request, "id"), typed_in(request, "find")
    if chosen.isdecimal() and len(chosen) < 19:
        return changed(request, desk, uid, lambda till: customer_set(till, int(chosen)), where="customer")
    if not typed:
        return changed(request, desk, uid, lambda till: customer_set(till, None), where="customer")
    glimpses = customers_glimpsed(typed, limit=FOUND, country=desk.shop.country, visible_to=desk.actor)
    exact = [each for each in glimpses if each.code.casefold() == typed.casefold()] or list(glimpses)
    if len(exact) == 1:
        return changed(request, desk, uid, lambda till: customer_set(till, exact[0].id), where="customer")
    screen = desk.look(desk.held(uid).till, Sentences(typed={"find": typed}))
    return shown(request, desk, uid, screen, find=typed, found=glimpses)


@require_GET
@at_desk
def waiting(request: Request, desk: Desk) -> HttpResponse:
    """The baskets that are parked in the store, and those open on this register."""
    baskets = _waiting(desk)
    names = names_reached({each.customer_id for each in baskets if each.customer_id}, visible_to=desk.actor)
    rows = [(each, names.get(each.customer_id, "")) for each in baskets]
    return render(request, "web/register/waiting.html", {"place": desk.place, "waiting": rows})


@require_POST
@at_desk
def park(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The basket waits for whichever register takes it up; this one begins another."""
    title = typed_in(request, "title")
    try:
        basket_park(uid, register=desk.place.register, title=title, actor=desk.actor, at=desk.at)
    except (Invalid, Conflict, NotFound) as refusal:
        return refused(request, desk, uid, desk.held(uid).till, refusal, where="park", typed=title)
    notice_add(request, gettext("The basket is parked. Any register of the store can take it up."))
    return led(request, f"{reverse('register')}?new")


@require_POST
@at_desk
def take(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The parked basket is open here; whoever else wants it is told where it is."""
    try:
        basket_take(uid, register=desk.place.register, actor=desk.actor, at=desk.at)
    except (Conflict, NotFound) as refusal:
        notice_add(request, sentence_of(refusal), "error")
        return led(request, reverse("register-waiting"))
    return led(request, reverse("register-basket", args=[uid]))


@require_POST
@at_desk
def drop(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The basket waits no longer."""
    try:
        basket_drop(uid, register=desk.place.register, actor=desk.actor, at=desk.at)
    except NotFound:
        pass  # nothing was put into it yet
    except Conflict as refusal:
        notice_add(request, sentence_of(refusal), "error")
    return led(request, f"{reverse('register')}?new")


urlpatterns = [
    path("register/", register, name="register"),
    path("register/place", placed, name="register-place"),
    path("register/waiting", waiting, name="register-waiting"),
    path("register/<uuid:uid>", basket, name="register-basket"),
    path("register/<uuid:uid>/look", looked, name="register-look"),
    path("register/<uuid:uid>/put", put, name="register-put"),
    path("register/<uuid:uid>/line/<int:n>", line, name="register-line"),
    path("register/<uuid:uid>/gift-card", gift_card, name="register-gift-card"),
    path("register/<uuid:uid>/code", code, name="register-code"),
    path("register/<uuid:uid>/found", found, name="register-found"),
    path("register/<uuid:uid>/customer", customer, name="register-customer"),
    path("register/<uuid:uid>/park", park, name="register-park"),
    path("register/<uuid:uid>/take", take, name="register-take"),
    path("register/<uuid:uid>/drop", drop, name="register-drop"),
]
