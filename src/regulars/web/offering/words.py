"""An offer in words: what it takes off, to whom, where and when it is there, and how it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import get_day_names
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.core.money import milli_text
from regulars.offers.asking import Names
from regulars.offers.engine.terms import WHOLE, Conditions, Kind, Level, OfferTerms, Target
from regulars.offers.selectors import OfferShown
from regulars.web.templatetags.priced import unit_price
from regulars.web.written import Shop

# How an offer stands, and the colour of its badge.
STATES: Mapping[str, tuple[Any, str]] = {
    "live": (gettext_lazy("live"), "ok"),
    "planned": (gettext_lazy("planned"), "accent"),
    "draft": (gettext_lazy("draft"), ""),
    "ended": (gettext_lazy("ended"), ""),
}


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as lists show it."""

    id: int
    name: str
    state: str
    gives: str
    asks: str
    days: str
    uses: int
    cost: int

    @property
    def state_shown(self) -> str:
        return str(STATES[self.state][0])

    @property
    def badge(self) -> str:
        return STATES[self.state][1]


def state_of(offer: OfferShown, today: date) -> str:
    """Draft, live, planned (live from a day to come) or ended (by hand, or its last day is over)."""
    given = offer.terms.conditions
    if offer.state == "live" and given.last_day is not None and given.last_day < today:
        return "ended"
    if offer.state == "live" and given.first_day is not None and given.first_day > today:
        return "planned"
    return offer.state


def row_of(offer: OfferShown, *, shop: Shop, names: Names) -> OfferRow:
    """The offer in a line."""
    return OfferRow(
        id=offer.id,
        name=offer.name,
        state=state_of(offer, shop.today),
        gives=gives(offer.terms, shop),
        asks=", ".join(asks(offer.terms, shop=shop, names=names)),
        days=days_shown(offer.terms.conditions, shop),
        uses=offer.uses,
        cost=offer.amount,
    )


def days_shown(given: Conditions, shop: Shop) -> str:
    """The days it runs on."""
    return period_shown(given.first_day, given.last_day, shop)


def period_shown(first: date | None, last: date | None, shop: Shop) -> str:
    """From which day to which."""
    if first is None and last is None:
        return gettext("always")
    if last is None:
        return gettext("from %(day)s") % {"day": shop.day(first)}
    if first is None:
        return gettext("until %(day)s") % {"day": shop.day(last)}
    return gettext("%(first)s to %(last)s") % {"first": shop.day(first), "last": shop.day(last)}


def gives(terms: OfferTerms, shop: Shop) -> str:
    """What the offer takes off, in a few words."""
    told = {
        "what": target_shown(terms.target) or gettext("everything"),
        "free": target_shown(terms.gets) if terms.gets else "",
        "amount": shop.money(terms.amount),
        "percent": f"{milli_text(terms.percent_milli)} %",
        "price": unit_price(terms.price_milli, shop),
        "buy": shop.count(terms.buy),
        "get": shop.count(terms.get),
    }
    return _giving(terms) % told


def _giving(terms: OfferTerms) -> str:
    is_of_order = terms.level is Level.ORDER
    match terms.kind:
        case Kind.PERCENT:
            return gettext("%(percent)s off the whole basket") if is_of_order else gettext("%(percent)s off %(what)s")
        case Kind.AMOUNT:
            return (
                gettext("%(amount)s off the whole basket")
                if is_of_order
                else gettext("%(amount)s off each of %(what)s")
            )
        case Kind.FIXED_PRICE:
            return gettext("%(what)s for %(price)s")
        case Kind.FREE_ITEM:
            return gettext("%(get)s of %(free)s for nothing")
        case Kind.BUY_X_GET_Y:
            return _buying(terms)


def _buying(terms: OfferTerms) -> str:
    if terms.gets is not None:
        return (
            gettext("buy %(buy)s of %(what)s, get %(get)s of %(free)s for nothing")
            if terms.percent_milli == WHOLE
            else gettext("buy %(buy)s of %(what)s, get %(get)s of %(free)s at %(percent)s off")
        )
    if terms.percent_milli == WHOLE:
        return gettext("buy %(buy)s of %(what)s, get %(get)s more for nothing")
    return gettext("buy %(buy)s of %(what)s, get %(get)s more at %(percent)s off")


def target_shown(target: Target) -> str:
    """What it is about; empty for everything."""
    named = [*target.categories, *target.brands, *target.skus]
    told = _few(named)
    if not target.not_categories:
        return told
    return gettext("%(what)s but %(not)s") % {
        "what": told or gettext("everything"), "not": _few(target.not_categories),
    }  # fmt: skip


def _few(named: Sequence[str]) -> str:
    more = len(named) - 3
    rest = [ngettext("%(n)s more", "%(n)s more", more) % {"n": more}] if more > 0 else []
    return ", ".join([*named[:3], *rest])


def asks(terms: OfferTerms, *, shop: Shop, names: Names) -> Iterator[str]:
    """To whom, when, where and for how much."""
    given = terms.conditions
    yield from _called(given.tiers, names.tiers)
    yield from _called(given.groups, names.groups)
    if given.is_first_order:
        yield gettext("on a first order")
    if given.needs_code:
        yield gettext("with a code")
    if given.needs_grant:
        yield gettext("to whom it is given")
    if given.weekdays:
        days = get_day_names("abbreviated", locale=shop.locale)
        yield " ".join(str(days[day - 1]) for day in sorted(given.weekdays))
    if given.hours:
        yield ", ".join(f"{_clock(each.begin)} to {_clock(each.until)}" for each in given.hours)
    if given.stores:
        yield from _called(given.stores, names.stores)
    if given.channels == ("online",):
        yield gettext("online only")
    if given.minimum:
        yield gettext("from %(amount)s") % {"amount": shop.money(given.minimum)}
    if given.minimum_units:
        yield ngettext("from %(n)s unit", "from %(n)s units", given.minimum_units) % {"n": given.minimum_units}
    yield from _limits(terms, shop)


def _limits(terms: OfferTerms, shop: Shop) -> Iterator[str]:
    if terms.per_customer is not None:
        yield ngettext("once for each customer", "%(n)s times for each customer", terms.per_customer) % {
            "n": terms.per_customer
        }
    if terms.in_all is not None:
        yield gettext("%(n)s times in all") % {"n": shop.count(terms.in_all)}
    if terms.holdout_milli:
        yield gettext("held back from %(share)s %%") % {"share": milli_text(terms.holdout_milli * 100)}


def _called(ids: Sequence[int], known: Mapping[str, int]) -> Iterator[str]:
    by_id = {id_: name for name, id_ in reversed(list(known.items()))}
    if ids:
        yield gettext(" or ").join(by_id.get(id_, str(id_)) for id_ in ids)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
