"""Writing the audit log."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from regulars.access.models import AuditEntry
from regulars.access.rules import Actor


def audit_record(
    *,
    actor: Actor,
    verb: str,
    subject_kind: str,
    subject_ids: Iterable[int],
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """One entry per subject is in the log, in the caller's transaction."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at,
            actor=actor.name,
            verb=verb,
            subject_kind=subject_kind,
            subject_id=subject_id,
            facts=dict(facts or {}),
        )
        for subject_id in subject_ids
    )
