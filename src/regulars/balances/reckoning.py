"""What many sales earn under one policy: pure, as balances/rules.py says, with each rate worked out once."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from regulars.balances.policies import terms_form
from regulars.balances.rules import NO_RATE, EarningLine, Occasion, PolicyTerms, Rate, points_earned, rate_of, terms_by


class Earned(NamedTuple):
    """Points, and the terms they were earned by as a lot keeps them (policies.py, terms_form), as text."""

    points: int
    terms: str


class Reckoner:
    """The sales of one occasion: a day, a store, some tiers. Lots of the same terms share their text."""

    def __init__(self, policy_id: int, policy: PolicyTerms, occasion: Occasion) -> None:
        self._id, self._policy, self._occasion = policy_id, policy, occasion
        self._rules = [rule for rule in policy.rules if rule.kind != "visit" and rule.is_on(occasion)]
        self._asks = bool(policy.not_redeemable_categories) or any(rule.is_of_some_products for rule in self._rules)
        # By the rules that fit a product, and by product: few rates, and many products that share them.
        self._by_rules: dict[tuple[object, ...], Rate] = {}
        self._by_words: dict[tuple[str, str, str], Rate] = {}
        self._texts: dict[tuple[int, ...], str] = {}

    def earned(self, lines: Sequence[EarningLine], *, paid_with_points: int = 0) -> Earned:
        """What a sale of these lines earns, as `points_earned` says."""
        rates = [self._rate(line) for line in lines]
        if paid_with_points or not self._policy.counts_tax:
            terms = terms_by(self._id, self._policy, self._occasion, rates)
            return Earned(points_earned(terms, lines, paid_with_points=paid_with_points), self._text(rates))
        # A sum of fractions, without bringing it to lowest terms on the way.
        over, under = 0, 1
        for (per_minor, per_milli, _is_redeemable), line in zip(rates, lines, strict=True):
            net = line.net
            if net > 0:
                by = per_minor.denominator
                if under % by:
                    over, under = over * by, under * by
                over += per_minor.numerator * net * (under // by)
            if per_milli:
                by = per_milli.denominator
                if under % by:
                    over, under = over * by, under * by
                over += per_milli.numerator * line.quantity_milli * (under // by)
        return Earned(over // under, self._text(rates))

    def _rate(self, line: EarningLine) -> Rate:
        if line.is_gift_card:
            return NO_RATE
        words = (line.sku, line.category, line.brand) if self._asks else ("", "", "")
        rate = self._by_words.get(words)
        if rate is None:
            rate = self._by_words[words] = self._rate_by_rules(line)
        return rate

    def _rate_by_rules(self, line: EarningLine) -> Rate:
        fitting = tuple(n for n, rule in enumerate(self._rules) if rule.is_for(line.sku, line.category, line.brand))
        key = (*fitting, line.category in self._policy.not_redeemable_categories)
        rate = self._by_rules.get(key)
        if rate is None:
            rate = self._by_rules[key] = rate_of(line, self._rules, self._policy)
        return rate

    def _text(self, rates: Sequence[Rate]) -> str:
        """As JSON, once for all sales of as many lines with the same rates."""
        key = tuple(map(id, rates))
        text = self._texts.get(key)
        if text is None:
            terms = terms_by(self._id, self._policy, self._occasion, rates)
            text = self._texts[key] = json.dumps(terms_form(terms), separators=(",", ":"))
        return text
