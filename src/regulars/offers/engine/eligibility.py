"""Whether an offer is there for this customer, here and now: what makes it theirs, or why it is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regulars.core.days import WEEKDAYS
from regulars.core.money import amount_text
from regulars.core.text import marked as _
from regulars.offers.engine.basket import Occasion, Priced
from regulars.offers.engine.buyer import Buyer, Membership
from regulars.offers.engine.effects import places_of
from regulars.offers.engine.holdouts import is_held_out
from regulars.offers.engine.terms import Conditions, Hours, Offer


class Cause(StrEnum):
    """What makes an offer a customer's."""

    TIER = "tier"
    GROUP = "group"
    GIVEN = "given"
    CODE = "code"
    FIRST_ORDER = "first order"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Because:
    """What gave an offer to the customer: the tier or group by name and since when, a gift, or the code told."""

    cause: Cause
    name: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What conditions are held against. `names` are those of groups, for sentences."""

    lines: Sequence[Priced]
    buyer: Buyer
    occasion: Occasion
    channel: str
    names: Mapping[int, str]

    @property
    def subtotal(self) -> int:
        """What the goods cost before any offer; a gift card is none."""
        return sum(each.gross for each in self.lines if not each.line.is_gift_card)


def causes(offer: Offer, scene: Scene) -> tuple[Because, ...]:
    """What makes the offer the customer's, where nothing refuses it."""
    given, buyer = offer.terms.conditions, scene.buyer
    found = [
        Because(cause, membership.shown, membership.since)
        for cause, groups in ((Cause.TIER, given.tiers), (Cause.GROUP, given.groups))
        if groups and (membership := _first_held(groups, buyer)) is not None
    ]
    if given.needs_grant and (grant := buyer.given.get(offer.id)) is not None:
        found.append(Because(Cause.GIVEN, since=grant.since))
    if given.needs_code:
        found.append(Because(Cause.CODE, buyer.codes[offer.id]))
    if given.is_first_order:
        found.append(Because(Cause.FIRST_ORDER))
    return tuple(found) or (Because(Cause.EVERYONE),)


def _first_held(groups: Collection[int], buyer: Buyer) -> Membership | None:
    held = [buyer.memberships[group] for group in groups if group in buyer.memberships]
    return min(held, key=lambda each: (each.since, each.group), default=None)


def refusal(offer: Offer, scene: Scene) -> str | None:
    """Why the offer is not for this customer, basket, place and moment, in a sentence; None: nothing stands against it.

    What depends on the other offers that are taken (a minimum after item offers) is not asked here.
    """
    for ask in (_not_now, _not_here, _not_theirs, _used_up, _too_little):
        found = ask(offer, scene)
        if found is not None:
            return found
    if is_held_out_of(offer, scene.buyer):
        return _("it is held back from this customer, to measure what it does")
    return None


def is_held_out_of(offer: Offer, buyer: Buyer) -> bool:
    """Whether the customer is among those it is held back from."""
    share = offer.terms.holdout_milli
    return buyer.customer is not None and is_held_out(offer=offer.id, customer=buyer.customer, share_milli=share)


def _not_now(offer: Offer, scene: Scene) -> str | None:
    given, now = offer.terms.conditions, scene.occasion
    if given.first_day is not None and now.day < given.first_day:
        return _("it begins on %s") % given.first_day.isoformat()
    if given.last_day is not None and now.day > given.last_day:
        return _("it ended on %s") % given.last_day.isoformat()
    if given.weekdays and now.weekday not in given.weekdays:
        return _("it holds on %s, not on %s") % (
            _listed([WEEKDAYS[day - 1] for day in sorted(given.weekdays)]),
            WEEKDAYS[now.weekday - 1],
        )
    if given.hours and not any(hours.holds(now.minute) for hours in given.hours):
        return _("it holds from %s, and it is %s") % (hours_shown(given.hours), _clock(now.minute))
    return None


def _not_here(offer: Offer, scene: Scene) -> str | None:
    given = offer.terms.conditions
    if given.stores and scene.occasion.store not in given.stores:
        return _("it does not hold in this store")
    if given.channels and scene.channel not in given.channels:
        return _("it does not hold for what is bought %s") % scene.channel.replace("_", " ")
    return None


def _not_theirs(offer: Offer, scene: Scene) -> str | None:
    given, buyer = offer.terms.conditions, scene.buyer
    for groups in (given.tiers, given.groups):
        if groups and not any(group in buyer.memberships for group in groups):
            names = _listed([scene.names.get(group, f"group {group}") for group in groups])
            return _("it is for %s only") % names
    if _needs_a_name(offer, given) and buyer.customer is None:
        return _("it needs a customer: attach one")
    if given.is_first_order and not buyer.is_first_order:
        return _("it is for a first order")
    if given.needs_grant and offer.id not in buyer.given:
        return _("it was not given to this customer, or is used")
    if given.needs_code and offer.id not in buyer.codes:
        return _("it needs a code")
    return None


def _needs_a_name(offer: Offer, given: Conditions) -> bool:
    return offer.terms.per_customer is not None or given.is_first_order or given.needs_grant


def _used_up(offer: Offer, scene: Scene) -> str | None:
    if offer.left is not None and offer.left <= 0:
        return _("all %s are used up") % offer.terms.in_all
    most = offer.terms.per_customer
    if most is not None and scene.buyer.used.get(offer.id, 0) >= most:
        return _("this customer has used it %s of %s times") % (scene.buyer.used[offer.id], most)
    return None


def _too_little(offer: Offer, scene: Scene) -> str | None:
    given = offer.terms.conditions
    subtotal = scene.subtotal
    # Offers only lower: what is too little before them is after them too.
    if subtotal < given.minimum:
        return minimum_missed(given, subtotal, places=scene.occasion.places)
    if given.minimum_units:
        units = sum(scene.lines[n].line.units for n in places_of(offer.terms.target, scene.lines))
        if units < given.minimum_units:
            return _("it needs %s units of what it is about, and there are %s") % (given.minimum_units, units)
    return None


def minimum_missed(given: Conditions, subtotal: int, *, places: int) -> str:
    """The sentence for a basket that is worth too little."""
    texts = (amount_text(given.minimum, places=places), amount_text(subtotal, places=places))
    if given.is_minimum_after:
        return _("it needs a basket of %s after offers on items, and this is %s") % texts
    return _("it needs a basket of %s, and this is %s") % texts


def hours_shown(hours: Sequence[Hours]) -> str:
    """ "07:00 to 09:00 or 15:00 to 18:00"."""
    return _listed([f"{_clock(each.begin)} to {_clock(each.until)}" for each in hours])


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
