"""Imports in the background: a task tries or runs an upload, tells how far it is, and stops when it is told to.

While an import holds its one transaction nobody else may write on SQLite. So how far it is, and that it is to stop,
stand in two small files beside the uploaded ones.
"""

import json
import logging
import os
import shutil
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django_tasks import task

from regulars.access.auditing import audit_record
from regulars.access.rules import OPERATOR, Actor
from regulars.access.selectors import person_actor, tokens_list
from regulars.core.checks import text_fit
from regulars.core.errors import RegularsError
from regulars.core.text import marked as _
from regulars.exchange.errors import ImportBroken, ImportCancelled, UploadActorGone
from regulars.exchange.mapping import FileMapping, mapping_of, mapping_with
from regulars.exchange.models import Import, Upload
from regulars.exchange.refused import REFUSED_FILE
from regulars.exchange.services import ImportResult, import_run
from regulars.storage.writing import writing

# States of an upload that somebody works on.
WORKING = ("looking", "importing")
FILES, _PROGRESS, _CANCEL = "files", "progress.json", "cancel"
_log = logging.getLogger("regulars.background")


class ImportBrokenError(Exception):
    """A bug ended a task. Says where, and holds none of the values that were at hand: it is kept with the task."""


class _End(NamedTuple):
    """How the work on an upload ended; `broken` is the place of the bug that ended it."""

    state: str
    told: Mapping[str, object] = MappingProxyType({})
    broken: str = ""


@task()
def upload_worked(upload_id: int) -> None:
    """What was last asked of the upload is done, or it says why not; an upload that is gone or at rest stays so."""
    row = Upload.objects.filter(id=upload_id, state__in=WORKING).first()
    if row is None:
        return
    folder = UploadFolder.of(row.id)
    end = _attempt(row, folder)
    with writing():
        Upload.objects.filter(id=row.id).update(state=end.state, task="", **{"refusal": None, **end.told})
        if end.state == "cancelled":
            folder.cancel_record(row.id)
    if end.state == "done":
        folder.remove()
    if end.broken:
        _log.error("Upload %s failed: %s", row.id, end.broken)
        raise ImportBrokenError(end.broken)


def _attempt(row: Upload, folder: "UploadFolder") -> _End:
    """Neither the message nor the locals of an error get out: they may hold what the file says of people."""
    try:
        return _worked(row, folder)
    except ImportCancelled:
        return _End("cancelled")
    except RegularsError as refusal:
        return _End("failed", {"refusal": refusal_told(refusal)})
    except Exception as error:  # noqa: BLE001  (whoever waits for it must hear that it ended)
        kind, place = type(error).__name__, _place(error)
        refusal_of_ours = ImportBroken(kind=kind, place=place)
        return _End("failed", {"refusal": refusal_told(refusal_of_ours)}, f"{kind} at {place}")


def _worked(row: Upload, folder: "UploadFolder") -> _End:
    if Import.objects.filter(upload=row).exists():
        # The process ended after it had kept the import, and before it could say so.
        return _End("done")
    folder.begin()
    is_try = row.state == "looking"
    result = import_run(
        paths=folder.files([file["name"] for file in row.files]),
        mapping=mapping_asked(row),
        store=row.options["store"] or None,
        create_stores=row.options["create_stores"],
        dry_run=is_try,
        actor=_actor_behind(row.actor_key),
        at=row.asked_at,
        progress=folder.progress,
        upload=row.id,
        refused_into=folder.path if is_try else None,
    )
    return _End("looked" if is_try else "done", {"outcome": _outcome(result)})


def mapping_asked(row: Upload) -> FileMapping:
    """The mapping to read the upload with. Raises TextUnfit; what `mapping_of` and `mapping_with` raise."""
    mapping = mapping_of(row.mapping, name=row.preset or "upload")
    text_fit(mapping.name, field=_("name of a mapping"), longest=200, least=1)
    return mapping_with(mapping, row.options["settings"])


def _actor_behind(key: str) -> Actor:
    """Who asked, with the rights they have now. Raises UploadActorGone."""
    kind, _colon, number = key.partition(":")
    if key == OPERATOR.key:
        return OPERATOR
    found = person_actor(int(number)) if kind == "person" else _token_actor(key)
    if found is None:
        raise UploadActorGone
    return found


