"""Sales stored with all that hangs on them: customers, balances, offers. The one write path (services.py says when)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from regulars.checkout.answers import SaleAnswer
from regulars.checkout.checking import Checked, batch_check
from regulars.checkout.linking import Linked, Scene, sales_link
from regulars.checkout.paying import is_spending
from regulars.checkout.settling import REFUSALS, Fresh, fault_of, sales_settled
from regulars.checkout.tracing import NO_TRACE, Trace, traces_write
from regulars.customers.following import customers_touched
from regulars.events.services import events_record
from regulars.sales.drafts import SaleDraft
from regulars.sales.facts import facts_refresh
from regulars.sales.models import Business, Store
from regulars.sales.services import CheckedSale, returns_follow, sales_store
from regulars.storage.writing import LockSpace, be_alone, names_lock, writing


class Stored(NamedTuple):
    """What became of some sales, in order, and whose facts are to follow."""

    answers: list[SaleAnswer]
    touched: set[int]


def drafts_store(
    drafts: Sequence[SaleDraft], *, stores: Mapping[str, Store], scene: Scene
) -> tuple[list[SaleAnswer], set[int]]:
    """The sales are stored, linked, followed and settled, and answered in order; and whose sales are now others.

    Those that a balance or the limit of an offer may refuse are stored one by one: refused, they leave nothing behind.
    Inside `writing()`. `stores` are those named by the drafts. An import stores many batches, nobody else writing, and
    lets `customers_follow` come once.
    """
    scene.actor.require("sales.record")
    names_lock(_names_of(drafts), space=LockSpace.SALES_AND_CONTACTS)
    if scene.brought_by is not None or not any(map(is_spending, drafts)):
        return _stored(drafts, stores, scene)
    if len(drafts) > 1:
        # Their customers are locked some after the others, and somebody else's perhaps the other way round.
        be_alone()
    answers: list[SaleAnswer] = []
    touched: set[int] = set()
    for is_alone, run in groupby(drafts, key=is_spending):
        told = list(run)
        for part in [[draft] for draft in told] if is_alone else [told]:
            stored = _stored_or_refused(part, stores, scene)
            answers += stored.answers
            touched |= stored.touched
    return answers, touched


def draft_store(draft: SaleDraft, *, trace: Trace = NO_TRACE, stores: Mapping[str, Store], scene: Scene) -> SaleAnswer:
    """As `drafts_store` for one sale, with why it cost what it cost. Raises REFUSALS."""
    scene.actor.require("sales.record")
    names_lock(_names_of([draft]), space=LockSpace.SALES_AND_CONTACTS)
    [answer], _touched = _stored([draft], stores, scene, traces={draft.uid: trace})
    return answer


def _stored_or_refused(drafts: Sequence[SaleDraft], stores: Mapping[str, Store], scene: Scene) -> Stored:
    """The sales stored; one that cannot be paid so, by itself, is as if it had never come."""
    if not is_spending(drafts[0]):
        return _stored(drafts, stores, scene)
    [draft] = drafts
    try:
        # A part of the transaction of its own, with what it hands over to the end of it.
        with writing():
            return _stored(drafts, stores, scene)
    except REFUSALS as error:
        return Stored([SaleAnswer(draft.uid, draft.number, "refused", faults=(fault_of(error, draft),))], set())


def _stored(
    drafts: Sequence[SaleDraft],
    stores: Mapping[str, Store],
    scene: Scene,
    *,
    traces: Mapping[UUID, Trace] | None = None,
) -> Stored:
    checked = batch_check(drafts, business=scene.business, stores=stores, actor=scene.actor, at=scene.at)
    linked = sales_link(checked.fresh, scene)
    owners: dict[int, int | None] = {n: linked.customers.get(n) for n in checked.fresh}
    owners |= _owners_of_returns(checked, owners, linked)
    ids = sales_store(
        list(checked.fresh.values()), customers=list(owners.values()), brought_by=scene.brought_by, at=scene.at
    )
    arrived = {sale.draft.uid: owners[n] for n, sale in checked.fresh.items() if sale.draft.kind == "sale"}
    moved = returns_follow(arrived, at=scene.at)
    touched = linked.touched | moved | {owner for owner in owners.values() if owner is not None}
    _tell_followers(checked.fresh, owners, touched, scene)
    events_record(kind="sale.recorded", subjects=zip(ids, owners.values(), strict=True), at=scene.at)
    if scene.brought_by is None:
        customers_follow(touched, business=scene.business)
    fresh = [Fresh(id_, sale, owners[n]) for id_, (n, sale) in zip(ids, checked.fresh.items(), strict=True)]
    made = sales_settled(fresh, traces or {}, linked=linked, scene=scene)
    if made:
        traces_write(((each.id, each.sale.draft, made[each.sale.draft.uid]) for each in fresh), at=scene.at)
    return Stored(_answers(drafts, checked, owners), touched)


def _tell_followers(
    fresh: Mapping[int, CheckedSale], owners: Mapping[int, int | None], touched: Collection[int], scene: Scene
) -> None:
    """Whatever hangs on these customers follows at the end of the transaction; a return is a reason of its own."""
    if scene.brought_by is not None:
        customers_touched(touched, reason="import", at=scene.at)
        return
    bought = {owners[n] for n, sale in fresh.items() if sale.draft.kind == "sale"}
    returned = {owners[n] for n, sale in fresh.items() if sale.draft.kind == "return"} - bought
    customers_touched([id_ for id_ in touched if id_ in returned], reason="return", at=scene.at)
    customers_touched(touched, reason="sale", at=scene.at)


def customers_follow(customer_ids: Iterable[int], *, business: Business) -> None:
    """What is derived from a customer's sales follows them. Inside `writing()`."""
    facts_refresh(set(customer_ids), business=business)


def _names_of(drafts: Iterable[SaleDraft]) -> Iterator[str]:
    """What two batches must not work on at once: the sales' ids and the contacts they give."""
    for draft in drafts:
        yield str(draft.uid)
        if draft.returns:
            yield str(draft.returns)
        if draft.contact:
            yield from (f"{kind}:{value}" for kind, value in draft.contact.identities)


def _owners_of_returns(checked: Checked, owners: Mapping[int, int | None], linked: Linked) -> dict[int, int | None]:
    """Whom each new return belongs to: its original's customer, stored or new; nobody until the original is here."""
    returns = {n: sale.draft.returns for n, sale in checked.fresh.items() if sale.draft.returns is not None}
    if not returns:
        return {}
    known: dict[UUID, int | None] = {uid: head.customer_id for uid, head in checked.originals.items()}
    known |= linked.moved | {sale.draft.uid: owners[n] for n, sale in checked.fresh.items()}
    return {n: known.get(uid) for n, uid in returns.items()}


def _answers(drafts: Sequence[SaleDraft], checked: Checked, owners: Mapping[int, int | None]) -> list[SaleAnswer]:
    answers = dict(checked.answers)
    for n, customer in owners.items():
        answers[n] = SaleAnswer(drafts[n].uid, drafts[n].number, "created", customer)
    for n, first in checked.repeats.items():
        answer = answers[first]
        answers[n] = replace(answer, outcome="unchanged") if answer.outcome == "created" else answer
    return [answers[n] for n in range(len(drafts))]
