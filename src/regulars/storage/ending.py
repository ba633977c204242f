"""What a transaction does last, once for all that asked for it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from django.db import connection

T = TypeVar("T")


class Turn(IntEnum):
    """Which of the last things comes first; one may hand over more of its own turn or of a later one."""

    # What is derived from what the transaction changed.
    FOLLOWING = 1
    # The log is sealed; on PostgreSQL nobody else can write an entry from here to the end.
    SEALING = 2


class _Work(NamedTuple):
    turn: Turn
    do: Callable[[list[Any]], None]


_Pending = dict[_Work, list[Any]]
_PENDING: ContextVar[_Pending | None] = ContextVar("pending", default=None)


@contextmanager
def ending() -> Iterator[None]:
    """What was handed to `at_the_end` within is done on leaving; within another `ending()`, on leaving that one.

    What was handed over in a part that failed is forgotten with it.
    """
    outer = _PENDING.get()
    if outer is not None:
        held = {work: len(items) for work, items in outer.items()}
        try:
            yield
        except BaseException:
            for work, items in outer.items():
                del items[held.get(work, 0) :]
            raise
        return
    pending: _Pending = {}
    token = _PENDING.set(pending)
    try:
        yield
        # A transaction that is to be rolled back takes no more statements.
        if not connection.needs_rollback:
            _do(pending)
    finally:
        _PENDING.reset(token)


def _do(pending: _Pending) -> None:
    """Every work is done with all its items, turn by turn, those added on the way too."""
    while works := [work for work, items in pending.items() if items]:
        work = min(works, key=lambda each: each.turn)
        items, pending[work] = pending[work], []
        work.do(items)


def at_the_end(work: Callable[[list[T]], None], items: Iterable[T], *, turn: Turn) -> None:
    """`work` gets these and all other items handed to it, as one of the transaction's last things.

    Inside `writing()`.
    """
    pending = _PENDING.get()
    if pending is None:
        raise RuntimeError("at_the_end() needs a transaction of writing() to be at the end of")
    pending.setdefault(_Work(turn, work), []).extend(items)
