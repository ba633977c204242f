"""A model of orders fitted to histories, and the choice between models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from regulars.reports.prediction.betageometric import BgNbd, MbgNbd
from regulars.reports.prediction.histories import Histories, total
from regulars.reports.prediction.maximum import FLAT, Bends, Maximum, Slopes, maximum_found
from regulars.reports.prediction.paretonbd import ParetoNbd

Model = BgNbd | MbgNbd | ParetoNbd

MODELS: Mapping[str, type[Model]] = {"bg": BgNbd, "mbg": MbgNbd, "pareto": ParetoNbd}

# Below this many customers who came back, parameters would say more of chance than of the shop.
LEAST_REPEATING = 100
# The best of several starts is chosen on so many customers, and followed to its end on so many: more would move the
# parameters by less than what they are unsure of.
_TRIED_ON, _FITTED_ON = 2_000, 100_000


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model and how it was found."""

    name: str
    model: Model
    found: Maximum
    customers: int


def fitted(name: str, told: Histories) -> Fitted:
    """The model of this name (bg, mbg, pareto) with the parameters of greatest likelihood.

    Time is counted in mean ages while searching, so that starts and bounds fit any unit; the likelihood is of the
    histories as told.
    """
    kind = MODELS[name]
    taken = told.thinned(_FITTED_ON)
    scale = float(np.average(taken.age, weights=taken.weights)) or 1.0
    groups = taken.grouped().scaled(1 / scale)
    tried = groups if len(taken) <= _TRIED_ON else taken.thinned(_TRIED_ON).grouped().scaled(1 / scale)
    first = maximum_found(
        _slopes(kind, tried), kind.starts, size=float(tried.weights.sum()), bends=_bends(kind, tried), enough=FLAT
    )
    best = maximum_found(_slopes(kind, groups), [first.parameters], size=float(len(taken)), bends=_bends(kind, groups))
    times = {each: getattr(kind(*best.parameters), each) * scale for each in kind.times}
    model = replace(kind(*best.parameters), **times)
    found = Maximum(
        tuple(float(getattr(model, each.name)) for each in fields(model)),
        best.log_likelihood - total(taken.weights, taken.repeats) * float(np.log(scale)),
        best.is_converged, first.starts, first.agreeing, first.evaluations + best.evaluations,
    )  # fmt: skip
    return Fitted(name, model, found, len(taken))


def _slopes(kind: type[Model], told: Histories) -> Slopes:
    return lambda parameters: kind(*parameters).slopes(told)


def _bends(kind: type[Model], told: Histories) -> Bends | None:
    """Of Pareto/NBD nobody wrote them down."""
    if issubclass(kind, ParetoNbd):
        return None
    return lambda parameters: kind(*parameters).bends(told)


def likeliest(told: Histories, names: Sequence[str] = ("bg", "mbg", "pareto")) -> Fitted:
    """Of the models, the one under which these histories are likeliest: each has four parameters."""
    return max((fitted(name, told) for name in names), key=lambda each: each.found.log_likelihood)


def repeating(told: Histories) -> int:
    """How many customers came back."""
    return int(told.weights[told.repeats > 0].sum())
