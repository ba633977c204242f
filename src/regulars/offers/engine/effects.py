"""What an offer does to what lines cost: each effect only ever lowers, and lowers less what costs less.

Both are what the search for the best combination rests upon (choosing.py): for every line, paying more before never
means paying less afterwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from regulars.core.money import divided_half_up, line_amount
from regulars.offers.engine.basket import Priced
from regulars.offers.engine.spreading import spread
from regulars.offers.engine.terms import WHOLE, Kind, Level, Offer, OfferTerms, Target


class Share(NamedTuple):
    """A part, `over` of `under`, of what the line at this place costs, rounded half up, is taken off."""

    place: int
    over: int
    under: int


class Off(NamedTuple):
    """So much is taken off the line at this place, as far as it goes."""

    place: int
    amount: int


class Down(NamedTuple):
    """The line at this place costs so much at most."""

    place: int
    amount: int


@dataclass(frozen=True, slots=True)
class ItemEffect:
    """What an item offer does to each line it is about."""

    shares: tuple[Share, ...] = ()
    offs: tuple[Off, ...] = ()
    downs: tuple[Down, ...] = ()

    def after(self, nets: Sequence[int]) -> list[int]:
        """What the lines cost with the offer."""
        left = list(nets)
        for place, over, under in self.shares:
            worth = left[place]
            left[place] = worth - (2 * worth * over + under) // (2 * under)
        for place, amount in self.offs:
            left[place] = left[place] - amount if left[place] > amount else 0
        for place, amount in self.downs:
            left[place] = min(left[place], amount)
        return left

    @property
    def is_nothing(self) -> bool:
        return not (self.shares or self.offs or self.downs)


@dataclass(frozen=True, slots=True)
class OrderEffect:
    """What an order offer takes off the sum of the lines at these places: a share of it, and an amount."""

    places: tuple[int, ...]
    percent_milli: int
    amount: int

    def off(self, worth: int) -> int:
        """What is taken off a sum."""
        if self.percent_milli:
            return divided_half_up(worth * self.percent_milli, WHOLE)
        return min(self.amount, worth)

    def after(self, nets: Sequence[int]) -> list[int]:
        """What the lines cost with the offer, its discount spread over them."""
        left = list(nets)
        weights = [left[place] for place in self.places]
        for place, share in zip(self.places, spread(self.off(sum(weights)), weights), strict=True):
            left[place] -= share
        return left

    @property
    def is_nothing(self) -> bool:
        return not self.places


Effect = ItemEffect | OrderEffect


def effect_of(offer: Offer, lines: Sequence[Priced]) -> Effect:
    """What the offer does to these lines, whether or not its conditions hold."""
    terms = offer.terms
    if terms.level is Level.ORDER:
        return OrderEffect(tuple(places_of(terms.target, lines)), terms.percent_milli, terms.amount)
    match terms.kind:
        case Kind.PERCENT:
            return ItemEffect(
                shares=tuple(Share(n, terms.percent_milli, WHOLE) for n in places_of(terms.target, lines))
            )
        case Kind.AMOUNT:
            return ItemEffect(offs=tuple(Off(n, _of(lines[n], terms.amount)) for n in places_of(terms.target, lines)))
        case Kind.FIXED_PRICE:
            places = places_of(terms.target, lines)
            return ItemEffect(
                downs=tuple(Down(n, line_amount(lines[n].line.quantity_milli, terms.price_milli)) for n in places)
            )
        case Kind.BUY_X_GET_Y:
            return ItemEffect(shares=_given(terms, lines))
        case Kind.FREE_ITEM:
            return ItemEffect(shares=_free(terms, lines))


def places_of(target: Target, lines: Sequence[Priced]) -> list[int]:
    """Where the lines are that the target is about and that offers may lower."""
    return [n for n, each in enumerate(lines) if each.is_open and target.holds(each.line)]


def _of(line: Priced, amount: int) -> int:
    """So much a unit, for the line."""
    return divided_half_up(line.line.quantity_milli * amount, 1000)


def _units(places: Sequence[int], lines: Sequence[Priced]) -> list[tuple[int, int]]:
    """(place, how many whole units), the dearest unit first; of one price the first line first."""
    ordered = sorted(places, key=lambda n: (-lines[n].unit_price_milli, n))
    return [(n, lines[n].line.units) for n in ordered if lines[n].line.units]


def _given(terms: OfferTerms, lines: Sequence[Priced]) -> tuple[Share, ...]:
    """The units given for those that are bought, as shares of their lines."""
    bought = _units(places_of(terms.target, lines), lines)
    if terms.gets is None:
        counts = _of_each_group(bought, terms)
    else:
        counts = _of_others(bought, _units(places_of(terms.gets, lines), lines), terms)
    return _shares(counts, lines, terms.percent_milli)


def _of_each_group(units: Sequence[tuple[int, int]], terms: OfferTerms) -> dict[int, int]:
    """How many units of each line are given: of every `buy` + `get` units, dearest first, the cheapest `get`."""
    size = terms.buy + terms.get
    times = sum(count for _n, count in units) // size
    end = size * (times if terms.most_times is None else min(times, terms.most_times))
    counts: dict[int, int] = {}
    begin = 0
    for n, count in units:
        given = _given_before(min(begin + count, end), terms) - _given_before(min(begin, end), terms)
        if given:
            counts[n] = given
        begin += count
    return counts


def _given_before(place: int, terms: OfferTerms) -> int:
    """How many of the first `place` units are given."""
    groups, rest = divmod(place, terms.buy + terms.get)
    return groups * terms.get + max(0, rest - terms.buy)


def _of_others(
    bought: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]], terms: OfferTerms
) -> dict[int, int]:
    """How many units of each line are given: the cheapest of the others; no unit counts as bought and as given."""
    buys, gets = dict(bought), dict(others)
    both = sum(count for n, count in gets.items() if n in buys)
    only_bought = sum(buys.values()) - both
    only_given = sum(gets.values()) - both
    times = min(
        (only_bought + both) // terms.buy,
        (only_given + both) // terms.get,
        (only_bought + only_given + both) // (terms.buy + terms.get),
    )
    if terms.most_times is not None:
        times = min(times, terms.most_times)
    spare = only_bought + both - times * terms.buy
    return _cheapest(others, times * terms.get, shared=buys.keys(), spare=spare)


def _cheapest(units: Sequence[tuple[int, int]], wanted: int, *, shared: Collection[int], spare: int) -> dict[int, int]:
    """`wanted` units from the cheapest on, of those that are `shared` no more than can be spared."""
    counts: dict[int, int] = {}
    for n, count in reversed(units):
        is_shared = n in shared
        taken = min(count, wanted, spare) if is_shared else min(count, wanted)
        if taken:
            counts[n] = taken
        wanted -= taken
        spare -= taken if is_shared else 0
    return counts


def _free(terms: OfferTerms, lines: Sequence[Priced]) -> tuple[Share, ...]:
    """The cheapest units of what is free."""
    units = _units(places_of(terms.gets or Target(), lines), lines)
    wanted = terms.get * (terms.most_times or 1)
    return _shares(_cheapest(units, wanted, shared=(), spare=0), lines, WHOLE)


def _shares(counts: dict[int, int], lines: Sequence[Priced], percent_milli: int) -> tuple[Share, ...]:
    return tuple(
        Share(n, count * 1000 * percent_milli, lines[n].line.quantity_milli * WHOLE)
        for n, count in sorted(counts.items())
    )
