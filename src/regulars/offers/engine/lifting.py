"""What an offer does: those who could have it against those it was held back from.

Who is held out is drawn by a hash, so both are samples of the same customers, and how their means differ is an unbiased
estimate of what the offer does to a customer who may have it, whether or not they use it.

The interval of the difference is Welch's: B. L. Welch, "The generalization of 'Student's' problem when several
different population variances are involved", Biometrika 34 (1947), 28-35; standard error sqrt(s1^2/n1 + s2^2/n2),
degrees of freedom by Welch and Satterthwaite. The interval of the lift, a ratio of two means, is by Fieller's theorem:
E. C. Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B 16 (1954), 175-185.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

# Of both sides together 5 % are left out.
_Z = NormalDist().inv_cdf(0.975)


class Sample(NamedTuple):
    """How many customers, the sum of what each spent, and the sum of its squares: minor units, exact."""

    size: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        return self.total / self.size if self.size else 0.0

    @property
    def variance_of_mean(self) -> float:
        """The estimated variance of the mean: s^2 / n."""
        apart = self.squares * self.size - self.total * self.total
        return apart / (self.size * self.size * (self.size - 1)) if self.size > 1 else 0.0


class Interval(NamedTuple):
    """Both ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """What the offer does to a customer who may have it.

    `difference`: of the means, minor units a customer. `share`: the difference over the mean of those held out (0.1 is
    a tenth more); unknown where they spent nothing. Intervals are unknown where a side has fewer than two customers,
    and that of the share where the mean of those held out may as well be zero.
    """

    offered: Sample
    held_out: Sample
    difference: float
    difference_within: Interval | None
    share: float | None
    share_within: Interval | None


def sample_of(amounts: Iterable[int]) -> Sample:
    """The sample of what each customer spent."""
    count = total = squares = 0
    for amount in amounts:
        count += 1
        total += amount
        squares += amount * amount
    return Sample(count, total, squares)


def lift_of(offered: Sample, held_out: Sample) -> Lift:
    """The difference of the means and its share, with their intervals."""
    spread = _spread(offered, held_out)
    difference = offered.mean - held_out.mean
    return Lift(
        offered=offered,
        held_out=held_out,
        difference=difference,
        difference_within=None if spread is None else Interval(difference - spread, difference + spread),
        share=difference / held_out.mean if held_out.total else None,
        share_within=_share_within(offered, held_out),
    )


def _spread(one: Sample, other: Sample) -> float | None:
    """Half the interval of the difference."""
    if min(one.size, other.size) < 2:
        return None
    return _quantile(_freedom(one, other)) * sqrt(one.variance_of_mean + other.variance_of_mean)


def _freedom(one: Sample, other: Sample) -> float:
    """The degrees of freedom by Welch and Satterthwaite."""
    first, second = one.variance_of_mean, other.variance_of_mean
    under = first**2 / (one.size - 1) + second**2 / (other.size - 1)
    return (first + second) ** 2 / under if under else one.size + other.size - 2


def _quantile(freedom: float) -> float:
    """The 97.5 % point of Student's distribution, by the expansion 26.7.5 of Abramowitz and Stegun (1964)."""
    z = _Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**n for n, term in enumerate(terms, 1))


def _share_within(offered: Sample, held_out: Sample) -> Interval | None:
    """Fieller's interval of the ratio of the two means, less one."""
    if min(offered.size, held_out.size) < 2 or not held_out.total:
        return None
    t = _quantile(_freedom(offered, held_out))
    ratio, mean = offered.mean / held_out.mean, held_out.mean
    g = t * t * held_out.variance_of_mean / (mean * mean)
    if g >= 1:
        return None
    within = offered.variance_of_mean * (1 - g) + ratio * ratio * held_out.variance_of_mean
    half = t / abs(mean) * sqrt(within)
    return Interval((ratio - half) / (1 - g) - 1, (ratio + half) / (1 - g) - 1)
