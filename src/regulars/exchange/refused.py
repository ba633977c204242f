"""The file of refused rows: what to correct in the source, cell by cell."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from regulars.exchange.forms import cell_safe
from regulars.exchange.staging.figures import RefusedRow

REFUSED_FILE = "refused.csv"


def refused_write(folder: Path, rows: Iterable[RefusedRow]) -> Path | None:
    """The rows stand in refused.csv in the folder, for its owner only; None and no folder where there are none."""
    written = iter(rows)
    first = next(written, None)
    if first is None:
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / REFUSED_FILE
    with path.open("w", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow(RefusedRow._fields)
        writer.writerow(_safe(first))
        writer.writerows(_safe(row) for row in written)
    return path


def refused_remove(folder: Path) -> None:
    """Nothing is left of an import's refused rows."""
    if folder.is_dir():
        shutil.rmtree(folder)


def _safe(row: RefusedRow) -> list[str | int]:
    return [cell_safe(cell) if isinstance(cell, str) else cell for cell in row]
