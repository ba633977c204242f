"""Reading the shop and single sales; profiles are in profiles.py."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from regulars.access.rules import Actor
from regulars.core.days import moment_at, timezone_of
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.customers.linking import Mention, SaleKey
from regulars.customers.models import Customer
from regulars.customers.rules import Contact
from regulars.sales.business import business_get as business_get  # noqa: PLC0414  (all else of the shop is read here)
from regulars.sales.drafts import LineDraft, PaymentDraft, SaleDraft
from regulars.sales.errors import ProductUnknown, SaleAmbiguous, SaleUnknown, StoreUnknown
from regulars.sales.models import Payment, Product, Register, Sale, SaleContact, SaleLine, Store
from regulars.sales.reach import sales_within
from regulars.sales.rules import product_key
from regulars.storage.opening import Finding
from regulars.storage.reading import model_made, rows_among, rows_of_uuids, select_of, uuid_read


class SaleHead(NamedTuple):
    """What decides about a stored sale when something is done to it."""

    id: int
    uid: UUID
    number: str
    kind: str
    status: str
    customer_id: int | None
    original_uid: UUID | None


_HEAD = SaleHead._fields


def stores_named(names: Collection[str]) -> dict[str, Store]:
    """The stores of these names that exist. One query."""
    rows = rows_among(f"{select_of(Store)} WHERE is_active AND", "name", set(names))
    return {store.name: store for store in (model_made(Store, row) for row in rows)}


def stores_within(stores: Mapping[str, Store], *, right: str, actor: Actor) -> dict[str, Store]:
    """Those of the stores that the right reaches; another's store is as unknown as one that is not there."""
    return {name: store for name, store in stores.items() if actor.may_in(right, store.id)}


def store_get(name: str) -> Store:
    """The store of that name. One query. Raises StoreUnknown, with the nearest name."""
    store = Store.objects.filter(name=name).first()
    if store is None:
        raise StoreUnknown(name=name, hint=store_hint(name))
    return store


def store_hint(name: str) -> str:
    """ "; did you mean ...?" for a store's name that is not known; empty where none is near. One query."""
    return store_hints({name}, within=None)[name]


def store_hints(names: Collection[str], *, within: Collection[int] | None) -> dict[str, str]:
    """`store_hint` for each of the names, hinting at the stores `within` only (None: all). One query, none for none."""
    if not names:
        return {}
    rows = Store.objects.all() if within is None else Store.objects.filter(id__in=within)
    known = list(rows.values_list("name", flat=True))
    near = {name: nearest(name, known) for name in names}
    return {name: f'; did you mean "{found}"?' if found else "" for name, found in near.items()}


def stores_all(*, visible_to: Actor) -> Sequence[Store]:
    """Every store within reach, by name. One query. Raises Forbidden."""
    stores = visible_to.stores_within("catalogue.see")
    rows = Store.objects.all()
    return list(rows if stores is None else rows.filter(id__in=stores))


def registers_all(*, visible_to: Actor) -> Sequence[Register]:
    """Every register of the stores within reach, by store and name. One query. Raises Forbidden."""
    stores = visible_to.stores_within("catalogue.see")
    rows = Register.objects.select_related("store").order_by("store__name", "name")
    return list(rows if stores is None else rows.filter(store_id__in=stores))


def product_get(sku: str, *, visible_to: Actor) -> Product:
    """The product of that SKU. One query. Raises Forbidden, ProductUnknown."""
    visible_to.require("catalogue.see")
    product = Product.objects.filter(sku=sku).first()
    if product is None:
        raise ProductUnknown(sku=sku)
    return product


def products_list(*, limit: int, visible_to: Actor) -> list[tuple[Product, int | None]]:
    """The products by SKU, each with its stock in thousandths over the stores within reach (None: never counted).

    One query. Raises Forbidden.
    """
    stores = visible_to.stores_within("catalogue.see")
    counted = Q() if stores is None else Q(stock__store_id__in=stores)
    rows = Product.objects.annotate(on_hand=Sum("stock__on_hand_milli", filter=counted))[:limit]
    return [(product, product.on_hand) for product in rows]


