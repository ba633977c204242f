"""What will be sold of a product in the next weeks, from what was sold in each week before, and how sure that is.

The forecasts are those of the library statsforecast (docs/adr/0019): IMAPA, the mean of simple exponential smoothing
over the series gathered into ever longer steps, which takes series with many weeks of nothing as they are.

Petropoulos, Kourentzes, "Forecast combinations for intermittent demand", Journal of the Operational Research Society 66
(2015).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.reports.prediction.histories import Numbers

# With less behind it a series says nothing of what comes.
LEAST_WEEKS = 8
# On so many earlier weeks each forecast is tried, to see how far off it usually is; with fewer nothing is said of that.
_TRIED_MOST, _TRIED_LEAST = 20, 5
# What comes lies in the interval four times of five; so much of the errors lies outside at either end.
_OUTSIDE = 0.1
# Errors are told in shares of the forecast, or of this part of the mean where the forecast was less.
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Demand:
    """Of the weeks asked about together. `low`, `high`: where four of five lie; None where too little is known.

    `before`: what would have been foretold so long ago; `came`: what came since. None where too little was known then.
    """

    expected: float
    low: float | None
    high: float | None
    before: float | None
    came: float | None


def demand(sold: Numbers, *, weeks: int) -> Demand | None:
    """What is foretold of the next `weeks`, from units sold in each week, the last one last; None: too little is known.

    How sure it is is told by how far off the same forecast was at the ends of the weeks before, as a share of it, so
    that no shape of the errors is taken for granted (split conformal prediction over sums of as many weeks).
    """
    since = _since_first(sold)
    if len(since) < LEAST_WEEKS:
        return None
    expected = _foretold(since, weeks)
    most = min(_TRIED_MOST, len(since) - weeks - LEAST_WEEKS + 1)
    tried = [_error(since, weeks, back) for back in range(max(most, 0))]
    before = _foretold(since[:-weeks], weeks) if tried else None
    came = float(since[-weeks:].sum()) if tried else None
    if len(tried) < _TRIED_LEAST:
        return Demand(expected, None, None, before, came)
    low, high = (max(expected * (1 + each), 0.0) for each in _ends(np.array(tried)))
    return Demand(expected, min(low, expected), max(high, expected), before, came)


def _ends(shares: Numbers) -> tuple[float, float]:
    """Between which four of five errors to come lie; a little further apart than those known, as these are few."""
    count = len(shares)
    outside = max((count + 1) * _OUTSIDE - 1, 0.0) / (count - 1)
    return float(np.quantile(shares, outside)), float(np.quantile(shares, 1 - outside))


def _since_first(sold: Numbers) -> Numbers:
    """The weeks from the first in which any was sold."""
    some = np.flatnonzero(sold)
    return sold[some[0] :] if len(some) else sold[:0]


def _error(since: Numbers, weeks: int, back: int) -> float:
    """How much more came than was foretold, as a share of that, `back` weeks before the last that could be."""
    end = len(since) - weeks - back
    said, came = _foretold(since[:end], weeks), float(since[end : end + weeks].sum())
    return (came - said) / max(said, _LEAST_SHARE * weeks * float(since[:end].mean()))


def _foretold(sold: Numbers, weeks: int) -> float:
    return max(float(np.sum(_model().forecast(y=sold, h=weeks)["mean"])), 0.0)


_MODELS: list[Any] = []


def _model() -> Any:
    """Loading the library takes seconds: once, and only for whoever asks for a forecast."""
    if not _MODELS:
        from statsforecast.models import IMAPA  # noqa: PLC0415

        _MODELS.append(IMAPA())
    return _MODELS[0]
