"""One sale: its receipt, and what may be done about it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.checkout.returning import lines_left, return_preview
from regulars.checkout.services import sale_reassign, sale_return, sale_void
from regulars.core.errors import Conflict, Invalid, RegularsError
from regulars.core.money import amount_milli, milli_text
from regulars.sales.cards import card_get, card_or_nobody
from regulars.sales.finding import Glimpse, customers_glimpsed
from regulars.sales.numbered import sales_beside
from regulars.sales.receipts import Receipt, receipt_get
from regulars.sales.rules import sums_of
from regulars.sales.selectors import business_get
from regulars.web.middleware import status_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request

FOUND = 8


@require_GET
def sale(request: Request, uid: UUID) -> HttpResponse:
    """The receipt. As many queries for any number of lines."""
    receipt = receipt_get(str(uid), visible_to=request.actor)
    left = lines_left(str(uid), visible_to=request.actor) if request.actor.may("sales.record") else {}
    context = {
        "receipt": receipt,
        "sale": receipt.sale,
        "customer": _customer(request, receipt),
        "beside": sales_beside(str(uid), visible_to=request.actor),
        "may_see": request.actor.may("customers.see"),
        "may_return": any(left.values()),
        "may_void": request.actor.may("sales.void") and receipt.sale.status == "completed",
        "may_reassign": request.actor.may("sales.reassign") and receipt.sale.returns is None,
    }
    return render(request, "web/sales/receipt.html", context)


def _customer(request: Request, receipt: Receipt) -> Glimpse | None:
    """Whose sale it is, as far as the actor may know."""
    may_know = request.actor.may("customers.find") or request.actor.may("customers.see")
    return card_or_nobody(receipt.customer_id, visible_to=request.actor) if may_know else None


@require_http_methods(["GET", "POST"])
def returned(request: Request, uid: UUID) -> HttpResponse:
    """First the lines and quantities that come back, then what that gives back, then it is done."""
    request.actor.require("sales.record")
    receipt = receipt_get(str(uid), visible_to=request.actor)
    left = lines_left(str(uid), visible_to=request.actor)
    lines = [
        {"place": place, "line": line, "left": left.get(place, 0), "typed": request.POST.get(f"line-{place}", "")}
        for place, line in enumerate(receipt.sale.lines, 1)
    ]
    context: dict[str, Any] = {"receipt": receipt, "sale": receipt.sale, "lines": lines}
    if request.method == "GET":
        if request.GET.get("all"):
            for line in lines:
                line["typed"] = milli_text(int(str(line["left"]))) if line["left"] else ""
        return render(request, "web/sales/return.html", context)
    try:
        quantities = _quantities(request.POST, left)
        if "uid" not in request.POST:
            return _asked(request, str(uid), quantities, context)
        answer = sale_return(
            str(uid), quantities=quantities, uid=_uuid_typed(request.POST["uid"]), actor=request.actor,
            at=timezone.now(),
        )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        context["wrong"] = gettext(refusal.message) % refusal.facts
        return render(request, "web/sales/return.html", context, status=status_of(refusal))
    notice_add(request, gettext("Return %(number)s was recorded.") % {"number": answer.number})
    return redirect("sale", answer.uid)


def _asked(request: Request, name: str, quantities: Mapping[int, int], context: dict[str, Any]) -> HttpResponse:
    """What the return would give back, to be confirmed. The id is the return's own: sent twice, it is made once."""
    draft = return_preview(name, quantities=quantities, actor=request.actor, at=timezone.now())
    context |= {"draft": draft, "gives": -sums_of(draft.lines).total, "uid": uuid4()}
    return render(request, "web/sales/return_confirm.html", context)


def _quantities(typed: Mapping[str, Any], left: Mapping[int, int]) -> dict[int, int]:
    """Thousandths by place on the receipt; what is left empty stays. Raises NotAnAmount, TooPrecise, TooLarge."""
    told = {place: str(typed.get(f"line-{place}", "")).strip() for place in left}
    return {place: amount_milli(text) for place, text in told.items() if text}


def _uuid_typed(text: str) -> UUID:
    """The id in the form; a new one where somebody wrote another thing there."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@require_http_methods(["GET", "POST"])
def voided(request: Request, uid: UUID) -> HttpResponse:
    """Asks first: the sale counts nowhere any longer."""
    request.actor.require("sales.void")
    receipt = receipt_get(str(uid), visible_to=request.actor)
    context: dict[str, Any] = {"receipt": receipt, "sale": receipt.sale, "customer": _customer(request, receipt)}
    if request.method == "GET":
        return render(request, "web/sales/void.html", context)
    try:
        sale_void(str(uid), actor=request.actor, at=timezone.now())
    except Conflict as refusal:
        return _refused(request, "web/sales/void.html", context, refusal)
    notice_add(request, gettext("Sale %(number)s was voided.") % {"number": receipt.sale.number})
    return redirect("sale", uid)


@require_http_methods(["GET", "POST"])
def reassigned(request: Request, uid: UUID) -> HttpResponse:
    """Finds the customer whose sale it is, asks, and gives it to them; or takes the customer off."""
    request.actor.require("sales.reassign")
    receipt = receipt_get(str(uid), visible_to=request.actor)
    context: dict[str, Any] = {"receipt": receipt, "sale": receipt.sale, "customer": _customer(request, receipt)}
    chosen = request.POST.get("to", request.GET.get("to", ""))
    if chosen == "nobody" and receipt.customer_id is not None:
        context |= {"is_chosen": True, "to": None}
    elif chosen.isdecimal() and len(chosen) < 19:
        context |= {"is_chosen": True, "to": card_get(int(chosen), visible_to=request.actor)}
    if request.method == "GET" or "is_chosen" not in context:
        typed = request.GET.get("q", "").strip()
        country = business_get().country
        found = customers_glimpsed(typed, limit=FOUND, country=country, visible_to=request.actor) if typed else ()
        context |= {"q": typed, "found": [each for each in found if each.id != receipt.customer_id]}
        template = "web/sales/_owners.html" if request.htmx else "web/sales/customer.html"
        return render(request, template, context)
    try:
        to = context["to"]
        sale_reassign(str(uid), None if to is None else to.id, actor=request.actor, at=timezone.now())
    except Conflict as refusal:
        return _refused(request, "web/sales/customer.html", context, refusal)
    notice_add(
        request, gettext("The sale was given to another customer.") if to else gettext("The sale is anonymous now.")
    )
    return redirect("sale", uid)


def _refused(request: Request, template: str, context: dict[str, Any], refusal: RegularsError) -> HttpResponse:
    context["wrong"] = gettext(refusal.message) % refusal.facts
    return render(request, template, context, status=status_of(refusal))


urlpatterns = [
    path("sales/<uuid:uid>", sale, name="sale"),
    path("sales/<uuid:uid>/return", returned, name="sale-return"),
    path("sales/<uuid:uid>/void", voided, name="sale-void"),
    path("sales/<uuid:uid>/customer", reassigned, name="sale-customer"),
]
