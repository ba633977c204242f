"""What higher rooms make of groups: what stands in the way of deleting one, and what follows a name."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple


class Renamed(NamedTuple):
    """A group as it was called and as it is called; None before it was there, and after."""

    group: int
    before: str | None
    after: str | None


_USING: list[Callable[[int], Sequence[str]]] = []
_FOLLOWING: list[Callable[[Sequence[Renamed], datetime], None]] = []


def use_declare(users: Callable[[int], Sequence[str]]) -> None:
    """`users` says what uses the group with this id, in words."""
    _USING.append(users)


def naming_declare(follow: Callable[[Sequence[Renamed], datetime], None]) -> None:
    """`follow` is called when groups came, went or are called otherwise, inside `writing()`."""
    _FOLLOWING.append(follow)


def group_users(group_id: int) -> list[str]:
    """What uses the group, in words."""
    return [user for users in _USING for user in users(group_id)]


def names_follow(renamed: Sequence[Renamed], *, at: datetime) -> None:
    """Every room above knows the groups by their names. Inside `writing()`."""
    for follow in _FOLLOWING:
        follow(renamed, at)
