"""Uploads: files that came over the network are mapped, tried, imported in the background, cancelled or discarded.

uploaded → looking → looked → importing → done; work may also end as failed or cancelled, and be asked for again.
The pages and the API call what is here; the work itself is in jobs.py.
"""

import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django_tasks_db.models import DBTaskResult

from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.exchange.errors import ImportCutOff, UploadBusy, UploadDone, UploadNotTried, UploadUnknown
from regulars.exchange.guessing import FileHead, heads_read, preset_guessed
from regulars.exchange.jobs import (
    FILES,
    WORKING,
    UploadFolder,
    mapping_asked,
    refusal_told,
    upload_record,
    upload_worked,
    uploads_folder,
)
from regulars.exchange.mapping import preset_text
from regulars.exchange.models import Import, Upload
from regulars.exchange.staging.figures import RefusedRow
from regulars.exchange.uploading import Incoming, files_keep
from regulars.exchange.wording import mapping_proposed, mapping_written
from regulars.storage.writing import writing

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """What is said beside the mapping; `settings` are options of [file], such as {"date_format": "DMY"}."""

    store: str = ""
    create_stores: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it is kept: its harmless name and its bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it failed. `message % facts` is the sentence; a door translates the message first."""

    code: str
    message: str
    facts: Mapping[str, str]

    def __str__(self) -> str:
        return self.message % self.facts


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far the work is."""

    step: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class UploadShown:
    """An upload as pages and the API show it.

    `reconciliation` is as `Reconciliation.as_json` writes it: of the dry run, later of the import. `progress` is None
    while nobody has begun; `import_id` is None where nothing was new.
    """

    id: int
    state: str
    files: tuple[UploadedFile, ...]
    preset: str
    mapping: str
    options: UploadOptions
    at: datetime
    asked_at: datetime
    actor: str
    refusal: Refusal | None
    reconciliation: Mapping[str, Any] | None
    refused_first: tuple[RefusedRow, ...]
    has_refused_file: bool
    progress: UploadProgress | None
    is_stopping: bool
    import_id: int | None

    @property
    def is_working(self) -> bool:
        return self.state in WORKING


def upload_begin(files: Sequence[Incoming], *, actor: Actor, at: datetime) -> int:
    """The files are kept for a day, with a mapping proposed for them; the id of the upload.

    Uploads that are older are gone. Raises Forbidden; what `files_keep` and `heads_read` raise: then nothing is kept.
    """
    actor.require("exchange.import")
    uploads_expire(at=at)
    arriving = UploadFolder(uploads_folder() / f"arriving-{secrets.token_hex(8)}")
    uploads_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    arriving.path.mkdir(mode=0o700)
    try:
        paths = files_keep(files, folder=arriving.path / FILES)
        heads = heads_read(paths[0])
        with writing():
            row = _created(paths, heads, actor=actor, at=at)
            home = UploadFolder.of(row.id)
            # Ids of uploads that were rolled back may come again; nothing of theirs may be left.
            home.remove()
            arriving.path.rename(home.path)
            facts = {"files": len(paths), "bytes": sum(file["size"] for file in row.files)}
            upload_record("begin", row.id, actor_key=actor.key, at=at, facts=facts)
            return row.id
    except BaseException:
        arriving.remove()
        raise


def _created(paths: Sequence[Path], heads: Sequence[FileHead], *, actor: Actor, at: datetime) -> Upload:
    preset = next((name for head in heads if (name := preset_guessed(head))), "")
    own = mapping_written(mapping_proposed(heads[0], name=paths[0].name))
    return Upload.objects.create(
        state="uploaded",
        files=[{"name": path.name, "size": path.stat().st_size} for path in paths],
        heads=[asdict(head) for head in heads],
        preset=preset,
        mapping=preset_text(preset) if preset else own,
        options=asdict(UploadOptions()),
        actor_key=actor.key,
        actor=actor.name,
        at=at,
        asked_at=at,
    )


