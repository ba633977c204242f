"""Each sale of a batch looked at before anything is written: in itself, and against what is stored."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from regulars.access.rules import Actor
from regulars.checkout.answers import SaleAnswer
from regulars.checkout.tracing import told_of
from regulars.core.days import moment_at, timezone_of
from regulars.core.errors import Fault
from regulars.core.money import currency_places
from regulars.core.text import marked as _
from regulars.customers.reach import customers_reached, right_to_find
from regulars.sales.drafts import LineDraft, SaleDraft, Sums
from regulars.sales.models import Business, Store
from regulars.sales.rules import draft_differences, draft_faults, product_key, return_faults, sums_of
from regulars.sales.selectors import (
    SaleHead,
    drafts_stored,
    returned_so_far,
    sale_heads,
    store_hints,
)
from regulars.sales.services import CheckedSale, registers_ensure


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch after the look, by place in the batch.

    `fresh` may be stored; `answers` are given already; `repeats` are the same sale as the one at the other place.
    """

    fresh: dict[int, CheckedSale]
    answers: dict[int, SaleAnswer]
    repeats: dict[int, int]
    originals: Mapping[UUID, SaleHead]


def batch_check(
    drafts: Sequence[SaleDraft], *, business: Business, stores: Mapping[str, Store], actor: Actor, at: datetime
) -> Checked:
    """Every sale is found to be new, known, repeated or wrong, as if the sales had come one after the other.

    A constant number of queries, inside `writing()`.
    """
    named = {draft.uid for draft in drafts} | {draft.returns for draft in drafts if draft.returns}
    heads = sale_heads(named)
    places = currency_places(business.currency)
    answers = _answers_of_known(_within(drafts, stores, actor), heads, places=places)
    judge = _judge([draft for n, draft in enumerate(drafts) if n not in answers], heads, stores, actor, at)
    fine: dict[UUID, int] = {}
    repeats: dict[int, int] = {}
    for n, draft in enumerate(drafts):
        if n in answers:
            continue
        first = fine.get(draft.uid)
        if first is not None:
            answer = _compared(draft, drafts[first], None, places=places)
            answers |= {n: answer} if answer.faults else {}
            repeats |= {} if answer.faults else {n: first}
        elif faults := judge.faults_of(draft):
            answers[n] = SaleAnswer(draft.uid, draft.number, "refused", faults=tuple(faults))
        else:
            fine[draft.uid] = n
    return Checked(_checked({n: drafts[n] for n in fine.values()}, judge.sums, stores), answers, repeats, heads)


def _within(drafts: Sequence[SaleDraft], stores: Mapping[str, Store], actor: Actor) -> dict[int, SaleDraft]:
    """The sales the actor may ask about: whoever is bound to stores learns nothing of others by guessing ids."""
    is_bound = actor.stores_within("sales.record") is not None
    return {n: draft for n, draft in enumerate(drafts) if not is_bound or draft.store in stores}


def _answers_of_known(
    drafts: Mapping[int, SaleDraft], heads: Mapping[UUID, SaleHead], *, places: int
) -> dict[int, SaleAnswer]:
    """For sales that are stored already: unchanged, or a conflict that names the differences."""
    known = {n: heads[draft.uid] for n, draft in drafts.items() if draft.uid in heads}
    if not known:
        return {}
    ids = {head.id: head.uid for head in known.values()}
    stored = drafts_stored(ids)
    for uid, (points, offers) in told_of(ids).items():
        stored[uid] = stored[uid]._replace(points_redeemed=points, offers=offers)
    return {n: _compared(drafts[n], stored[head.uid], head.customer_id, places=places) for n, head in known.items()}


def _compared(told: SaleDraft, stored: SaleDraft, customer_id: int | None, *, places: int) -> SaleAnswer:
    differences = tuple(draft_differences(told, stored, places=places))
    return SaleAnswer(told.uid, told.number, "conflict" if differences else "unchanged", customer_id, differences)


