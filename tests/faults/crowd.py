"""Several tills at once: threads, and processes that can be killed."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from django.db import connection, connections

FORK = get_context("fork")


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the acts gave, each in a thread of its own, all started at once; an exception is an outcome too."""
    outcomes: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(n: int) -> None:
        gc.freeze()  # garbage of the lake's engine is not to be cleared up where its threads are not
        start.wait()
        try:
            outcomes[n] = acts[n]()
        except Exception as error:  # noqa: BLE001  (whatever it is, the test looks at it)
            outcomes[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def in_processes(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the acts gave, each in a process of its own. Outcomes must pickle; an exception comes as its text."""
    connections.close_all()  # a connection must not be shared with a child
    start = FORK.Event()
    ends = [FORK.Pipe(duplex=False) for _ in acts]

    def run(n: int) -> None:
        gc.freeze()  # garbage of the lake's engine is not to be cleared up where its threads are not
        start.wait()
        try:
            ends[n][1].send(acts[n]())
        except Exception as error:  # noqa: BLE001
            ends[n][1].send(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()
        os._exit(0)

    children = [FORK.Process(target=run, args=(n,)) for n in range(len(acts))]
    for child in children:
        child.start()
    for _receiver, sender in ends:
        sender.close()  # a child that dies without a word is then an end, not a silence to wait on
    start.set()
    outcomes = [_told(receiver) for receiver, _sender in ends]
    for child in children:
        child.join()
    return outcomes


def _told(receiver: Any) -> Any:
    try:
        return receiver.recv()
    except EOFError:
        return "died without a word"


@contextmanager
def dying_at(statement: int) -> Iterator[None]:
    """The process is killed, as by `kill -9`, just before its `statement`-th query."""
    left = statement

    def kill(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kill):
        yield


def killed(act: Callable[[Callable[[Any], None]], None], *, after: int | None = None) -> list[Any]:
    """What the act told before its process was killed: by itself, or by us once it has told `after` things."""
    connections.close_all()
    receiver, sender = FORK.Pipe(duplex=False)

    def run() -> None:
        gc.freeze()  # as above
        receiver.close()
        try:
            act(sender.send)
        except BaseException as error:  # noqa: BLE001
            sender.send(error)
        os._exit(3)

    child = FORK.Process(target=run)
    child.start()
    sender.close()
    told: list[Any] = []
    while True:
        try:
            told.append(receiver.recv())
        except EOFError:
            break
        if after is not None and len(told) == after:
            os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL, told
    return told
