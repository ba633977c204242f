"""What higher rooms do when customers enter or leave groups, in the transaction in which they do."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple


class Entered(NamedTuple):
    """A customer has entered a group, or left it."""

    customer: int
    group: int
    is_entry: bool


Follow = Callable[[Sequence[Entered], date, datetime], None]

_FOLLOWING: list[Follow] = []


def entering_declare(follow: Follow) -> None:
    """`follow` is called with those who entered or left by somebody's act, the business day and the moment."""
    _FOLLOWING.append(follow)


def entries_follow(entered: Sequence[Entered], *, day: date, at: datetime) -> None:
    """Every room above has done its part. Inside `writing()`."""
    if entered:
        for follow in _FOLLOWING:
            follow(entered, day, at)
