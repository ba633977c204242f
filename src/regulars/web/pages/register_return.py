"""Taking back at the register: by the number on the receipt, scanned or typed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from regulars.balances.rules import PAID_WITH_CREDIT
from regulars.checkout.returning import lines_left, return_preview
from regulars.checkout.services import sale_return
from regulars.core.errors import Conflict, Invalid, RegularsError
from regulars.core.money import amount_milli, milli_text
from regulars.sales.cards import card_or_nobody
from regulars.sales.numbered import sales_numbered
from regulars.sales.receipts import Receipt, receipt_get
from regulars.sales.rules import sums_of
from regulars.web.middleware import status_of
from regulars.web.notices import notice_add
from regulars.web.pages.register import at_desk, typed_in
from regulars.web.register.desk import Desk
from regulars.web.register.paying import CASH
from regulars.web.register.showing import sentence_of
from regulars.web.register.till import Back, Till
from regulars.web.requests import Request


@require_GET
def sought(request: Request) -> HttpResponse:
    """Which receipt it is; one that is known by its number leads on at once."""
    request.actor.require("sales.record")
    number = typed_in(request, "q", longest=64)
    found = sales_numbered(number, visible_to=request.actor) if number else []
    sales = [each for each in found if each.kind == "sale"]
    if len(sales) == 1:
        return redirect("register-return", sales[0].uid)
    context: dict[str, Any] = {"q": number, "found": sales}
    if number and not sales:
        context["wrong"] = gettext("No receipt here bears the number %(number)s.") % {"number": number}
    return render(request, "web/register/return_find.html", context)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@at_desk
def returned(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The lines and quantities that come back, what that gives back and how; then it is done, once."""
    request.actor.require("sales.record")
    receipt = receipt_get(str(uid), visible_to=request.actor)
    left = lines_left(str(uid), visible_to=request.actor)
    context = _context(request, receipt, left)
    if request.method == "GET":
        return render(request, "web/register/return.html", context)
    try:
        quantities, to = _quantities(request.POST, left), _way(request.POST, receipt)
        if "exchange" in request.POST:
            return _exchange(desk, receipt, quantities, to)
        if "do" not in request.POST:
            context |= _gives(request, str(uid), quantities, to)
            return render(request, f"web/register/{'_gives' if request.htmx else 'return'}.html", context)
        answer = sale_return(
            str(uid), quantities=quantities, refund_to=to, uid=_uid_typed(request.POST.get("uid", "")),
            actor=request.actor, at=timezone.now(),
        )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        return _refused(request, context, refusal)
    notice_add(request, gettext("Return %(number)s was recorded.") % {"number": answer.number})
    return redirect("register-done", answer.uid)


def _context(request: Request, receipt: Receipt, left: Mapping[int, int]) -> dict[str, Any]:
    lines = [
        {"place": place, "line": line, "left": left.get(place, 0), "typed": _typed(request, place, left)}
        for place, line in enumerate(receipt.sale.lines, 1)
    ]
    return {
        "receipt": receipt,
        "sale": receipt.sale,
        "customer": card_or_nobody(receipt.customer_id, visible_to=request.actor),
        "lines": lines,
        "is_left": any(left.values()),
        "refund_to": request.POST.get("refund_to", ""),
        "uid": _uid_typed(request.POST.get("uid", "")),
        "cash": CASH,
        "credit": PAID_WITH_CREDIT,
    }


def _typed(request: Request, place: int, left: Mapping[int, int]) -> str:
    if "all" in request.GET and left.get(place):
        return milli_text(left[place])
    return str(request.POST.get(f"line-{place}", ""))


def _gives(request: Request, name: str, quantities: Mapping[int, int], to: str) -> dict[str, Any]:
    """What these quantities would give back, and in which ways. Raises CannotReturn."""
    if not any(quantities.values()):
        return {}
    draft = return_preview(name, quantities=quantities, refund_to=to, actor=request.actor, at=timezone.now())
    return {
        "gives": -sums_of(draft.lines).total,
        "split": [(payment.method, -payment.amount) for payment in draft.payments],
    }


def _exchange(desk: Desk, receipt: Receipt, quantities: Mapping[int, int], to: str) -> HttpResponse:
    """A basket begins that what comes back pays for, as money. Raises CannotReturn."""
    sale, uid = receipt.sale, uuid4()
    to = "" if to == PAID_WITH_CREDIT else to
    return_preview(str(sale.uid), quantities=quantities, refund_to=to, actor=desk.actor, at=desk.at)
    back = Back(str(sale.uid), sale.number, tuple(sorted(quantities.items())), str(uuid4()), to)
    known = card_or_nobody(receipt.customer_id, visible_to=desk.actor)
    desk.keep(uid, Till(*desk.place, customer=known.id if known else None, back=back))
    return redirect("register-basket", uid)


def _way(typed: QueryDict, receipt: Receipt) -> str:
    """The way in which money goes back instead of how it came; store credit needs a customer."""
    to = str(typed.get("refund_to", ""))
    allowed = {CASH} if receipt.customer_id is None else {CASH, PAID_WITH_CREDIT}
    return to if to in allowed else ""


def _quantities(typed: QueryDict, left: Mapping[int, int]) -> dict[int, int]:
    """Thousandths by place on the receipt; what is left empty stays. Raises NotAnAmount, TooPrecise, TooLarge."""
    told = {place: str(typed.get(f"line-{place}", "")).strip() for place in left}
    return {place: amount_milli(text) for place, text in told.items() if text}


def _refused(request: Request, context: dict[str, Any], refusal: RegularsError) -> HttpResponse:
    context["wrong"] = sentence_of(refusal)
    if request.htmx:
        return render(request, "web/register/_gives.html", context)
    return render(request, "web/register/return.html", context, status=status_of(refusal))


def _uid_typed(text: str) -> UUID:
    """The id in the form; a new one where somebody wrote another thing there."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


urlpatterns = [
    path("register/return", sought, name="register-return-find"),
    path("register/return/<uuid:uid>", returned, name="register-return"),
]
