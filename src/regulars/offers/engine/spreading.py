"""Sharing an amount out so that the parts add up."""

from collections.abc import Sequence


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` (0 to the sum of the weights) in proportion to them, none above its weight: largest remainder.

    Each gets its share rounded down; what is left goes one by one to the largest remainders, the first on a tie.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    shares = [amount * weight // whole for weight in weights]
    rest = amount - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(amount * weights[n] % whole), n))
    for n in by_remainder[:rest]:
        shares[n] += 1
    return shares