def upload_look(
    upload_id: int, *, mapping: str, preset: str = "", options: UploadOptions, actor: Actor, at: datetime
) -> None:
    """The upload is being tried with the mapping (TOML): everything an import does, and nothing of it is kept.

    `preset` is the preset that the mapping is, if it is one. Raises Forbidden, UploadUnknown, UploadBusy, UploadDone;
    PresetUnknown, TextUnfit; what `mapping_of` and `mapping_with` raise.
    """
    actor.require("exchange.import")
    if preset:
        preset_text(preset)
    _check_options(options)
    with writing():
        row = _at_rest(upload_id)
        row.mapping, row.preset, row.options = mapping, preset, asdict(options)
        mapping_asked(row)
        row.outcome = None
        _ask(row, "look", actor=actor, at=at)


def upload_run(upload_id: int, *, actor: Actor, at: datetime) -> None:
    """The upload is being imported as it was tried last. Raises as `upload_look`; UploadNotTried."""
    actor.require("exchange.import")
    with writing():
        row = _at_rest(upload_id)
        if row.outcome is None:
            raise UploadNotTried
        _ask(row, "run", actor=actor, at=at)


def upload_cancel(upload_id: int, *, actor: Actor, at: datetime) -> None:
    """The work on the upload stops within a moment and keeps nothing; what is at rest stays as it is.

    Works while the import holds the database: it is a file that says so. Raises Forbidden, UploadUnknown.
    """
    actor.require("exchange.import")
    row = _found(upload_id)
    if row.state not in WORKING:
        return
    folder = UploadFolder.of(row.id)
    folder.cancel(actor=actor, at=at)
    if _cut_off([row]):
        with writing():
            Upload.objects.filter(id=row.id, state=row.state).update(state="cancelled", task="")
            folder.cancel_record(row.id)


def upload_discard(upload_id: int, *, actor: Actor, at: datetime) -> None:
    """Nothing is left of the upload; what was imported of it stays. Raises Forbidden, UploadUnknown, UploadBusy."""
    actor.require("exchange.import")
    with writing():
        row = _locked(upload_id)
        if row.state in WORKING and not _cut_off([row]):
            raise UploadBusy
        row.delete()
        upload_record("discard", upload_id, actor_key=actor.key, at=at)
    UploadFolder.of(upload_id).remove()


def uploads_expire(*, at: datetime) -> None:
    """Uploads of which nobody wanted anything for a day are gone, and so are files that belong to none."""
    late = at - KEPT
    expired = list(Upload.objects.filter(asked_at__lt=late).values_list("id", flat=True))
    if expired:
        with writing():
            Upload.objects.filter(id__in=expired, asked_at__lt=late).delete()
    if not uploads_folder().is_dir():
        return
    kept = {str(id_) for id_ in Upload.objects.values_list("id", flat=True)}
    for folder in uploads_folder().iterdir():
        if folder.name in map(str, expired) or (folder.name not in kept and folder.stat().st_mtime < late.timestamp()):
            shutil.rmtree(folder, ignore_errors=True)


def _check_options(options: UploadOptions) -> None:
    text_fit(options.store, field=_("name of a store"), longest=100)
    for name, value in options.settings.items():
        text_fit(value, field=name, longest=200)


def _at_rest(upload_id: int) -> Upload:
    """The upload, locked. Raises UploadUnknown, UploadBusy while somebody works on it, UploadDone."""
    row = _locked(upload_id)
    if row.state == "done" or Import.objects.filter(upload=row).exists():
        raise UploadDone
    if row.state in WORKING and not _cut_off([row]):
        raise UploadBusy
    if not UploadFolder.of(row.id).path.is_dir():
        raise UploadUnknown(name=upload_id)
    return row


