"""The balances of some customers in the middle of a transaction: what is moved, and then written in few statements."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from regulars.access.rules import Actor
from regulars.balances.booking import rows_book
from regulars.balances.lots import Draw, Held, TakenBack, draws, fills, given_back, spendable, taken_back
from regulars.balances.models import Lot
from regulars.balances.rules import ACCOUNT, POINTS
from regulars.storage.preparing import prepared
from regulars.storage.reading import rows_among, uuid_read
from regulars.storage.writing import bound_list, ids_reserve, is_sqlite, rows_insert

# NOT (... = 0): as the index lots_that_hold says it; SQLite finds it by these words only.
_LOTS = """
    SELECT id, customer_id, book, amount, remaining, earned_on, available_on, expires_on, sale_uid FROM balances_lot
    WHERE NOT (remaining = 0) AND
"""
_LOT = (
    "id", "customer_id", "book", "amount", "remaining", "earned_on", "available_on", "expires_on", "sale_uid", "terms",
)  # fmt: skip


class Cause(NamedTuple):
    """What something is booked for: its unique name, the business day it counts for, the sale it hangs on."""

    source: str
    day: date
    sale_uid: UUID | None = None
    reason: str = ""


class _Key(NamedTuple):
    """Movements that are one entry; of a lot by its place in memory, as a new one has no id yet."""

    cause: Cause
    customer: int
    book: str
    kind: str
    lot: int | None


def customers_hold(customer_ids: Collection[int]) -> None:
    """Nobody else moves what these customers hold until the transaction ends. Inside `writing()`; one query.

    In the order of their ids, as whatever locks customers does (sales/facts.py), so that nobody waits in a circle. On
    SQLite the writer is alone anyway.
    """
    if customer_ids and not is_sqlite():
        with prepared() as cursor:
            lock_sql = "SELECT id FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
            cursor.execute(lock_sql, [bound_list(sorted(customer_ids))])


@dataclass(slots=True)
class Ledger:
    """What is held and what was moved of it. Nothing is stored before `write`."""

    today: date
    at: datetime
    actor: Actor
    lots: dict[tuple[int, str], list[Held]] = field(default_factory=lambda: defaultdict(list))
    _by_id: dict[int, Held] = field(default_factory=dict)
    _amounts: dict[_Key, int] = field(default_factory=dict)
    _moved: dict[int, Held] = field(default_factory=dict)
    _risen: dict[tuple[int, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def read(self, customer_ids: Collection[int]) -> None:
        """Every lot of these customers that holds or owes something is at hand. One query."""
        self.lots_add(lots_read(_LOTS, "customer_id", customer_ids))

    def lots_add(self, found: Iterable[Held]) -> None:
        for lot in found:
            if lot.id not in self._by_id and lot.id is not None:
                self._by_id[lot.id] = lot
                self.lots[lot.customer, lot.book].append(lot)

    def lot(self, id_: int) -> Held:
        return self._by_id[id_]

    def spendable(self, customer: int, book: str, *, on: date) -> int:
        return spendable(self.lots[customer, book], day=on)

    def bring(self, lot: Held, kind: str, cause: Cause) -> None:
        """A new lot is there, with all its amount."""
        self.lots[lot.customer, lot.book].append(lot)
        self._book(lot, kind, lot.amount, cause)

    def add(self, lot: Held, kind: str, amount: int, cause: Cause) -> None:
        """The lot holds so much more (below zero: less). What comes into a lot that is over expires at once."""
        lot.remaining += amount
        self._book(lot, kind, amount, cause)
        if amount > 0 and lot.is_over(self.today):
            risen = self._risen[lot.customer, lot.book]
            risen[id(lot)] = risen.get(id(lot), 0) + amount

    def spend(self, customer: int, book: str, amount: int, cause: Cause, *, kind: str = "spend") -> int:
        """So much is drawn, or as much as can be spent on that day; how much."""
        most = min(amount, self.spendable(customer, book, on=cause.day))
        for lot, part in draws(self.lots[customer, book], most, day=cause.day):
            self.add(lot, kind, -part, cause)
        return most

    def overdraw(self, customer: int, book: str, amount: int, cause: Cause) -> None:
        """So much is spent that is not there: it is owed, and what comes next fills it."""
        owed = Held(
            customer=customer, book=book, amount=amount, remaining=0, earned_on=cause.day, available_on=cause.day,
            expires_on=None, sale_uid=cause.sale_uid, terms={"by": "overdraw"},
        )  # fmt: skip
        self.lots[customer, book].append(owed)
        self.add(owed, "spend", -amount, cause)

    def give_back(self, drawn: Sequence[Draw], amount: int, cause: Cause) -> None:
        """So much of what was drawn is in its lots again, the last drawn first."""
        for lot, part in given_back(drawn, amount):
            self.add(lot, "spend_back", part, cause)

    def take_back(self, lot: Held, kind: str, amount: int, *, expired: int, cause: Cause) -> None:
        """So much of what came with the lot never came: what of it expired did not expire."""
        taken: TakenBack = taken_back(lot, amount, expired=expired)
        if taken.unexpired:
            lot.remaining += taken.unexpired
            self._book(lot, "expire", taken.unexpired, cause)
        self.add(lot, kind, -taken.taken, cause)

    def charge(self, customer: int, kind: str, amount: int, cause: Cause) -> None:
        """The customer owes so much more on account (below zero: less)."""
        key = _Key(cause, customer, ACCOUNT, kind, None)
        self._amounts[key] = self._amounts.get(key, 0) + amount

    def even_out(self, customer: int, book: str, cause: Cause) -> None:
        """What came into lots that are over has expired, and what is held pays what is owed."""
        lots = self.lots[customer, book]
        risen = self._risen.pop((customer, book), {})
        for lot in [lot for lot in lots if id(lot) in risen]:
            part = min(risen[id(lot)], lot.remaining)
            if part > 0:
                lot.remaining -= part
                self._book(lot, "expire", -part, cause)
        if any(lot.remaining < 0 for lot in lots):
            for holding, owing, part in fills(lots, day=self.today):
                self.add(holding, "fill", -part, cause)
                self.add(owing, "fill", part, cause)
            # What fills a debt that is over does not expire: there is nothing left of it.
            self._risen.pop((customer, book), None)

    def _book(self, lot: Held, kind: str, amount: int, cause: Cause) -> None:
        key = _Key(cause, lot.customer, lot.book, kind, id(lot))
        self._amounts[key] = self._amounts.get(key, 0) + amount
        self._moved[id(lot)] = lot

    def write(self) -> set[int]:
        """Lots, entries and balances are stored; of which customers something moved.

        A constant number of statements; inside `writing()`.
        """
        amounts = {key: amount for key, amount in self._amounts.items() if amount}
        if not amounts:
            return set()
        changes = self._lots_changed(amounts)
        rows_book(changes, self._entries(amounts), _sums(amounts))
        self._amounts.clear()
        return {key.customer for key in amounts}

    def _lots_changed(self, amounts: Mapping[_Key, int]) -> list[tuple[int, int]]:
        """New lots are stored; of the others, by how much they change."""
        by_lot: dict[int, int] = defaultdict(int)
        for key, amount in amounts.items():
            if key.lot is not None:
                by_lot[key.lot] += amount
        moved = [(self._moved[place], amount) for place, amount in by_lot.items()]
        changes = [(lot.id, amount) for lot, amount in moved if lot.id is not None and amount]
        lots_insert([lot for lot, _amount in moved if lot.id is None])
        return sorted(changes)

    def _entries(self, amounts: Mapping[_Key, int]) -> list[tuple[object, ...]]:
        """Entries of one source are counted in their order."""
        parts: dict[str, int] = defaultdict(int)
        rows: list[tuple[object, ...]] = []
        for (cause, customer, book, kind, place), amount in amounts.items():
            source, day, sale_uid, reason = cause
            lot = None if place is None else self._moved[place].id
            part = parts[source]
            parts[source] += 1
            rows.append(
                (customer, book, kind, amount, lot, day, self.at, sale_uid, source, part, self.actor.key, reason)
            )
        return rows


def _sums(amounts: Mapping[_Key, int]) -> list[tuple[int, str, int]]:
    """By how much each balance changes, in the order of customers."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for key, amount in amounts.items():
        sums[key.customer, key.book] += amount
    return [(customer, book, amount) for (customer, book), amount in sorted(sums.items())]


