"""The combination of offers that saves the customer most: exact, by branch and bound (balances.md, rules 14 and 18).

Every effect only lowers what lines cost, and a line that costs less before never costs more after (effects.py). So
what an offer saves on its own, from where the search stands, is the most it can still save, and taking everything that
is left, whether or not it may be combined, is the least the basket can still cost. A branch that cannot beat the best
found so far by either is not entered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from regulars.offers.engine.effects import ItemEffect, OrderEffect
from regulars.offers.engine.terms import Offer

# So many applicable offers are searched to the end; of more, those that save most alone.
MOST_PROVEN = 12


class Candidate(NamedTuple):
    """An offer that applies, with what it does, and what it saves alone."""

    offer: Offer
    effect: ItemEffect | OrderEffect
    alone: int

    @property
    def is_of_order(self) -> bool:
        return isinstance(self.effect, OrderEffect)


# The greater, the better: saves more, fewer offers, higher priorities, lower numbers.
Rank = tuple[int, int, tuple[int, ...], tuple[int, ...]]


def rank_of(offers: Sequence[Offer], saves: int) -> Rank:
    """The place of a combination among all."""
    priorities = tuple(sorted((each.terms.priority for each in offers), reverse=True))
    return saves, -len(offers), priorities, tuple(-id_ for id_ in sorted(each.id for each in offers))


class Chosen(NamedTuple):
    """The best combination, in the order in which it applies."""

    candidates: tuple[Candidate, ...]
    is_bounded: bool


def in_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The order in which offers apply: those on items, then those on the order; each by their stated order."""
    return sorted(candidates, key=lambda each: (each.is_of_order, each.offer.terms.stack, each.offer.id))


def best_chosen(candidates: Sequence[Candidate], nets: Sequence[int], *, no_goods: int) -> Chosen:
    """The best of all combinations that are allowed.

    `nets`: what the lines cost before any offer; `no_goods`: the part of it that no minimum counts (gift cards).
    """
    if len(candidates) <= MOST_PROVEN:
        return Chosen(_searched(candidates, nets, no_goods), is_bounded=False)
    by_worth = sorted(candidates, key=lambda each: (-each.alone, -each.offer.terms.priority, each.offer.id))
    found = _searched(by_worth[:MOST_PROVEN], nets, no_goods)
    return Chosen(_with_more(found, by_worth[MOST_PROVEN:], nets, no_goods), is_bounded=True)


def _searched(candidates: Sequence[Candidate], nets: Sequence[int], no_goods: int) -> tuple[Candidate, ...]:
    ordered = in_order(candidates)
    items = [each for each in ordered if not each.is_of_order]
    search = _Search(items, ordered[len(items) :], no_goods, sum(nets))
    search.items_from(0, list(nets), ())
    return search.best


def _with_more(
    found: tuple[Candidate, ...], more: Sequence[Candidate], nets: Sequence[int], no_goods: int
) -> tuple[Candidate, ...]:
    """The combination with those of the rest, one after the other, that make it better."""
    for each in more:
        tried = tuple(in_order([*found, each]))
        if (now := combination_saves(tried, nets, no_goods=no_goods)) is not None and now > (
            combination_saves(found, nets, no_goods=no_goods) or 0
        ):
            found = tried
    return found


def combination_saves(chosen: Sequence[Candidate], nets: Sequence[int], *, no_goods: int) -> int | None:
    """What these offers save together, applied in order; None where they may not be combined."""
    families = [each.offer.terms.family for each in chosen if each.offer.terms.family]
    if len(set(families)) < len(families):
        return None
    left = list(nets)
    goods = sum(left) - no_goods
    for each in chosen:
        if not each.is_of_order:
            left = each.effect.after(left)
            goods = sum(left) - no_goods
    if any(goods < _minimum_after(each) for each in chosen):
        return None
    for each in chosen:
        if each.is_of_order:
            left = each.effect.after(left)
    return sum(nets) - sum(left)


def _minimum_after(candidate: Candidate) -> int:
    """What the goods must cost after the item offers for this one to be allowed."""
    given = candidate.offer.terms.conditions
    return given.minimum if given.is_minimum_after else 0


