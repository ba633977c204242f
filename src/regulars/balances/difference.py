"""For each sale the difference between what it says now and what was booked for it is booked.

So returns, voids, reassignments and late originals need no case of their own, and end alike in any order.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from regulars.access.rules import Actor
from regulars.balances.allowances import NO_ALLOWANCES, allowance_draw
from regulars.balances.booked import Booked, booked_of, expired_of, lots_of
from regulars.balances.documents import Document, Documents, documents_read, lines_left
from regulars.balances.errors import NobodyPays, NotEnoughCredit, NotEnoughPoints, OverLimit
from regulars.balances.granting import lot_earned
from regulars.balances.holding import Cause, Ledger, customers_hold, day_read
from regulars.balances.inforce import Policies, policies_now, tiers_held
from regulars.balances.limits import limits_of, money_text, owed_by
from regulars.balances.lots import Draw, Held
from regulars.balances.policies import terms_of_form
from regulars.balances.redeeming import Redeemed, points_used, redeemed_of, redemptions_of, redemptions_write
from regulars.balances.rules import (
    CREDIT,
    PAID_ON_ACCOUNT,
    PAID_WITH_CREDIT,
    PAID_WITH_POINTS,
    POINTS,
    SaleTerms,
    points_earned,
    sale_terms,
)
from regulars.balances.visits import Visit, visits_book, visits_booked, visits_of
from regulars.balances.welcoming import newcomers_welcome
from regulars.sales.selectors import business_today
from regulars.storage.reading import rows_of_uuids, uuid_read

_ROOTS = "SELECT uid, original_uid, day, status FROM sales_sale WHERE"


@dataclass(slots=True)
class _Case:
    """One sale: what it says now (None: it is gone), what was booked for it, and under what name to book now.

    `is_told`: the sale itself was stored or changed, not only a return of it. `back`: for what returns take back.
    """

    uid: UUID
    sale: Document | None
    returns: Sequence[Document]
    booked: Booked
    is_told: bool
    cause: Cause
    back: Cause
    redeemed: Redeemed | None

    @property
    def customer(self) -> int | None:
        """Whose balances it moves."""
        return self.sale.customer if self.sale is not None and self.sale.is_completed else None

    @property
    def customers(self) -> list[int]:
        """Whose balances it may have moved, or is to move."""
        buyer = self.sale.customer if self.sale is not None else None
        return sorted(self.booked.customers | ({buyer} if buyer is not None else set()))

    def paid(self, method: str) -> int:
        """What was paid so in all, less what went back; nothing of what an import tells."""
        if self.sale is None or not self.sale.is_completed:
            return 0
        return sum(each.paid[method] for each in (self.sale, *self.returns) if not each.is_imported)


@dataclass(slots=True)
class _Scene:
    """What all cases share."""

    actor: Actor
    must_cover: bool
    allowances: Mapping[UUID, str]
    ledger: Ledger
    policies: Policies
    tiers: Mapping[int, frozenset[int]]
    expired: Mapping[int, int]
    limits: Mapping[int, int]
    owed: dict[int, int]
    redeemed: dict[UUID, tuple[Document, Redeemed]] = field(default_factory=dict)
    redeemers: dict[UUID, int] = field(default_factory=dict)


class _Told(NamedTuple):
    """How a sale comes to be settled: by itself, or by returns of these days."""

    is_itself: bool
    days: tuple[date, ...]


def differences_book(
    uids: Sequence[UUID],
    *,
    actor: Actor,
    at: datetime,
    must_cover: bool,
    allowances: Mapping[UUID, str] = NO_ALLOWANCES,
) -> None:
    """As `sales_settle`; where not `must_cover`, what is spent and is not there is owed. Inside `writing()`."""
    if not uids:
        return
    today = business_today(at=at)
    told = _roots(uids, today)
    found, booked = documents_read(told), booked_of(told)
    redeemed = redemptions_of(told)
    cases = [
        _case(uid, each, found, booked=booked.get(uid), redeemed=redeemed.get(uid), today=today)
        for uid, each in told.items()
    ]
    cases = [case for case in cases if case.sale is not None or case.booked.customers]
    if not cases:
        return
    scene = _scene(cases, actor=actor, at=at, today=today, must_cover=must_cover)
    scene.allowances = allowances
    for case in cases:
        _case_settle(case, scene)
    visits_book(_visits(cases), scene.policies, scene.tiers, scene.ledger)
    scene.ledger.write()
    redemptions_write(scene.redeemed, scene.redeemers)
    customers = {case.customer for case in cases if case.is_told and case.customer is not None}
    newcomers_welcome(customers, scene.policies, at=at)


def _visits(cases: Sequence[_Case]) -> dict[Visit, bool]:
    """The visits that these sales are, or were, part of; of a sale that is gone, all visits of whose it was."""
    gone = {customer for case in cases if case.sale is None for customer in case.customers}
    return visits_booked(gone) | visits_of(
        [
            (customer, case.sale.store_id, case.sale.store, case.sale.day, case.is_told)
            for case in cases
            if case.sale is not None and case.sale.kind == "sale"
            for customer in case.customers
        ]
    )


def _roots(uids: Sequence[UUID], today: date) -> dict[UUID, _Told]:
    """The sales that balances hang on, in order: a return is settled with the sale it takes back. One query."""
    heads = {uuid_read(uid): rest for uid, *rest in rows_of_uuids(_ROOTS, "uid", uids)}
    told: dict[UUID, _Told] = {}
    for uid in uids:
        original, day, status = heads.get(uid, (None, today, ""))
        root = uid if original is None else uuid_read(original)
        is_itself, days = told.get(root, _Told(is_itself=False, days=()))
        if original is None:
            told[root] = _Told(True, days)  # noqa: FBT003
        else:
            told[root] = _Told(is_itself, (*days, day_read(day) if status == "completed" else today))
    return told


def _case(
    uid: UUID, told: _Told, found: Documents, *, booked: Booked | None, redeemed: Redeemed | None, today: date
) -> _Case:
    sale, returns, so_far = found.sales.get(uid), found.returns.get(uid, ()), booked or Booked()
    day = back = max(told.days) if told.days and not told.is_itself else today
    if told.is_itself and sale is not None and not so_far.customers:
        day = sale.day
        back = max((day, *(each.day for each in returns)))
    source = f"{uid}/{so_far.sources}"
    return _Case(
        uid=uid, sale=sale, returns=returns, booked=so_far, is_told=told.is_itself, cause=Cause(source, day, uid),
        back=Cause(source, back, uid), redeemed=redeemed,
    )  # fmt: skip


def _scene(cases: Sequence[_Case], *, actor: Actor, at: datetime, today: date, must_cover: bool) -> _Scene:
    """Everything the cases need is at hand, and nobody else moves it."""
    customers = {customer for case in cases for customer in case.customers}
    customers_hold(customers)
    ledger = Ledger(today, at, actor)
    touched = lots_of([case.booked for case in cases])
    ledger.lots_add(touched)
    ledger.read(customers)
    policies = policies_now()
    asks = any(version.asks_for_tiers for version in policies.versions)
    on_account = {case.customer for case in cases if case.customer is not None and case.paid(PAID_ON_ACCOUNT)}
    return _Scene(
        actor=actor, must_cover=must_cover, allowances=NO_ALLOWANCES, ledger=ledger, policies=policies,
        tiers=tiers_held(customers) if asks else {},
        expired=expired_of([lot.id for lot in touched if lot.id is not None]),
        limits=limits_of(on_account), owed=dict(owed_by(on_account)),
    )  # fmt: skip


def _case_settle(case: _Case, scene: _Scene) -> None:
    """What was spent before what was earned: a sale is not paid with what it earns itself."""
    used = _points_used(case, scene)
    credit = case.paid(PAID_WITH_CREDIT)
    _somebody_pays(case, used, credit)
    for customer in case.customers:
        is_theirs = customer == case.customer
        _spend(case, scene, customer, POINTS, used if is_theirs else 0)
        _spend(case, scene, customer, CREDIT, max(0, credit) if is_theirs else 0)
        _charge(case, scene, customer, case.paid(PAID_ON_ACCOUNT) if is_theirs else 0)
        _earn(case, scene, customer)
        _issue(case, scene, customer, max(0, -credit) if is_theirs else 0)
        scene.ledger.even_out(customer, POINTS, case.back)
        scene.ledger.even_out(customer, CREDIT, case.back)


def _points_used(case: _Case, scene: _Scene) -> int:
    """The points that the sale uses now; what is told of points where no policy was in force means nothing here."""
    sale = case.sale
    if sale is None or not sale.is_completed:
        return 0
    worth = 0 if sale.is_imported else sale.paid[PAID_WITH_POINTS]
    if worth and case.redeemed is None and case.is_told:
        version = scene.policies.on(sale.day)
        if version is None:
            return 0
        if sale.kind == "return":
            return points_used(None, [sale])
        case.redeemed = redeemed_of(sale, sale.customer or 0, version)
        if sale.customer is not None:
            scene.redeemed[case.uid] = (sale, case.redeemed)
    elif case.redeemed is not None and sale.customer not in {None, case.redeemed.customer}:
        scene.redeemers[case.uid] = sale.customer or 0
    if worth and case.redeemed is None:
        return 0
    return points_used(case.redeemed, case.returns)


def _somebody_pays(case: _Case, used: int, credit: int) -> None:
    if case.customer is None and case.sale is not None:
        account = case.paid(PAID_ON_ACCOUNT)
        for method, amount in ((PAID_WITH_POINTS, used), (PAID_WITH_CREDIT, credit), (PAID_ON_ACCOUNT, account)):
            if amount:
                raise NobodyPays(method=method)


def _spend(case: _Case, scene: _Scene, customer: int, book: str, wanted: int) -> None:
    """The sale has spent so much of the customer's, drawn as rule 1 says, or given back in the reverse order."""
    ledger = scene.ledger
    drawn: list[Draw] = case.booked.drawn(customer, book, ledger)
    more = wanted - sum(draw.amount for draw in drawn)
    if more < 0:
        ledger.give_back(drawn, -more, case.back)
    if more > 0:
        held = ledger.spendable(customer, book, on=case.cause.day)
        if held < more and scene.must_cover:
            allowance = scene.allowances.get(case.uid) if book == POINTS else None
            if not allowance:
                raise _refusal(customer, book, held=held, asked=more)
            allowance_draw(allowance, more - held, sale_uid=case.uid)
        done = ledger.spend(customer, book, more, case.cause)
        if done < more:
            ledger.overdraw(customer, book, more - done, case.cause)


