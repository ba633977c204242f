"""Who buys: what decides which offers and prices are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Membership:
    """A group or a tier the customer is in; a tier is told with its set."""

    group: int
    name: str
    since: date
    tier_set: str = ""

    @property
    def shown(self) -> str:
        """ "Loyalty: Gold", or the plain name of a group."""
        return f"{self.tier_set}: {self.name}" if self.tier_set else self.name


@dataclass(frozen=True, slots=True)
class Given:
    """An offer that was given to this customer alone: from when, and the last day it can be used."""

    grant: int
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """A customer, or with `customer` None whoever buys without a name.

    `memberships` by group. `used`: how often an offer was used by this customer, where that is limited. `given`: by
    offer. `codes`: the code that was told, by the offer it is for.
    """

    customer: int | None = None
    memberships: Mapping[int, Membership] = field(default_factory=dict)
    is_first_order: bool = False
    used: Mapping[int, int] = field(default_factory=dict)
    given: Mapping[int, Given] = field(default_factory=dict)
    codes: Mapping[int, str] = field(default_factory=dict)


ANONYMOUS = Buyer()
