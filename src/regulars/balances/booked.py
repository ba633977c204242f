"""What was booked for sales so far: their entries, as they add up."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from regulars.balances.holding import Ledger, lots_read
from regulars.balances.lots import Draw, Held
from regulars.balances.rules import ACCOUNT
from regulars.storage.reading import rows_among, rows_of_uuids, uuid_read

_ENTRIES = "SELECT id, sale_uid, customer_id, book, kind, amount, lot_id, source FROM balances_entry WHERE"
_LOTS = """
    SELECT id, customer_id, book, amount, remaining, earned_on, available_on, expires_on, sale_uid, terms
    FROM balances_lot WHERE
"""
_EXPIRED = "SELECT lot_id, amount FROM balances_entry WHERE kind = 'expire' AND"
# A movement and what takes it back are one sum.
_WHAT = {
    "earn": "earn", "earn_back": "earn", "spend": "spend", "spend_back": "spend", "issue": "issue",
    "issue_back": "issue", "charge": "charge", "charge_back": "charge",
}  # fmt: skip


@dataclass(slots=True)
class Booked:
    """The sums of one sale: by what, customer and book, lot by lot in the order they were first touched."""

    sums: dict[tuple[str, int, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    customers: set[int] = field(default_factory=set)
    sources: int = 0

    def tell(self, entry: tuple[int, str, str, int, int | None, str]) -> None:
        """One entry more."""
        customer, book, kind, amount, lot, source = entry
        self.customers.add(customer)
        self.sources = max(self.sources, int(source.rpartition("/")[2]) + 1)
        what = _WHAT.get(kind)
        if what is not None:
            by_lot = self.sums[what, customer, book]
            place = lot if lot is not None else 0
            by_lot[place] = by_lot.get(place, 0) + amount

    def of_lots(self, what: str, customer: int, book: str) -> dict[int, int]:
        return self.sums.get((what, customer, book), {})

    def drawn(self, customer: int, book: str, ledger: Ledger) -> list[Draw]:
        """What the sale has drawn and not given back, in the order of drawing."""
        return [Draw(ledger.lot(lot), -sum_) for lot, sum_ in self.of_lots("spend", customer, book).items() if sum_]

    def charged(self, customer: int) -> int:
        return sum(self.of_lots("charge", customer, ACCOUNT).values())

    @property
    def lots(self) -> set[int]:
        return {lot for by_lot in self.sums.values() for lot in by_lot if lot}


def booked_of(uids: Collection[UUID]) -> dict[UUID, Booked]:
    """What was booked for these sales, those for which anything was. One query."""
    found: dict[UUID, Booked] = defaultdict(Booked)
    for row in sorted(rows_of_uuids(_ENTRIES, "sale_uid", uids)):
        found[uuid_read(row[1])].tell(row[2:])
    return dict(found)


def lots_of(booked: Collection[Booked]) -> list[Held]:
    """The lots that these sales touched, with their terms, also those that hold nothing. One query."""
    return lots_read(_LOTS, "id", {lot for each in booked for lot in each.lots})


def expired_of(lots: Collection[int]) -> Mapping[int, int]:
    """How much of each of these lots has expired. One query."""
    found: dict[int, int] = defaultdict(int)
    for lot, amount in rows_among(_EXPIRED, "lot_id", lots):
        found[lot] -= amount
    return found
