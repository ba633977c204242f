"""What higher rooms do for a new profile, in the transaction that opens it."""

from collections.abc import Callable, Collection

_FOLLOWING: list[Callable[[Collection[int]], None]] = []


def newcomers_declare(follow: Callable[[Collection[int]], None]) -> None:
    """`follow` is called with the ids of customers whose profiles a person or an import has just opened."""
    _FOLLOWING.append(follow)


def newcomers_follow(customer_ids: Collection[int]) -> None:
    """Every room has done its part for these new customers. Inside `writing()`."""
    if customer_ids:
        for follow in _FOLLOWING:
            follow(customer_ids)
