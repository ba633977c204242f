"""Changing the business and its stores after they were set up.

Currency, time zone, end of the day and taxes stay as they are: what was recorded under them would no longer be true.
"""

from collections.abc import Mapping
from datetime import datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.days import WEEKDAYS
from regulars.core.text import marked as _
from regulars.customers.details import country_checked
from regulars.customers.following import customers_touched
from regulars.sales.errors import StoreTaken, StoreUnknown, UnknownWeekday
from regulars.sales.models import Business, Sale, Store
from regulars.storage.writing import alone, writing


def business_edit(*, name: str, country: str, week_start: str, actor: Actor, at: datetime) -> None:
    """The business has this name, country (where phones are dialled) and first day of the week.

    Raises Forbidden, UnknownCountry, UnknownWeekday, TextUnfit.
    """
    actor.require("business.edit")
    if week_start not in WEEKDAYS:
        raise UnknownWeekday(weekday=week_start, known=", ".join(WEEKDAYS))
    told = {
        "name": text_fit(name, field=_("name of the business"), longest=100, least=1),
        "country": country_checked(country),
        "week_start": week_start,
    }
    with writing():
        Business.objects.update(**told)
        audit_record(
            actor=actor, verb="sales.business_edit", subject_kind="business", subject_ids=[1], at=at,
            facts={"fields": sorted(told)},
        )  # fmt: skip


def store_edit(store_id: int, *, name: str, city: str, region: str, actor: Actor, at: datetime) -> None:
    """The store has this name, which tills send, and stands here.

    Raises Forbidden, StoreUnknown, StoreTaken, TextUnfit.
    """
    actor.require("business.edit")
    told = {
        "name": text_fit(name, field=_("name of a store"), longest=100, least=1),
        "city": text_fit(city, field=_("city"), longest=100),
        "region": text_fit(region, field=_("region"), longest=100),
    }
    with alone():
        if Store.objects.filter(name=told["name"]).exclude(id=store_id).exists():
            raise StoreTaken(name=told["name"])
        _store_set(store_id, told, verb="sales.store_edit", actor=actor, at=at)
        # Rules ask for stores by name and city.
        sales = Sale.objects.filter(store_id=store_id, customer__isnull=False).order_by()
        customers_touched(list(sales.values_list("customer_id", flat=True).distinct()), reason="profile", at=at)


def store_close(store_id: int, *, actor: Actor, at: datetime) -> None:
    """The store takes no more sales; those it made stay. Raises Forbidden, StoreUnknown."""
    actor.require("business.edit")
    with writing():
        _store_set(store_id, {"is_active": False}, verb="sales.store_close", actor=actor, at=at)


def store_open(store_id: int, *, actor: Actor, at: datetime) -> None:
    """The store takes sales again. Raises Forbidden, StoreUnknown."""
    actor.require("business.edit")
    with writing():
        _store_set(store_id, {"is_active": True}, verb="sales.store_open", actor=actor, at=at)


def _store_set(store_id: int, told: Mapping[str, object], *, verb: str, actor: Actor, at: datetime) -> None:
    if not Store.objects.filter(id=store_id).update(**told):
        raise StoreUnknown(name=store_id, hint="")
    audit_record(
        actor=actor, verb=verb, subject_kind="store", subject_ids=[store_id], at=at, facts={"fields": sorted(told)}
    )
