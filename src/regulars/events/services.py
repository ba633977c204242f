"""Telling what happened."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from regulars.events.models import Event
from regulars.storage.writing import rows_insert


class Told(NamedTuple):
    """Something that happened to a subject; `customer`: whom it is about."""

    kind: str
    subject: int
    customer: int | None


def events_record(*, kind: str, subjects: Iterable[tuple[int, int | None]], at: datetime) -> None:
    """One event per (subject, customer) is in the outbox, in the caller's transaction. Inside `writing()`."""
    events_tell([Told(kind, subject, customer) for subject, customer in subjects], at=at)


def events_tell(told: Iterable[Told], *, at: datetime) -> None:
    """What was told, of whatever kinds, is in the outbox in its order. Inside `writing()`."""
    rows_insert(Event, ("at", "kind", "subject_id", "customer_id"), [(at, *each) for each in told])