def _refusal(customer: int, book: str, *, held: int, asked: int) -> NotEnoughPoints | NotEnoughCredit:
    if book == POINTS:
        return NotEnoughPoints(customer=customer, balance=held, asked=asked)
    return NotEnoughCredit(customer=customer, balance=money_text(held), asked=money_text(asked))


def _charge(case: _Case, scene: _Scene, customer: int, wanted: int) -> None:
    """The sale has charged so much to the customer's account."""
    more = wanted - case.booked.charged(customer)
    if more < 0:
        scene.ledger.charge(customer, "charge_back", more, case.back)
    if more > 0:
        owed, limit = scene.owed.get(customer, 0), scene.limits.get(customer, 0)
        is_bound = scene.must_cover and not scene.actor.may("balances.over_limit")
        if is_bound and owed + more > limit:
            raise OverLimit(
                customer=customer, owed=money_text(owed), limit=money_text(limit), asked=money_text(more)
            )  # fmt: skip
        scene.ledger.charge(customer, "charge", more, case.cause)
    scene.owed[customer] = scene.owed.get(customer, 0) + more


def _earn(case: _Case, scene: _Scene, customer: int) -> None:
    """The sale has earned the customer what is left of it earns; the terms are those it was stored under."""
    booked = case.booked.of_lots("earn", customer, POINTS)
    lots = [scene.ledger.lot(lot) for lot in booked]
    nets = {id(lot): booked[lot.id] for lot in lots if lot.id is not None}
    current = None
    if customer == case.customer and case.sale is not None and case.sale.kind == "sale":
        current = next((lot for lot in reversed(lots) if _is_of(lot, case.sale)), None)
        if current is None and case.is_told:
            current = _earned_anew(case, scene, customer)
            nets |= {id(current): current.amount} if current else {}
    for lot in [*lots, *([current] if current and current not in lots else [])]:
        wanted = _left_earns(case, lot) if lot is current else 0
        more = wanted - nets[id(lot)]
        if more > 0:
            scene.ledger.add(lot, "earn", more, case.back)
        if more < 0:
            expired = scene.expired.get(lot.id or 0, 0)
            scene.ledger.take_back(lot, "earn_back", -more, expired=expired, cause=case.back)


