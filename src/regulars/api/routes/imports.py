"""Files in: uploaded, tried, imported in the background, undone."""

import hashlib
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import File, Query, Router
from ninja.files import UploadedFile

from regulars.api.asking import Intake, actor_of, asks, now
from regulars.api.errors import NothingRefused
from regulars.api.once import Done, written
from regulars.api.shapes.common import refusals
from regulars.api.shapes.imports import (
    ImportOut,
    ImportsOut,
    ImportsQuery,
    TryIn,
    UndoneOut,
    UploadOut,
    UploadsOut,
    UploadStarted,
    import_out,
    upload_out,
)
from regulars.exchange.mapping import preset_text
from regulars.exchange.selectors import import_get, imports_list
from regulars.exchange.services import import_undo
from regulars.exchange.taking import import_refused_take, upload_refused_take
from regulars.exchange.uploading import MOST_BYTES
from regulars.exchange.uploads import (
    upload_begin,
    upload_cancel,
    upload_get,
    upload_look,
    upload_run,
    uploads_list,
)
from regulars.sales.listing import BadCursor

uploads = Router(tags=["Imports"])
imports = Router(tags=["Imports"])
_WRITE = refusals(400, 404, 409, 413, 415)
_FILES = Intake(("multipart/form-data",), most_megabytes=MOST_BYTES // 2**20)


@uploads.get("", response={200: UploadsOut, **refusals()}, by_alias=True, **asks("uploads_list"))
def uploads_listed(request: HttpRequest) -> UploadsOut:
    """List the uploads that are not imported yet, the latest first."""
    return UploadsOut(items=list(map(upload_out, uploads_list(visible_to=actor_of(request)))))


@uploads.post("", response={201: UploadStarted, **_WRITE}, **asks("upload_begin", intake=_FILES))
def upload_begun(request: HttpRequest, files: File[list[UploadedFile]]) -> HttpResponse:
    """Upload files (CSV, TSV, XLSX, Parquet, also gzipped): the first step of an import. They are kept for a day.

    Read the upload to see the mapping that is proposed; then try it; then run it.
    """

    def work() -> Done:
        made = upload_begin(files, actor=actor_of(request), at=now())
        return Done(201, UploadStarted(id=made, state="uploaded"))

    return written(request, work, location="/api/v1/uploads/{id}", asked=_digest(files))


def _digest(files: list[UploadedFile]) -> bytes:
    """What was uploaded, in short: two bodies with the same files have other boundaries."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name} {file.size}\n".encode())
        for chunk in file.chunks():
            digest.update(chunk)
    return digest.digest()


@uploads.get("/{int:upload}", response={200: UploadOut, **refusals(404)}, by_alias=True, **asks("upload_get"))
def upload_shown(request: HttpRequest, upload: int) -> UploadOut:
    """Read how far an upload is, and what its trial or its import came to."""
    return upload_out(upload_get(upload, visible_to=actor_of(request)))


_CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


@uploads.get(
    "/{int:upload}/refused",
    response={200: None, **refusals(404)},
    openapi_extra=_CSV,
    **asks("upload_refused"),
)
def upload_refused_shown(request: HttpRequest, upload: int) -> FileResponse:
    """Read the rows that the trial refused, as CSV: file, line, column, value, reason."""
    return _rows(upload_refused_take(upload, actor=actor_of(request), at=now()))


def _rows(path: Path | None) -> FileResponse:
    if path is None:
        raise NothingRefused
    return FileResponse(path.open("rb"), content_type="text/csv; charset=utf-8")


@uploads.post("/{int:upload}/try", response={202: UploadStarted, **_WRITE}, **asks("upload_look"))
def upload_tried(request: HttpRequest, upload: int, body: TryIn) -> HttpResponse:
    """Try an upload in the background: everything an import does, and nothing of it is kept."""
    actor = actor_of(request)

    def work() -> Done:
        held = upload_get(upload, visible_to=actor)
        preset = held.preset if body.preset is None and body.mapping is None else body.preset or ""
        mapping = preset_text(preset) if preset and body.mapping is None else body.mapping or held.mapping
        upload_look(upload, mapping=mapping, preset=preset, options=body.options(), actor=actor, at=now())
        return Done(202, UploadStarted(id=upload, state="looking"))

    return written(request, work)


@uploads.post("/{int:upload}/run", response={202: UploadStarted, **refusals(404, 409)}, **asks("upload_run"))
def upload_ran(request: HttpRequest, upload: int) -> HttpResponse:
    """Import an upload in the background, as it was tried last."""

    def work() -> Done:
        upload_run(upload, actor=actor_of(request), at=now())
        return Done(202, UploadStarted(id=upload, state="importing"))

    return written(request, work)


@uploads.post("/{int:upload}/cancel", response={202: UploadStarted, **refusals(404, 409)}, **asks("upload_cancel"))
def upload_cancelled(request: HttpRequest, upload: int) -> HttpResponse:
    """Stop the work on an upload within a moment; nothing of it is kept."""
    actor = actor_of(request)

    def work() -> Done:
        upload_cancel(upload, actor=actor, at=now())
        return Done(202, UploadStarted(id=upload, state=upload_get(upload, visible_to=actor).state))

    return written(request, work)


@imports.get("", response={200: ImportsOut, **refusals()}, **asks("imports_list", ImportsQuery))
def imports_listed(request: HttpRequest, wanted: Query[ImportsQuery]) -> ImportsOut:
    """List the imports, the latest first."""
    cursor = wanted.cursor or "0"
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise BadCursor
    begin = int(cursor)
    runs = imports_list(limit=wanted.limit + 1, offset=begin, visible_to=actor_of(request))
    following = str(begin + wanted.limit) if len(runs) > wanted.limit else None
    return ImportsOut(items=list(map(import_out, runs[: wanted.limit])), next=following)


@imports.get("/{int:run}", response={200: ImportOut, **refusals(404)}, **asks("import_get"))
def import_shown(request: HttpRequest, run: int) -> ImportOut:
    """Read an import with its reconciliation."""
    return import_out(import_get(run, visible_to=actor_of(request)))


@imports.get(
    "/{int:run}/refused",
    response={200: None, **refusals(404)},
    openapi_extra=_CSV,
    **asks("import_refused"),
)
def import_refused_shown(request: HttpRequest, run: int) -> FileResponse:
    """Read the rows that an import refused, as CSV: file, line, column, value, reason."""
    return _rows(import_refused_take(run, actor=actor_of(request), at=now()))


@imports.post("/{int:run}/undo", response={200: UndoneOut, **refusals(404, 409)}, **asks("import_undo"))
def import_undone(request: HttpRequest, run: int) -> HttpResponse:
    """Take back what an import brought: its sales, and the customers that only they need."""

    def work() -> Done:
        count = import_undo(import_id=run, actor=actor_of(request), at=now())
        return Done(200, UndoneOut(id=run, sales=count))

    return written(request, work)
