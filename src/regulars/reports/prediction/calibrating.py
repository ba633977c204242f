"""What a model would have said some time ago, beside what came: the reason to believe it, or not."""

from dataclasses import dataclass

import numpy as np

from regulars.reports.prediction.fitting import Model
from regulars.reports.prediction.histories import Histories, Numbers

# Customers with so many repeats or more are shown together.
MOST_REPEATS = 7


@dataclass(frozen=True, slots=True)
class Compared:
    """Of customers with so many repeats by then (the last: or more): days with an order since, foretold and real."""

    repeats: int
    customers: int
    predicted: float
    actual: float


def compared(model: Model, before: Histories, actual: Numbers, *, within: float) -> list[Compared]:
    """The orders of the time held back, foretold from what was before it, by how many repeats there were before.

    `actual`: what each customer of `before` ordered within that time. Only classes with customers in them.
    """
    predicted = model.orders(before, within=within)
    classes = np.minimum(before.repeats, MOST_REPEATS).astype(np.intp)
    size = MOST_REPEATS + 1
    customers, foretold, real = (
        np.bincount(classes, column, size) for column in (before.weights, predicted * before.weights, actual)
    )
    return [
        Compared(each, round(float(customers[each])), float(foretold[each]), float(real[each]))
        for each in range(size)
        if customers[each] > 0
    ]
