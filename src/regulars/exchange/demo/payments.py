"""How the demo's sales were paid, and what a payment's reference looks like."""

import string
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import NamedTuple

from regulars.exchange.demo.catalogue import SHILLING

M_PESA, CASH, CARD = "M-Pesa", "Cash", "Card"
# The mix at the counters of Nairobi, and on the web where nobody pays in coins.
AT_COUNTER = {M_PESA: 0.56, CASH: 0.26, CARD: 0.18}
ONLINE = {M_PESA: 0.64, CARD: 0.36}
# A customer pays as usual four times of five.
AS_USUAL = 0.8
# Notes in the purse first and the rest from the phone: one counter sale in thirty, of those worth splitting.
SPLIT_SHARE, SPLIT_FROM, NOTE = 0.042, 400 * SHILLING, 100 * SHILLING
# What a card costs the shop makes it refuse cards below this.
CARD_FROM = 300 * SHILLING
# M-Pesa counts the days of a month 1 to 9 and then A to V, and years from R, which was 2023.
_CODE = string.digits + string.ascii_uppercase
_FIRST_YEAR = 2023 - string.ascii_uppercase.index("R")


class Payment(NamedTuple):
    """A part of what was paid, in cents; below zero is given back."""

    method: str
    amount: int
    reference: str


def payments_drawn(total: int, *, day: date, usual: str | None, is_online: bool, rng: Random) -> tuple[Payment, ...]:
    """One payment, or two of which the second is cash; they add up to the total."""
    method = _method(total, usual=usual, is_online=is_online, rng=rng)
    if is_online or total < SPLIT_FROM or rng.random() >= SPLIT_SHARE:
        return (Payment(method, total, reference_drawn(method, day, rng)),)
    other = method if method != CASH else M_PESA
    notes = rng.randint(1, (total - SHILLING) // NOTE) * NOTE
    return (Payment(other, total - notes, reference_drawn(other, day, rng)), Payment(CASH, notes, ""))


def _method(total: int, *, usual: str | None, is_online: bool, rng: Random) -> str:
    mix = ONLINE if is_online else AT_COUNTER
    is_usual = usual in mix and rng.random() < AS_USUAL
    method = usual if usual is not None and is_usual else rng.choices(list(mix), list(mix.values()))[0]
    return M_PESA if method == CARD and total < CARD_FROM and not is_online else method


def paid_back(payments: Sequence[Payment], total: int, *, day: date, rng: Random) -> tuple[Payment, ...]:
    """The total of a return (below zero), given back the way the most was paid, or both ways where all comes back."""
    if total == -sum(payment.amount for payment in payments):
        return tuple(Payment(each.method, -each.amount, reference_drawn(each.method, day, rng)) for each in payments)
    method = max(payments, key=lambda payment: payment.amount).method
    return (Payment(method, total, reference_drawn(method, day, rng)),)


def reference_drawn(method: str, day: date, rng: Random) -> str:
    """What the receipt of the payment says: an M-Pesa code, a card's authorisation, nothing for cash."""
    if method == CASH:
        return ""
    if method == CARD:
        return f"AUTH {rng.randrange(10**6):06}"
    year = string.ascii_uppercase[(day.year - _FIRST_YEAR) % 26]
    tail = "".join(rng.choices(_CODE, k=7))
    return f"{year}{string.ascii_uppercase[day.month - 1]}{_CODE[day.day]}{tail}"