def lots_insert(new: Sequence[Held]) -> None:
    """The lots are stored, and have ids. Two queries, none for none."""
    if new:
        for lot, id_ in zip(new, ids_reserve(Lot, len(new)), strict=True):
            lot.id = id_
        rows_insert(Lot, _LOT, [_lot_row(lot) for lot in new])


def lots_bring(lots: Sequence[Held], *, at: datetime, actor: Actor) -> None:
    """New lots that sales have earned are stored with their entries, and kept in balances: as `Ledger.bring` does, for
    many that have nothing to do with each other. Four queries, none for none. Inside `writing()`.
    """
    if not lots:
        return
    lots_insert(lots)
    sums: dict[int, int] = defaultdict(int)
    entries: list[tuple[object, ...]] = []
    for lot in lots:
        sums[lot.customer] += lot.amount
        uid, day = lot.sale_uid, lot.earned_on
        entries.append((lot.customer, lot.book, "earn", lot.amount, lot.id, day, at, uid, f"{uid}/0", 0, actor.key, ""))
    rows_book([], entries, [(customer, POINTS, amount) for customer, amount in sorted(sums.items())])


def _lot_row(lot: Held) -> tuple[object, ...]:
    terms = lot.terms if isinstance(lot.terms, str) else json.dumps(lot.terms or {}, separators=(",", ":"))
    return (
        lot.id, lot.customer, lot.book, lot.amount, lot.remaining, lot.earned_on, lot.available_on, lot.expires_on,
        lot.sale_uid, terms,
    )  # fmt: skip


def lots_read(select: str, column: str, values: Collection[int]) -> list[Held]:
    """The lots of a query that gives the columns of `_LOTS`. One query."""
    return [held_read(row) for row in rows_among(select, column, values)]


def held_read(row: Sequence[Any]) -> Held:
    """The lot of a row with the columns of `_LOTS`, and its terms behind them where they were asked for."""
    id_, customer, book, amount, remaining, earned_on, available_on, over, uid, *terms = row
    return Held(
        id=id_,
        customer=customer,
        book=book,
        amount=amount,
        remaining=remaining,
        earned_on=day_read(earned_on),
        available_on=day_read(available_on),
        expires_on=None if over is None else day_read(over),
        sale_uid=None if uid is None else uuid_read(uid),
        terms=terms[0] if terms else None,
    )


def day_read(stored: date | str) -> date:
    """The day of a column; SQLite has no type for it and gives text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
