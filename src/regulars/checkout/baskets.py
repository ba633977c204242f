"""Baskets kept while they are open: a register survives a reload, and another one may take up what was parked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from regulars.access.rules import Actor
from regulars.checkout.answers import QuoteAnswer, quote_form
from regulars.checkout.errors import BasketElsewhere, BasketMoved, BasketSold, BasketUnknown
from regulars.checkout.models import Basket
from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.sales.errors import StoreUnknown
from regulars.sales.models import Store
from regulars.sales.selectors import sale_heads, stores_named, stores_within
from regulars.storage.writing import LockSpace, names_lock, writing

_WAITING = ("open", "parked")
# When a basket was changed last that is not there yet.
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BasketShown:
    """A basket that waits. `form` is as it was told; `shown` the quote that was shown last, as JSON values."""

    uid: UUID
    store: str
    register: str
    customer_id: int | None
    form: Mapping[str, Any]
    shown: Mapping[str, Any] | None
    state: str
    title: str
    opened_at: datetime
    changed_at: datetime
    changed_by: str


def baskets_waiting(store: str, *, register: str | None = None, visible_to: Actor) -> Sequence[BasketShown]:
    """The baskets that are open or parked in the store, touched last first; with a register those it may go on with:
    its own, and those that are parked. Two queries. Raises Forbidden, StoreUnknown.
    """
    found = _store(store, visible_to)
    rows = Basket.objects.filter(store=found, state__in=_WAITING).select_related("store")
    shown = [_shown(row) for row in rows.order_by("-changed_at", "-id")]
    return [each for each in shown if register is None or each.state == "parked" or each.register == register]


def basket_get(uid: UUID, *, visible_to: Actor) -> BasketShown:
    """The basket, also one that was sold or dropped. One query. Raises Forbidden, BasketUnknown."""
    stores = visible_to.stores_within("sales.record")
    rows = Basket.objects.filter(uid=uid).select_related("store")
    row = (rows if stores is None else rows.filter(store_id__in=stores)).first()
    if row is None:
        raise BasketUnknown(uid=uid)
    return _shown(row)


def basket_save(
    uid: UUID,
    form: Mapping[str, Any],
    *,
    shown: QuoteAnswer | None = None,
    seen_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> BasketShown:
    """The basket is kept so, open on the register its form names; `shown` is the quote that is shown for it.

    `seen_at` is when the basket was changed last that the form was made from, NEVER for a new one; None: whichever.
    Raises Forbidden, StoreUnknown; BasketSold once it is sold; BasketElsewhere while another register holds it;
    BasketMoved where it was changed since it was seen.
    """
    actor.require("sales.record")
    store = _store(str(form.get("store", "")), actor)
    register = str(form.get("register", ""))[:64]
    with writing():
        # A row that is not there yet cannot be locked.
        names_lock([str(uid)], space=LockSpace.SALES_AND_CONTACTS)
        row = _locked(uid)
        _require_here(row, store, register)
        if seen_at is not None and seen_at != (row.changed_at if row else NEVER):
            raise BasketMoved
        told: dict[str, Any] = {
            "form": dict(form), "shown": None if shown is None else quote_form(shown), "state": "open",
            "register": register, "customer_id": shown.customer.customer_id if shown and shown.customer else None,
            "changed_at": at, "changed_by": actor.key,
        }  # fmt: skip
        if row is None:
            row = Basket.objects.create(uid=uid, store=store, opened_at=at, **told)
        else:
            Basket.objects.filter(id=row.id).update(**told)
        return _shown(Basket.objects.select_related("store").get(id=row.id))


def basket_park(uid: UUID, *, register: str, title: str = "", actor: Actor, at: datetime) -> None:
    """The basket, open on this register, waits for whichever takes it up.

    Raises Forbidden, BasketUnknown, BasketSold, BasketElsewhere, TextUnfit.
    """
    clean = text_fit(title, field=_("title of a basket"), longest=100)
    _moved(uid, "parked", register, actor, at, title=clean, register="")


def basket_take(uid: UUID, *, register: str, actor: Actor, at: datetime) -> BasketShown:
    """The parked basket is open on this register; of two that take it at once the second is told who has it.

    Raises Forbidden, BasketUnknown, BasketSold, BasketElsewhere.
    """
    actor.require("sales.record")
    with writing():
        shown = basket_get(uid, visible_to=actor)
        row = _locked(uid)
        if row is None or row.state == "dropped":
            raise BasketUnknown(uid=uid)
        _require_here(row, row.store, register)
        form = {**row.form, "register": register}
        Basket.objects.filter(id=row.id).update(
            state="open", register=register, form=form, changed_at=at, changed_by=actor.key
        )
        return basket_get(shown.uid, visible_to=actor)


def basket_drop(uid: UUID, *, register: str, actor: Actor, at: datetime) -> None:
    """The basket, open on this register or parked, waits no longer.

    Raises Forbidden, BasketUnknown, BasketSold, BasketElsewhere.
    """
    _moved(uid, "dropped", register, actor, at, form={}, shown=None, title="")


def basket_sold(uid: UUID, *, customer_id: int | None, actor: Actor, at: datetime) -> None:
    """The basket became the sale of its id, which tells the rest. Inside `writing()`; one query."""
    Basket.objects.filter(uid=uid).update(
        state="sold", form={}, shown=None, title="", customer_id=customer_id, changed_at=at, changed_by=actor.key
    )


def shown_last(uid: UUID) -> Mapping[str, Any] | None:
    """The quote that was shown for the basket last; None where it was not kept. One query."""
    found: Mapping[str, Any] | None = Basket.objects.filter(uid=uid).values_list("shown", flat=True).first()
    return found


def _moved(uid: UUID, state: str, here: str, actor: Actor, at: datetime, **more: Any) -> None:
    actor.require("sales.record")
    with writing():
        basket_get(uid, visible_to=actor)
        row = _locked(uid)
        if row is None or row.state == "dropped":
            raise BasketUnknown(uid=uid)
        _require_here(row, row.store, here)
        Basket.objects.filter(id=row.id).update(state=state, changed_at=at, changed_by=actor.key, **more)


def _locked(uid: UUID) -> Basket | None:
    """The basket, which nobody else changes until this transaction ends. One query."""
    return Basket.objects.select_for_update(of=("self",)).select_related("store").filter(uid=uid).first()


def _require_here(row: Basket | None, store: Store, register: str) -> None:
    if row is None:
        return
    _require_unsold(row)
    if row.store_id != store.id:
        raise BasketUnknown(uid=row.uid)
    if row.state == "open" and row.register != register:
        raise BasketElsewhere(register=row.register or _("no register"))


def _require_unsold(row: Basket) -> None:
    if row.state == "sold":
        head = sale_heads([row.uid]).get(row.uid)
        raise BasketSold(number=head.number if head else row.uid)


def _store(name: str, actor: Actor) -> Store:
    found = stores_within(stores_named([name]), right="sales.record", actor=actor).get(name)
    if found is None:
        raise StoreUnknown(name=name, hint="")
    return found


def _shown(row: Basket) -> BasketShown:
    return BasketShown(
        row.uid, row.store.name, row.register, row.customer_id, row.form, row.shown, row.state, row.title,
        row.opened_at, row.changed_at, row.changed_by,
    )  # fmt: skip
