"""How a basket is to be paid: what is left, what goes back as change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext

from regulars.balances.rules import METHOD_WORDS, METHODS
from regulars.checkout.asking import Pay
from regulars.checkout.paying import EXCHANGE
from regulars.web.register.till import Part

CASH = "Cash"
# What every shop takes, whatever was paid with before.
USUAL = (CASH, "Card")
MOST_WAYS = 5


class PartShown(NamedTuple):
    """A part of what is paid: what was given, what of it is kept, and whether it is more than is left to pay."""

    n: int
    method: str
    given: int
    kept: int
    is_too_much: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid and how far it is. Minor units; `worth` is what the points pay.

    `exchanged`: what is brought back in the same step pays so much; `goes_back`: and so much of it goes back.
    """

    total: int
    points: int
    worth: int
    parts: tuple[PartShown, ...]
    left: int
    exchanged: int = 0
    goes_back: int = 0

    @property
    def change(self) -> int:
        """What goes back of the cash that was handed over."""
        return sum(part.given - part.kept for part in self.parts if is_cash(part.method))

    @property
    def is_covered(self) -> bool:
        return self.left == 0 and not any(part.is_too_much for part in self.parts)

    @property
    def is_begun(self) -> bool:
        return bool(self.parts or self.points or self.exchanged)

    def payments(self) -> tuple[Pay, ...]:
        """The payments of the sale: of cash what is kept."""
        return tuple(Pay(part.method, part.kept) for part in self.parts if part.kept)


def is_cash(method: str) -> bool:
    return method.casefold() == CASH.casefold()


def method_told(method: str) -> str:
    """A way to pay in words."""
    if method in METHOD_WORDS:
        return gettext(METHOD_WORDS[method])
    return gettext("Exchange") if method == EXCHANGE else method[:1].upper() + method[1:]


def bill_of(total: int, parts: Sequence[Part], *, points: int, worth: int, brought_back: int = 0) -> Bill:
    """The bill; cash is counted last, for it alone gives change. `brought_back`: money of a return in the same step."""
    exchanged = min(brought_back, total - worth)
    left = total - worth - exchanged
    shown: dict[int, PartShown] = {}
    for n, part in sorted(enumerate(parts), key=lambda each: is_cash(each[1].method)):
        kept = min(part.amount, left) if is_cash(part.method) else part.amount
        shown[n] = PartShown(n, part.method, part.amount, kept, kept > left)
        left = max(0, left - kept)
    rows = tuple(shown[n] for n in sorted(shown))
    return Bill(total, points, worth, rows, left, exchanged, brought_back - exchanged)


def ways_offered(known: Sequence[str]) -> tuple[str, ...]:
    """The ways to pay that a till shows: those people use here, and what every shop takes, as they write it here."""
    taken = [method for method in known if method.casefold() not in {*METHODS, EXCHANGE}][:MOST_WAYS]
    there = {method.casefold() for method in taken}
    # Cash comes first: it is what Enter takes.
    found = [*taken, *(method for method in USUAL if method.casefold() not in there)]
    return tuple(sorted(found, key=lambda method: not is_cash(method)))
