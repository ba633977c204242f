"""Each sale of a batch looked at before anything is written: in itself, and against what is stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from regulars.access.rules import Actor
from regulars.checkout.answers import SaleAnswer
from regulars.core.days import moment_at, timezone_of
from regulars.core.errors import Fault
from regulars.core.money import currency_places
from regulars.core.text import marked as _
from regulars.customers.selectors import customers_existing
from regulars.sales.drafts import LineDraft, SaleDraft, Sums
from regulars.sales.models import Store
from regulars.sales.rules import draft_differences, draft_faults, product_key, return_faults, sums_of
from regulars.sales.selectors import (
    SaleHead,
    drafts_stored,
    returned_so_far,
    sale_heads,
    store_hint,
)
from regulars.sales.services import CheckedSale, registers_ensure

WITHOUT_RECEIPT = "sales.return_without_receipt"


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch after the look, by place in the batch.

    `fresh` may be stored; `answers` are given already; `repeats` are the same sale as the one at the other place.
    """

    fresh: dict[int, CheckedSale]
    answers: dict[int, SaleAnswer]
    repeats: dict[int, int]
    originals: Mapping[UUID, SaleHead]


def batch_check(drafts: Sequence[SaleDraft], *, stores: Mapping[str, Store], actor: Actor, at: datetime) -> Checked:
    """Every sale is found to be new, known, repeated or wrong. A constant number of queries, inside `writing()`."""
    named = {draft.uid for draft in drafts} | {draft.returns for draft in drafts if draft.returns}
    heads = sale_heads(named)
    answers = _answers_of_known(drafts, heads)
    repeats, contradictions = _repeated({n: draft for n, draft in enumerate(drafts) if n not in answers})
    answers |= contradictions
    rest = {n: draft for n, draft in enumerate(drafts) if n not in answers and n not in repeats}
    sums = {n: sums_of(draft.lines) for n, draft in rest.items()}
    faults = _faults_of(rest, sums, heads, stores=stores, actor=actor, at=at)
    for n, found in faults.items():
        answers[n] = SaleAnswer(rest[n].uid, rest[n].number, "refused", faults=tuple(found))
    fine = {n: draft for n, draft in rest.items() if n not in faults}
    return Checked(_checked(fine, sums, stores), answers, repeats, heads)


def _answers_of_known(drafts: Sequence[SaleDraft], heads: Mapping[UUID, SaleHead]) -> dict[int, SaleAnswer]:
    """For sales that are stored already: unchanged, or a conflict that names the differences."""
    known = {n: heads[draft.uid] for n, draft in enumerate(drafts) if draft.uid in heads}
    stored = drafts_stored([head.id for head in known.values()]) if known else {}
    return {n: _compared(drafts[n], stored[head.uid], head.customer_id) for n, head in known.items()}


def _compared(told: SaleDraft, stored: SaleDraft, customer_id: int | None) -> SaleAnswer:
    differences = tuple(draft_differences(told, stored))
    return SaleAnswer(told.uid, told.number, "conflict" if differences else "unchanged", customer_id, differences)


def _repeated(drafts: Mapping[int, SaleDraft]) -> tuple[dict[int, int], dict[int, SaleAnswer]]:
    """Sales that stand in the batch a second time: the place of the first, or how they contradict it."""
    first: dict[UUID, int] = {}
    repeats: dict[int, int] = {}
    contradictions: dict[int, SaleAnswer] = {}
    for n, draft in drafts.items():
        place = first.setdefault(draft.uid, n)
        if place == n:
            continue
        answer = _compared(draft, drafts[place], None)
        if answer.faults:
            contradictions[n] = answer
        else:
            repeats[n] = place
    return repeats, contradictions


