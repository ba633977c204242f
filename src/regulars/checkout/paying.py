"""How a sale is paid, and how its money goes back: the way it came, share by share and to the cent. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from regulars.balances.rules import METHODS, PAID_WITH_POINTS
from regulars.core.money import divided_half_up
from regulars.offers.engine.spreading import spread
from regulars.sales.drafts import PaymentDraft, SaleDraft

# What a return and the sale made with it owe each other (finalising.py).
EXCHANGE = "exchange"
# Where money goes that nobody said how it came.
CASH = "cash"


class PaidPoints(NamedTuple):
    """What of a sale was paid with points: how many, what they were worth, and the part of each line."""

    points: int
    worth: int
    by_line: tuple[int, ...]


NO_POINTS = PaidPoints(0, 0, ())


def points_paid(points: int, worth: int, weights: Sequence[int]) -> PaidPoints:
    """The worth spread over the lines in proportion to what may be paid so of each."""
    return PaidPoints(points, worth, tuple(spread(worth, weights)))


def is_spending(draft: SaleDraft) -> bool:
    """Whether a balance, or the limit of an offer, may refuse the sale; so it is stored by itself."""
    if draft.offers or draft.points_redeemed:
        return True
    return any(payment.method in METHODS for payment in draft.payments)


class Back(NamedTuple):
    """What is to go back: the worth of the lines, and how much of each (by its place) is back then, in thousandths."""

    total: int
    after: Mapping[int, int]


def refund(
    sale: SaleDraft, points: PaidPoints, returned: Sequence[PaymentDraft], back: Back, *, to: str = ""
) -> tuple[PaymentDraft, ...]:
    """The payments of a return, below zero: points for what was paid with points, the rest as it came.

    `returned`: the payments of earlier returns. `to`: the way in which money goes back instead. What was put on top of
    the lines (a tip) stays. A sale without payments is returned without.
    """
    paid = _by_method(sale.payments)
    if not paid:
        return ()
    left = _left(paid, _by_method(returned), tip=sale.tip)
    points_left = left.pop(PAID_WITH_POINTS, 0)
    in_points = _points_back(sale, points, points_left, back, others=sum(left.values()))
    shares = _shares(left, back.total - in_points)
    shares[PAID_WITH_POINTS] = in_points
    amounts: dict[str, int] = {}
    for method in [*paid, *shares]:
        amount = shares.pop(method, 0)
        goes = to if to and method not in METHODS else _sent_back(method, paid)
        amounts[goes] = amounts.get(goes, 0) + amount
    return tuple(PaymentDraft(method, -amount) for method, amount in amounts.items() if amount)


def in_exchange(payments: Sequence[PaymentDraft], worth: int) -> tuple[PaymentDraft, ...]:
    """The payments of a return of which so much of the money pays another sale instead of going back."""
    kept, left = [], worth
    for payment in payments:
        part = min(left, -payment.amount) if payment.method not in METHODS else 0
        left -= part
        kept += [payment._replace(amount=payment.amount + part)] if part < -payment.amount else []
    return (*kept, PaymentDraft(EXCHANGE, left - worth)) if left < worth else tuple(kept)


def money_back(payments: Sequence[PaymentDraft]) -> int:
    """What of a return goes back as money."""
    return -sum(payment.amount for payment in payments if payment.method not in METHODS)


def _by_method(payments: Sequence[PaymentDraft]) -> dict[str, int]:
    """What was paid (below zero: given back) in each way, in the order of the receipt."""
    found: dict[str, int] = {}
    for payment in payments:
        if payment.status != "failed":
            found[payment.method] = found.get(payment.method, 0) + payment.amount
    return found


def _left(paid: Mapping[str, int], returned: Mapping[str, int], *, tip: int) -> dict[str, int]:
    """What may still go back in each way; a tip was paid with money first, with the most of it."""
    left = {method: max(0, amount + returned.get(method, 0)) for method, amount in paid.items()}
    # Balances are the last to pay a tip, so that they come back whole.
    for method in sorted(left, key=lambda each: (each in METHODS, each == PAID_WITH_POINTS, -paid[each])):
        part = min(tip, left[method])
        left[method] -= part
        tip -= part
    return left


def _points_back(sale: SaleDraft, points: PaidPoints, left: int, back: Back, *, others: int) -> int:
    """The worth that goes back as points: what the lines brought back so far were paid with, less what went before."""
    if not left:
        return 0
    if all(back.after[place] == line.quantity_milli for place, line in enumerate(sale.lines, 1)):
        wanted = left
    else:
        went = points.worth - left
        wanted = sum(_part(sale, points, place, quantity) for place, quantity in back.after.items()) - went
    return max(min(wanted, left, back.total), back.total - others, 0) if left else 0


def _part(sale: SaleDraft, points: PaidPoints, place: int, quantity: int) -> int:
    """What of the quantity of the line was paid with points."""
    worth = points.by_line[place - 1] if place <= len(points.by_line) else 0
    return divided_half_up(worth * quantity, sale.lines[place - 1].quantity_milli)


def _shares(left: Mapping[str, int], amount: int) -> dict[str, int]:
    """The amount in proportion to what is left of each way; what is left of none goes the way most of it came."""
    ways = list(left)
    whole = sum(left.values())
    shares = dict(zip(ways, spread(min(amount, whole), [left[way] for way in ways]), strict=True))
    if amount > whole:
        most = max((way for way in ways if way not in METHODS), key=lambda way: left[way], default=CASH)
        shares[most] = shares.get(most, 0) + amount - whole
    return shares


def _sent_back(method: str, paid: Mapping[str, int]) -> str:
    """What was paid by an exchange goes back as money, the way most of the rest came."""
    if method != EXCHANGE:
        return method
    money = {way: amount for way, amount in paid.items() if way not in {*METHODS, EXCHANGE}}
    return max(money, key=lambda way: money[way], default=CASH)
