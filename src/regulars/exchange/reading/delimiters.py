"""What stands between the cells of a text file."""

import csv
import io
from collections.abc import Collection, Sequence
from typing import NamedTuple

from regulars.core.text import folded, squeezed
from regulars.exchange.errors import DelimiterDoubtful

# "Blanks" means runs of them, as in tables aligned for the eye.
BLANKS = " "
CANDIDATES = (",", ";", "\t", "|", BLANKS)
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", BLANKS: "blanks"}
# Lines that are enough to see a pattern.
_LINES = 100


class _Fit(NamedTuple):
    """How well a delimiter suits a file: headings found, then rows of one width, then the width."""

    headings: int
    steadiness: float
    width: int


def delimiter_of(start: str, *, file: str, headings: Collection[str], header_line: int = 1) -> str:
    """The delimiter of a file that begins like this, given the headings that are looked for.

    Raises DelimiterDoubtful where two suit it equally.
    """
    fits = {sign: _fit(start, sign, {folded(name) for name in headings}, header_line) for sign in CANDIDATES}
    best = max(fits.values())
    able = [sign for sign, fit in fits.items() if fit == best and fit.width > 1]
    if "\t" in able and BLANKS in able:
        # A tab is a blank too; what it alone can split, it does.
        able.remove(BLANKS)
    if len(able) > 1:
        raise DelimiterDoubtful(file=file, first=_NAMES[able[0]], second=_NAMES[able[1]])
    return able[0] if able else ","


def _fit(start: str, sign: str, headings: set[str], header_line: int) -> _Fit:
    rows = [row for row in split_rows(start, sign)[header_line - 1 :] if row]
    if not rows:
        return _Fit(0, 0.0, 0)
    found = len(headings & {folded(squeezed(cell)) for cell in rows[0]})
    width = len(rows[0])
    steady = sum(len(row) == width for row in rows) / len(rows) if width > 1 else 0.0
    return _Fit(found, round(steady, 1), width if not found else min(width, 2))


def split_rows(start: str, delimiter: str) -> Sequence[list[str]]:
    """The first rows of a text, split into cells; the last may be cut off and is left out where there are more."""
    lines = start.splitlines(keepends=True)[: _LINES + 1]
    lines = lines[:-1] if len(lines) > 1 else lines
    if delimiter == BLANKS:
        return [line.split() for line in lines]
    try:
        return list(csv.reader(io.StringIO("".join(lines)), delimiter=delimiter))
    except csv.Error:
        return []
