"""Paying at the register: points and codes from the customer's card, split payments, and the sale itself."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from regulars.access.errors import TooManyTries
from regulars.access.till_codes import till_code_look
from regulars.balances.rules import PAID_WITH_CREDIT
from regulars.checkout.answers import Standing
from regulars.checkout.asking import Finalising, Paying
from regulars.checkout.errors import BasketRefused
from regulars.checkout.exchanging import basket_exchange
from regulars.checkout.finalising import basket_finalise
from regulars.core.errors import Conflict, Invalid, NotFound, RegularsError
from regulars.core.money import amount_minor, currency_places
from regulars.sales.errors import SaleRefused
from regulars.web.middleware import status_of
from regulars.web.notices import notice_add
from regulars.web.pages.register import at_desk, changed, led, refused, shown, typed_in
from regulars.web.register.desk import Desk, Held
from regulars.web.register.errors import CreditShort, NotAPayment, NotPaidYet, NotSoManyPoints, OtherCard, TooMuchPaid
from regulars.web.register.paying import Bill, is_cash, method_told
from regulars.web.register.showing import sentence_of, sentences_of
from regulars.web.register.till import Part, Till, customer_set
from regulars.web.requests import Request

LONGEST_METHOD = 32
MOST_PARTS = 10
# Kept in the session: the last sale, and what of the cash goes back.
CHANGE = "register_change"


@require_POST
@at_desk
def points(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """So many points are spent: those typed, all that can be, or none."""
    asked = typed_in(request, "points")
    if "none" in request.POST:
        return changed(request, desk, uid, lambda till: replace(till, points=0, till_code=""), where="points")

    def spent(till: Till) -> Till:
        answer = desk.look(till).answer
        most = answer.redeemable.points if answer else 0
        wanted = most if "all" in request.POST else _whole(asked or "0", most)
        if not 0 < wanted <= most:
            raise NotSoManyPoints(asked=wanted, most=most)
        return replace(till, points=wanted, till_code="")

    return changed(request, desk, uid, spent, where="points", typed=asked)


def _whole(text: str, most: int) -> int:
    """The whole number typed. Raises NotSoManyPoints."""
    if not (text.isascii() and text.isdecimal() and len(text) < 13):
        raise NotSoManyPoints(asked=text, most=most)
    return int(text)


@require_POST
@at_desk
def card_code(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The code that the customer's own card shows: it is theirs, and as many points are spent as it says."""
    typed = typed_in(request, "till_code", longest=32)

    def told(till: Till) -> Till:
        found = till_code_look(typed, actor=desk.actor, at=desk.at)
        if till.customer not in (None, found.customer_id):
            raise OtherCard
        theirs = customer_set(till, found.customer_id)
        answer = desk.look(theirs).answer
        most = answer.redeemable.points if answer else found.points
        return replace(theirs, points=min(found.points, most), till_code=typed)

    try:
        return changed(request, desk, uid, told, where="till-code", typed=typed)
    except TooManyTries as refusal:
        return refused(request, desk, uid, desk.held(uid).till, refusal, where="till-code")


