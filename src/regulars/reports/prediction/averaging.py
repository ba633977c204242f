"""Means over a beta distribution, by quadrature that no history can make overflow."""

from collections.abc import Callable

import numpy as np

from regulars.reports.prediction.histories import Numbers, Places

# Nodes needed for a relative error below 0.00001, by how far the reach goes (measured against 40 digits: with few
# repeats the error is a thousandth of that; beyond the last, with thousands of repeats, it grows to some hundredths).
_NODES = ((1.0, 8), (3.0, 16), (12.0, 32), (40.0, 64), (200.0, 128), (np.inf, 256))

_MARKED_MOST = 20_000_000
# How far the time asked about reaches, in the scale of the rates, for customers of these ages.
Reach = Callable[[Numbers], Numbers]


def distinct(values: Numbers) -> tuple[Numbers, Places]:
    """The different values, ascending, and the place of each among them; of whole numbers without sorting them."""
    if len(values) and (values == np.floor(values)).all() and values.min() >= 0 and values.max() < _MARKED_MOST:
        whole = values.astype(np.intp)
        is_there = np.zeros(int(whole.max()) + 1, dtype=bool)
        is_there[whole] = True
        return np.flatnonzero(is_there).astype(np.float64), (np.cumsum(is_there) - 1)[whole]
    found, places = np.unique(values, return_inverse=True)
    return found, places


def beta_nodes(a: float, b: Numbers, *, nodes: int) -> tuple[Numbers, Numbers]:
    """Places in 0 to 1 and weights of sum 1, such that sums with them are means over beta(a, b), a row for each b.

    Gauss-Jacobi by the eigenvalues of the recurrence (Golub, Welsch, "Calculation of Gauss quadrature rules",
    Mathematics of Computation 23 (1969)), which stays exact where gamma functions would overflow.
    """
    upper, lower = b[:, None] - 1.0, a - 1.0
    both = upper + lower
    k = np.arange(1, nodes)
    middle = 2 * k + both
    diagonal = np.empty((len(b), nodes))
    diagonal[:, :1] = (lower - upper) / (both + 2)
    diagonal[:, 1:] = (lower - upper) * both / (middle * (middle + 2))
    # Of the first, a factor stands above and below that may be 0.
    beside = np.empty((len(b), nodes - 1))
    beside[:, :1] = 4 * (1 + upper) * (1 + lower) / ((2 + both) ** 2 * (3 + both))
    k, middle = k[1:], middle[:, 1:]
    beside[:, 1:] = 4 * k * (k + upper) * (k + lower) * (k + both) / (middle**2 * (middle + 1) * (middle - 1))
    matrix = np.zeros((len(b), nodes, nodes))
    place = np.arange(nodes)
    matrix[:, place, place] = (1 + diagonal) / 2
    matrix[:, place[1:], place[:-1]] = np.sqrt(beside) / 2
    places, vectors = np.linalg.eigh(matrix)
    return np.clip(places, 1e-300, 1.0), vectors[:, 0, :] ** 2


def averaged_by_beta(a: float, b: float, *, r: float, repeats: Numbers, age: Numbers, reach: Reach) -> Numbers:
    """The mean of (1 - (1 + p * reach) ** -(r + repeats)) / p over p from beta(a, b + repeats), for each customer.

    Never below 0, and rising with the reach, whatever the parameters: each node's share is. The reach hangs on the age
    alone; whoever has the same of both is computed once.
    """
    values, places = distinct(repeats)
    ages, at = distinct(age)
    found, back = distinct((places * len(ages) + at).astype(np.float64))
    pairs = found.astype(np.intp)
    places, reaches = pairs // max(len(ages), 1), reach(ages)[pairs % max(len(ages), 1)]
    answer, least = np.empty(len(pairs)), -1.0
    for most, nodes in _NODES:
        chosen = np.flatnonzero((reaches > least) & (reaches <= most))
        if len(chosen):
            needed, rows = np.unique(places[chosen], return_inverse=True)
            chances, weights = beta_nodes(a, b + values[needed], nodes=nodes)
            powers = (r + values[needed])[rows]
            answer[chosen] = _summed(chances, weights, rows, powers, reaches[chosen])
        least = most
    return np.asarray(answer[back])


def _summed(chances: Numbers, weights: Numbers, rows: Places, powers: Numbers, reach: Numbers) -> Numbers:
    """The mean for each customer, whose nodes stand in that row."""
    answer = np.zeros(len(reach))
    for node in range(chances.shape[1]):
        chance = chances[rows, node]
        answer -= weights[rows, node] / chance * np.expm1(-powers * np.log1p(chance * reach))
    return answer