def sale_heads(uids: Collection[UUID]) -> dict[UUID, SaleHead]:
    """The stored sales of these ids. One query."""
    rows = rows_of_uuids(f"SELECT {', '.join(_HEAD)} FROM sales_sale WHERE", "uid", uids)
    return {head.uid: head for head in map(_head_read, rows)}


def _head_read(row: tuple[Any, ...]) -> SaleHead:
    head = SaleHead._make(row)
    original = head.original_uid and uuid_read(head.original_uid)
    return head._replace(uid=uuid_read(head.uid), original_uid=original)


def sale_find(name: str, *, visible_to: Actor) -> SaleHead:
    """The sale of a receipt number or an id (UUID). At most two queries.

    Raises Forbidden; SaleUnknown, also for a sale out of reach; SaleAmbiguous.
    """
    rows = Sale.objects.filter(sales_within("sales.see", visible_to)).order_by("id")
    found = [SaleHead._make(row) for row in rows.filter(number=name.strip()).values_list(*_HEAD)[:5]]
    if not found and _is_uuid(name):
        found = [SaleHead._make(row) for row in rows.filter(uid=UUID(name)).values_list(*_HEAD)]
    if not found:
        raise SaleUnknown(name=name)
    if len(found) > 1:
        raise SaleAmbiguous(name=name, count=len(found), uids=", ".join(str(head.uid) for head in found))
    return found[0]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def drafts_stored(sale_ids: Collection[int]) -> dict[UUID, SaleDraft]:
    """The stored sales as they would be told again, by uid. Four queries, whatever the number."""
    lines = _lines_of(sale_ids)
    payments = _payments_of(sale_ids)
    contacts = _contacts_of(sale_ids)
    rows = Sale.objects.filter(id__among=sale_ids).values_list(
        "id", "uid", "number", "sold_at", "store__name", "register__name", "channel", "kind", "status", "original_uid",
        "tip", "note",
    )  # fmt: skip
    return {
        uid: SaleDraft(
            uid=uid,
            number=number,
            sold_at=sold_at,
            store=store,
            register=register or "",
            channel=channel,
            kind=kind,
            status=status,
            returns=original_uid,
            tip=tip,
            note=note,
            lines=tuple(lines.get(id_, ())),
            payments=tuple(payments.get(id_, ())),
            contact=contacts.get(id_),
        )
        for id_, uid, number, sold_at, store, register, channel, kind, status, original_uid, tip, note in rows
    }


def _lines_of(sale_ids: Collection[int]) -> Mapping[int, list[LineDraft]]:
    found: dict[int, list[LineDraft]] = defaultdict(list)
    rows = SaleLine.objects.filter(sale_id__among=sale_ids).order_by("sale_id", "n")
    for row in rows.values_list(
        "sale_id", "version__product__sku", "version__name", "version__category", "version__brand",
        "quantity_milli", "unit_price_milli", "discount", "tax", "net", "is_gift_card", "returns_line",
    ):  # fmt: skip
        found[row[0]].append(LineDraft(row[1] or "", *row[2:]))
    return found


def _payments_of(sale_ids: Collection[int]) -> Mapping[int, list[PaymentDraft]]:
    found: dict[int, list[PaymentDraft]] = defaultdict(list)
    rows = Payment.objects.filter(sale_id__among=sale_ids).order_by("sale_id", "n")
    for row in rows.values_list("sale_id", "method", "amount", "reference", "status"):
        found[row[0]].append(PaymentDraft(*row[1:]))
    return found


def _contacts_of(sale_ids: Collection[int]) -> Mapping[int, Contact]:
    rows = SaleContact.objects.filter(sale_id__among=sale_ids)
    return {
        sale_id: Contact(id=given, code=code, phone=phone, email=email, name=name)
        for sale_id, given, code, phone, email, name in rows.values_list(
            "sale_id", "customer_given", "code", "phone", "email", "name"
        )
    }


