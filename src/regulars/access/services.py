"""Writing the audit log."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from regulars.access.models import AuditEntry
from regulars.access.rules import Actor
from regulars.storage.writing import rows_insert

_ENTRY = ("at", "actor", "verb", "subject_kind", "subject_id", "facts")


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
    told = json.dumps(dict(facts or {}), ensure_ascii=False)
    rows_insert(AuditEntry, _ENTRY, [(at, actor.name, verb, subject_kind, subject, told) for subject in subject_ids])
