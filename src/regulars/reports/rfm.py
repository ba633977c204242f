"""Recency, frequency and money as scores from 1 to 5, and what the groups they make are called. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Whole = np.ndarray[Any, np.dtype[np.int64]]
Shares = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

BEST = 5
# By the score for recency, and that for frequency and money in one. The same as in questions/rfm (a test holds it so).
_ROWS = {
    5: ("New customers", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
    4: ("Promising", "Potential loyalists", "Potential loyalists", "Loyal", "Loyal"),
    3: ("About to sleep", "About to sleep", "Need attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At risk", "At risk", "Cannot lose them"),
    1: ("Hibernating", "Hibernating", "At risk", "At risk", "Cannot lose them"),
}
GROUPS: Mapping[tuple[int, int], str] = {
    (recency, place): name for recency, names in _ROWS.items() for place, name in enumerate(names, start=1)
}
# From the best to the worst.
NAMES = (
    "Champions", "Loyal", "Potential loyalists", "New customers", "Promising", "Need attention", "About to sleep",
    "Cannot lose them", "At risk", "Hibernating",
)  # fmt: skip


def scores(values: Whole) -> Whole:
    """Fifths, 5 the greatest: 1 + floor(5 * how many are strictly less / how many there are). Who is equal shares."""
    less = np.searchsorted(np.sort(values), values, side="left")
    return np.asarray(np.minimum(1 + BEST * less // max(len(values), 1), BEST), dtype=np.int64)


def best_among(values: Whole, percent: int) -> Mask:
    """Who is among the greatest so many percent: all others, by their share of everybody, are strictly less.

    Of 20 percent, whose score is 5.
    """
    less = np.searchsorted(np.sort(values), values, side="left")
    return np.asarray(100 * less >= (100 - percent) * len(values), dtype=np.bool_)


def risk_milli(alive: Shares) -> Whole:
    """The chance to be gone, in thousandths, of these chances to be there still."""
    return np.asarray((1000 * (1 - alive)).round(), dtype=np.int64)


def group_of(recency: int, frequency: int, monetary: int) -> str:
    """What a customer with these scores is called. Half of the sum of the last two, a half rounded up."""
    return GROUPS[recency, (frequency + monetary + 1) // 2]
