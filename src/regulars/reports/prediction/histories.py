"""What the models know of a customer: how many orders, the time from the first to the last, the time watched."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
# Up to here every whole number is a number of its own.
_EXACT = 2.0**53


@dataclass(frozen=True)
class Histories:
    """Order histories, a customer at each place, in one unit of time (days, weeks) throughout.

    `repeats`: days with an order, but for the first (x in the literature). `last`: from the first order to the last
    (t_x; 0 without repeats). `age`: from the first order to the end of what is known (T). `weights`: how many
    customers each place stands for.
    """

    repeats: Numbers
    last: Numbers
    age: Numbers
    weights: Numbers

    def __len__(self) -> int:
        return len(self.repeats)

    @cached_property
    def counts(self) -> "Counts":
        """The different numbers of repeats: what depends on them alone is computed once for each."""
        values, places = np.unique(self.repeats, return_inverse=True)
        return Counts(values, places, np.bincount(places, self.weights, len(values)).astype(np.float64))

    def scaled(self, factor: float) -> "Histories":
        """The same with times in another unit."""
        return Histories(self.repeats, self.last * factor, self.age * factor, self.weights)

    def grouped(self) -> "Histories":
        """The same with each different history once, weighing as many as there were."""
        order = self._order()
        columns = [column[order] for column in (self.repeats, self.last, self.age)]
        is_new = np.ones(len(order), dtype=bool)
        is_new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
        starts = np.flatnonzero(is_new)
        weights = np.add.reduceat(self.weights[order], starts) if len(order) else self.weights
        repeats, last, age = (column[starts] for column in columns)
        return Histories(repeats, last, age, weights)

    def _order(self) -> Places:
        """Places that bring the same histories together. Days are whole numbers: then one number tells a history, and
        one sorting does for three."""
        columns = (self.repeats, self.last, self.age)
        sizes = [float(column.max(initial=0.0)) + 1 for column in columns]
        if sizes[0] * sizes[1] * sizes[2] < _EXACT and all((column == np.floor(column)).all() for column in columns):
            return np.argsort((self.repeats * sizes[1] + self.last) * sizes[2] + self.age)
        return np.lexsort(columns[::-1])

    def portions(self, size: int) -> Iterator["Histories"]:
        """All customers in their order, so many at a time; one portion where there are none."""
        for start in range(0, max(len(self), 1), size):
            some = slice(start, start + size)
            yield Histories(self.repeats[some], self.last[some], self.age[some], self.weights[some])

    def thinned(self, most: int) -> "Histories":
        """At most so many customers, evenly taken from all: every k-th."""
        step = -(-len(self) // most)
        if step <= 1:
            return self
        return Histories(self.repeats[::step], self.last[::step], self.age[::step], self.weights[::step])


@dataclass(frozen=True, slots=True)
class Counts:
    """The different numbers of repeats, the place of each customer's among them, and how many customers have each."""

    values: Numbers
    places: Places
    weights: Numbers


def histories(repeats: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike) -> Histories:
    """Histories of one customer each. Raises ValueError for what no history can be."""
    columns = [np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (repeats, last, age)]
    x, t_x, end = columns
    if not (x.ndim == 1 and x.shape == t_x.shape == end.shape):
        raise ValueError("a number of repeats, a last order and an age are needed of each customer")
    if not all(np.isfinite(column).all() for column in columns):
        raise ValueError("histories are finite numbers")
    if ((x < 0) | (x != np.floor(x))).any():
        raise ValueError("repeats are whole numbers, 0 or more")
    if ((t_x < 0) | (t_x > end)).any():
        raise ValueError("the last order is not before the first and not after the end")
    if ((x == 0) & (t_x > 0)).any():
        raise ValueError("without repeats the last order is the first")
    return Histories(x, t_x, end, np.ones_like(x))


def total(weights: Numbers, values: Numbers) -> float:
    """The sum of the products; not by a linear algebra library, whose threads would wait for busy processors."""
    return float(np.add.reduce(weights * values))


def gone_and_either(odds: Numbers) -> tuple[Numbers, Numbers]:
    """From the logarithm of the odds of being gone: the chance of it, and ln(1 + odds). Neither can overflow.

    ln(1 + small), not log1p(small): what it loses is below what the sum beside it can hold, and it takes a fifth.
    """
    small = np.exp(-np.abs(odds))
    either = 1 + small
    chance = np.where(odds >= 0, 1.0, small) / either
    return np.asarray(chance), np.asarray(np.maximum(odds, 0.0) + np.log(either))
