"""Which policy is in force on a day, and which tiers customers hold: what earning asks for."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from regulars.balances.holding import day_read
from regulars.balances.policies import policy_of_form
from regulars.balances.rules import Occasion, PolicyTerms
from regulars.storage.reading import rows_among, rows_read

_POLICIES = "SELECT id, starts_on, terms FROM balances_policy ORDER BY starts_on, id"
# Who has no tier of a set yet holds its default one: so it is for a customer whom this very sale has brought.
_TIERS = """
    SELECT NULL AS customer_id, d.id, d.tier_set_id FROM groups_group AS d WHERE d.kind = 'tier' AND d.is_default
    UNION ALL
    SELECT m.customer_id, g.id, g.tier_set_id FROM groups_membership AS m JOIN groups_group AS g ON g.id = m.group_id
    WHERE g.kind = 'tier' AND
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A policy and its number. `tiers`: the groups it means by the names of tiers, whatever they are called now.

    `asks_for_products`: whether it matters what a product is called.
    """

    id: int
    starts_on: date
    terms: PolicyTerms
    tiers: Mapping[int, str]
    asks_for_tiers: bool
    asks_for_products: bool
    rewards_visits: bool

    def occasion(self, store: str, day: date, tiers: Collection[int]) -> Occasion:
        """A sale then and there to a customer who holds these tiers, in the words of the policy."""
        return Occasion(store, day, frozenset(self.tiers[id_] for id_ in tiers if id_ in self.tiers))


@dataclass(frozen=True, slots=True)
class Policies:
    """All versions, by the day they start and then as they were made."""

    versions: Sequence[Version]

    def on(self, day: date) -> Version | None:
        """The version in force on that day: of those that have started the latest."""
        return next((each for each in reversed(self.versions) if each.starts_on <= day), None)


def policies_now() -> Policies:
    """Every version of the loyalty policy. One query."""
    return _policies(tuple((id_, day_read(day), text) for id_, day, text in rows_read(_POLICIES)))


# A process reads each version once: its text says whether it is the same.
@lru_cache(maxsize=8)
def _policies(rows: tuple[tuple[int, date, str], ...]) -> Policies:
    return Policies([_version(id_, day, json.loads(text)) for id_, day, text in rows])


def _version(id_: int, starts_on: date, form: Mapping[str, Any]) -> Version:
    terms = policy_of_form(form)
    return Version(
        id=id_,
        starts_on=starts_on,
        terms=terms,
        tiers={group: name for name, groups in form.get("tiers", {}).items() for group in groups},
        asks_for_tiers=any(rule.tiers for rule in terms.rules),
        asks_for_products=bool(terms.not_redeemable_categories)
        or any(rule.is_of_some_products for rule in terms.rules),
        rewards_visits=any(rule.kind == "visit" for rule in terms.rules),
    )


def tiers_held(customer_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """The tiers that each of these customers holds at this moment. One query, none for no customers."""
    held: dict[int, dict[int, int]] = defaultdict(dict)
    default: dict[int, int] = {}
    for customer, tier, tier_set in rows_among(_TIERS, "m.customer_id", customer_ids):
        if customer is None:
            default[tier_set] = tier
        else:
            held[customer][tier_set] = tier
    return {customer: frozenset((default | held[customer]).values()) for customer in customer_ids}


def tiers_named(customer_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """As `tiers_held`, by what the tiers are called now: for terms that are no policy yet. Two queries."""
    held = tiers_held(customer_ids)
    names = dict(rows_read("SELECT id, name FROM groups_group WHERE kind = 'tier'")) if held else {}
    return {customer: frozenset(names[id_] for id_ in ids) for customer, ids in held.items()}
