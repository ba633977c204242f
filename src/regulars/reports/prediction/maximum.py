"""Parameters of greatest likelihood: found from several starts, and checked to be a maximum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.reports.prediction.histories import Numbers

# The log-likelihood and its slopes by each parameter. All are above 0 and searched by their logarithms.
Slopes = Callable[[Numbers], tuple[float, Numbers]]
# The derivatives of those slopes by each parameter.
Bends = Callable[[Numbers], Numbers]

# Parameters stay between e^-12 and e^12 times the scale of the data: beyond, the likelihood no longer changes.
_FURTHEST = 12.0
# The slope at which a search ends; and the greatest that is none.
ENOUGH, FLAT = 1e-9, 1e-5
# How far a step may lead, how many there are at most, and how far beside a place its bends are taken.
_FAR, _STEPS, _BESIDE = 1.5, 100, 1e-5
# How much a step is held back at first, at least and at most.
_HELD, _LEAST_HELD, _MOST_HELD = 1e-3, 1e-12, 1e6
# Starts that end this near to the best, in log-likelihood, have found the same.
_SAME = 0.01


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the likelihood is greatest, as far as was seen.

    `is_converged`: the likelihood falls in every direction from here, or is level up to the bounds. `starts`: how many
    were tried; `agreeing`: how many of them ended here.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    is_converged: bool
    starts: int
    agreeing: int
    evaluations: int


def maximum_found(
    slopes: Slopes,
    starts: Sequence[Sequence[float]],
    *,
    size: float,
    bends: Bends | None = None,
    enough: float = ENOUGH,
) -> Maximum:
    """The parameters of greatest likelihood, from each of the starts. `size`: how many customers are told of; `bends`:
    None where they are to be told from differences of slopes; `enough`: the slope, per customer and by the logarithm of
    a parameter, at which a search ends."""
    climbs = [_Climb(slopes, bends, start, size=size) for start in starts]
    for climb in climbs:
        climb.go(enough)
    best = max(climbs, key=lambda each: each.value)
    return Maximum(
        tuple(np.exp(best.logs).tolist()),
        best.value * size,
        best.is_level(FLAT),
        len(starts),
        sum((best.value - each.value) * size < _SAME for each in climbs),
        sum(each.looks for each in climbs),
    )


class _Climb:
    """Newton's method on the logarithms, damped (Levenberg, Marquardt), and never towards a saddle: where the bends
    point up, their size alone is used (Dauphin et al. 2014).

    The slopes are exact; the bends are, too, or differences of slopes, and taken again only where those known no longer
    lead to slopes a tenth as steep: so few looks at many customers are needed.
    """

    def __init__(self, slopes: Slopes, bends: Bends | None, start: Sequence[float], *, size: float) -> None:
        self._slopes, self._exact, self._size = slopes, bends, size
        self.logs, self.looks = np.log(np.array(start, dtype=np.float64)), 0
        self.value, self.slope = self._seen(self.logs)

    def _seen(self, logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, slope = self._slopes(parameters)
        self.looks += 1
        return value / self._size, slope * parameters / self._size

    def is_level(self, slope: float) -> bool:
        """No direction that is open leads further up."""
        return bool((np.abs(self.slope[self._is_open()]) < slope).all())

    def _is_open(self) -> np.ndarray:
        is_held = ((self.logs <= -_FURTHEST) & (self.slope < 0)) | ((self.logs >= _FURTHEST) & (self.slope > 0))
        return ~is_held

    def go(self, enough: float) -> None:
        held, before = _HELD, 0.0
        for _step in range(_STEPS):
            if self.is_level(enough):
                return
            steepest = float(np.abs(self.slope).max())
            if steepest > before / 10:
                sizes, ways = np.linalg.eigh(self._bends())
            before = steepest
            slope = np.where(self._is_open(), self.slope, 0.0)
            while held < _MOST_HELD:
                step = ways @ ((ways.T @ slope) / (np.abs(sizes) + held))
                step *= min(1.0, _FAR / max(float(np.abs(step).max()), 1e-300))
                logs = np.clip(self.logs + step, -_FURTHEST, _FURTHEST)
                value, slope_there = self._seen(logs)
                if value > self.value:
                    self.logs, self.value, self.slope = logs, value, slope_there
                    held = max(held / 10, _LEAST_HELD)
                    break
                held *= 10
            else:
                # Not even the smallest step leads up: as near as numbers tell.
                return

    def _bends(self) -> Numbers:
        """The second derivatives here; directions that are not open stand apart."""
        is_open = self._is_open()
        found = self._differences(is_open) if self._exact is None else self._exactly(self._exact)
        both = np.logical_and.outer(is_open, is_open)
        return np.where(both, (found + found.T) / 2, -np.eye(len(self.logs)))

    def _exactly(self, bends: Bends) -> Numbers:
        parameters = np.exp(self.logs)
        self.looks += 1
        # By logarithms: what the parameters' own turning adds is the slope.
        return np.asarray(bends(parameters) * np.outer(parameters, parameters) / self._size + np.diag(self.slope))

    def _differences(self, is_open: np.ndarray) -> Numbers:
        found = np.zeros((len(self.logs), len(self.logs)))
        for place in np.flatnonzero(is_open):
            beside = self.logs.copy()
            beside[place] += _BESIDE
            found[place] = (self._seen(beside)[1] - self.slope) / _BESIDE
        return found
