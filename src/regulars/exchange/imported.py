"""What an import left: its refused rows, and what taking it back would take along."""

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef

from regulars.access.rules import Actor
from regulars.customers.models import Customer
from regulars.exchange.refused import REFUSED_FILE
from regulars.exchange.selectors import import_get
from regulars.exchange.staging.figures import RefusedRow
from regulars.sales.models import Sale
from regulars.sales.selectors import returns_from_elsewhere


class UndoForeseen(NamedTuple):
    """What goes when an import is taken back; `held_back` are numbers of returns that forbid it."""

    sales: int
    customers: int
    held_back: Sequence[str]


def undo_foreseen(import_id: int, *, visible_to: Actor) -> UndoForeseen:
    """The sales an import brought, and the customers only they need. Four queries. Raises Forbidden, ImportUnknown."""
    run = import_get(import_id, visible_to=visible_to)
    if run.undone_at is not None:
        return UndoForeseen(0, 0, ())
    elsewhere = Sale.objects.filter(customer_id=OuterRef("id")).exclude(brought_by=import_id)
    opened = Customer.objects.filter(brought_by=import_id)
    return UndoForeseen(
        Sale.objects.filter(brought_by=import_id).count(),
        opened.exclude(Exists(elsewhere)).count(),
        returns_from_elsewhere(import_id),
    )


def import_refused_file(import_id: int, *, visible_to: Actor) -> Path | None:
    """The import's refused rows as CSV; None where none were refused, or it was undone.

    One query. Raises Forbidden, ImportUnknown.
    """
    run = import_get(import_id, visible_to=visible_to)
    imports: Path = settings.DATA_FOLDER.imports
    path = imports / str(import_id) / REFUSED_FILE
    return path if run.undone_at is None and path.is_file() else None


def refused_first(path: Path, *, most: int) -> list[RefusedRow]:
    """The first rows of a file of refused rows."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = islice(csv.DictReader(file), most)
        return [RefusedRow(row["file"], int(row["line"]), row["column"], row["value"], row["reason"]) for row in rows]
