"""Uploads and imports as JSON."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from pydantic import Field

from regulars.api.shapes.common import In, Out, Page, PageQuery, Text, Word
from regulars.exchange.selectors import ImportRun
from regulars.exchange.uploads import UploadOptions, UploadShown


class UploadStarted(Out):
    """The upload, and what is done with it now: /uploads/{id} tells how far it is."""

    id: int
    state: str


class TryIn(In):
    """How to read the files: by a preset, by a mapping (TOML), or as the upload itself proposes."""

    preset: Word | None = None
    mapping: str | None = Field(None, max_length=100_000)
    store: Word = Field("", description="The store of sales whose file does not name it.")
    create_stores: bool = Field(default=False, description="Add the stores that are not here yet.")
    settings: dict[Word, Text] = Field({}, max_length=50, description="Options of [file], such as date_format: DMY.")

    def options(self) -> UploadOptions:
        return UploadOptions(store=self.store, create_stores=self.create_stores, settings=self.settings)


class FileOut(Out):
    """A file as it is kept."""

    name: str
    size: int


class RefusalOut(Out):
    """Why it failed."""

    code: str
    detail: str


class ProgressOut(Out):
    """How far the work is."""

    step: str
    done: int
    total: int


class RefusedRowOut(Out):
    """A row that was refused, and why."""

    file: str
    line: int
    column: str
    value: str
    reason: str


class UploadOut(Out):
    """Files on their way to an import. States: uploaded, looking, looked, importing, done, failed, cancelled."""

    id: int
    state: str
    files: list[FileOut]
    preset: str
    mapping: str = Field(description="The mapping it is read with, as TOML.")
    store: str
    create_stores: bool
    settings: dict[str, str]
    at: datetime
    actor: str
    refusal: RefusalOut | None
    reconciliation: dict[str, Any] | None = Field(description="Rows and money read, imported, and each class of rest.")
    refused_first: list[RefusedRowOut]
    has_refused_file: bool
    progress: ProgressOut | None
    import_id: int | None = Field(serialization_alias="import", description="What it became, once it is done.")


class UploadsOut(Out):
    """Every upload that is not imported, the latest first."""

    items: list[UploadOut]


class ImportsQuery(PageQuery):
    """Which imports."""


class ImportOut(Out):
    """An import as it was kept."""

    id: int
    preset: str
    files: list[str]
    status: str
    at: datetime
    undone_at: datetime | None
    actor: str
    sales_created: int
    rows_read: int
    money_read: str
    reconciliation: dict[str, Any]


class ImportsOut(Page[ImportOut]):
    """Imports, the latest first."""


class UndoneOut(Out):
    """The import that is undone, and how many sales are gone."""

    id: int
    sales: int


def upload_out(upload: UploadShown) -> UploadOut:
    """The upload, with why it failed in the reader's language."""
    refusal, progress = upload.refusal, upload.progress
    return UploadOut(
        id=upload.id,
        state=upload.state,
        files=[FileOut(name=file.name, size=file.size) for file in upload.files],
        preset=upload.preset,
        mapping=upload.mapping,
        store=upload.options.store,
        create_stores=upload.options.create_stores,
        settings=dict(upload.options.settings),
        at=upload.asked_at,
        actor=upload.actor,
        refusal=RefusalOut(code=refusal.code, detail=gettext(refusal.message) % refusal.facts) if refusal else None,
        reconciliation=None if upload.reconciliation is None else dict(upload.reconciliation),
        refused_first=[
            RefusedRowOut(
                file=row.file, line=int(row.line), column=row.column or "", value=row.value or "", reason=row.reason
            )
            for row in upload.refused_first
        ],
        has_refused_file=upload.has_refused_file,
        progress=ProgressOut(step=progress.step, done=progress.done, total=progress.total) if progress else None,
        import_id=upload.import_id,
    )


def import_out(run: ImportRun) -> ImportOut:
    """The import with its figures."""
    return ImportOut(
        id=run.id,
        preset=run.preset,
        files=list(run.files),
        status=run.status,
        at=run.at,
        undone_at=run.undone_at,
        actor=run.actor,
        sales_created=run.sales_created,
        rows_read=run.rows_read,
        money_read=run.money_read,
        reconciliation=dict(run.reconciliation),
    )
