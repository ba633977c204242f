"""Reading what customers agreed to, and what they ask for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.privacy.models import ConsentEntry, PrivacyRequest
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


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request for data or erasure; an empty outcome: it waits."""

    id: int
    customer_id: int
    name: str
    kind: str
    place: str
    asked_at: datetime
    due_on: date
    outcome: str
    closed_at: datetime | None


def consent_history(customer_id: int, *, visible_to: Actor) -> Sequence[ConsentShown]:
    """Every yes and no of the customer, newest first; none of another's for a customer. One query. Raises Forbidden."""
    visible_to.require("customers.see")
    if visible_to.reach("customers.see") is Reach.SELF and visible_to.customer_id != customer_id:
        return []
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


def requests_list(*, limit: int, visible_to: Actor) -> Sequence[RequestShown]:
    """The requests of all customers: those that wait, the soonest due first, then the newest. Two queries.

    Raises Forbidden.
    """
    visible_to.require("privacy.see")
    every = PrivacyRequest.objects.select_related("customer")
    waiting = every.filter(outcome="").order_by("due_on", "id")[:limit]
    return [*map(_shown, waiting), *map(_shown, every.exclude(outcome="").order_by("-closed_at", "-id")[:limit])]


def requests_of(customer_id: int, *, visible_to: Actor) -> Sequence[RequestShown]:
    """The requests of a customer, the newest first; none of another's for a customer. One query. Raises Forbidden."""
    visible_to.require("privacy.request")
    if visible_to.reach("privacy.request") is Reach.SELF and visible_to.customer_id != customer_id:
        return []
    rows = PrivacyRequest.objects.select_related("customer").filter(customer_id=customer_id).order_by("-id")
    return [_shown(row) for row in rows]


def _shown(row: PrivacyRequest) -> RequestShown:
    # By name: the customers stand above.
    name: str = row.customer.name
    return RequestShown(
        row.id, row.customer_id, name, row.kind, row.place, row.asked_at, row.due_on, row.outcome, row.closed_at
    )
