"""How old is what is owed on an account: pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

# So many days old a debt may be to stand in each part but the last.
STEPS = (30, 60, 90)


class Charge(NamedTuple):
    """A movement of an account: above zero owed, below zero paid or taken back; the sale, where it hangs on one."""

    day: date
    amount: int
    sale_uid: UUID | None


class Ageing(NamedTuple):
    """What is owed, by how many days ago it was charged. `paid_ahead`: what the shop owes instead."""

    up_to_30: int = 0
    up_to_60: int = 0
    up_to_90: int = 0
    older: int = 0
    paid_ahead: int = 0

    @property
    def owed(self) -> int:
        return self.up_to_30 + self.up_to_60 + self.up_to_90 + self.older


def ageing(charges: Iterable[Charge], *, today: date) -> Ageing:
    """What is taken back is off its own sale; what is paid pays the oldest first."""
    debts, paid = _debts(charges)
    parts = [0] * (len(STEPS) + 1)
    for day, amount in sorted(debts):
        part = min(amount, paid)
        paid -= part
        parts[sum((today - day).days > step for step in STEPS)] += amount - part
    return Ageing(parts[0], parts[1], parts[2], parts[3], paid_ahead=paid)


def _debts(charges: Iterable[Charge]) -> tuple[list[tuple[date, int]], int]:
    """What was charged on which day and not taken back, and what was paid in all."""
    of_sales: dict[UUID, list[Charge]] = defaultdict(list)
    debts: list[tuple[date, int]] = []
    paid = 0
    for each in charges:
        if each.sale_uid is not None:
            of_sales[each.sale_uid].append(each)
        elif each.amount > 0:
            debts.append((each.day, each.amount))
        else:
            paid -= each.amount
    for moved in of_sales.values():
        left = sum(each.amount for each in moved)
        debts += [(min(each.day for each in moved), left)] if left > 0 else []
        paid -= min(0, left)
    return debts, paid
