"""Reading the bodies of requests, within bounds."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

from regulars.core.text import marked as _

MEGABYTE = 1024 * 1024
# An upload has room for what stands between its files.
MOST, MOST_UPLOADED = 6 * MEGABYTE, 201 * MEGABYTE
UPLOAD_PATHS = ("/data/upload", "/api/v1/uploads")
# Bodies up to so many bytes: how many one process takes at a time. A till's sale always finds room.
PLACES = {64 * 1024: 10_000, MOST: 40, MOST_UPLOADED: 4}
# What is too long is still read up to here, so that its sender gets to see the refusal.
MOST_DROPPED = 32 * MEGABYTE
# A body may pause for so many seconds, and on the whole never come slower than so many bytes a second.
PAUSE, SLOWEST = 10.0, 8 * 1024


class Refusal(Exception):
    """The request does not get to Django: the status and the sentence to answer with."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence)
        self.status, self.sentence = status, sentence


class Bodies:
    """The bodies that one process holds at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: Counter[int] = Counter()

    @asynccontextmanager
    async def read(self, scope: Scope, protocol: HTTPProtocol) -> AsyncIterator[IO[bytes]]:
        """The whole body, in memory or, of a large upload, in a nameless file. Raises Refusal."""
        length = _length(scope)
        most = MOST_UPLOADED if scope.path in UPLOAD_PATHS else MOST
        with self._place(min(length, most)) as body:
            if length > most:
                if length <= MOST_DROPPED and "expect" not in scope.headers:
                    await _copy(protocol, length, into=None)
                raise Refusal(413, _("The body is longer than the %d MB that are taken here.") % (most // MEGABYTE))
            if length:
                await _copy(protocol, length, into=body)
                body.seek(0)
            yield body

    @contextmanager
    def _place(self, length: int) -> Iterator[IO[bytes]]:
        size = min(size for size in PLACES if length <= size)
        if self._held[size] >= PLACES[size]:
            raise Refusal(503, _("Too much is being sent at the moment; try again in a minute."))
        self._held[size] += 1
        try:
            with TemporaryFile(dir=self._folder) if length > MOST else BytesIO() as body:
                yield body
        finally:
            self._held[size] -= 1


def _length(scope: Scope) -> int:
    """The length of the body as declared. Raises Refusal."""
    # A body of unknown length that was cut off looks whole, and one with two lengths can be read in two ways.
    if "transfer-encoding" in scope.headers:
        raise Refusal(411, _("Give the length of the body in Content-Length; Transfer-Encoding is not taken."))
    return int(scope.headers.get("content-length", 0))


async def _copy(protocol: HTTPProtocol, length: int, *, into: IO[bytes] | None) -> None:
    """So many bytes have come, and stand in the file if there is one. Raises Refusal."""
    now = asyncio.get_running_loop().time
    begun, received = now(), 0
    try:
        async with asyncio.timeout(PAUSE) as deadline:
            async for chunk in protocol:
                received += len(chunk)
                if into is not None:
                    into.write(chunk)
                # To ask for the end of a body that has come costs as much as all of a small one.
                if received >= length:
                    return
                deadline.reschedule(min(now() + PAUSE, begun + PAUSE + received / SLOWEST))
    except TimeoutError:
        raise Refusal(408, _("The body did not come in time; send it again.")) from None
    # Granian ends a body that was cut off as if it were whole.
    raise Refusal(400, _("The body was cut off; send it again."))
