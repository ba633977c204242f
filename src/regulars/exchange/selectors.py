"""What was imported, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from regulars.access.rules import Actor
from regulars.exchange.errors import ImportUnknown
from regulars.exchange.models import Import


@dataclass(frozen=True, slots=True)
class ImportRun:
    """An import as it was kept; the reconciliation as `Reconciliation.as_json` wrote it."""

    id: int
    preset: str
    files: tuple[str, ...]
    status: str
    at: datetime
    undone_at: datetime | None
    actor: str
    sales_created: int
    rows_read: int
    money_read: str
    reconciliation: Mapping[str, object]


def imports_list(*, visible_to: Actor, limit: int | None = None, offset: int = 0) -> Sequence[ImportRun]:
    """The imports, the latest first: all of them, or so many after the first few. One query. Raises Forbidden."""
    visible_to.require("exchange.import")
    rows = Import.objects.order_by("-id")
    return [_run(row) for row in rows[offset : None if limit is None else offset + limit]]


def imports_count(*, visible_to: Actor) -> int:
    """How many imports there are, undone ones too. One query. Raises Forbidden."""
    visible_to.require("exchange.import")
    return Import.objects.count()


def import_get(import_id: int, *, visible_to: Actor) -> ImportRun:
    """The import of that id. One query. Raises Forbidden, ImportUnknown."""
    visible_to.require("exchange.import")
    row = Import.objects.filter(id=import_id).first()
    if row is None:
        raise ImportUnknown(name=import_id)
    return _run(row)


def _run(row: Import) -> ImportRun:
    return ImportRun(
        id=row.id,
        preset=row.preset,
        files=tuple(row.files),
        status=row.status,
        at=row.at,
        undone_at=row.undone_at,
        actor=row.actor,
        sales_created=row.reconciliation["imported"]["created"],
        rows_read=row.reconciliation["rows_read"],
        money_read=row.reconciliation["money_read"],
        reconciliation=row.reconciliation,
    )