def _faults_of(
    drafts: Mapping[int, SaleDraft],
    sums: Mapping[int, Sums],
    heads: Mapping[UUID, SaleHead],
    *,
    stores: Mapping[str, Store],
    actor: Actor,
    at: datetime,
) -> dict[int, list[Fault]]:
    """All that is wrong with each sale that something is wrong with."""
    customers = customers_existing(
        {draft.contact.id for draft in drafts.values() if draft.contact and draft.contact.id}
    )
    from_returns = _return_faults(drafts, heads)
    faults = {}
    for n, draft in drafts.items():
        store = stores.get(draft.store)
        found = [store_fault(draft.store)] if store is None else _own_faults(draft, sums[n], store, at=at)
        if draft.contact and draft.contact.id is not None and draft.contact.id not in customers:
            found.append(Fault("customer.id", _("there is no customer %s") % draft.contact.id))
        if draft.kind == "return" and draft.returns is None and not actor.may(WITHOUT_RECEIPT):
            found.append(Fault("returns", _("a return names its original; without one a manager must record it")))
        found += from_returns.get(n, [])
        if found:
            faults[n] = found
    return faults


def store_fault(name: str) -> Fault:
    """The fault of naming a store that is not there, with the nearest that is. One query."""
    return Fault("store", _('there is no store "%s"%s; add it first') % (name, store_hint(name)))


def _own_faults(draft: SaleDraft, sums: Sums, store: Store, *, at: datetime) -> list[Fault]:
    return draft_faults(draft, sums, at=at, currency=store.currency, places=currency_places(store.currency))


def _return_faults(drafts: Mapping[int, SaleDraft], heads: Mapping[UUID, SaleHead]) -> dict[int, list[Fault]]:
    """For returns whose original is known: what they take back that they may not. Five queries, none without returns.

    A return may arrive before its original; it waits for it, and nothing can be said of it yet.
    """
    returns = {n: draft.returns for n, draft in drafts.items() if draft.returns is not None}
    if not returns:
        return {}
    here = {draft.uid: draft for draft in drafts.values()}
    stored = drafts_stored([heads[uid].id for uid in set(returns.values()) if uid in heads])
    taken = returned_so_far(set(returns.values()))
    faults = {}
    for n, uid in returns.items():
        draft, original = drafts[n], stored.get(uid) or here.get(uid)
        if original is None:
            continue
        found = _original_faults(original) or return_faults(
            draft.lines, bought=quantities(original.lines), returned=taken.get(uid, {}), number=original.number
        )
        if found:
            faults[n] = found
        else:
            _take(taken.setdefault(uid, {}), draft.lines)
    return faults


def _original_faults(original: SaleDraft) -> list[Fault]:
    if original.kind == "return":
        return [Fault("returns", _("%s is a return itself; name the sale it took back") % original.number)]
    if original.status == "voided":
        return [Fault("returns", _("sale %s was voided; there is nothing to bring back") % original.number)]
    return []


def quantities(lines: Iterable[LineDraft]) -> dict[str, int]:
    """Thousandths of each product (`product_key`) on the lines."""
    found: dict[str, int] = defaultdict(int)
    for line in lines:
        found[product_key(line.sku, line.name)] += line.quantity_milli
    return dict(found)


def _take(taken: dict[str, int], lines: Iterable[LineDraft]) -> None:
    for key, quantity in quantities(lines).items():
        taken[key] = taken.get(key, 0) - quantity


def _checked(
    drafts: Mapping[int, SaleDraft], sums: Mapping[int, Sums], stores: Mapping[str, Store]
) -> dict[int, CheckedSale]:
    """The sales with what their store says of them: business day, weekday, hour, minute, register."""
    registers = registers_ensure((stores[draft.store].id, draft.register) for draft in drafts.values())
    checked = {}
    for n, draft in drafts.items():
        store = stores[draft.store]
        moment = moment_at(draft.sold_at, timezone=timezone_of(store.timezone), cutoff_minutes=store.day_cutoff)
        checked[n] = CheckedSale(draft, sums[n], moment, store.id, registers.get((store.id, draft.register)))
    return checked
