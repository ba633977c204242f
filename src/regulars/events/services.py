"""Telling what happened."""

from collections.abc import Iterable
from datetime import datetime

from regulars.events.models import Event
from regulars.storage.writing import rows_insert


def events_record(*, kind: str, subjects: Iterable[tuple[int, int | None]], at: datetime) -> None:
    """One event per (subject, customer) is in the outbox, in the caller's transaction. Inside `writing()`."""
    rows_insert(
        Event,
        ("at", "kind", "subject_id", "customer_id"),
        [(at, kind, subject, customer) for subject, customer in subjects],
    )
