"""The histories of the CDNOW customers, read from the file by hand: days with an order merged, weeks."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from regulars.reports.prediction.histories import Histories, histories


class Read(NamedTuple):
    histories: Histories
    mean: np.ndarray  # dollars, over repeat days
    later: np.ndarray  # days with an order after the end


def cdnow_read(file: Path, *, end: date) -> Read:
    """Who ordered up to that day, and what each did after it."""
    told = []
    for customer, days in sorted(_days(file).items()):
        known = sorted(day for day in days if day <= end)
        if known:
            x, first = len(known) - 1, known[0]
            mean = sum(days[day] for day in known[1:]) / x if x else 0.0
            told.append(
                (customer, x, (known[-1] - first).days / 7, (end - first).days / 7, mean, len(days) - len(known))
            )
    _customers, x, last, age, mean, later = zip(*told, strict=True)
    return Read(histories(x, last, age), np.array(mean), np.array(later, dtype=float))


def _days(file: Path) -> dict[str, dict[date, float]]:
    days: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for line in file.read_text("ascii").splitlines():
        words = line.split()
        if words and words[0].isdigit():
            day = words[-3]
            days[words[0]][date(int(day[:4]), int(day[4:6]), int(day[6:]))] += float(words[-1])
    return days
