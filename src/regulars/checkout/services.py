"""The way of a sale: what is told becomes a sale, a profile and its facts, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.checkout.answers import SaleAnswer
from regulars.checkout.checking import store_faults
from regulars.checkout.errors import BatchTooLarge, CannotUndo
from regulars.checkout.linking import Scene, customers_relink
from regulars.checkout.paying import in_exchange
from regulars.checkout.payload import Terms, Told, draft_of, sale_told
from regulars.checkout.returning import return_draft
from regulars.checkout.settling import sale_settled, sales_booked, sales_forgotten
from regulars.checkout.storing import customers_follow, draft_store, drafts_store
from regulars.core.checks import text_fit
from regulars.core.errors import Fault
from regulars.core.garbage import collected_afterwards
from regulars.core.money import currency_places
from regulars.core.text import marked as _
from regulars.customers.following import customers_touched
from regulars.customers.founding import customers_remove
from regulars.customers.reach import customer_require, right_to_find
from regulars.customers.selectors import customers_brought, customers_existing
from regulars.customers.services import customers_vouch
from regulars.events.services import events_record
from regulars.offers.using import sale_uses_reassign
from regulars.sales.drafts import SaleDraft
from regulars.sales.errors import CannotReassign, CannotReturn, CannotVoid, SaleRefused
from regulars.sales.models import Business, Store
from regulars.sales.rules import draft_faults, head_faults, sums_of
from regulars.sales.selectors import (
    SaleHead,
    business_get,
    customers_of_import,
    customers_with_sales,
    returned_so_far,
    returns_from_elsewhere,
    sale_find,
    sale_heads,
    stores_named,
    stores_within,
)
from regulars.sales.services import returns_follow, sale_status_set, sales_assign, sales_delete
from regulars.storage.writing import LockSpace, alone, names_lock, together

MOST_SALES = 1000


def sales_record(payloads: Sequence[object], *, actor: Actor, at: datetime) -> list[SaleAnswer]:
    """Every sale that can be is stored and followed by its customer's facts; an answer for each, in order.

    One transaction. A sale sent again, late or out of order ends in the same state as once and in order; one that
    is wrong is refused with all its faults and harms none of the others.
    Raises Forbidden; BatchTooLarge.
    """
    actor.require("sales.record")
    if len(payloads) > MOST_SALES:
        raise BatchTooLarge(count=len(payloads), most=MOST_SALES)
    with collected_afterwards():
        scene = Scene(business_get(), actor, at)
        told, refused = _told(payloads, scene.business)
        by_place = refused | together(lambda: _told_recorded(told, scene))
    return [by_place[n] for n in range(len(payloads))]


def _told_recorded(told: Mapping[int, Told], scene: Scene) -> dict[int, SaleAnswer]:
    stores = stores_of({each.draft.store for each in told.values()}, scene.actor)
    drafts, unreadable = _drafts(told, stores=stores, scene=scene)
    answers, _touched = drafts_store(list(drafts.values()), stores=stores, scene=scene)
    return unreadable | dict(zip(drafts, answers, strict=True))


def stores_of(names: Collection[str], actor: Actor) -> Mapping[str, Store]:
    """The stores of these names that the actor may sell in. One query."""
    return stores_within(stores_named(names), right="sales.record", actor=actor)


def sale_return(
    name: str,
    *,
    quantities: Mapping[int, int] | None = None,
    refund_to: str = "",
    uid: UUID,
    actor: Actor,
    at: datetime,
) -> SaleAnswer:
    """The sale of that number or id is brought back, wholly or in part, by a return with the id `uid`.

    `quantities` gives thousandths to bring back by place on the receipt, from 1; None brings back all that is left.
    Amounts are the sale's own, in proportion; bringing back every part gives back every cent, the way it was paid:
    points as points, store credit as store credit, the account is charged less. `refund_to` is another way for what was
    paid with money, as "store_credit". The same `uid` again gives the first answer.
    Raises Forbidden, SaleUnknown, SaleAmbiguous, CannotReturn, SaleRefused, and what a balance refuses.
    """
    actor.require("sales.record")
    scene = Scene(business_get(), actor, at)
    asked = Returning(quantities, text_fit(refund_to, field=_("way of paying back"), longest=32))
    return together(lambda: sale_returned(name, asked, uid, scene))


class Returning(NamedTuple):
    """What comes back of a sale (None: all that is left), and how what was paid with money goes back, if otherwise.

    `exchanged`: so much of the money pays another sale in the same step.
    """

    quantities: Mapping[int, int] | None = None
    refund_to: str = ""
    exchanged: int = 0


def sale_returned(name: str, asked: Returning, uid: UUID, scene: Scene) -> SaleAnswer:
    """As `sale_return`. Inside `writing()`."""
    head = sale_find(name, visible_to=scene.actor)
    names_lock([str(head.uid), str(uid)], space=LockSpace.SALES_AND_CONTACTS)
    earlier = sale_heads([uid]).get(uid)
    if earlier is not None and earlier.original_uid != head.uid:
        raise CannotReturn(number=head.number, reason=f"the id given to the return is that of sale {earlier.number}")
    if earlier is not None:
        return SaleAnswer(uid, earlier.number, "unchanged", earlier.customer_id)
    draft = return_draft(head, quantities=asked.quantities, uid=uid, at=scene.at, refund_to=asked.refund_to)
    draft = draft._replace(payments=in_exchange(draft.payments, asked.exchanged))
    answer = draft_store(draft, stores=stores_of({draft.store}, scene.actor), scene=scene)
    if answer.faults:
        raise SaleRefused(faults=answer.faults)
    _audit(scene.actor, "checkout.sale_return", head, scene.at, facts={"return": draft.number})
    return answer


def sale_void(name: str, *, actor: Actor, at: datetime) -> None:
    """The sale of that number or id counts nowhere any longer; it stays to be read. Voiding it again changes nothing.

    Points, credit and account are as if it had not been; offers that it used can be used again.
    Raises Forbidden, SaleUnknown, SaleAmbiguous, CannotVoid.
    """
    actor.require("sales.void")
    with alone():
        head = sale_find(name, visible_to=actor)
        if head.status == "voided":
            return
        if returned_so_far([head.uid]):
            raise CannotVoid(number=head.number, reason="some of it was brought back; void that return first")
        sale_status_set(head.id, "voided")
        business = business_get()
        touched = [head.customer_id] if head.customer_id is not None else []
        customers_follow(touched, business=business)
        sale_settled(head, Scene(business, actor, at))
        customers_touched(touched, reason="sale", at=at)
        events_record(kind="sale.voided", subjects=[(head.id, head.customer_id)], at=at)
        _audit(actor, "checkout.sale_void", head, at)


def sale_reassign(name: str, customer_id: int | None, *, actor: Actor, at: datetime) -> None:
    """The sale of that number or id, and what was brought back of it, belongs to the customer (None: to nobody).

    The facts and balances of both customers follow; what was paid from one's balance is then paid from the other's, and
    is refused where that does not suffice. From now on a person vouches for both: contacts no longer redraw them.
    Raises Forbidden, SaleUnknown, SaleAmbiguous, CustomerUnknown, CannotReassign, and what a balance refuses.
    """
    actor.require("sales.reassign")
    with alone():
        head = sale_find(name, visible_to=actor)
        if head.original_uid is not None:
            raise CannotReassign(
                number=head.number, reason="a return belongs to whom its sale belongs to; reassign the sale"
            )
        if customer_id is not None:
            customer_require(customer_id, right=right_to_find(actor), actor=actor)
        both = {each for each in (head.customer_id, customer_id) if each is not None}
        customers_vouch(both)
        sales_assign({head.id: customer_id}, by_person=True, at=at)
        returns_follow({head.uid: customer_id}, at=at)
        business = business_get()
        customers_follow(both, business=business)
        sale_settled(head, Scene(business, actor, at), between=both)
        sale_uses_reassign(head.uid, customer_id)
        customers_touched(both, reason="sale", at=at)
        events_record(kind="sale.reassigned", subjects=[(head.id, customer_id)], at=at)
        _audit(actor, "checkout.sale_reassign", head, at, facts={"from": head.customer_id, "to": customer_id})


def sales_remove(*, brought_by: int, actor: Actor, at: datetime) -> int:
    """The sales that an import brought are gone, and the profiles that only they opened; how many sales.

    Raises Forbidden; CannotUndo when something that stays hangs on one of them.
    """
    actor.require("exchange.import")
    with alone():
        held_back = returns_from_elsewhere(brought_by)
        if held_back:
            raise CannotUndo(returns=", ".join(held_back))
        business = business_get()
        touched = customers_of_import(brought_by)
        booked = sales_booked(brought_by=brought_by)
        count = sales_delete(brought_by=brought_by, at=at)
        sales_forgotten(booked, touched, Scene(business, actor, at))
        touched |= customers_relink(touched, Scene(business, actor, at))
        opened = customers_brought(brought_by)
        customers_remove(opened - customers_with_sales(opened), actor=actor, at=at)
        customers_follow(customers_existing(touched), business=business)
        customers_touched(touched, reason="import", at=at)
        audit_record(
            actor=actor, verb="checkout.sales_remove", subject_kind="import", subject_ids=[brought_by], at=at,
            facts={"sales": count},
        )  # fmt: skip
        return count


def _told(payloads: Sequence[object], business: Business) -> tuple[dict[int, Told], dict[int, SaleAnswer]]:
    """The payloads that have the shape of a sale, and the refusals of the others, by place in the batch."""
    told: dict[int, Told] = {}
    refused: dict[int, SaleAnswer] = {}
    terms = Terms(currency_places(business.currency), business.prices_include_tax)
    for n, payload in enumerate(payloads):
        try:
            told[n] = sale_told(payload, terms)
        except SaleRefused as error:
            refused[n] = _refusal(payload, error)
    return told, refused


def _drafts(
    told: Mapping[int, Told], *, stores: Mapping[str, Store], scene: Scene
) -> tuple[dict[int, SaleDraft], dict[int, SaleAnswer]]:
    """The sales whose every value can be read, and the refusals of the others."""
    drafts: dict[int, SaleDraft] = {}
    refused: dict[int, SaleAnswer] = {}
    business = scene.business
    countries = {name: store.country for name, store in stores.items()}
    unknown = store_faults({each.draft.store for each in told.values()} - stores.keys(), actor=scene.actor)
    for n, each in told.items():
        draft, faults = draft_of(each, country=countries.get(each.draft.store, business.country))
        if faults:
            faults = [*faults, *_other_faults(draft, faults, business=business, at=scene.at)]
            faults += [unknown[draft.store]] if draft.store in unknown else []
            refused[n] = SaleAnswer(draft.uid, draft.number, "refused", faults=tuple(faults))
        else:
            drafts[n] = draft
    return drafts, refused


def _other_faults(draft: SaleDraft, faults: Sequence[Fault], *, business: Business, at: datetime) -> list[Fault]:
    """What else is wrong with a sale of which some values cannot be read: all, or what does not hang on its amounts."""
    if all(fault.place.startswith(("customer", "sold_at")) for fault in faults):
        places = currency_places(business.currency)
        return draft_faults(draft, sums_of(draft.lines), at=at, currency=business.currency, places=places)
    return list(head_faults(draft, at=at, currency=business.currency))


def _refusal(payload: object, error: SaleRefused) -> SaleAnswer:
    """The answer to a payload without the shape of a sale, under the number it gives itself where it gives one."""
    number = payload.get("number") if isinstance(payload, Mapping) else None
    return SaleAnswer(None, number[:64] if isinstance(number, str) else "", "refused", faults=error.faults)


def _audit(actor: Actor, verb: str, head: SaleHead, at: datetime, *, facts: Mapping[str, object] | None = None) -> None:
    audit_record(actor=actor, verb=verb, subject_kind="sale", subject_ids=[head.id], at=at, facts=facts)
