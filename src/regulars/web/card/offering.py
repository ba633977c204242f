"""The offers a customer can get, in words: whose they are says the engine, when and where is told beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import get_day_names
from django.utils.translation import gettext, ngettext

from regulars.core.money import currency_places, milli_text
from regulars.core.text import marked as _
from regulars.offers.engine.basket import Occasion
from regulars.offers.engine.buyer import Buyer
from regulars.offers.engine.eligibility import Cause, Scene, causes, refusal
from regulars.offers.engine.terms import WHOLE, Conditions, Hours, Kind, Level, Offer, OfferTerms, Target
from regulars.offers.live import buyer_of, groups_of, offers_live
from regulars.sales.reaching import product_names_by_sku, store_names_by_id
from regulars.web.written import Shop


@dataclass(frozen=True, slots=True)
class OfferForMe:
    """An offer as its customer reads it: what it gives, what it asks for, why it is theirs, and its last day."""

    id: int
    name: str
    gives: str
    asks: tuple[str, ...]
    because: str
    until: date | None


def offers_for(customer_id: int, *, shop: Shop) -> Sequence[OfferForMe]:
    """The offers that are the customer's today, those that end first before the others. Seven queries at most.

    Those that need a code are left out: who has the code was told by it.
    """
    offers = offers_live(shop.today)
    groups = groups_of(customer_id, offers, ())
    buyer = buyer_of(customer_id, offers, groups.held, day=shop.today)
    occasion = Occasion(
        store=0, day=shop.today, weekday=shop.today.isoweekday(), minute=0, places=currency_places(shop.currency)
    )
    scene = Scene((), buyer, occasion, "", groups.names)
    mine = [each for each in offers if refusal(_anywhere(each), scene) is None]
    stores = store_names_by_id({store for each in mine for store in each.terms.conditions.stores})
    goods = product_names_by_sku({sku for each in mine for sku in _skus(each.terms)})
    shown = [_shown(each, causes_of=scene, buyer=buyer, shop=shop, stores=stores, goods=goods) for each in mine]
    return sorted(shown, key=lambda each: (each.until is None, each.until or date.max, each.name))


def _anywhere(offer: Offer) -> Offer:
    """The offer without what depends on the basket, the store and the hour."""
    conditions = replace(
        offer.terms.conditions, stores=(), channels=(), weekdays=(), hours=(), minimum=0, minimum_units=0
    )
    return Offer(offer.id, offer.name, replace(offer.terms, conditions=conditions), offer.left)


def _skus(terms: OfferTerms) -> Iterator[str]:
    for target in (terms.target, terms.gets):
        yield from target.skus if target else ()


def _shown(
    offer: Offer, *, causes_of: Scene, buyer: Buyer, shop: Shop, stores: Mapping[int, str], goods: Mapping[str, str]
) -> OfferForMe:
    given = buyer.given.get(offer.id)
    ends = [day for day in (offer.terms.conditions.last_day, given.until if given else None) if day is not None]
    because = [_because(each.cause, each.name) for each in causes(offer, causes_of)]
    return OfferForMe(
        id=offer.id,
        name=offer.name,
        gives=_gives(offer.terms, shop, goods),
        asks=tuple(_asks(offer.terms.conditions, shop=shop, stores=stores)),
        because=next((words for words in because if words), ""),
        until=min(ends, default=None),
    )


def _because(cause: Cause, name: str) -> str:
    match cause:
        case Cause.TIER:
            return gettext("because you are %(tier)s") % {"tier": name.rpartition(": ")[2]}
        case Cause.GIVEN:
            return gettext("for you alone")
        case Cause.FIRST_ORDER:
            return gettext("for your first purchase")
        case Cause.GROUP:
            # A group's name may be what the shop thinks of somebody.
            return gettext("for you and some others")
        case _:
            return ""


def _gives(terms: OfferTerms, shop: Shop, goods: Mapping[str, str]) -> str:
    """What the offer takes off, in a few words."""
    told = {"what": _target(terms.target, goods) or gettext("everything"), "amount": shop.money(terms.amount)}
    told["percent"] = f"{milli_text(terms.percent_milli)} %"
    told |= {"price": shop.money(terms.price_milli // 1000), "buy": str(terms.buy), "get": str(terms.get)}
    told["free"] = _target(terms.gets, goods) if terms.gets else ""
    if terms.kind is Kind.BUY_X_GET_Y:
        return gettext(_BUY_AND_GET[terms.gets is not None, terms.percent_milli == WHOLE]) % told
    return gettext(_GIVES[terms.kind, terms.level]) % told


_GIVES = {
    (Kind.PERCENT, Level.ITEM): _("%(percent)s off %(what)s"),
    (Kind.PERCENT, Level.ORDER): _("%(percent)s off what you buy"),
    (Kind.AMOUNT, Level.ITEM): _("%(amount)s off each of %(what)s"),
    (Kind.AMOUNT, Level.ORDER): _("%(amount)s off what you buy"),
    (Kind.FIXED_PRICE, Level.ITEM): _("%(what)s for %(price)s"),
    (Kind.FREE_ITEM, Level.ITEM): _("%(free)s for nothing"),
}
# Whether something else is given than is bought, and whether it costs nothing.
_BUY_AND_GET = {
    (False, True): _("Buy %(buy)s of %(what)s, get %(get)s more for nothing"),
    (False, False): _("Buy %(buy)s of %(what)s, get %(get)s more at %(percent)s off"),
    (True, True): _("Buy %(buy)s of %(what)s, get %(get)s of %(free)s for nothing"),
    (True, False): _("Buy %(buy)s of %(what)s, get %(get)s of %(free)s at %(percent)s off"),
}


def _target(target: Target, goods: Mapping[str, str]) -> str:
    """What the offer is about; empty for everything. A product is called by its name: no customer knows its SKU."""
    named = [*target.categories, *target.brands, *(goods.get(sku, sku) for sku in target.skus)]
    more = len(named) - 3
    if more > 0:
        rest = ngettext("%(n)s more", "%(n)s more", more) % {"n": more}
        return ", ".join([*named[:3], rest])
    return ", ".join(named)


def _asks(given: Conditions, *, shop: Shop, stores: Mapping[int, str]) -> Iterator[str]:
    """Where, when and for how much."""
    if given.minimum:
        yield gettext("from %(amount)s") % {"amount": shop.money(given.minimum)}
    if given.minimum_units:
        yield ngettext("from %(n)s piece", "from %(n)s pieces", given.minimum_units) % {"n": given.minimum_units}
    if given.weekdays:
        names = get_day_names("wide", locale=shop.locale)
        yield ", ".join(str(names[day - 1]) for day in sorted(given.weekdays))
    if given.hours:
        yield ", ".join(_hours(each) for each in given.hours)
    if given.stores:
        yield ", ".join(sorted(stores[each] for each in given.stores if each in stores))
    if given.channels == ("online",):
        yield gettext("online only")


def _hours(hours: Hours) -> str:
    return " - ".join(f"{minute // 60:02}:{minute % 60:02}" for minute in hours)
