"""A ladder of tiers as a line: each tier over what it takes, gaps and overlaps marked.

Not to scale: every stretch is as wide as the others, so that each can be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext

from regulars.segments.ladders import LadderStretch
from regulars.segments.showing import LadderLooked

# Pixels; across, everything is in percent.
LANE, HEAD, FOOT = 30, 6, 40
# A bar this wide has room for its name inside.
_ROOMY = 30.0


class Bar(NamedTuple):
    """A tier over a stretch that it takes. Percent across, pixels down."""

    x: str
    width: str
    y: int


class Name(NamedTuple):
    """The name of a tier in, before or behind its bar."""

    text: str
    x: str
    y: int
    side: str


class Column(NamedTuple):
    """A stretch that no tier takes, or several."""

    kind: str
    x: str
    width: str


class Tick(NamedTuple):
    """Where one stretch ends and the next begins, with the amount that the next begins at."""

    text: str
    x: str
    y: int


@dataclass(frozen=True, slots=True)
class DrawnLadder:
    """The drawing; `rows` says the same in words."""

    height: int
    lanes: int
    bars: Sequence[Bar]
    names: Sequence[Name]
    columns: Sequence[Column]
    ticks: Sequence[Tick]
    rows: Sequence[tuple[str, str, str]]
    axis: int


def drawn_ladder(looked: LadderLooked) -> DrawnLadder | None:
    """The ladder as a drawing; None where its rules are about more than one number."""
    stretches = [each for each in looked.stretches or () if not each.is_unknown]
    if not stretches:
        return None
    rungs = looked.ladder.rungs
    width = 100 / len(stretches)
    taken = [_takers(each, looked) for each in stretches]
    bars, names = [], []
    for place, rung in enumerate(rungs):
        # The highest tier is drawn at the top.
        y = HEAD + (len(rungs) - 1 - place) * LANE
        own = [n for n, takers in enumerate(taken) if place in takers]
        bars += [Bar(_percent(n * width), _percent(width), y) for n in own]
        if own:
            names.append(_named(rung.name, own[0] * width, (own[-1] + 1) * width, y))
    columns = [Column(each.kind, _percent(n * width), _percent(width)) for n, each in enumerate(stretches) if each.kind]
    axis = HEAD + len(rungs) * LANE + 4
    rows = [
        (_extent(each), _kind(each.kind), ", ".join(rungs[n].name for n in _takers(each, looked)))
        for each in looked.stretches or ()
    ]
    return DrawnLadder(axis + FOOT, len(rungs), bars, names, columns, list(_ticks(stretches, width, axis)), rows, axis)


def _takers(stretch: LadderStretch, looked: LadderLooked) -> tuple[int, ...]:
    """The tiers whose rules hold; where none does, the one without a rule."""
    rungs, default = looked.ladder.rungs, looked.ladder.default
    rest = (default,) if rungs[default].rule is None else ()
    return stretch.takers or rest


def _named(name: str, start: float, end: float, y: int) -> Name:
    middle = y + 13
    if end - start >= _ROOMY:
        return Name(name, _percent(start), middle, "inside")
    if start > 100 - end:
        return Name(name, _percent(start), middle, "before")
    return Name(name, _percent(end), middle, "behind")


def _ticks(stretches: Sequence[LadderStretch], width: float, axis: int) -> Iterator[Tick]:
    """Alternating in height, so that long amounts do not run into each other."""
    for n, each in enumerate(stretches[1:], 1):
        if each.low is not None:
            yield Tick(each.low, _percent(n * width), axis + (15 if n % 2 else 31))


def _extent(stretch: LadderStretch) -> str:
    facts = {"low": stretch.low, "high": stretch.high}
    if stretch.is_unknown:
        return gettext("unknown")
    if stretch.low is None and stretch.high is None:
        return gettext("anything")
    if stretch.low is None:
        return gettext("%(high)s or less") % facts
    if stretch.high is None:
        return gettext("%(low)s or more") % facts
    return str(stretch.low) if stretch.low == stretch.high else gettext("%(low)s to %(high)s") % facts


def _kind(kind: str) -> str:
    return {"gap": gettext("gap"), "overlap": gettext("overlap")}.get(kind, "")


def _percent(share: float) -> str:
    return f"{share:.4g}%"
