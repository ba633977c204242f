"""Taking refused rows out of the house: they hold what the file said of people, so the log says who took them."""

import csv
from datetime import datetime
from pathlib import Path

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.exchange.imported import import_refused_file
from regulars.exchange.uploads import upload_refused_file
from regulars.storage.writing import writing


def import_refused_take(import_id: int, *, actor: Actor, at: datetime) -> Path | None:
    """The import's refused rows as CSV, None where none were refused; that they were taken is in the log.

    Raises Forbidden, ImportUnknown.
    """
    return _taken(import_refused_file(import_id, visible_to=actor), "import", import_id, actor, at)


def upload_refused_take(upload_id: int, *, actor: Actor, at: datetime) -> Path | None:
    """The rows that the trial of an upload refused, as CSV; that they were taken is in the log.

    Raises Forbidden, UploadUnknown.
    """
    return _taken(upload_refused_file(upload_id, visible_to=actor), "upload", upload_id, actor, at)


def _taken(path: Path | None, kind: str, id_: int, actor: Actor, at: datetime) -> Path | None:
    if path is None:
        return None
    with path.open(encoding="utf-8", newline="") as file:
        fields, *rows = csv.reader(file)
    with writing():
        audit_record(
            actor=actor, verb="exchange.refused_take", subject_kind=kind, subject_ids=[id_], at=at,
            facts={"fields": fields, "rows": len(rows)},
        )  # fmt: skip
    return path
