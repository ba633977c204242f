"""Gamma-gamma: what an order is worth, apart from how often there is one.

Each order's value varies around its customer's mean by a gamma distribution of shape `p`; its rate differs between
customers by another (`q`, `v`).

Fader, Hardie, "The Gamma-Gamma Model of Monetary Value" (2013).
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from regulars.reports.prediction.histories import Numbers, total
from regulars.reports.prediction.maximum import Maximum, maximum_found


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """`v` is in the unit of money of the values (gamma in the note). `q` is above 1: with less there is no mean."""

    p: float
    q: float
    v: float

    starts: ClassVar[tuple[tuple[float, float, float], ...]] = ((4.0, 3.0, 1.0), (1.0, 1.5, 1.0), (10.0, 8.0, 1.0))

    @classmethod
    def fitted(cls, orders: npt.ArrayLike, mean: npt.ArrayLike) -> tuple[Self, Maximum]:
        """The parameters of greatest likelihood for customers with so many repeats, worth so much in the mean.

        Whoever has no repeat, or only such as were worth nothing, says nothing.
        """
        x, z = np.asarray(orders, dtype=np.float64), np.asarray(mean, dtype=np.float64)
        counts = (x > 0) & (z > 0)
        x, z = x[counts], z[counts]
        scale = float(z.mean())

        # q is searched as its excess over 1.
        def slopes(parameters: Numbers) -> tuple[float, Numbers]:
            p, excess, v = parameters
            return cls(p, 1 + excess, v).slopes(x, z / scale)

        found = maximum_found(slopes, [(p, q - 1, v) for p, q, v in cls.starts], size=len(x))
        p, excess, v = found.parameters
        model = cls(p, 1 + excess, v * scale)
        told = Maximum(
            (model.p, model.q, model.v), found.log_likelihood - len(x) * float(np.log(scale)),
            found.is_converged, found.starts, found.agreeing, found.evaluations,
        )  # fmt: skip
        return model, told

    def slopes(self, orders: Numbers, mean: Numbers) -> tuple[float, Numbers]:
        """The log-likelihood (eq. 1a of the note) and its derivatives by p, q and v."""
        p, q, v = self.p, self.q, self.v
        values, places = np.unique(orders, return_inverse=True)
        many = np.bincount(places, minlength=len(values)).astype(np.float64)
        shapes, known = p * orders, np.log(v + orders * mean)
        logs = np.log(mean) + np.log(orders)
        value = (
            total(many, gammaln(p * values + q) - gammaln(p * values)) + len(orders) * (q * np.log(v) - gammaln(q))
            + total(shapes, logs) - np.log(mean).sum() - total(shapes + q, known)
        )  # fmt: skip
        slope_p = total(many, values * (psi(p * values + q) - psi(p * values))) + total(orders, logs - known)
        slope_q = total(many, psi(p * values + q)) - len(orders) * psi(q) + (np.log(v) - known).sum()
        slope_v = len(orders) * q / v - ((shapes + q) / (v + orders * mean)).sum()
        return float(value), np.array([slope_p, slope_q, slope_v])

    def log_likelihood(self, orders: npt.ArrayLike, mean: npt.ArrayLike) -> float:
        """Logarithm of the likelihood of such means of so many orders, each above 0."""
        return self.slopes(np.asarray(orders, dtype=np.float64), np.asarray(mean, dtype=np.float64))[0]

    def value(self, orders: npt.ArrayLike, mean: npt.ArrayLike) -> Numbers:
        """What an order of each customer is worth in the long run (eq. 5): p (v + x z) / (p x + q - 1).

        Between their own mean and everybody's, nearer to their own the more orders there were.
        """
        x, z = np.asarray(orders, dtype=np.float64), np.asarray(mean, dtype=np.float64)
        return np.asarray(self.p * (self.v + x * z) / (self.p * x + self.q - 1))
