"""What a customer holds and owes: points, store credit, account; giving and taking; statements."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from regulars.access.rules import Actor
from regulars.balances.errors import BadAmount
from regulars.balances.rules import BOOKS, METHODS
from regulars.balances.selectors import account_ageing, balances_of, balances_timeline, statement_of
from regulars.balances.services import account_limit_set, account_pay, credit_adjust, points_adjust
from regulars.core.errors import Conflict, Invalid
from regulars.core.money import currency_places
from regulars.sales.cards import card_get
from regulars.sales.counter import ways_to_pay
from regulars.sales.selectors import business_get
from regulars.web.balances.forms import AdjustForm, LimitForm, PayForm, PeriodForm, periods
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.pages import balances_owed
from regulars.web.requests import Request
from regulars.web.written import Shop

LISTED = 25


@require_GET
def balances(request: Request, customer_id: int) -> HttpResponse:
    """Balances with their expiry, the newest movements, and what may be done."""
    return _shown(request, customer_id)


def _shown(request: Request, customer_id: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    actor, at = request.actor, timezone.now()
    card = card_get(customer_id, visible_to=actor)
    shop = shop_of(business_get())
    held = balances_of(customer_id, at=at, visible_to=actor)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    moved = balances_timeline(customer_id, limit=LISTED + 1, before=before, visible_to=actor)
    context: dict[str, Any] = {
        "shop": shop,
        "card": card,
        "held": held,
        "ageing": account_ageing(customer_id, today=shop.today, visible_to=actor) if held.account else None,
        "movements": moved[:LISTED],
        "older": moved[LISTED - 1].id if len(moved) > LISTED else None,
        "is_later": before is not None,
        "books": BOOKS,
        "may_open": actor.may("customers.see"),
        "may_see_sales": actor.may("sales.see"),
    }
    context |= _forms(actor, shop, owed=held.account, limit=held.account_limit) | forms
    return render(request, "web/balances/page.html", context, status=status)


def _forms(actor: Actor, shop: Shop, *, owed: int, limit: int) -> dict[str, Any]:
    """The forms of what the actor may do."""
    places = currency_places(shop.currency)
    told: dict[str, Any] = {}
    if actor.may("balances.adjust"):
        told |= {"adjust": AdjustForm(None, places=places), "limit": LimitForm(None, places=places, held=limit)}
    if actor.may("balances.take_payment"):
        told["pay"] = PayForm(None, places=places, methods=_methods(actor), owed=owed)
    return told


def _methods(actor: Actor) -> list[str]:
    """How people pay here, without what is itself a balance."""
    known = (
        [each for each in ways_to_pay(visible_to=actor) if each not in METHODS] if actor.may("catalogue.see") else []
    )
    return known or ["cash", "card"]


@require_POST
def adjusted(request: Request, customer_id: int) -> HttpResponse:
    """Points or credit given or taken, once for each form that was sent."""
    request.actor.require("balances.adjust")
    card_get(customer_id, visible_to=request.actor)
    form = AdjustForm(request.POST, places=currency_places(business_get().currency))
    if not form.is_valid():
        return _shown(request, customer_id, status=422, adjust=form)
    told = form.cleaned_data
    by = {"reason": told["reason"], "reference": told["once"], "actor": request.actor, "at": timezone.now()}
    try:
        if told["book"] == "points":
            points_adjust(customer_id, told["signed"], **by)
        else:
            credit_adjust(customer_id, told["signed"], expires_on=told["until"] if told["signed"] > 0 else None, **by)
    except BadAmount as refusal:
        form.refuse(refusal, "until" if told["until"] else "amount")
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal, "amount" if isinstance(refusal, Conflict) else "reason")
    if form.errors:
        return _shown(request, customer_id, status=422, adjust=form)
    notice_add(request, gettext("It is booked: the balance below says what it came to."))
    return redirect("customer-balances", customer_id)


@require_POST
def paid(request: Request, customer_id: int) -> HttpResponse:
    """A payment towards the account, once for each form that was sent."""
    request.actor.require("balances.take_payment")
    card_get(customer_id, visible_to=request.actor)
    shop = shop_of(business_get())
    form = PayForm(request.POST, places=currency_places(shop.currency), methods=_methods(request.actor))
    if form.is_valid():
        told = form.cleaned_data
        try:
            account_pay(
                customer_id, told["amount"], method=told["method"], reference=told["once"], actor=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal, "amount")
    if form.errors:
        return _shown(request, customer_id, status=422, pay=form)
    notice_add(request, gettext("%(amount)s is paid.") % {"amount": shop.money(form.cleaned_data["amount"])})
    return redirect("customer-balances", customer_id)


@require_POST
def limited(request: Request, customer_id: int) -> HttpResponse:
    """The customer may owe so much."""
    request.actor.require("balances.adjust")
    card_get(customer_id, visible_to=request.actor)
    shop = shop_of(business_get())
    form = LimitForm(request.POST, places=currency_places(shop.currency))
    if form.is_valid():
        try:
            account_limit_set(customer_id, form.cleaned_data["limit"], actor=request.actor, at=timezone.now())
        except (Conflict, Invalid) as refusal:
            form.add_error("limit", gettext(refusal.message) % refusal.facts)
    if form.errors:
        return _shown(request, customer_id, status=422, limit=form)
    notice_add(request, gettext("May owe up to %(amount)s.") % {"amount": shop.money(form.cleaned_data["limit"])})
    return redirect("customer-balances", customer_id)


@require_GET
def statement(request: Request, customer_id: int) -> HttpResponse:
    """A book over some days: opening, each movement, closing; made to be printed."""
    card = card_get(customer_id, visible_to=request.actor)
    shop = shop_of(business_get())
    book = request.GET.get("book", "")
    book = book if book in BOOKS else BOOKS[0]
    form = PeriodForm(request.GET if "from" in request.GET or "until" in request.GET else None, today=shop.today)
    is_wrong = form.is_bound and not form.is_valid()
    told = statement_of(customer_id, book=book, first=form.first, last=form.last, visible_to=request.actor)
    is_owing = book == "account" and not is_wrong
    context = {
        "shop": shop,
        "card": card,
        "statement": told,
        "form": form,
        "book": book,
        "books": BOOKS,
        "periods": periods(shop.today),
        "labels": _labels(book),
        "ageing": account_ageing(customer_id, today=shop.today, visible_to=request.actor) if is_owing else None,
        "may_open": request.actor.may("customers.see"),
    }
    return render(request, "web/balances/statement.html", context, status=422 if is_wrong else 200)


def _labels(book: str) -> tuple[str, str]:
    """The heads of a statement's columns: what moved, and what it came to."""
    moved = gettext("Points") if book == "points" else gettext("Amount")
    return moved, gettext("Owed") if book == "account" else gettext("Balance")


urlpatterns = [
    path("customers/<int:customer_id>/balances", balances, name="customer-balances"),
    path("customers/<int:customer_id>/balances/adjust", adjusted, name="customer-adjust"),
    path("customers/<int:customer_id>/balances/pay", paid, name="customer-pay"),
    path("customers/<int:customer_id>/balances/limit", limited, name="customer-limit"),
    path("customers/<int:customer_id>/statement", statement, name="customer-statement"),
    *balances_owed.urlpatterns,
]
