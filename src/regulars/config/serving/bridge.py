"""The RSGI application."""

import asyncio
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from pathlib import Path
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple, TypeVar

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

from regulars.config.serving.bodies import MEGABYTE, Bodies, Refusal
from regulars.config.serving.environ import Networks, environ_of, sender_of
from regulars.core.text import marked as _

T = TypeVar("T")

# An answer longer than this goes through a file; Granian opens it within this many seconds.
IN_MEMORY, OPENING = MEGABYTE, 60
_log = logging.getLogger("regulars.serving")


class Answer(NamedTuple):
    """What was answered; the content is at its end."""

    status: int
    headers: list[tuple[str, str]]
    content: IO[bytes]


class Threads:
    """Threads to answer in; of those that are free, the one that was busy last.

    Each has a connection to the database of its own, whose pages in memory are worth nothing once another has written:
    a till that sells one sale after the other always meets the same.
    """

    def __init__(self, count: int) -> None:
        self._all = [_Thread(n) for n in range(count)]
        self._free = list(self._all)
        self._places = asyncio.Semaphore(count)

    async def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Both are done, one with what the other answers, once a thread was free. Raises what they raise."""
        async with self._places:
            done = asyncio.get_running_loop().create_future()
            thread = self._free.pop()
            thread.asked.put(partial(self._work, thread, work, then, done))
            await done

    def _work(
        self, thread: "_Thread", work: Callable[[], T], then: Callable[[T], None], done: asyncio.Future[None]
    ) -> None:
        tell = partial(done.set_result, None)
        try:
            try:
                found = work()
            finally:
                # Before the answer leaves: whoever gets it may ask again at once.
                self._free.append(thread)
            then(found)
        except BaseException as error:  # noqa: BLE001  (whoever waits is told)
            tell = partial(done.set_exception, error)
        done.get_loop().call_soon_threadsafe(tell)

    def shutdown(self) -> None:
        """What was begun has ended."""
        for thread in self._all:
            thread.asked.put(None)
        for thread in self._all:
            thread.join()


class _Thread(threading.Thread):
    """Does what is asked of it, one after the other: a ThreadPoolExecutor takes twice the time to hand that over."""

    def __init__(self, n: int) -> None:
        super().__init__(name=f"request-{n}", daemon=True)
        self.asked: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while (work := self.asked.get()) is not None:
            work()


class Bridge:
    """Answers with a WSGI application, in so many threads; and of its health by itself."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        *,
        is_ready: Callable[[], bool],
        folder: Path,
        threads: int,
        proxies: Networks = (),
    ) -> None:
        self._application, self._is_ready, self._folder, self._proxies = application, is_ready, folder, proxies
        self._bodies = Bodies(folder)
        self._threads = Threads(threads)
        # Apart, so that nobody waits for it who asks while the others are busy.
        self._health_thread = ThreadPoolExecutor(1, thread_name_prefix="health")

    def __rsgi_del__(self, _loop: object) -> None:
        """The process has ended; Granian calls this when everything was answered."""
        self._threads.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        # Python's usual way out can meet a thread of Granian on its own, which then aborts the process.
        os._exit(0)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """The request is answered."""
        try:
            if scope.path in ("/health/live", "/health/ready"):
                await self._health(scope, protocol)
            else:
                await self._answer(scope, protocol)
        except Refusal as refusal:
            _refuse(refusal, protocol, is_api=scope.path.startswith("/api/"))
        except Exception:  # noqa: BLE001  (whatever it is, somebody waits for an answer)
            _log.exception("A request could not be answered.")
            _refuse(Refusal(500, _("Something went wrong here; try again.")), protocol, is_api=False)

    async def _health(self, scope: Scope, protocol: HTTPProtocol) -> None:
        loop = asyncio.get_running_loop()
        is_well = scope.path == "/health/live" or await loop.run_in_executor(self._health_thread, self._is_ready)
        headers = [("content-type", "text/plain"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff")]
        protocol.response_str(200 if is_well else 503, headers, "well\n" if is_well else "not well\n")

    async def _answer(self, scope: Scope, protocol: HTTPProtocol) -> None:
        sender = sender_of(scope, proxies=self._proxies)
        loop = asyncio.get_running_loop()
        async with self._bodies.read(scope, protocol) as body:
            environ = environ_of(scope, sender=sender, body=body)
            # In the thread that has it: to wake the loop for that would take longer than to send it.
            send = partial(_send, protocol=protocol, is_head=scope.method == "HEAD", loop=loop)
            await self._threads.run(partial(self._call, environ), send)

    def _call(self, environ: dict[str, Any]) -> Answer:
        """The whole answer of the application. In a thread."""
        head: list[Any] = []
        response = self._application(environ, lambda status, headers, *_exc_info: head.extend((status, headers)))
        content = SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder))  # noqa: SIM115  (closed when it is sent)
        try:
            for part in response:
                content.write(part)
        except BaseException:
            content.close()
            raise
        finally:
            getattr(response, "close", lambda: None)()
        status, headers = head
        return Answer(int(status[:3]), headers, content)


def _send(answer: Answer, *, protocol: HTTPProtocol, is_head: bool, loop: asyncio.AbstractEventLoop) -> None:
    """The answer is Granian's to send. In a thread."""
    status, content = answer.status, answer.content
    size = content.tell()
    # Granian takes nothing but ASCII.
    headers = [(name, value.encode("ascii", "replace").decode()) for name, value in answer.headers]
    if size and not any(name.lower() == "content-length" for name, _value in headers):
        headers.append(("content-length", str(size)))
    if size > IN_MEMORY and not is_head:
        # Opened a moment later by its number; from then on Granian holds it by itself.
        content.flush()
        protocol.response_file(status, headers, f"/dev/fd/{content.fileno()}")
        loop.call_soon_threadsafe(loop.call_later, OPENING, content.close)
        return
    with content:
        content.seek(0)
        if is_head:
            protocol.response_empty(status, headers)
        else:
            protocol.response_bytes(status, headers, content.read())


def _refuse(refusal: Refusal, protocol: HTTPProtocol, *, is_api: bool) -> None:
    headers = [("connection", "close"), ("cache-control", "no-store")]
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("retry-after", "60"))
    if is_api:
        title = HTTPStatus(refusal.status).phrase
        problem = {"type": "about:blank", "title": title, "status": refusal.status, "detail": refusal.sentence}
        headers.append(("content-type", "application/problem+json"))
        protocol.response_str(refusal.status, headers, json.dumps(problem))
    else:
        headers.append(("content-type", "text/plain; charset=utf-8"))
        protocol.response_str(refusal.status, headers, f"{refusal.sentence}\n")
