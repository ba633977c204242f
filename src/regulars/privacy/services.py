"""Recording what customers agreed to."""

from datetime import datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.privacy.errors import UnknownChannel
from regulars.privacy.models import CONSENT_CHANNELS, ConsentEntry
from regulars.storage.writing import writing


def consent_record(
    customer_id: int, *, channel: str, is_given: bool, wording: str, place: str, actor: Actor, at: datetime
) -> None:
    """The customer's yes or no to this channel holds from `at` on; what was said before stays as evidence.

    Raises Forbidden, UnknownChannel. The customer must exist.
    """
    actor.require("customers.edit")
    if channel not in CONSENT_CHANNELS:
        raise UnknownChannel(channel=channel, known=", ".join(CONSENT_CHANNELS))
    with writing():
        ConsentEntry.objects.create(
            customer_id=customer_id,
            channel=channel,
            is_given=is_given,
            wording=wording,
            place=place,
            actor=actor.name,
            at=at,
        )
        audit_record(
            actor=actor,
            verb="privacy.consent_record",
            subject_kind="customer",
            subject_ids=[customer_id],
            at=at,
            facts={"channel": channel, "is_given": is_given},
        )
