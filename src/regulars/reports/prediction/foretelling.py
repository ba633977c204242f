"""What is foretold of each customer, from the columns that a question's SQL gives of them."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np

from regulars.reports.prediction.calibrating import Compared, compared
from regulars.reports.prediction.fitting import LEAST_REPEATING, MODELS, Fitted, fitted, likeliest, repeating
from regulars.reports.prediction.gammagamma import GammaGamma
from regulars.reports.prediction.histories import Histories, Numbers, histories

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Spending:
    """What orders are worth. `model` is None where too few repeats were worth anything to tell."""

    model: GammaGamma | None
    value: Numbers


@dataclass(frozen=True, slots=True)
class Foretold:
    """Of each customer: the chance that they still are one, and orders and money of the next days by how many days.

    `orders_if_alive`: the same orders of somebody who surely is one still. Money is in minor units.
    """

    fit: Fitted
    spending: Spending
    alive: Numbers
    orders_if_alive: Mapping[int, Numbers]

    def orders(self, days: int) -> Numbers:
        return self.alive * self.orders_if_alive[days]

    def spent(self, days: int) -> Numbers:
        return self.orders(days) * self.spending.value

    def at_stake(self, days: int) -> Numbers:
        """What would come if they surely were customers still, less what is foretold."""
        return (1 - self.alive) * self.orders_if_alive[days] * self.spending.value


def foretold(told: Columns, *, model: str, within: Sequence[int]) -> Foretold | None:
    """From `repeats`, `last`, `age` in days and `repeat_net` in minor units; None where too few customers came back.

    `model`: bg, mbg, pareto, or best: the likeliest of the three.
    """
    known = histories(told["repeats"], told["last"], told["age"])
    if repeating(known) < LEAST_REPEATING:
        return None
    fit = likeliest(known) if model == "best" else fitted(model, known)
    return Foretold(
        fit,
        _spending(known, told["repeat_net"]),
        fit.model.alive(known),
        {days: fit.model.orders_if_alive(known.repeats, known.age, within=float(days)) for days in within},
    )


def _spending(known: Histories, repeat_net: np.ndarray) -> Spending:
    """What an order of each customer is worth, from the days they came back on."""
    mean = np.maximum(repeat_net, 0) / np.maximum(known.repeats, 1)
    if int((mean > 0).sum()) < LEAST_REPEATING:
        return Spending(None, np.where(known.repeats > 0, mean, 0.0))
    model, _found = GammaGamma.fitted(known.repeats, mean)
    return Spending(model, model.value(known.repeats, mean))


def calibrated(told: Columns, *, model: str) -> list[Compared]:
    """What the model, fitted to what was known when the time held back began, foretold of it, and what came.

    From the columns `..._then`, `later` and `held_back`. Nothing where too few had come back by then.
    """
    was_there = told["repeats_then"] >= 0
    before = histories(told["repeats_then"][was_there], told["last_then"][was_there], told["age_then"][was_there])
    if repeating(before) < LEAST_REPEATING:
        return []
    later = told["later"][was_there].astype(np.float64)
    return compared(fitted(model, before).model, before, later, within=float(told["held_back"][0]))


def parameters_told(model: Any) -> str:
    """The parameters by name, to four digits: r 0.2426, alpha 30.9, ..."""
    return ", ".join(f"{each.name} {value:.4g}" for each, value in zip(fields(model), astuple(model), strict=True))


MODEL_NAMES = tuple(MODELS)
