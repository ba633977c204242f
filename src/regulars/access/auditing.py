"""The audit log: written in the transaction it tells of, each entry sealed with the one before it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings

from regulars.access.models import AuditEntry
from regulars.access.rules import Actor
from regulars.storage.ending import Turn, at_the_end
from regulars.storage.writing import LockSpace, names_lock, rows_insert

_COLUMNS = ("n", "at", "actor", "verb", "subject_kind", "subject_id", "facts", "mac")
# What the first entry is sealed with.
_BEGINNING = "0" * 64


class _Told(NamedTuple):
    """An entry before it has its place and its seal; facts as JSON text."""

    at: datetime
    actor: str
    verb: str
    subject_kind: str
    subject_id: int
    facts: str


class AuditHead(NamedTuple):
    """How long the log is and its last seal: kept elsewhere, it shows later whether the end was cut off."""

    n: int
    mac: str


def audit_record(
    *,
    actor: Actor,
    verb: str,
    subject_kind: str,
    subject_ids: Iterable[int],
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """One entry per subject is in the log when the caller's transaction ends, or neither is. Inside `writing()`."""
    told = _facts_text(facts or {})
    entries = [_Told(at, actor.key, verb, subject_kind, subject, told) for subject in subject_ids]
    at_the_end(_append, entries, turn=Turn.SEALING)


def _facts_text(facts: Mapping[str, object]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)


def _append(entries: list[_Told]) -> None:
    """The entries stand at the end of the log. Two queries; on PostgreSQL nobody else appends until we are done."""
    names_lock(["audit"], space=LockSpace.AUDIT)
    n, mac = audit_head()
    key = _key()
    rows = []
    for n, told in enumerate(entries, n + 1):  # noqa: B020  (goes on counting)
        mac = _seal(key, mac, n, told)
        rows.append((n, *told, mac))
    rows_insert(AuditEntry, _COLUMNS, rows)


def audit_head() -> AuditHead:
    """The last place and seal of the log. One query."""
    last = AuditEntry.objects.order_by("-n").values_list("n", "mac").first()
    return AuditHead(*last) if last else AuditHead(0, _BEGINNING)


def _key() -> bytes:
    return bytes.fromhex(settings.DATA_FOLDER.secret("audit"))


def _seal(key: bytes, before: str, n: int, told: _Told) -> str:
    at = told.at.astimezone(UTC).isoformat(timespec="microseconds")
    row = json.dumps([before, n, at, *told[1:]], ensure_ascii=False)
    return hmac.new(key, row.encode(), hashlib.sha256).hexdigest()


def audit_differences(*, kept: AuditHead | None = None) -> Iterator[str]:
    """What is wrong with the log, a sentence each; nothing where every entry is as it was written. One query.

    `kept` is a head that was noted down elsewhere: the log must have gone through it.
    """
    key = _key()
    before, expected = _BEGINNING, 1
    reached = kept is None
    for row in AuditEntry.objects.order_by("n").iterator(chunk_size=5_000):
        if row.n != expected:
            yield _gap(expected, row.n)
        told = _Told(row.at, row.actor, row.verb, row.subject_kind, row.subject_id, _facts_text(row.facts))
        if _seal(key, before, row.n, told) != row.mac:
            yield f"Entry {row.n} is not as it was written, or not where it was written."
        reached = reached or kept == AuditHead(row.n, row.mac)
        before, expected = row.mac, row.n + 1
    if kept is not None and not reached:
        yield f"The log does not go through entry {kept.n} with the seal noted down: its end was cut off or rewritten."


def _gap(expected: int, found: int) -> str:
    if found - expected == 1:
        return f"Entry {expected} is missing."
    return f"Entries {expected} to {found - 1} are missing."
