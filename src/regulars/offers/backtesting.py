"""What an offer, or a ladder of tiers with a discount each, would have cost on one's own history, and who had won.

Every sale is priced again as it was, with what is tried; nobody is thought to have bought anything else because of it.
Who is in a group or tier that a rule fills follows from the rule as of the evening before each sale; a group filled by
hand is taken as it is now.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import compress
from typing import NamedTuple

from regulars.access.rules import Actor
from regulars.core.errors import Fault
from regulars.core.money import currency_places, divided_half_up
from regulars.core.text import marked as _
from regulars.groups.models import Membership
from regulars.offers.engine.buyer import Buyer
from regulars.offers.engine.buyer import Membership as Held
from regulars.offers.engine.quoting import lines_saved
from regulars.offers.engine.terms import Conditions, Kind, Level, Offer, OfferTerms, terms_faults
from regulars.offers.errors import OfferWrong
from regulars.offers.replaying import Past, day_replayed, days_sold, first_sales
from regulars.offers.selectors import offer_get
from regulars.sales.selectors import business_get
from regulars.segments.asking import rules_hold
from regulars.segments.ladders import ladder_read
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Rule
from regulars.segments.live import live_now
from regulars.segments.selectors import rule_asked

LONGEST_DAYS = 3 * 366
MOST_SHOWN = 10


class Side(NamedTuple):
    """How many customers, and how much less (or more) they would have paid, above zero."""

    customers: int
    amount: int


class Party(NamedTuple):
    """What an offer that is tried would have taken off, on how many sales of how many customers."""

    name: str
    sales: int
    customers: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What would have been, in minor units: `paid` is what was paid, `cost` how much less it would have been.

    `winners` would have paid less in all, `losers` more; `anonymous` is the part of the cost of sales without a
    customer. `most_won` and `most_lost`: customers and how much. What was brought back costs nothing.
    """

    first: date
    last: date
    sales: int
    paid: int
    cost: int
    winners: Side
    losers: Side
    anonymous: int
    parties: tuple[Party, ...]
    most_won: tuple[tuple[int, int], ...]
    most_lost: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Groups:
    """Who was in which group: by rules as of a day, or by hand as it is now. Of `rungs`, lowest first, the highest that
    fits; `default` takes the rest."""

    terms: Terms
    rules: Mapping[int, Rule] = field(default_factory=dict)
    rungs: Mapping[int, Rule] = field(default_factory=dict)
    default: int | None = None
    by_hand: Mapping[int, Collection[int]] = field(default_factory=dict)

    def held(self, day: date, customers: Collection[int]) -> Mapping[int, frozenset[int]]:
        """The groups of each of the customers when the day before ended. One query, none where no rule is asked."""
        asked = [*self.rules, *self.rungs]
        flags = rules_hold(
            [*self.rules.values(), *self.rungs.values()],
            today=day - timedelta(days=1), terms=self.terms, customer_ids=sorted(customers), as_of=True,
        )  # fmt: skip
        fits = {each: set(compress(asked, flags.get(each, ()))) for each in customers}
        return {each: self._of(each, fits[each]) for each in customers}

    def _of(self, customer: int, fits: set[int]) -> frozenset[int]:
        found = {group for group, members in self.by_hand.items() if customer in members}
        found |= {group for group in self.rules if group in fits}
        if self.default is not None:
            found.add(next((group for group in reversed(tuple(self.rungs)) if group in fits), self.default))
        return frozenset(found)


@dataclass(slots=True)
class _Counted:
    """What is added up, sale by sale."""

    sales: int = 0
    paid: int = 0
    anonymous: int = 0
    less: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    off: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    sales_of: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    customers_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    used: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    def add(self, past: Past, saved: Mapping[int, int]) -> None:
        """The sale, with what each offer takes off it. What was brought back counts for nothing."""
        self.sales += 1
        self.paid += past.kept
        less = _kept(sum(saved.values()) - past.replaced, past)
        if past.customer is None:
            self.anonymous += less
        else:
            self.less[past.customer] += less
        for offer, amount in saved.items():
            self.off[offer] += _kept(amount, past)
            self.sales_of[offer] += 1
            if past.customer is not None:
                self.customers_of[offer].add(past.customer)
                self.used[past.customer][offer] += 1


def _kept(amount: int, past: Past) -> int:
    """The part of an amount that falls on what was not brought back."""
    return divided_half_up(amount * past.kept, past.paid) if past.paid > 0 else 0


def offer_backtest(
    name: str,
    terms: OfferTerms,
    *,
    first: date,
    last: date,
    instead_of: Collection[str] = (),
    visible_to: Actor,
) -> Backtest:
    """What the offer would have cost, from `first` to `last`, instead of the offers named, beside what else was given.

    Three queries for each day with a sale, and one more where it is for groups that rules fill. Raises Forbidden,
    OfferUnknown, SegmentCircle; OfferWrong, also for an offer that is given by codes or gifts.
    """
    visible_to.require("reports.see")
    given = terms.conditions
    faults = terms_faults(terms)
    if given.needs_code or given.needs_grant:
        faults.append(Fault("code", _("who would have had the code or the gift is not known; try it without")))
    if faults:
        raise OfferWrong(faults)
    live = live_now()
    named = {*given.groups, *given.tiers}
    by_rule = {group: live.trees[group] for group in sorted(named & set(live.trees))}
    by_hand = {
        group: frozenset(Membership.objects.filter(group_id=group).values_list("customer_id", flat=True))
        for group in sorted(named - set(by_rule))
    }
    groups = _Groups(live.terms, by_rule, by_hand=by_hand)
    offer = Offer(1, name, replace(terms, holdout_milli=0), terms.in_all)
    return _tried([offer], groups, first=first, last=last, instead_of=instead_of, visible_to=visible_to)


