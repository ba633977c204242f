"""Pareto/NBD: orders at a steady rate until a day that hangs on nothing else.

Rates of ordering differ between customers by a gamma distribution (shape `r`, rate `alpha`), rates of leaving by
another (`s`, `beta`).

Schmittlein, Morrison, Colombo, "Counting Your Customers", Management Science 33 (1987); the likelihood as one integral:
Fader, Hardie, "A Note on Deriving the Pareto/NBD Model and Related Expressions" (2005), eq. 12 to 17.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.special import expit, gammaln, psi

from regulars.reports.prediction.histories import Histories, Numbers, gone_and_either, total

# What is smaller than e^-45 of the greatest is not added up.
_SEEN = 45.0
_AT_ONCE = 4_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


class _Left(NamedTuple):
    """When a customer who left may have done so, after the last order.

    `odds`: logarithm of the odds of having left. `shares`: how likely each of some moments is, given that they left, a
    row for each customer; `ordering`, `leaving`: alpha and beta plus the moment; `ordering_grown`, `leaving_grown`:
    logarithm of those over what they were at the last order.
    """

    odds: Numbers
    shares: Numbers
    ordering: Numbers
    leaving: Numbers
    ordering_grown: Numbers
    leaving_grown: Numbers


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """`alpha` and `beta` are in the unit of time of the histories."""

    r: float
    alpha: float
    s: float
    beta: float

    times: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    starts: ClassVar[tuple[tuple[float, ...], ...]] = ((0.5, 0.4, 0.6, 0.4), (1.5, 1.0, 0.2, 2.0), (0.3, 0.1, 1.5, 3.0))

    def _left(self, told: Histories) -> _Left:
        """The odds: s (alpha+T)^(r+x) (beta+T)^s times the integral from t_x to T of (alpha+u)^-(r+x) (beta+u)^-(s+1).

        By Gauss-Legendre in the logarithm of u plus the lesser of alpha and beta, over which both factors are smooth,
        as far as anything can be seen. No term can overflow, and t_x = T needs no case of its own.
        """
        r, alpha, s, beta = self.r + told.repeats, self.alpha, self.s, self.beta
        begin, end, least = told.last, told.age, min(alpha, beta)
        with np.errstate(over="ignore"):
            # Beyond either, its factor has become too small to see.
            seen = np.minimum(
                (alpha + begin) * np.expm1(np.minimum(_SEEN / r, 700.0)),
                (beta + begin) * np.expm1(min(_SEEN / s, 700.0)),
            )
        length = np.log1p(np.minimum(end - begin, seen) / (least + begin))
        later = (least + begin)[:, None] * np.expm1(length[:, None] * (_NODES + 1) / 2)
        ordering, leaving = (alpha + begin)[:, None] + later, (beta + begin)[:, None] + later
        ordering_grown = np.log1p(later / (alpha + begin)[:, None])
        leaving_grown = np.log1p(later / (beta + begin)[:, None])
        parts = (
            np.exp(-r[:, None] * ordering_grown - (s + 1) * leaving_grown)
            * _WEIGHTS
            * ((least + begin)[:, None] + later)
        )
        whole = parts.sum(axis=1)
        with np.errstate(divide="ignore"):
            odds = (
                np.log(s) + np.log(whole * length / 2) - np.log(beta + begin)
                + r * np.log1p((end - begin) / (alpha + begin)) + s * np.log1p((end - begin) / (beta + begin))
            )  # fmt: skip
        return _Left(odds, parts / whole[:, None], ordering, leaving, ordering_grown, leaving_grown)

    def log_likelihood(self, told: Histories) -> float:
        """Logarithm of the likelihood, all terms kept."""
        return self.slopes(told)[0]

    def slopes(self, told: Histories) -> tuple[float, Numbers]:
        """The log-likelihood and its derivatives by r, alpha, s and beta.

        With u the moment until which somebody was a customer (T, if they still are), the derivatives are means over
        what is known of u: by r, the mean of -ln(alpha + u), and so on.
        """
        r, alpha, s, beta, weights = self.r, self.alpha, self.s, self.beta, told.weights
        counts, x = told.counts, told.counts.values
        left = self._left(told)
        gone, either = gone_and_either(left.odds)
        shapes, whole = r + told.repeats, weights.sum()
        orders_until, leaves_until = np.log(alpha + told.age), np.log(beta + told.age)
        value = total(counts.weights, gammaln(r + x) - gammaln(r) + r * np.log(alpha)) + whole * s * np.log(beta)
        value += total(weights, either - shapes * orders_until - s * leaves_until)

        def mean(at_end: Numbers, if_left: Numbers) -> Numbers:
            return np.asarray((1 - gone) * at_end + gone * if_left)

        def over_moments(values: Numbers) -> Numbers:
            return np.asarray((left.shares * values).sum(axis=1))

        ordered = np.log(alpha + told.last) + over_moments(left.ordering_grown)
        stayed = np.log(beta + told.last) + over_moments(left.leaving_grown)
        slope_r = total(counts.weights, psi(r + x) - psi(r) + np.log(alpha)) - total(
            weights, mean(orders_until, ordered)
        )
        slope_alpha = whole * r / alpha - total(
            weights * shapes, mean(1 / (alpha + told.age), over_moments(1 / left.ordering))
        )
        slope_s = whole * np.log(beta) - total(weights, mean(leaves_until, stayed)) + total(weights, gone) / s
        slope_beta = whole * s / beta - total(
            weights, mean(s / (beta + told.age), (s + 1) * over_moments(1 / left.leaving))
        )
        return value, np.array([slope_r, slope_alpha, slope_s, slope_beta])

    def alive(self, told: Histories) -> Numbers:
        """The chance that each is still a customer at the end of what is known, 0 to 1."""
        # Two dozen moments of each are looked at: of some customers at a time, to stay within the processor's caches.
        return np.concatenate([expit(-self._left(some).odds) for some in told.portions(_AT_ONCE)])

    def orders_if_alive(self, repeats: Numbers, age: Numbers, *, within: float) -> Numbers:
        """Orders expected within that time after the end, of somebody who is still a customer then.

        (r+x) (beta+T) / ((alpha+T) (s-1)) * (1 - ((beta+T) / (beta+T+within)) ^ (s-1)), written so that
        s = 1 is no pole.
        """
        grown = np.log1p(within / (self.beta + age))
        less = self.s - 1
        share = -np.expm1(-less * grown) / less if abs(less) > 1e-9 else grown
        return np.asarray((self.r + repeats) * (self.beta + age) / (self.alpha + age) * share)

    def orders(self, told: Histories, *, within: float) -> Numbers:
        """Orders expected of each within that time after the end."""
        return self.alive(told) * self.orders_if_alive(told.repeats, told.age, within=within)

    def orders_of_new(self, *, within: float) -> float:
        """Repeat orders expected of somebody within that time after the first order."""
        nothing = np.zeros(1)
        return float(self.orders_if_alive(nothing, nothing, within=within)[0])