@dataclass(slots=True)
class _Judge:
    """Says what is wrong with a sale, given those that were fine before it."""

    stores: Mapping[str, Store]
    customers: set[int]
    actor: Actor
    at: datetime
    originals: dict[UUID, SaleDraft]
    taken: dict[UUID, dict[str, int]]
    unknown: Mapping[str, Fault]
    sums: dict[UUID, Sums] = field(default_factory=dict)

    def faults_of(self, draft: SaleDraft) -> list[Fault]:
        """Everything that is wrong with the sale; when nothing is, it counts for those that come after it."""
        sums = sums_of(draft.lines)
        store = self.stores.get(draft.store)
        faults = [self.unknown[draft.store]] if store is None else _own_faults(draft, sums, store, at=self.at)
        if draft.contact and draft.contact.id is not None and draft.contact.id not in self.customers:
            faults.append(Fault("customer.id", _("there is no customer %s") % draft.contact.id))
        if draft.kind == "return":
            faults += self._return_faults(draft)
        if not faults:
            self.sums[draft.uid] = sums
            self._count(draft)
        return faults

    def _return_faults(self, draft: SaleDraft) -> list[Fault]:
        """What a return takes back that it may not; nothing can be said of one that waits for its original."""
        if draft.returns is None:
            sentence = _("a return names its original; without one a manager must record it")
            return [] if self.actor.may("sales.return_without_receipt") else [Fault("returns", sentence)]
        original = self.originals.get(draft.returns)
        if original is None:
            return []
        return _original_faults(original) or return_faults(
            draft.lines,
            bought=quantities(original.lines),
            returned=self.taken.get(draft.returns, {}),
            number=original.number,
        )

    def _count(self, draft: SaleDraft) -> None:
        self.originals[draft.uid] = draft
        if draft.returns is not None and draft.status == "completed":
            taken = self.taken.setdefault(draft.returns, {})
            for key, quantity in quantities(draft.lines).items():
                taken[key] = taken.get(key, 0) - quantity


def _judge(
    drafts: Sequence[SaleDraft], heads: Mapping[UUID, SaleHead], stores: Mapping[str, Store], actor: Actor, at: datetime
) -> _Judge:
    """A judge who knows all that these sales refer to. Seven queries at most, none where they refer to nothing."""
    given = {draft.contact.id for draft in drafts if draft.contact and draft.contact.id}
    customers = customers_reached(given, right=right_to_find(actor), actor=actor) if given else set()
    returned = {draft.returns for draft in drafts if draft.returns is not None}
    stored = drafts_stored([heads[uid].id for uid in returned if uid in heads]) if returned else {}
    taken = returned_so_far(returned) if returned else {}
    unknown = store_faults({draft.store for draft in drafts} - stores.keys(), actor=actor)
    return _Judge(stores, customers, actor, at, originals=dict(stored), taken=dict(taken), unknown=unknown)


def store_faults(names: Collection[str], *, actor: Actor, right: str = "sales.record") -> dict[str, Fault]:
    """The faults of naming stores that are not there, each with the nearest within reach. One query, none for none."""
    sentence = _('there is no store "%s"%s; add it first')
    hints = store_hints(names, within=actor.stores_within(right))
    return {name: Fault("store", sentence % (name, hint)) for name, hint in hints.items()}


def _own_faults(draft: SaleDraft, sums: Sums, store: Store, *, at: datetime) -> list[Fault]:
    return draft_faults(draft, sums, at=at, currency=store.currency, places=currency_places(store.currency))


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


def _checked(
    drafts: Mapping[int, SaleDraft], sums: Mapping[UUID, Sums], stores: Mapping[str, Store]
) -> dict[int, CheckedSale]:
    """The sales with what their store says of them: business day, weekday, hour, minute, register."""
    registers = registers_ensure((stores[draft.store].id, draft.register) for draft in drafts.values())
    checked = {}
    for n, draft in drafts.items():
        store = stores[draft.store]
        moment = moment_at(draft.sold_at, timezone=timezone_of(store.timezone), cutoff_minutes=store.day_cutoff)
        register = registers.get((store.id, draft.register))
        checked[n] = CheckedSale(draft, sums[draft.uid], moment, store.id, register)
    return checked
