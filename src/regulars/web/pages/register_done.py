"""After the sale: the change, the receipt on paper or by e-mail, and the way to the customer's own card."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from regulars.access.sending import kinds_reached, message_send
from regulars.balances.rules import POINTS
from regulars.balances.selectors import sale_earned, statement_of
from regulars.checkout.standing import standing_of
from regulars.core.errors import Invalid, RegularsError
from regulars.customers.rules import email_form
from regulars.sales.cards import card_or_nobody
from regulars.sales.finding import Glimpse
from regulars.sales.receipts import Receipt, receipt_get
from regulars.web.codes import qr_drawn
from regulars.web.middleware import status_of
from regulars.web.notices import notice_add
from regulars.web.pages.register import at_desk, typed_in
from regulars.web.pages.register_pay import CHANGE
from regulars.web.register.desk import Desk
from regulars.web.register.paying import is_cash
from regulars.web.register.showing import sentence_of
from regulars.web.register.written import receipt_written
from regulars.web.requests import Request


@dataclass(frozen=True, slots=True)
class Earned:
    """What the points did: earned by this sale, and spent on it."""

    earned: int
    spent: int


@require_http_methods(["GET", "POST"])
@at_desk
def done(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The receipt; by POST it goes to an e-mail."""
    receipt = receipt_get(str(uid), visible_to=desk.actor)
    customer = card_or_nobody(receipt.customer_id, visible_to=desk.actor)
    change = _change(request, uid)
    context = {
        "receipt": receipt,
        "sale": receipt.sale,
        "customer": customer,
        "place": desk.place,
        "change": change,
        "paid": _paid(receipt, change),
        "points": _points(desk, receipt, customer),
        "standing": _standing(desk, customer),
        "qr": _qr(receipt),
        "can_send": "email" in kinds_reached(),
        "subject": _subject(desk, receipt),
        "text": receipt_written(receipt, desk.shop),
        "may_reassign": desk.actor.may("sales.reassign") and receipt.sale.returns is None,
    }
    if request.method == "GET":
        return render(request, "web/register/done.html", context)
    typed = typed_in(request, "email")
    try:
        message_send("email", to=email_form(typed), subject=str(context["subject"]), text=str(context["text"]))
    except (Invalid, RegularsError) as refusal:
        context |= {"wrong": sentence_of(refusal), "typed": typed}
        return render(request, "web/register/done.html", context, status=status_of(refusal))
    notice_add(request, gettext("The receipt is on its way."))
    return render(request, "web/register/done.html", context)


def _change(request: Request, uid: UUID) -> int:
    """What of the cash that was handed over goes back; 0 for any but the last sale."""
    sold, change = request.session.get(CHANGE, ("", 0))
    return int(change) if sold == str(uid) else 0


def _paid(receipt: Receipt, change: int) -> list[tuple[str, int]]:
    """What was handed over in each way: of the last cash also what goes back."""
    payments = receipt.sale.payments
    last = max((n for n, each in enumerate(payments) if is_cash(each.method)), default=None)
    return [(each.method, each.amount + change if n == last else each.amount) for n, each in enumerate(payments)]


def _points(desk: Desk, receipt: Receipt, customer: Glimpse | None) -> Earned:
    if customer is None:
        return Earned(0, 0)
    told = statement_of(customer.id, book=POINTS, first=receipt.day, last=receipt.day, visible_to=desk.actor)
    here = [each for each in told.movements if each.sale_uid == receipt.sale.uid]
    return Earned(
        sale_earned(receipt.sale.uid, customer.id, at=receipt.sale.sold_at),
        -sum(each.amount for each in here if each.kind == "spend"),
    )


def _standing(desk: Desk, customer: Glimpse | None) -> object:
    if customer is None:
        return None
    return standing_of(customer.id, customer.name, at=desk.at, visible_to=desk.actor)


def _subject(desk: Desk, receipt: Receipt) -> str:
    return gettext("Your receipt %(number)s from %(shop)s") % {"number": receipt.sale.number, "shop": desk.shop.name}


def _qr(receipt: Receipt) -> SafeString:
    """The way to the receipt on the customer's card; of an anonymous sale to a card of one's own."""
    way = reverse("card-join") if receipt.customer_id is None else reverse("card-receipt", args=[receipt.sale.uid])
    return qr_drawn(f"{settings.CSRF_TRUSTED_ORIGINS[0]}{way}")


urlpatterns = [path("register/<uuid:uid>/done", done, name="register-done")]
