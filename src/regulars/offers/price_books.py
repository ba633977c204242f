"""Price books: making, changing and ending them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q

from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.errors import Fault
from regulars.core.money import LARGEST_AMOUNT
from regulars.core.text import marked as _
from regulars.groups.selectors import group_by_id
from regulars.offers.changing import audited, stores_require
from regulars.offers.errors import (
    OfferInUse,
    OfferWrong,
    PriceBooksOverlap,
    PriceBookTaken,
    PriceBookUnknown,
)
from regulars.offers.models import PriceBook, PriceBookEntry, PriceBookUse
from regulars.offers.rules import LONGEST_NAME, days_meet
from regulars.sales.errors import StoreUnknown
from regulars.sales.models import Store
from regulars.storage.writing import alone, rows_insert

LONGEST_SKU = 64
MOST_PRICES = 100_000


def price_book_save(
    name: str,
    prices: Mapping[str, int],
    *,
    group_id: int | None = None,
    store_id: int | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    book_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """The price book holds exactly these prices (unit prices in thousandths, by SKU) for them; its id.

    Raises Forbidden, NotOfYourStores, OfferWrong, PriceBookUnknown, PriceBookTaken, GroupUnknown, StoreUnknown,
    TextUnfit; PriceBooksOverlap, where another book for the same holds one of the products on one of the days.
    """
    actor.require("offers.edit")
    clean = text_fit(name, field=_("name of the price book"), longest=LONGEST_NAME, least=1)
    stores_require([] if store_id is None else [store_id], actor)
    faults = _book_faults(prices, first_day, last_day)
    if faults:
        raise OfferWrong(faults)
    with alone():
        row = PriceBook(made_at=at, made_by=actor.name) if book_id is None else _book_to_change(book_id, actor)
        if PriceBook.objects.filter(name=clean).exclude(id=row.id).exists():
            raise PriceBookTaken(name=clean)
        if group_id is not None:
            group_by_id(group_id)
        if store_id is not None and not Store.objects.filter(id=store_id).exists():
            raise StoreUnknown(name=store_id, hint="")
        row.name, row.group_id, row.store_id = clean, group_id, store_id
        row.first_day, row.last_day = first_day, last_day
        _require_apart(row, prices)
        row.save()
        PriceBookEntry.objects.filter(book=row).delete()
        entries = [(row.id, sku, price) for sku, price in sorted(prices.items())]
        rows_insert(PriceBookEntry, ("book_id", "sku", "price_milli"), entries)
        audited("price_book_save", ("price book", row.id), actor, at, {"name": clean, "prices": len(entries)})
        return row.id


def _book_faults(prices: Mapping[str, int], first_day: date | None, last_day: date | None) -> list[Fault]:
    faults = []
    if not prices:
        faults.append(Fault("prices", _("a price book needs at least one price")))
    if len(prices) > MOST_PRICES:
        faults.append(Fault("prices", _("%s prices are more than a book holds (%s)") % (len(prices), MOST_PRICES)))
    for sku, price in prices.items():
        if not 0 < len(sku) <= LONGEST_SKU or "\x00" in sku:
            faults.append(Fault("prices", _('"%s" cannot be a SKU') % sku[:40]))
        if not 0 <= price <= LARGEST_AMOUNT:
            faults.append(Fault(f"prices.{sku[:LONGEST_SKU]}", _("write a price of zero or more")))
    if first_day is not None and last_day is not None and last_day < first_day:
        faults.append(Fault("until", _("it ends before it begins")))
    return faults[:20]


def _book_to_change(book_id: int, actor: Actor) -> PriceBook:
    row = PriceBook.objects.filter(id=book_id).first()
    if row is None:
        raise PriceBookUnknown(name=book_id, hint="")
    stores_require([] if row.store_id is None else [row.store_id], actor)
    return row


def _require_apart(row: PriceBook, prices: Mapping[str, int]) -> None:
    """No other book says another price for the same customers, stores, days and products. Raises PriceBooksOverlap."""
    alike = PriceBook.objects.filter(Q(("group_id", row.group_id), ("store_id", row.store_id))).exclude(id=row.id)
    days = (row.first_day, row.last_day)
    met = {other.id: other.name for other in alike if days_meet((other.first_day, other.last_day), days)}
    held = PriceBookEntry.objects.filter(book_id__in=met, sku__among=sorted(prices)).order_by("book_id", "sku").first()
    if held is not None:
        raise PriceBooksOverlap(other=met[held.book_id], sku=held.sku)


def price_book_end(book_id: int, *, last_day: date, actor: Actor, at: datetime) -> None:
    """The price book holds up to that day. Raises Forbidden, NotOfYourStores, PriceBookUnknown, OfferWrong."""
    actor.require("offers.edit")
    with alone():
        row = _book_to_change(book_id, actor)
        if row.first_day is not None and last_day < row.first_day:
            raise OfferWrong([Fault("until", _("it ends before it begins"))])
        if row.last_day is not None and row.last_day <= last_day:
            return
        PriceBook.objects.filter(id=book_id).update(last_day=last_day)
        audited("price_book_end", ("price book", book_id), actor, at, {"last_day": last_day.isoformat()})


def price_book_delete(book_id: int, *, actor: Actor, at: datetime) -> None:
    """The price book, by which nothing was sold yet, is gone.

    Raises Forbidden, NotOfYourStores, PriceBookUnknown; OfferInUse, where something was: end it instead.
    """
    actor.require("offers.edit")
    with alone():
        row = _book_to_change(book_id, actor)
        if PriceBookUse.objects.filter(book=row).exists():
            raise OfferInUse(name=row.name)
        audited("price_book_delete", ("price book", book_id), actor, at, {"name": row.name})
        row.delete()