def ladder_backtest(
    ladder: str,
    percents: Mapping[str, int],
    *,
    first: date,
    last: date,
    instead_of: Collection[str] = (),
    at: datetime,
    visible_to: Actor,
) -> Backtest:
    """What tiers, written as a ladder, would have cost with so many thousandths of a percent off the order for each.

    As `offer_backtest`. Raises LadderWrong, RuleWrong and SegmentTooLarge as well.
    """
    visible_to.require("reports.see")
    read = ladder_read(ladder)
    names = [rung.name for rung in read.rungs]
    unknown = sorted(set(percents) - set(names))
    if unknown:
        raise OfferWrong([Fault("percents", _('"%s" is no tier of the ladder') % unknown[0])])
    rules = {
        n: rule_asked(rung.text, at=at, visible_to=visible_to).resolved
        for n, rung in enumerate(read.rungs)
        if rung.rule is not None
    }
    offers = [Offer(n, name, _tier_terms(n, percents[name])) for n, name in enumerate(names) if percents.get(name)]
    groups = _Groups(live_now().terms, rungs=rules, default=read.default)
    return _tried(offers, groups, first=first, last=last, instead_of=instead_of, visible_to=visible_to)


def _tier_terms(group: int, percent_milli: int) -> OfferTerms:
    terms = OfferTerms(
        kind=Kind.PERCENT,
        level=Level.ORDER,
        percent_milli=percent_milli,
        conditions=Conditions(tiers=(group,)),
        family="tier",
    )
    faults = terms_faults(terms)
    if faults:
        raise OfferWrong(faults)
    return terms


def _tried(
    offers: Sequence[Offer],
    groups: _Groups,
    *,
    first: date,
    last: date,
    instead_of: Collection[str],
    visible_to: Actor,
) -> Backtest:
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        raise OfferWrong([Fault("until", _("write up to three years, the first day before the last"))])
    replaced = [offer_get(name, visible_to=visible_to).id for name in instead_of]
    stores = visible_to.stores_within("reports.see")
    places = currency_places(business_get().currency)
    counted = _Counted()
    for day in days_sold(first, last):
        pasts = list(day_replayed(day, stores=stores, instead_of=replaced, places=places))
        _day_count(pasts, offers, groups, counted)
    return _written(offers, counted, first=first, last=last)


def _day_count(pasts: Sequence[Past], offers: Sequence[Offer], groups: _Groups, counted: _Counted) -> None:
    customers = {past.customer for past in pasts if past.customer is not None}
    held = groups.held(pasts[0].occasion.day, customers) if customers else {}
    asks_first = any(offer.terms.conditions.is_first_order for offer in offers)
    first = first_sales(customers) if asks_first else {}
    for past in pasts:
        left = [replace(offer, left=_left(offer, counted)) for offer in offers]
        saved = lines_saved(
            past.lines,
            channel=past.channel,
            buyer=_buyer(past, held, counted, is_first=first.get(past.customer or 0) == past.sale),
            occasion=past.occasion,
            offers=left,
        )
        counted.add(past, saved)


def _left(offer: Offer, counted: _Counted) -> int | None:
    most = offer.terms.in_all
    return None if most is None else most - counted.sales_of.get(offer.id, 0)


def _buyer(past: Past, held: Mapping[int, frozenset[int]], counted: _Counted, *, is_first: bool) -> Buyer:
    if past.customer is None:
        return Buyer()
    memberships = {group: Held(group, "", date.min) for group in held.get(past.customer, ())}
    used = counted.used.get(past.customer, {})
    return Buyer(customer=past.customer, memberships=memberships, is_first_order=is_first, used=used)


def _written(offers: Sequence[Offer], counted: _Counted, *, first: date, last: date) -> Backtest:
    won = sorted(((-less, customer) for customer, less in counted.less.items() if less > 0))
    lost = sorted(((less, customer) for customer, less in counted.less.items() if less < 0))
    return Backtest(
        first=first,
        last=last,
        sales=counted.sales,
        paid=counted.paid,
        cost=sum(counted.less.values()) + counted.anonymous,
        winners=Side(len(won), -sum(less for less, _customer in won)),
        losers=Side(len(lost), -sum(less for less, _customer in lost)),
        anonymous=counted.anonymous,
        parties=tuple(
            Party(each.name, counted.sales_of[each.id], len(counted.customers_of[each.id]), counted.off[each.id])
            for each in offers
        ),
        most_won=tuple((customer, -less) for less, customer in won[:MOST_SHOWN]),
        most_lost=tuple((customer, -less) for less, customer in lost[:MOST_SHOWN]),
    )
