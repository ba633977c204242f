"""What higher rooms do when something known of customers has changed, in the transaction that changed it."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from regulars.storage.ending import Turn, at_the_end

# Why each customer is followed, and when it was told.
Follow = Callable[[Mapping[int, str], datetime], None]

_FOLLOWING: list[Follow] = []


class _Touched(NamedTuple):
    ids: Collection[int]
    reason: str
    at: datetime


def following_declare(follow: Follow) -> None:
    """`follow` is called once in a transaction that changed something known of customers, with all of them."""
    _FOLLOWING.append(follow)


def customers_touched(customer_ids: Collection[int], *, reason: str, at: datetime) -> None:
    """Before the transaction ends every room above has followed these customers. Inside `writing()`.

    Whatever is known of them may have changed: their facts, sales, details, groups; some may be gone. Of several
    reasons the first that is told holds.
    """
    if customer_ids:
        at_the_end(_follow, [_Touched(customer_ids, reason, at)], turn=Turn.FOLLOWING)


def _follow(touched: list[_Touched]) -> None:
    reasons: dict[int, str] = {}
    for ids, reason, _at in reversed(touched):
        reasons.update(dict.fromkeys(ids, reason))
    at = max(each.at for each in touched)
    for follow in _FOLLOWING:
        follow(reasons, at)
