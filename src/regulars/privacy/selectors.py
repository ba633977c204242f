"""Reading what customers agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regulars.access.rules import Actor
from regulars.privacy.models import ConsentEntry


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