def _is_of(lot: Held, sale: Document) -> bool:
    """Whether the lot's terms are of this sale; under its id another may have been stored before, and be gone."""
    return len(_terms_of(lot).rates) == len(sale.lines)


def _terms_of(lot: Held) -> SaleTerms:
    return terms_of_form(json.loads(lot.terms) if isinstance(lot.terms, str) else lot.terms)


def _left_earns(case: _Case, lot: Held) -> int:
    sale = case.sale
    if sale is None:
        return 0
    left = lines_left(sale.lines, [line for each in case.returns for line in each.lines])
    paid = sum(each.paid[PAID_WITH_POINTS] for each in (sale, *case.returns))
    return points_earned(_terms_of(lot), left, paid_with_points=max(0, paid))


def _earned_anew(case: _Case, scene: _Scene, customer: int) -> Held | None:
    """What the whole sale earns by the policy of its day, as a lot of its own; None: nothing."""
    sale = case.sale
    version = scene.policies.on(sale.day) if sale is not None else None
    if sale is None or version is None:
        return None
    lines = [each.line for each in sale.lines]
    occasion = version.occasion(sale.store, sale.day, scene.tiers.get(customer, frozenset()))
    terms = sale_terms(version.id, version.terms, lines, occasion)
    points = points_earned(terms, lines, paid_with_points=max(0, sale.paid[PAID_WITH_POINTS]))
    if not points:
        return None
    lot = lot_earned(customer, points, version.terms, day=sale.day, sale_uid=sale.uid, terms=terms)
    scene.ledger.bring(lot, "earn", case.cause)
    return lot


def _issue(case: _Case, scene: _Scene, customer: int, wanted: int) -> None:
    """So much store credit came of the sale: what went back as credit and was not paid so."""
    booked = case.booked.of_lots("issue", customer, CREDIT)
    more = wanted - sum(booked.values())
    if more > 0:
        day = case.back.day
        lot = Held(
            customer=customer, book=CREDIT, amount=more, remaining=more, earned_on=day, available_on=day,
            expires_on=None, sale_uid=case.uid, terms={"by": "issue"},
        )  # fmt: skip
        scene.ledger.bring(lot, "issue", case.back)
    for lot_id, net in reversed(booked.items()):
        part = min(net, -more) if more < 0 else 0
        if part > 0:
            expired = scene.expired.get(lot_id, 0)
            lot = scene.ledger.lot(lot_id)
            scene.ledger.take_back(lot, "issue_back", part, expired=expired, cause=case.back)
            more += part