def _ask(row: Upload, act: str, *, actor: Actor, at: datetime) -> None:
    row.state = "looking" if act == "look" else "importing"
    row.refusal, row.actor_key, row.actor, row.asked_at = None, actor.key, actor.name, at
    UploadFolder.of(row.id).ask_again()
    row.save()
    result = upload_worked.enqueue(row.id)
    Upload.objects.filter(id=row.id, state=row.state).update(task=str(result.id))
    upload_record(act, row.id, actor_key=actor.key, at=at)


def _locked(upload_id: int) -> Upload:
    row = Upload.objects.select_for_update().filter(id=upload_id).first()
    if row is None:
        raise UploadUnknown(name=upload_id)
    return row


def _found(upload_id: int) -> Upload:
    row = Upload.objects.filter(id=upload_id).first()
    if row is None:
        raise UploadUnknown(name=upload_id)
    return row


def _cut_off(rows: Collection[Upload]) -> set[int]:
    """The uploads said to be worked on whose task has given up: its process died each time. At most one query."""
    tasks = {row.task: row.id for row in rows if row.state in WORKING and row.task}
    if not tasks:
        return set()
    failed = DBTaskResult.objects.filter(id__in=list(tasks), status="FAILED").values_list("id", flat=True)
    return {tasks[str(id_)] for id_ in failed}


def uploads_list(*, visible_to: Actor) -> Sequence[UploadShown]:
    """Every upload that is not imported, the latest first. Three queries. Raises Forbidden."""
    visible_to.require("exchange.import")
    rows = list(Upload.objects.filter(brought=None).exclude(state="done").order_by("-id"))
    return list(_shown(rows))


def upload_get(upload_id: int, *, visible_to: Actor) -> UploadShown:
    """The upload. Three queries. Raises Forbidden, UploadUnknown."""
    visible_to.require("exchange.import")
    [shown] = _shown([_found(upload_id)])
    return shown


def upload_heads(upload_id: int, *, visible_to: Actor) -> Sequence[FileHead]:
    """How the first file of the upload begins, sheet by sheet. One query. Raises Forbidden, UploadUnknown."""
    visible_to.require("exchange.import")
    heads = _found(upload_id).heads
    return [
        FileHead(head["sheet"], tuple(head["columns"]), head["has_header"], tuple(map(tuple, head["rows"])))
        for head in heads
    ]


def upload_refused_file(upload_id: int, *, visible_to: Actor) -> Path | None:
    """The refused rows of the dry run as CSV, None where none were refused. Raises Forbidden, UploadUnknown."""
    visible_to.require("exchange.import")
    path = UploadFolder.of(_found(upload_id).id).refused
    return path if path.is_file() else None


def _shown(rows: Sequence[Upload]) -> Iterator[UploadShown]:
    cut_off = _cut_off(rows)
    brought = {run.upload_id: run for run in Import.objects.filter(upload__in=[row.id for row in rows])}
    for row in rows:
        run = brought.get(row.id)
        folder = UploadFolder.of(row.id)
        outcome = row.outcome or {}
        refusal = refusal_told(ImportCutOff()) if row.id in cut_off and run is None else row.refusal
        progress = folder.progress_read() if row.state in WORKING else None
        yield UploadShown(
            id=row.id,
            state="done" if run else "failed" if row.id in cut_off else row.state,
            files=tuple(UploadedFile(**file) for file in row.files),
            preset=row.preset,
            mapping=row.mapping,
            options=UploadOptions(**row.options),
            at=row.at,
            asked_at=row.asked_at,
            actor=row.actor,
            refusal=Refusal(**refusal) if refusal else None,
            reconciliation=run.reconciliation if run else outcome.get("reconciliation"),
            refused_first=tuple(RefusedRow(**each) for each in outcome.get("refused_first", ())),
            has_refused_file=folder.refused.is_file(),
            progress=UploadProgress(*progress) if progress else None,
            is_stopping=row.state in WORKING and folder.is_to_stop,
            import_id=run.id if run else None,
        )