def _token_actor(key: str) -> Actor | None:
    tokens = (token for token in tokens_list(visible_to=OPERATOR) if f"token:{token.id}" == key)
    return next((Actor(key=key, name=t.name, role=t.role) for t in tokens if t.revoked_at is None), None)


def _outcome(result: ImportResult) -> Mapping[str, Any]:
    return {
        "reconciliation": result.reconciliation.as_json(),
        "refused_first": [row._replace(value=_without_zeros(row.value))._asdict() for row in result.refused_first],
    }


def refusal_told(refusal: RegularsError) -> Mapping[str, Any]:
    """A refusal as it is kept: its sentence can still be translated when it is shown."""
    facts = {name: _without_zeros(str(fact)) for name, fact in refusal.facts.items()}
    return {"code": refusal.code, "message": refusal.message, "facts": facts}


def _without_zeros(text: str) -> str:
    """A text that every database keeps: a zero byte has no place in JSON on PostgreSQL."""
    return text.replace("\x00", "\ufffd")


def _place(error: BaseException) -> str:
    """The last line of ours that the error went through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "regulars" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def uploads_folder() -> Path:
    folder: Path = settings.DATA_FOLDER.path
    return folder / "uploads"


@dataclass(slots=True)
class UploadFolder:
    """Where an upload's files lie, and how far the work on them is."""

    path: Path
    _told: tuple[str, int] | None = field(default=None, init=False)

    @classmethod
    def of(cls, upload_id: int) -> "UploadFolder":
        return cls(uploads_folder() / str(upload_id))

    def files(self, names: Iterable[str]) -> list[Path]:
        """The uploaded files; the names are those they were kept under."""
        return [self.path / FILES / name for name in names]

    @property
    def refused(self) -> Path:
        """The refused rows of the dry run; perhaps there are none."""
        return self.path / REFUSED_FILE

    def begin(self) -> None:
        """Nothing of an earlier run is left but the files."""
        for name in (_PROGRESS, REFUSED_FILE):
            (self.path / name).unlink(missing_ok=True)

    def ask_again(self) -> None:
        """Somebody asked anew: an earlier wish to stop does not count any more."""
        self.begin()
        (self.path / _CANCEL).unlink(missing_ok=True)

    def progress(self, step: str, done: int, total: int) -> None:
        """How far it is stands in the folder, whole percents of each step. Raises ImportCancelled."""
        if self.is_to_stop:
            raise ImportCancelled
        told = (step, done * 100 // max(total, 1))
        if told != self._told:
            self._told = told
            _write(self.path / _PROGRESS, json.dumps({"step": step, "done": done, "total": total}))

    def progress_read(self) -> tuple[str, int, int] | None:
        """Step, done, total; None before the work has begun."""
        try:
            told = json.loads((self.path / _PROGRESS).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return told["step"], told["done"], told["total"]

    def cancel(self, *, actor: Actor, at: datetime) -> None:
        """Whoever works on it stops at the next look; where the files are gone there is nothing to stop."""
        if self.path.is_dir():
            _write(self.path / _CANCEL, json.dumps({"actor": actor.key, "at": at.isoformat()}))

    @property
    def is_to_stop(self) -> bool:
        return (self.path / _CANCEL).exists()

    def cancel_record(self, upload_id: int) -> None:
        """Who stopped it, and when, is in the log. Inside `writing()`."""
        told = json.loads((self.path / _CANCEL).read_text("utf-8"))
        upload_record("cancel", upload_id, actor_key=told["actor"], at=datetime.fromisoformat(told["at"]))

    def remove(self) -> None:
        """Nothing is left of it."""
        shutil.rmtree(self.path, ignore_errors=True)


def upload_record(
    act: str, upload_id: int, *, actor_key: str, at: datetime, facts: Mapping[str, object] | None = None
) -> None:
    """What was done with the upload is in the log. Inside `writing()`."""
    actor = Actor(key=actor_key, name="", role=OPERATOR.role)
    verb = f"exchange.upload_{act}"
    audit_record(actor=actor, verb=verb, subject_kind="upload", subject_ids=[upload_id], at=at, facts=facts)


def _write(path: Path, text: str) -> None:
    """The file holds the text, whole at every moment, for its owner only."""
    beside = path.with_name(f"{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)
