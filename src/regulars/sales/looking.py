"""Looks at a person's history that leave a trace."""

from collections.abc import Collection
from datetime import datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.sales.timeline import MOMENT_KINDS, TimelinePage, timeline_page
from regulars.storage.writing import writing


def timeline_open(
    customer_id: int,
    *,
    kinds: Collection[str] = MOMENT_KINDS,
    limit: int = 20,
    cursor: str | None = None,
    actor: Actor,
    at: datetime,
) -> TimelinePage:
    """A part of the customer's timeline, as `timeline_page`; that it was looked at is in the log.

    Raises Forbidden, CustomerUnknown, BadCursor.
    """
    page = timeline_page(customer_id, kinds=kinds, limit=limit, cursor=cursor, visible_to=actor)
    with writing():
        audit_record(actor=actor, verb="sales.timeline_open", subject_kind="customer", subject_ids=[customer_id], at=at)
    return page
