"""Changing the shop once it is set up: what its sales do not hang on."""

from datetime import datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.days import WEEKDAYS
from regulars.core.text import marked as _
from regulars.sales.errors import BadWeekStart, RegisterTaken, StoreTaken, StoreUnknown
from regulars.sales.facts import facts_rebuild
from regulars.sales.models import Business, Register, Store
from regulars.sales.selectors import business_get
from regulars.storage.writing import alone, writing


def business_edit(*, name: str, week_start: str, spend_includes_tax: bool, actor: Actor, at: datetime) -> None:
    """The business is called so, and its customers' spending counts with or without tax, from their first sale on.

    Currency, time zone and the hour a day begins stay: every sale's amount and day hangs on them.
    Raises Forbidden, TextUnfit, BadWeekStart.
    """
    actor.require("business.edit")
    shown = text_fit(name, field=_("name of the business"), longest=100, least=1)
    if week_start not in WEEKDAYS:
        raise BadWeekStart(value=week_start, known=", ".join(WEEKDAYS))
    with alone():
        before = business_get()
        Business.objects.update(name=shown, week_start=week_start, spend_includes_tax=spend_includes_tax)
        if before.spend_includes_tax != spend_includes_tax:
            facts_rebuild(business=business_get())
        audit_record(actor=actor, verb="sales.business_edit", subject_kind="business", subject_ids=[1], at=at)


def store_edit(
    store_id: int, *, name: str, city: str = "", region: str = "", is_active: bool = True, actor: Actor, at: datetime
) -> None:
    """The store is called so and is there, or closed: then tills sell in it no more, and its history stays.

    Tills name their store by its name: rename it in them too. Raises Forbidden, StoreUnknown, StoreTaken, TextUnfit.
    """
    actor.require("business.edit")
    shown = text_fit(name, field=_("name of a store"), longest=100, least=1)
    place = {part: text_fit(text, field=part, longest=100) for part, text in (("city", city), ("region", region))}
    with writing():
        _store_require(store_id)
        if Store.objects.filter(name=shown).exclude(id=store_id).exists():
            raise StoreTaken(name=shown)
        Store.objects.filter(id=store_id).update(name=shown, is_active=is_active, **place)
        audit_record(actor=actor, verb="sales.store_edit", subject_kind="store", subject_ids=[store_id], at=at)


def register_create(*, store_id: int, name: str, actor: Actor, at: datetime) -> int:
    """The store has a register of this name; its id. A register that sends a sale first is made by itself.

    Raises Forbidden, StoreUnknown, RegisterTaken, TextUnfit.
    """
    actor.require("business.edit")
    shown = text_fit(name, field=_("name of a register"), longest=64, least=1)
    with writing():
        _store_require(store_id)
        if Register.objects.filter(store_id=store_id, name=shown).exists():
            raise RegisterTaken(name=shown)
        register = Register.objects.create(store_id=store_id, name=shown)
        audit_record(
            actor=actor, verb="sales.register_create", subject_kind="register", subject_ids=[register.id], at=at
        )
        return register.id


def _store_require(store_id: int) -> None:
    if not Store.objects.filter(id=store_id).exists():
        raise StoreUnknown(name=store_id, hint="")