@require_POST
@at_desk
def pay(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """A part is paid in one way, or taken off again; where no amount is typed it is all that is left, or all there is
    of store credit."""
    asked = request.POST
    if "back" in asked:
        return changed(request, desk, uid, lambda till: replace(till, back=None), where="pay")
    if "remove" in asked:
        gone = asked["remove"]
        return changed(
            request, desk, uid,
            lambda till: replace(till, parts=tuple(p for n, p in enumerate(till.parts) if str(n) != gone)), where="pay",
        )  # fmt: skip
    typed, method = typed_in(request, "amount"), typed_in(request, "method", longest=LONGEST_METHOD)

    def paid(till: Till) -> Till:
        screen = desk.look(till)
        bill, standing = screen.bill, screen.answer.customer if screen.answer else None
        if bill is None or not method or len(till.parts) >= MOST_PARTS:
            raise NotAPayment
        most = _credit_left(standing, till) if method == PAID_WITH_CREDIT else bill.left
        amount = amount_minor(typed, places=currency_places(desk.shop.currency)) if typed else min(bill.left, most)
        if method == PAID_WITH_CREDIT and bill.left and (most <= 0 or amount > most):
            raise CreditShort(left=desk.shop.money(max(0, most)))
        _require_fits(bill, method, amount, desk)
        return replace(till, parts=(*till.parts, Part(method, amount)))

    return changed(request, desk, uid, paid, where="pay", typed=typed)


def _credit_left(standing: Standing | None, till: Till) -> int:
    """The store credit that no part of the basket is paid with yet."""
    held = standing.credit if standing is not None else 0
    return held - sum(part.amount for part in till.parts if part.method == PAID_WITH_CREDIT)


def _require_fits(bill: Bill, method: str, amount: int, desk: Desk) -> None:
    if amount <= 0:
        raise NotAPayment
    if amount > bill.left and not is_cash(method):
        raise TooMuchPaid(method=method_told(method), amount=desk.shop.money(amount), left=desk.shop.money(bill.left))


@require_POST
@at_desk
def finish(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The basket is sold, once however often this is asked; where it costs otherwise now, that is said first."""
    held = desk.held(uid)
    if held.state == "sold":
        return led(request, reverse("register-done", args=[uid]))
    if held.state != "open":
        return led(request, reverse("register-basket", args=[uid]))
    try:
        _sell(request, desk, uid, held)
    except (BasketRefused, SaleRefused) as refusal:
        screen = desk.look(held.till, sentences_of(refusal.faults))
        return shown(request, desk, uid, screen, status=status_of(refusal))
    except (Invalid, Conflict, NotFound) as refusal:
        return _not_sold(request, desk, uid, held, refusal)
    return led(request, reverse("register-done", args=[uid]))


def _sell(request: Request, desk: Desk, uid: UUID, held: Held) -> None:
    screen = desk.look(held.till)
    if screen.bill is None:
        raise BasketRefused(faults=())
    bill, quoted = screen.bill, request.POST.get("total", "")
    total = int(quoted) if quoted.isdecimal() and len(quoted) < 16 else bill.total
    # Where it costs otherwise now, that is said before anything about paying.
    if total == bill.total and not bill.is_covered:
        raise NotPaidYet(left=desk.shop.money(bill.left))
    paying = Paying(bill.payments(), bill.points, till_code=held.till.till_code)
    asked, back = Finalising(uid, desk.ask(held.till), total, paying), held.till.back
    if back is None:
        basket_finalise(asked, actor=desk.actor, at=desk.at)
    else:
        exchanged = basket_exchange(
            asked, sale=back.sale, quantities=dict(back.quantities), return_uid=UUID(back.uid),
            refund_to=back.refund_to, actor=desk.actor, at=desk.at,
        )  # fmt: skip
        _exchange_say(request, desk, exchanged.returned.number, bill.goes_back)
    # What goes back of the cash is no part of the sale; the page after it still says so.
    request.session[CHANGE] = [str(uid), bill.change]


def _exchange_say(request: Request, desk: Desk, number: str, goes_back: int) -> None:
    facts = {"number": number, "amount": desk.shop.money(goes_back)}
    said = gettext("Return %(number)s was recorded; %(amount)s goes back.") if goes_back else gettext(
        "Return %(number)s was recorded; it paid for what was taken."
    )  # fmt: skip
    notice_add(request, said % facts)


def _not_sold(request: Request, desk: Desk, uid: UUID, held: Held, refusal: RegularsError) -> HttpResponse:
    """Nothing was sold: why, beside the button; the page shows what it costs now."""
    screen = desk.keep(uid, held.till)
    sentences = replace(screen.sentences, wrong={**screen.wrong, "finish": sentence_of(refusal)})
    return shown(
        request, desk, uid, replace(screen, sentences=sentences), status=status_of(refusal),
        said=gettext("Nothing was sold."),
    )  # fmt: skip


urlpatterns = [
    path("register/<uuid:uid>/points", points, name="register-points"),
    path("register/<uuid:uid>/card-code", card_code, name="register-card-code"),
    path("register/<uuid:uid>/pay", pay, name="register-pay"),
    path("register/<uuid:uid>/finish", finish, name="register-finish"),
]
