"""BG/NBD and MBG/NBD: orders at a steady rate until, after one of them, the customer is gone.

Rates differ between customers by a gamma distribution (shape `r`, rate `alpha`), the chance to be gone after an order
by a beta distribution (`a`, `b`). In BG/NBD a customer can be gone after a repeat order only, so that who never came
back is surely still a customer; in MBG/NBD after the first order, too.

BG/NBD: Fader, Hardie, Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005).
MBG/NBD: Batislam, Denizel, Filiztekin, "Empirical validation and comparison of models for customer base analysis",
International Journal of Research in Marketing 24 (2007).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import expit, gammaln, psi, zeta

from regulars.reports.prediction.averaging import averaged_by_beta
from regulars.reports.prediction.histories import Histories, Numbers, gone_and_either, total


@dataclass(frozen=True, slots=True)
class _BetaGeometric:
    """`alpha` is in the unit of time of the histories, the others are plain numbers."""

    r: float
    alpha: float
    a: float
    b: float

    # How many of a customer's orders, beside the repeats, they could have been gone after.
    beside: ClassVar[int]

    # Which parameters are times, and where the search begins, with times in mean ages.
    times: ClassVar[tuple[str, ...]] = ("alpha",)
    starts: ClassVar[tuple[tuple[float, ...], ...]] = (
        (0.5, 0.2, 0.8, 2.5),
        (1.5, 1.0, 0.2, 1.0),
        (0.2, 0.05, 3.0, 9.0),
    )

    def _odds(self, told: Histories, since: Numbers) -> Numbers:
        """Logarithm of the odds of being gone: a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x).

        With b + x for MBG/NBD; -infinity where nobody can be gone yet. `since`: ln((alpha + T) / (alpha + t_x)).
        """
        counts = told.counts
        could_go = counts.values + self.beside
        share = np.where(could_go > 0, np.log(self.a) - np.log(np.maximum(self.b + could_go - 1, 1e-300)), -np.inf)
        return np.asarray(share[counts.places] + (self.r + told.repeats) * since)

    def _since(self, told: Histories) -> Numbers:
        return np.log1p((told.age - told.last) / (self.alpha + told.last))

    def log_likelihood(self, told: Histories) -> float:
        """Logarithm of the likelihood, all terms kept (BG/NBD: eq. 6 of the paper, for one customer each)."""
        return self.slopes(told)[0]

    def slopes(self, told: Histories) -> tuple[float, Numbers]:
        """The log-likelihood and its derivatives by r, alpha, a and b.

        ln L = ln G(r+x) - ln G(r) + r ln alpha + ln B(a, b+k) - ln B(a, b) - (r+x) ln(alpha+T) + ln(1 + odds of being
        gone), k being how often the customer stayed. The chance to be gone weighs the two ways in the derivatives.
        """
        r, alpha, a, b, weights = self.r, self.alpha, self.a, self.b, told.weights
        counts, x = told.counts, told.counts.values
        stayed = x + self.beside
        by_count = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha)
            + gammaln(b + stayed) - gammaln(b) - gammaln(a + b + stayed) + gammaln(a + b)
        )  # fmt: skip
        # As _since says it, with logarithms that are needed anyway.
        until = np.log(alpha + told.age)
        since = until - np.log(alpha + told.last)
        gone, either = gone_and_either(self._odds(told, since))
        gone = weights * gone
        shapes = r + told.repeats
        value = total(counts.weights, by_count) + total(weights, either - shapes * until)
        whole = weights.sum()
        could_go = np.where(stayed > 0, b + stayed - 1, np.inf)
        gone_by_count = np.bincount(counts.places, gone, len(x)).astype(np.float64)
        slope_r = (
            total(counts.weights, psi(r + x) - psi(r) + np.log(alpha)) - total(weights, until) + total(gone, since)
        )  # fmt: skip
        slope_alpha = whole * r / alpha - total(
            shapes, (weights - gone) / (alpha + told.age) + gone / (alpha + told.last)
        )
        both = total(counts.weights, psi(a + b) - psi(a + b + stayed))
        slope_a = both + gone.sum() / a
        slope_b = both + total(counts.weights, psi(b + stayed) - psi(b)) - total(gone_by_count, 1 / could_go)
        return value, np.array([slope_r, slope_alpha, slope_a, slope_b])

    def bends(self, told: Histories) -> Numbers:
        """The second derivatives of the log-likelihood by r, alpha, a and b, four by four.

        Of ln(1 + odds), g being the chance to be gone: g * (second derivative of ln odds) + g * (1 - g) * (product of
        its first ones). The derivative of psi(z) is zeta(2, z).
        """
        r, alpha, a, b, weights = self.r, self.alpha, self.a, self.b, told.weights
        counts, x = told.counts, told.counts.values
        stayed = x + self.beside
        since = np.log(alpha + told.age) - np.log(alpha + told.last)
        chance, _either = gone_and_either(self._odds(told, since))
        gone = weights * chance
        torn = gone * (1 - chance)
        until, last, shapes = 1 / (alpha + told.age), 1 / (alpha + told.last), r + told.repeats
        odds_alpha = shapes * (until - last)
        # By b, below zero; nobody is gone where nobody could go.
        odds_b = 1 / np.where(stayed > 0, b + stayed - 1, np.inf)
        torn_r, torn_alpha = torn * since, torn * odds_alpha
        torn_by_count, gone_by_count = (
            np.bincount(counts.places, each, len(x)).astype(np.float64) for each in (torn, gone)
        )
        both = total(counts.weights, zeta(2, a + b) - zeta(2, a + b + stayed))
        found = np.empty((4, 4))
        found[0, 0] = total(counts.weights, zeta(2, r + x) - zeta(2, r)) + total(torn_r, since)
        found[0, 1] = (weights.sum() / alpha - total(weights, until) + total(gone, until - last)
                       + total(torn_r, odds_alpha))  # fmt: skip
        found[0, 2] = torn_r.sum() / a
        found[0, 3] = -total(torn_r, odds_b[counts.places])
        found[1, 1] = (total(shapes, weights * until**2 + gone * (last**2 - until**2)) + total(torn_alpha, odds_alpha)
                       - weights.sum() * r / alpha**2)  # fmt: skip
        found[1, 2] = torn_alpha.sum() / a
        found[1, 3] = -total(torn_alpha, odds_b[counts.places])
        found[2, 2] = both + (torn.sum() - gone.sum()) / a**2
        found[2, 3] = both - total(torn_by_count, odds_b) / a
        found[3, 3] = (both + total(counts.weights, zeta(2, b + stayed) - zeta(2, b))
                       + total(torn_by_count + gone_by_count, odds_b**2))  # fmt: skip
        return np.asarray(np.triu(found) + np.triu(found, 1).T)

    def alive(self, told: Histories) -> Numbers:
        """The chance that each is still a customer at the end of what is known, 0 to 1."""
        return np.asarray(expit(-self._odds(told, self._since(told))))

    def orders_if_alive(self, repeats: Numbers, age: Numbers, *, within: float) -> Numbers:
        """Orders expected within that time after the end, of somebody who is still a customer then.

        The mean of (1 - exp(-rate * chance * within)) / chance over what is left of the two distributions: rate gamma
        (r + x, alpha + T), chance beta(a, b + k). The same as eq. 10 of the paper, whose hypergeometric function has a
        pole at a = 1 and overflows for many orders; taken by Gauss-Jacobi quadrature, it can do neither.
        """
        return averaged_by_beta(
            self.a, self.b + self.beside, r=self.r, repeats=repeats, age=age,
            reach=lambda ages: within / (self.alpha + ages),
        )  # fmt: skip

    def orders(self, told: Histories, *, within: float) -> Numbers:
        """Orders expected of each within that time after the end."""
        return self.alive(told) * self.orders_if_alive(told.repeats, told.age, within=within)


class BgNbd(_BetaGeometric):
    """Gone, if at all, after a repeat order."""

    __slots__ = ()
    beside: ClassVar[int] = 0

    def orders_of_new(self, *, within: float) -> float:
        """Repeat orders expected of somebody within that time after the first order (eq. 9 of the paper)."""
        nothing = np.zeros(1)
        return float(self.orders_if_alive(nothing, nothing, within=within)[0])


class MbgNbd(_BetaGeometric):
    """Gone, if at all, after any order."""

    __slots__ = ()
    beside: ClassVar[int] = 1

    def orders_of_new(self, *, within: float) -> float:
        """Repeat orders expected of somebody within that time after the first order."""
        nothing = np.zeros(1)
        stays = self.b / (self.a + self.b)
        return stays * float(self.orders_if_alive(nothing, nothing, within=within)[0])
