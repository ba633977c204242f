"""Which lots a movement takes from and gives to: pure, over what is held of one customer in one book."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID


@dataclass(slots=True, kw_only=True, eq=False)
class Held:
    """A lot as it stands in the middle of a transaction; without an id until it is stored."""

    customer: int
    book: str
    amount: int
    remaining: int
    earned_on: date
    available_on: date
    expires_on: date | None
    sale_uid: UUID | None = None
    terms: Any = None
    id: int | None = None

    def is_open(self, day: date) -> bool:
        """Whether it can be spent on that day."""
        return self.available_on <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.expires_on is not None and self.expires_on < day


class Draw(NamedTuple):
    """So much of a lot."""

    lot: Held
    amount: int


def spendable(lots: Iterable[Held], *, day: date) -> int:
    """What can be spent on that day. What is owed was taken off the lots when it came to be owed."""
    return max(0, sum(lot.remaining for lot in lots if lot.remaining < 0 or lot.is_open(day)))


def draws(lots: Iterable[Held], amount: int, *, day: date) -> list[Draw]:
    """Where `amount` is drawn from: what expires soonest, then what is oldest, then the lowest id.

    Less than `amount` where there is less.
    """
    return list(_drawn(sorted((lot for lot in lots if lot.is_open(day)), key=_soonest), amount))


def _soonest(lot: Held) -> tuple[date, date, float]:
    # A lot without an id is stored after all others.
    return (lot.expires_on or date.max, lot.earned_on, lot.id if lot.id is not None else float("inf"))


def _drawn(lots: Iterable[Held], amount: int) -> Iterator[Draw]:
    left = amount
    for lot in lots:
        part = min(left, lot.remaining)
        if part > 0:
            yield Draw(lot, part)
            left -= part


def given_back(drawn: Sequence[Draw], amount: int) -> list[Draw]:
    """Where `amount` of what was drawn goes back to: the last drawn first."""
    back = []
    left = amount
    for lot, held in reversed(drawn):
        part = min(left, held)
        if part > 0:
            back.append(Draw(lot, part))
            left -= part
    return back


class TakenBack(NamedTuple):
    """How an earning is taken out of its lot: so much of it had expired and comes back first."""

    unexpired: int
    taken: int


def taken_back(lot: Held, amount: int, *, expired: int) -> TakenBack:
    """How `amount` of an earning is reversed: what is left of the lot, then what of it expired, then below zero."""
    return TakenBack(min(max(0, expired), max(0, amount - max(0, lot.remaining))), amount)


def fills(lots: Collection[Held], *, day: date) -> list[tuple[Held, Held, int]]:
    """What is held pays what is owed: from which lot, to which, how much. Afterwards there is none left of the one
    or of the other."""
    owing = sorted((lot for lot in lots if lot.remaining < 0), key=_soonest)
    holding = sorted((lot for lot in lots if lot.remaining > 0 and not lot.is_over(day)), key=_soonest)
    left = {id(lot): lot.remaining for lot in holding}
    found = []
    for owed in owing:
        missing = -owed.remaining
        for lot in holding:
            part = min(missing, left[id(lot)])
            if part > 0:
                found.append((lot, owed, part))
                left[id(lot)] -= part
                missing -= part
    return found
