"""Who is on the basket: tiers with what is missing to the next, and balances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from regulars.access.rules import Actor
from regulars.balances.selectors import balances_of
from regulars.checkout.answers import Standing, TierStanding
from regulars.core.attributes import Attribute, Measure, Type, attributes
from regulars.core.money import amount_text, milli_text
from regulars.groups.models import Membership
from regulars.sales.models import CustomerFacts
from regulars.segments.asking import Summed, rules_summed
from regulars.segments.language.terms import NotComparableError, held
from regulars.segments.language.tree import Always, Compare, Operator, Term
from regulars.segments.live import Live, live_now
from regulars.segments.resolving import Named


def standing_of(customer_id: int, name: str, *, at: datetime, visible_to: Actor) -> Standing:
    """The customer's standing. Three queries and those of `balances_of`; two more for each set of tiers whose next rule
    is about days. Raises Forbidden.
    """
    balances = balances_of(customer_id, at=at, visible_to=visible_to)
    return Standing(
        customer_id=customer_id,
        name=name,
        tiers=tuple(tiers_of(customer_id, at=at)),
        points=balances.points,
        points_pending=balances.points_pending,
        points_worth=balances.points_value,
        credit=balances.credit,
        account=balances.account,
        account_left=balances.account_left,
    )


def tiers_of(customer_id: int, *, at: datetime) -> Sequence[TierStanding]:
    """The customer's tiers by the names of their sets. Three queries, two more for each rule that is about days."""
    rows = Membership.objects.filter(customer_id=customer_id, group__kind="tier").order_by("group__tier_set__name")
    since = dict(rows.values_list("group_id", "since"))
    if not since:
        return []
    live = live_now()
    facts: Mapping[str, object] = dict(CustomerFacts.objects.filter(customer_id=customer_id).values().first() or {})
    looking = _Looking(live, customer_id, facts, live.today(at))
    return [looking.standing(live.names.groups[id_], day) for id_, day in since.items() if id_ in live.names.groups]


class _Goal(NamedTuple):
    """The least value of a term that a rule asks for."""

    term: Term
    attribute: Attribute
    type_: Type
    least: int


# What a table calls the columns that relations call otherwise.
_COLUMNS = {"units": "units_milli"}


@dataclass(frozen=True, slots=True)
class _Looking:
    live: Live
    customer_id: int
    facts: Mapping[str, object]
    today: date

    def standing(self, tier: Named, since: date) -> TierStanding:
        told = TierStanding(tier.tier_set or "", tier.name, since)
        above = [each for each in self.live.names.groups.values() if self._is_above(each, tier)]
        if not above:
            return told
        upper = min(above, key=lambda each: each.rank)
        goal = self._goal(upper)
        if goal is None:
            return TierStanding(told.tier_set, told.tier, since, upper.name)
        missing = goal.least - self._value(goal)
        if missing <= 0:
            return TierStanding(told.tier_set, told.tier, since, upper.name)
        return TierStanding(
            told.tier_set, told.tier, since, upper.name, goal.term.name, self._shown(missing, goal.type_),
            goal.type_ is Type.MONEY,
        )  # fmt: skip

    @staticmethod
    def _is_above(other: Named, tier: Named) -> bool:
        return other.tier_set == tier.tier_set and other.rank > tier.rank and other.rule is not None

    def _goal(self, tier: Named) -> _Goal | None:
        """What the tier asks for, where that is one number that must be reached."""
        rule, terms = tier.rule, self.live.terms
        if not isinstance(rule, Compare) or rule.operator not in _LEAST:
            return None
        attribute = attributes().get(rule.term.name)
        if not isinstance(attribute, Measure):
            return None
        type_ = terms.type_of(attribute, rule.term.argument)
        try:
            least = held(rule.values[0], attribute, type_=type_, terms=terms, today=self.today)
        except NotComparableError:
            return None
        if not isinstance(least, int):
            return None
        return _Goal(rule.term, attribute, type_, least + _LEAST[rule.operator])

    def _value(self, goal: _Goal) -> int:
        whole = goal.attribute.whole if isinstance(goal.attribute, Measure) else ""
        if whole and not goal.term.filters and goal.term.window is None:
            found = self.facts.get(_COLUMNS.get(whole, whole), 0)
            return found if isinstance(found, int) else 0
        asked = Summed((Always(is_true=True),), (goal.term,), today=self.today, terms=self.live.terms)
        return rules_summed(asked, of=[self.customer_id]).sums[0]

    def _shown(self, amount: int, type_: Type) -> str:
        if type_ is Type.MONEY:
            return amount_text(amount, places=self.live.terms.places)
        return milli_text(amount) if type_ is Type.QUANTITY else str(amount)


# The comparisons that something is to be reached by, and how much more than the value is the least.
_LEAST = {Operator.AT_LEAST: 0, Operator.ABOVE: 1, Operator.BETWEEN: 0}