@dataclass(slots=True)
class _Search:
    """A walk through the combinations in the order in which offers apply, the offer taken before it is left."""

    items: Sequence[Candidate]
    orders: Sequence[Candidate]
    no_goods: int
    before: int
    best: tuple[Candidate, ...] = ()
    best_rank: Rank = (0, 0, (), ())
    is_plain: bool = field(init=False)

    def __post_init__(self) -> None:
        """Order offers that are all about the same lines need not be spread to know what they save."""
        self.is_plain = len({each.effect.places for each in self.orders if isinstance(each.effect, OrderEffect)}) <= 1

    def items_from(self, n: int, nets: list[int], chosen: tuple[Candidate, ...]) -> None:
        """Every combination of the item offers from the n-th on, after those chosen."""
        if n == len(self.items):
            self._orders_begin(nets, chosen)
            return
        if self._is_hopeless(self._most_from(n, nets, chosen), chosen):
            return
        each = self.items[n]
        if _is_free(each, chosen):
            after = each.effect.after(nets)
            if self._is_enough(after, (*chosen, each)):
                self.items_from(n + 1, after, (*chosen, each))
        self.items_from(n + 1, nets, chosen)

    def _orders_begin(self, nets: list[int], chosen: tuple[Candidate, ...]) -> None:
        goods = sum(nets) - self.no_goods
        orders = [each for each in self.orders if goods >= _minimum_after(each)]
        self._orders_from(orders, nets, chosen)

    def _orders_from(self, orders: Sequence[Candidate], nets: list[int], chosen: tuple[Candidate, ...]) -> None:
        """Every combination of these order offers, after those chosen."""
        self._weigh(chosen, self.before - sum(nets))
        if not orders:
            return
        bound = self.before - sum(nets) + _most_of_each(orders, nets, chosen)
        if self._is_hopeless(bound, chosen):
            return
        for n, each in enumerate(orders):
            if _is_free(each, chosen):
                self._orders_from(orders[n + 1 :], each.effect.after(nets), (*chosen, each))

    def _weigh(self, chosen: tuple[Candidate, ...], saves: int) -> None:
        if saves < self.best_rank[0]:
            return
        rank = rank_of([each.offer for each in chosen], saves)
        if rank > self.best_rank:
            self.best, self.best_rank = chosen, rank

    def _is_enough(self, nets: list[int], chosen: tuple[Candidate, ...]) -> bool:
        """Whether the goods still cost what the chosen offers ask for."""
        most = max(map(_minimum_after, chosen))
        return most == 0 or sum(nets) - self.no_goods >= most

    def _is_hopeless(self, bound: int, chosen: tuple[Candidate, ...]) -> bool:
        """Whether a combination that begins so and saves `bound` at most is worse than the best."""
        saves, count = self.best_rank[:2]
        return bound < saves or (bound == saves and len(chosen) > -count)

    def _most_from(self, n: int, nets: list[int], chosen: tuple[Candidate, ...]) -> int:
        """No combination that goes on from here saves more."""
        rest = [each for each in self.items[n:] if _is_free(each, chosen)]
        orders = [each for each in self.orders if _is_free(each, chosen)]
        saved = self.before - sum(nets)
        each_alone = saved + _most_of_each([*rest, *orders], nets, chosen)
        if each_alone < self.best_rank[0]:
            return each_alone
        least = nets
        for each in rest:
            least = each.effect.after(least)
        return min(each_alone, self.before - sum(least) + self._most_of_orders(orders, nets, least))

    def _most_of_orders(self, orders: Sequence[Candidate], nets: list[int], least: list[int]) -> int:
        """What the order offers save at most, relative to the least the lines can cost.

        The total after all of them is no less than what they leave of the least, where all are about the same lines;
        otherwise none takes off more than it would from here.
        """
        if not self.is_plain:
            return sum(_alone(each, nets) for each in orders)
        effects = [each.effect for each in orders if isinstance(each.effect, OrderEffect)]
        left = worth = sum(least[place] for place in effects[0].places) if effects else 0
        for effect in effects:
            left -= effect.off(left)
        return worth - left


def _is_free(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether its family is not taken yet."""
    family = candidate.offer.terms.family
    return not family or all(each.offer.terms.family != family for each in chosen)


def _most_of_each(candidates: Sequence[Candidate], nets: list[int], chosen: Sequence[Candidate]) -> int:
    """What they would save if each were alone with these lines; of a family the one that saves most."""
    whole = 0
    families: dict[str, int] = {}
    for each in candidates:
        saves = _alone(each, nets) if _is_free(each, chosen) else 0
        family = each.offer.terms.family
        if family:
            families[family] = max(families.get(family, 0), saves)
        else:
            whole += saves
    return whole + sum(families.values())


def _alone(candidate: Candidate, nets: list[int]) -> int:
    effect = candidate.effect
    if isinstance(effect, OrderEffect):
        return effect.off(sum(nets[place] for place in effect.places))
    return sum(nets) - sum(effect.after(nets))
