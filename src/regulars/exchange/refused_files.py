"""The file of refused rows that an import left."""

from pathlib import Path

from django.conf import settings

from regulars.access.rules import Actor
from regulars.exchange.selectors import import_get


def import_refused_file(import_id: int, *, visible_to: Actor) -> Path | None:
    """The refused rows of the import as CSV; None where none were refused, or it was undone.

    One query. Raises Forbidden, ImportUnknown.
    """
    run = import_get(import_id, visible_to=visible_to)
    imports: Path = settings.DATA_FOLDER.imports
    path = imports / str(run.id) / "refused.csv"
    return path if run.undone_at is None and path.is_file() else None
