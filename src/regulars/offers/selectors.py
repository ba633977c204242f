"""What a basket costs, and reading offers, price books and codes."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q, Sum

from regulars.access.rules import Actor
from regulars.core.days import moment_at, timezone_of
from regulars.core.money import currency_places
from regulars.core.text import nearest
from regulars.groups.models import Group
from regulars.offers.asking import Names
from regulars.offers.engine.basket import Basket, Occasion
from regulars.offers.engine.quote import Quote
from regulars.offers.engine.quoting import basket_quote
from regulars.offers.engine.terms import OfferTerms
from regulars.offers.errors import OfferUnknown, PriceBookUnknown
from regulars.offers.live import books_live, buyer_of, codes_of, groups_of, offers_live, terms_read
from regulars.offers.models import Coupon, EntryAct, Offer, PriceBook, PriceBookEntry
from regulars.sales.errors import StoreUnknown
from regulars.sales.models import Store
from regulars.sales.selectors import business_get


def quote_make(
    basket: Basket,
    *,
    customer_id: int | None,
    store: Store,
    at: datetime,
    codes: Collection[str] = (),
    visible_to: Actor,
) -> Quote:
    """What the basket costs this customer in this store now, with every reason; nothing is changed by asking.

    The customer is one whom the caller has found. Two queries where there is nothing on offer, at most seven.
    Raises Forbidden, StoreUnknown.
    """
    visible_to.require("offers.see")
    if not visible_to.may_in("offers.see", store.id):
        raise StoreUnknown(name=store.name, hint="")
    occasion = occasion_of(store, at)
    offers = offers_live(occasion.day)
    skus = {line.sku for line in basket.lines if line.sku}
    books = books_live(skus, store=store.id, day=occasion.day)
    groups = groups_of(customer_id, offers, books)
    told = codes_of(codes, customer_id, day=occasion.day)
    buyer = replace(buyer_of(customer_id, offers, groups.held, day=occasion.day), codes=told.offers)
    return basket_quote(
        basket,
        buyer=buyer,
        occasion=occasion,
        offers=offers,
        books=books,
        names=groups.names,
        codes_unused=told.unused,
    )


def occasion_of(store: Store, at: datetime) -> Occasion:
    """The moment as the store's clock shows it."""
    moment = moment_at(at, timezone=timezone_of(store.timezone), cutoff_minutes=store.day_cutoff)
    return Occasion(
        store=store.id,
        day=moment.day,
        weekday=moment.weekday,
        minute=moment.hour * 60 + moment.minute,
        places=currency_places(store.currency),
    )


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer, and how often it was used (less what was released) and what it took off."""

    id: int
    name: str
    state: str
    terms: OfferTerms
    uses: int
    amount: int
    made_at: datetime
    made_by: str
    ended_at: datetime | None


def offers_list(*, states: Collection[str] = (), visible_to: Actor) -> Sequence[OfferShown]:
    """The offers (in these states) for the stores within reach, by name. One query. Raises Forbidden."""
    stores = visible_to.stores_within("offers.see")
    rows = Offer.objects.annotate(
        uses_held=Count("uses", filter=Q(uses__is_released=False)),
        amount_held=Sum("uses__amount", filter=Q(uses__is_released=False)),
    ).order_by("name")
    found = [_shown(row) for row in (rows.filter(state__in=states) if states else rows)]
    return [each for each in found if is_within(each.terms.conditions.stores, stores)]


def offer_get(name: str, *, visible_to: Actor) -> OfferShown:
    """The offer of that name. One query. Raises Forbidden; OfferUnknown, with the nearest name."""
    shown = offers_list(visible_to=visible_to)
    for each in shown:
        if each.name == name.strip():
            return each
    near = nearest(name, [each.name for each in shown])
    raise OfferUnknown(name=name, hint=f'; did you mean "{near}"?' if near else "")


def _shown(row: Offer) -> OfferShown:
    return OfferShown(
        id=row.id,
        name=row.name,
        state=row.state,
        terms=terms_read(row.terms),
        uses=row.uses_held,  # type: ignore[attr-defined]
        amount=row.amount_held or 0,  # type: ignore[attr-defined]
        made_at=row.made_at,
        made_by=row.made_by,
        ended_at=row.ended_at,
    )


def is_within(stores: Collection[int], reach: Collection[int] | None) -> bool:
    """Whether what is for these stores (none: for all) can be met in a store within reach (None: every store)."""
    return reach is None or not stores or bool(set(stores) & set(reach))


def names_known(*, visible_to: Actor) -> Names:
    """What an offer may name, to read and write it (asking.py). Three queries. Raises Forbidden, NotSetUp."""
    visible_to.require("offers.see")
    groups: dict[str, int] = {}
    tiers: dict[str, int] = {}
    for id_, name, tier_set in Group.objects.order_by("id").values_list("id", "name", "tier_set__name"):
        if tier_set is None:
            groups[name] = id_
        else:
            tiers[f"{tier_set}: {name}"] = id_
    # The plain name of a tier will do where only one set has it.
    plain = Counter(full.split(": ", 1)[1] for full in tiers)
    tiers |= {short: id_ for full, id_ in list(tiers.items()) if plain[short := full.split(": ", 1)[1]] == 1}
    stores = dict(Store.objects.order_by("id").values_list("name", "id"))
    return Names(groups, tiers, stores, currency_places(business_get().currency))


@dataclass(frozen=True, slots=True)
class PriceBookShown:
    """A price book; `prices` are unit prices in thousandths of the minor unit, by SKU."""

    id: int
    name: str
    group_id: int | None
    group: str
    store_id: int | None
    store: str
    first_day: date | None
    last_day: date | None
    prices: tuple[tuple[str, int], ...]


def price_books_list(*, visible_to: Actor) -> Sequence[PriceBookShown]:
    """The price books of the stores within reach with their prices, by name. Two queries. Raises Forbidden."""
    stores = visible_to.stores_within("offers.see")
    rows = PriceBook.objects.select_related("group__tier_set", "store")
    if stores is not None:
        rows = rows.filter(Q(store=None) | Q(store_id__in=stores))
    held: dict[int, list[tuple[str, int]]] = {row.id: [] for row in rows}
    entries = PriceBookEntry.objects.filter(book_id__in=held).order_by("book_id", "sku")
    for book, sku, price in entries.values_list("book_id", "sku", "price_milli"):
        held[book].append((sku, price))
    return [
        PriceBookShown(
            id=row.id,
            name=row.name,
            group_id=row.group_id,
            group=_group_name(row),
            store_id=row.store_id,
            store=row.store.name if row.store else "",
            first_day=row.first_day,
            last_day=row.last_day,
            prices=tuple(held[row.id]),
        )
        for row in rows
    ]


def _group_name(book: PriceBook) -> str:
    if book.group is None:
        return ""
    return f"{book.group.tier_set.name}: {book.group.name}" if book.group.tier_set else book.group.name


def price_book_get(name: str, *, visible_to: Actor) -> PriceBookShown:
    """The price book of that name. Two queries. Raises Forbidden; PriceBookUnknown, with the nearest name."""
    shown = price_books_list(visible_to=visible_to)
    for each in shown:
        if each.name == name.strip():
            return each
    near = nearest(name, [each.name for each in shown])
    raise PriceBookUnknown(name=name, hint=f'; did you mean "{near}"?' if near else "")


@dataclass(frozen=True, slots=True)
class CouponShown:
    """A code; `customer_id` None: whoever tells it. `left` None: any number of times."""

    code: str
    customer_id: int | None
    used: int
    left: int | None
    last_day: date | None


def coupons_list(offer_id: int, *, visible_to: Actor) -> Sequence[CouponShown]:
    """The codes of an offer within reach, in the order they were made. Two queries. Raises Forbidden, OfferUnknown."""
    if all(each.id != offer_id for each in offers_list(visible_to=visible_to)):
        raise OfferUnknown(name=offer_id, hint="")
    return [
        CouponShown(
            row.code,
            row.customer_id,
            row.used,
            None if row.most_uses is None else row.most_uses - row.used,
            row.last_day,
        )
        for row in Coupon.objects.filter(offer_id=offer_id).order_by("id")
    ]


@dataclass(frozen=True, slots=True)
class EntryActShown:
    """What entering (or leaving) a group brings: an offer for some days, or a tag."""

    id: int
    group_id: int
    group: str
    is_entry: bool
    offer: str
    days: int | None
    tag: str


def entry_acts_list(*, visible_to: Actor) -> Sequence[EntryActShown]:
    """What entering and leaving groups brings. One query. Raises Forbidden."""
    visible_to.require("offers.see")
    rows = EntryAct.objects.select_related("group", "offer").order_by("group__name", "id")
    return [
        EntryActShown(
            row.id, row.group_id, row.group.name, row.is_entry, row.offer.name if row.offer else "", row.days, row.tag
        )
        for row in rows
    ]
