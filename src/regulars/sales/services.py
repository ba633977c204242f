"""Setting up the shop, and storing its sales."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.days import Moment, minute_of_day, timezone_of
from regulars.core.money import currency_places
from regulars.core.text import marked as _
from regulars.customers.details import country_checked
from regulars.events.services import events_record
from regulars.sales.catalogue import versions_of
from regulars.sales.drafts import SaleDraft, Sums
from regulars.sales.errors import AlreadySetUp, BadPrice, OtherCurrency, StoreTaken, StoreUnknown
from regulars.sales.models import Business, Payment, Product, Register, Sale, SaleContact, SaleLine, Stock, Store
from regulars.sales.names import products_named
from regulars.sales.profiles import Profile, customer_profile
from regulars.storage.reading import rows_among, rows_of_uuids, uuid_read
from regulars.storage.writing import alone, ids_reserve, rows_insert, writing

_SALE = (
    "id", "uid", "number", "store_id", "register_id", "channel", "kind", "status", "customer_id", "is_assigned",
    "original_uid", "sold_at", "day", "weekday", "hour", "minute",
    "total", "net", "tax", "discount", "units_milli", "tip", "note", "brought_by",
)  # fmt: skip
_LINE = (
    "sale_id",
    "n",
    "version_id",
    "quantity_milli",
    "unit_price_milli",
    "discount",
    "tax",
    "net",
    "is_gift_card",
    "returns_line",
)
_PAYMENT = ("sale_id", "n", "method", "amount", "reference", "status")
_CONTACT = ("sale_id", "code", "phone", "email", "name", "customer_given")


class CheckedSale(NamedTuple):
    """A sale that may be stored: what was told, and what follows from it and its store."""

    draft: SaleDraft
    sums: Sums
    moment: Moment
    store_id: int
    register_id: int | None


def business_create(
    *, name: str, currency: str, country: str, timezone: str, week_start: str, day_cutoff: str, actor: Actor
) -> Business:
    """The shop is set up, without stores yet.

    Raises Forbidden, AlreadySetUp, UnknownCurrency, UnknownCountry, UnknownTimeZone, NotAMinuteOfDay, TextUnfit.
    """
    actor.require("business.edit")
    currency_places(currency)
    timezone_of(timezone)
    name = text_fit(name, field=_("name of the business"), longest=100, least=1)
    with writing():
        for held in Business.objects.all():
            raise AlreadySetUp(name=held.name)
        return Business.objects.create(
            id=1,
            name=name,
            currency=currency,
            country=country_checked(country),
            timezone=timezone,
            week_start=week_start,
            day_cutoff=minute_of_day(day_cutoff),
        )


def store_create(
    *, name: str, business: Business, country: str = "", timezone: str = "", currency: str = "", day_cutoff: str = "",
    city: str = "", region: str = "", actor: Actor, at: datetime,
) -> Store:  # fmt: skip
    """The store is there; what is left empty is the business's own.

    Raises Forbidden, StoreTaken, OtherCurrency, UnknownCountry, UnknownTimeZone, NotAMinuteOfDay, TextUnfit.
    """
    actor.require("business.edit")
    if currency and currency != business.currency:
        raise OtherCurrency(currency=currency, expected=business.currency)
    timezone_of(timezone or business.timezone)
    name = text_fit(name, field=_("name of a store"), longest=100, least=1)
    place = {part: text_fit(text, field=part, longest=100) for part, text in (("city", city), ("region", region))}
    with writing():
        if Store.objects.filter(name=name).exists():
            raise StoreTaken(name=name)
        store = Store.objects.create(
            name=name,
            country=country_checked(country or business.country),
            timezone=timezone or business.timezone,
            currency=business.currency,
            day_cutoff=minute_of_day(day_cutoff) if day_cutoff else business.day_cutoff,
            **place,
        )
        audit_record(actor=actor, verb="sales.store_create", subject_kind="store", subject_ids=[store.id], at=at)
        return store


def registers_ensure(names: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
    """The ids of the registers named by (store, name), made where they are new. Inside `writing()`; one query,
    two more where some are new."""
    wanted = {(store, name) for store, name in names if name}
    if not wanted:
        return {}
    held = _registers_known({store for store, _name in wanted})
    new = sorted(wanted - held.keys())
    if new:
        # Two tills may name a new register at once; the second finds the first's.
        Register.objects.bulk_create([Register(store_id=s, name=n) for s, n in new], ignore_conflicts=True)
        held = _registers_known({store for store, _name in wanted})
    return held


def _registers_known(stores: Collection[int]) -> dict[tuple[int, str], int]:
    rows = rows_among("SELECT store_id, name, id FROM sales_register WHERE", "store_id", stores)
    return {(store, name): id_ for store, name, id_ in rows}


def product_set(
    *, sku: str, name: str, category: str = "", brand: str = "", price: int | None = None, actor: Actor, at: datetime
) -> Product:
    """The catalogue has the product so; sales no longer describe it. Price in minor units, not below zero.

    Raises Forbidden, TextUnfit, BadPrice.
    """
    actor.require("catalogue.edit")
    if price is not None and price < 0:
        raise BadPrice(sku=sku)
    words = {
        "name": text_fit(name, field=_("name of a product"), longest=200, least=1),
        "category": text_fit(category, field=_("category of a product"), longest=100),
        "brand": text_fit(brand, field=_("brand of a product"), longest=100),
    }
    clean = text_fit(sku, field=_("SKU of a product"), longest=64, least=1)
    with alone():
        before = dict(Product.objects.filter(sku=clean).values_list("id", "name"))
        product, _made = Product.objects.update_or_create(
            sku=clean, defaults={**words, "price": price, "is_catalogued": True, "described_at": None}
        )
        events_record(kind="product.changed", subjects=[(product.id, None)], at=at)
        products_named({id_: {name, words["name"]} for id_, name in before.items() if name != words["name"]}, at=at)
        return product


def stock_set(*, product: Product, store: Store, on_hand_milli: int, actor: Actor, at: datetime) -> None:
    """The store has this much of the product, as counted at `at`; an older count than the stored changes nothing.

    Raises Forbidden; StoreUnknown for a store out of reach.
    """
    actor.require("catalogue.count")
    if not actor.may_in("catalogue.count", store.id):
        raise StoreUnknown(name=store.name, hint="")
    with writing():
        stock, made = Stock.objects.get_or_create(
            product=product, store=store, defaults={"on_hand_milli": on_hand_milli, "counted_at": at}
        )
        if not made and stock.counted_at < at:
            Stock.objects.filter(id=stock.id).update(on_hand_milli=on_hand_milli, counted_at=at)
        events_record(kind="stock.counted", subjects=[(product.id, None)], at=at)


def profile_open(customer_id: int, *, timeline: int = 20, actor: Actor, at: datetime) -> Profile:
    """Everything known of the customer, with the newest `timeline` moments; that it was looked at is in the log.

    Raises Forbidden, CustomerUnknown.
    """
    profile = customer_profile(customer_id, timeline=timeline, visible_to=actor)
    with writing():
        audit_record(actor=actor, verb="sales.profile_open", subject_kind="customer", subject_ids=[customer_id], at=at)
    return profile


def sales_store(
    sales: Sequence[CheckedSale], *, customers: Sequence[int | None], brought_by: int | None, at: datetime
) -> Sequence[int]:
    """The sales stand in the tables, with their lines, payments and contacts; their ids in order.

    `customers` are whose they are, one for each sale; `at` is when they are stored. None of the ids (`uid`) may be
    there already. A constant number of queries, inside `writing()`.
    """
    if not sales:
        return []
    versions = versions_of([sale.draft for sale in sales], at=at)
    ids = ids_reserve(Sale, len(sales))
    rows = [
        _sale_row(id_, sale, customer, brought_by) for id_, sale, customer in zip(ids, sales, customers, strict=True)
    ]
    rows_insert(Sale, _SALE, rows)
    told = list(zip(ids, (sale.draft for sale in sales), strict=True))
    rows_insert(
        SaleLine,
        _LINE,
        # Tuples are joined in half the time that unpacking takes; there may be half a million of them.
        [(id_, n, versions[line[:4]]) + line[4:] for id_, draft in told for n, line in enumerate(draft.lines, 1)],  # noqa: RUF005
    )
    rows_insert(
        Payment, _PAYMENT, [(id_, n, *payment) for id_, draft in told for n, payment in enumerate(draft.payments, 1)]
    )
    rows_insert(SaleContact, _CONTACT, [_contact_row(id_, draft) for id_, draft in told if draft.contact is not None])
    return ids


def _sale_row(id_: int, sale: CheckedSale, customer: int | None, brought_by: int | None) -> tuple[object, ...]:
    draft = sale.draft
    return (
        id_, draft.uid, draft.number, sale.store_id, sale.register_id, draft.channel, draft.kind, draft.status,
        customer, False, draft.returns, draft.sold_at, *sale.moment,
        *sale.sums, draft.tip, draft.note, brought_by,
    )  # fmt: skip


def _contact_row(id_: int, draft: SaleDraft) -> tuple[object, ...]:
    contact = draft.contact
    assert contact is not None  # noqa: S101  (the caller takes only sales with a contact)
    return (id_, contact.code, contact.phone, contact.email, contact.name, contact.id)


def sale_status_set(sale_id: int, status: str) -> None:
    """The sale has this status. One query, inside `writing()`."""
    Sale.objects.filter(id=sale_id).update(status=status)


def sales_delete(*, brought_by: int, at: datetime) -> int:
    """The sales that an import brought are gone with all their parts, and that they are is told; how many.

    A constant number of queries, inside `writing()`.
    """
    gone = Sale.objects.filter(brought_by=brought_by)
    told = list(gone.order_by("id").values_list("id", "customer_id"))
    events_record(kind="sale.removed", subjects=told, at=at)
    for model in (SaleLine, Payment, SaleContact):
        model._default_manager.filter(sale__in=gone)._raw_delete(DEFAULT_DB_ALIAS)
    return gone._raw_delete(DEFAULT_DB_ALIAS)


def sales_assign(customers: Mapping[int, int | None], *, by_person: bool = False, at: datetime) -> None:
    """Each sale (by id) belongs to the customer beside it, and that it moved is told. A query per customer and one.

    Inside `writing()`.
    """
    by_customer: dict[int | None, list[int]] = {}
    for sale, customer in customers.items():
        by_customer.setdefault(customer, []).append(sale)
    for customer, sales in by_customer.items():
        Sale.objects.filter(id__among=sales).update(customer_id=customer, is_assigned=by_person)
    events_record(kind="sale.moved", subjects=customers.items(), at=at)


def returns_follow(originals: Mapping[UUID, int | None], *, at: datetime) -> set[int]:
    """Every stored return of these sales (by uid) belongs to whom its sale belongs to; between whom that moved some.

    Inside `writing()`.
    """
    moved: dict[int, int | None] = {}
    touched: set[int | None] = set()
    rows = rows_of_uuids("SELECT id, original_uid, customer_id FROM sales_sale WHERE", "original_uid", originals)
    for id_, original, customer in rows:
        owner = originals[uuid_read(original)]
        if owner != customer:
            moved[id_] = owner
            touched |= {owner, customer}
    sales_assign(moved, at=at)
    return {customer for customer in touched if customer is not None}
