"""Parameters of greatest likelihood: found from several starts, and checked to be a maximum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from regulars.reports.prediction.histories import Numbers

# The log-likelihood and its slopes by each parameter. All are above 0 and searched by their logarithms.
Slopes = Callable[[Numbers], tuple[float, Numbers]]

# Parameters stay between e^-12 and e^12 times the scale of the data: beyond, the likelihood no longer changes.
_FURTHEST = 12.0
# The greatest slope, per customer and by the logarithm of a parameter, that still counts as none.
_FLAT = 1e-5
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


def maximum_found(slopes: Slopes, starts: Sequence[Sequence[float]], *, size: float) -> Maximum:
    """The parameters of greatest likelihood, from each of the starts. `size`: how many customers are told of.

    L-BFGS-B on the logarithms with the exact slopes (Byrd, Lu, Nocedal, Zhu 1995).
    """

    def falling(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, slope = slopes(parameters)
        return -value / size, -slope * parameters / size

    bounds = [(-_FURTHEST, _FURTHEST)] * len(starts[0])
    options = {"ftol": 1e-15, "gtol": 1e-8, "maxiter": 500, "maxcor": 20}
    found = [
        minimize(falling, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        for start in starts
    ]
    best = min(found, key=lambda each: float(each.fun))
    return Maximum(
        tuple(float(each) for each in np.exp(best.x)),
        float(-best.fun * size),
        _is_level(best.x, falling(best.x)[1]),
        len(starts),
        sum(float(each.fun - best.fun) * size < _SAME for each in found),
        sum(int(each.nfev) for each in found),
    )


def _is_level(logs: Numbers, slope: Numbers) -> bool:
    """No direction that is open leads further up."""
    is_held = ((logs <= -_FURTHEST) & (slope > 0)) | ((logs >= _FURTHEST) & (slope < 0))
    return bool((np.abs(np.where(is_held, 0.0, slope)) < _FLAT).all())
