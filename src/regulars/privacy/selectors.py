"""Reading what customers agreed to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from regulars.access.rules import Actor
from regulars.privacy.models import ConsentEntry
from regulars.storage.reading import rows_among

_WORDS = "SELECT customer_id, channel, is_given, at, id FROM privacy_consententry WHERE"
# The order in which the words were said.
_told = itemgetter(3, 4)


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """One yes or no, as it was given."""

    channel: str
    is_given: bool
    wording: str
    place: str
    actor: str
    at: datetime


def consent_history(customer_id: int, *, visible_to: Actor) -> Sequence[ConsentShown]:
    """Every yes and no of the customer, newest first. One query."""
    visible_to.require("customers.see")
    rows = ConsentEntry.objects.filter(customer_id=customer_id).order_by("-at", "-id")
    return [ConsentShown(row.channel, row.is_given, row.wording, row.place, row.actor, row.at) for row in rows]


def consents_held(history: Sequence[ConsentShown]) -> dict[str, bool]:
    """By channel the last word of a history that is newest first; a channel never spoken of is left out."""
    held: dict[str, bool] = {}
    for entry in history:
        held.setdefault(entry.channel, entry.is_given)
    return dict(sorted(held.items()))


def consents_given(customer_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """For each of the customers the channels that their last word is yes on; who said yes to none is left out.

    One query, none for no customers.
    """
    held: dict[int, set[str]] = {}
    for customer, channel, is_given, _at, _id in sorted(rows_among(_WORDS, "customer_id", customer_ids), key=_told):
        agreed = held.setdefault(customer, set())
        (agreed.add if is_given else agreed.discard)(channel)
    return {customer: frozenset(agreed) for customer, agreed in held.items() if agreed}