def returned_so_far(originals: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """For each sale (by uid) the thousandths of each product (`product_key`) brought back, above zero. One query."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = (
        SaleLine.objects.filter(sale__original_uid__among=list(originals), sale__status="completed")
        .values_list("sale__original_uid", "version__product__sku", "version__product__name")
        .annotate(quantity=Sum("quantity_milli"))
        .order_by("sale__original_uid", "version__product")
    )
    for original, sku, name, quantity in rows:
        found[original][product_key(sku or "", name)] = -quantity
    return found


def returned_lines(original: UUID) -> list[tuple[int, str, int]]:
    """What was brought back of a sale, oldest first: place on its receipt (0: not told), product, thousandths.

    The product is its `product_key`, thousandths are above zero. One query.
    """
    rows = SaleLine.objects.filter(sale__original_uid=original, sale__status="completed").order_by("sale_id", "n")
    return [
        (place, product_key(sku or "", name), -quantity)
        for place, sku, name, quantity in rows.values_list(
            "returns_line", "version__product__sku", "version__product__name", "quantity_milli"
        )
    ]


def returned_payments(original: UUID) -> list[PaymentDraft]:
    """What went back for a sale so far, below zero. One query."""
    rows = Payment.objects.filter(sale__original_uid=original, sale__status="completed").order_by("sale_id", "n")
    return [PaymentDraft(*row) for row in rows.values_list("method", "amount", "reference", "status")]


class PastMention(NamedTuple):
    """A stored sale that gave a contact, and to whom it was led."""

    sale_id: int
    customer_id: int
    day: date
    mention: Mention


def past_mentions(customer_ids: Collection[int]) -> list[PastMention]:
    """The sales of these customers that were led there by an identity they gave, not by a person. One query."""
    rows = SaleContact.objects.filter(
        sale__customer_id__among=customer_ids, sale__is_assigned=False, sale__original_uid=None
    ).order_by("sale_id")
    found = []
    for sale_id, customer, day, sold_at, uid, given, code, phone, email, name in rows.values_list(
        "sale_id", "sale__customer_id", "sale__day", "sale__sold_at", "sale__uid",
        "customer_given", "code", "phone", "email", "name",
    ):  # fmt: skip
        contact = Contact(id=given, code=code, phone=phone, email=email, name=name)
        if contact.identities:
            found.append(PastMention(sale_id, customer, day, Mention(SaleKey(sold_at, uid), contact)))
    return found


def customers_with_sales(customer_ids: Collection[int]) -> set[int]:
    """Which of these customers have a sale of any kind. One query."""
    rows = Sale.objects.filter(customer_id__among=customer_ids).order_by("customer_id")
    return set(rows.values_list("customer_id", flat=True).distinct())


def returns_count(uid: UUID) -> int:
    """How many returns name this sale, voided ones too. One query."""
    return Sale.objects.filter(original_uid=uid).count()


def customers_of_import(brought_by: int) -> set[int]:
    """The customers of the sales an import brought. One query."""
    rows = Sale.objects.filter(brought_by=brought_by, customer__isnull=False).order_by("customer_id")
    return {customer for customer in rows.values_list("customer_id", flat=True).distinct() if customer is not None}


def returns_from_elsewhere(brought_by: int) -> list[str]:
    """The numbers of the first few returns, not of this import, that bring back sales of it. One query."""
    sold = Sale.objects.filter(brought_by=brought_by).values("uid")
    returns = Sale.objects.filter(original_uid__in=sold).exclude(brought_by=brought_by)
    return list(returns.order_by("id").values_list("number", flat=True)[:5])


def business_today(*, at: datetime) -> date:
    """The business day it is. One query. Raises NotSetUp."""
    business = business_get()
    return moment_at(at, timezone=timezone_of(business.timezone), cutoff_minutes=business.day_cutoff).day


def shop_findings(*, visible_to: Actor) -> Iterator[Finding]:
    """What is set up and what waits, for `regulars doctor`. Six queries."""
    visible_to.require("business.see")
    business = business_get()
    yield Finding("ok", "business", f"{business.name}, {business.currency}, {business.timezone}")
    yield Finding("ok", "stores", ", ".join(Store.objects.values_list("name", flat=True)))
    yield Finding("ok", "customers", f"{Customer.objects.count():,}")
    yield Finding("ok", "sales", f"{Sale.objects.count():,}")
    waiting = Sale.objects.filter(original_uid__isnull=False).exclude(original_uid__in=Sale.objects.values("uid"))
    count = waiting.count()
    if count:
        numbers = ", ".join(waiting.order_by("id").values_list("number", flat=True)[:5])
        yield Finding("warning", "returns", _("%s wait for the sale they name: %s") % (count, numbers))
