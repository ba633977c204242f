"""How many requests one token, or one address, may send.

The memory storage of the library `limits` starts a thread for a request and keeps every address it ever saw.
"""

from collections import deque
from functools import lru_cache
from math import ceil
from threading import Lock
from time import monotonic
from typing import NamedTuple

from django.conf import settings

from regulars.api.errors import TooManyRequests

# Behind one address there may be several tills.
_TOKENS_PER_ADDRESS = 4
_MOST_KEYS = 10_000


class Rate(NamedTuple):
    """At most so many requests in any so many seconds."""

    most: int
    seconds: float


class Window:
    """The moments of the latest requests, by who sent them. One process, in memory."""

    def __init__(self) -> None:
        self._held: dict[str, deque[float]] = {}
        self._lock = Lock()

    def wait(self, key: str, rate: Rate, *, now: float) -> float:
        """Counts a request, if it may go on; else the seconds until one may."""
        begin = now - rate.seconds
        with self._lock:
            moments = self._held.get(key)
            if moments is None:
                self._forget(begin)
                moments = self._held[key] = deque()
            while moments and moments[0] <= begin:
                moments.popleft()
            if len(moments) >= rate.most:
                return moments[0] - begin
            moments.append(now)
            return 0.0

    def clear(self) -> None:
        """Nobody has sent anything."""
        with self._lock:
            self._held.clear()

    def _forget(self, begin: float) -> None:
        """Who has been quiet is forgotten, once there are many."""
        if len(self._held) >= _MOST_KEYS:
            self._held = {key: moments for key, moments in self._held.items() if moments and moments[-1] > begin}


WINDOW = Window()


@lru_cache(maxsize=8)
def rate_read(text: str) -> Rate:
    """The rate written as "200/4": 200 requests in 4 seconds."""
    most, _slash, seconds = text.partition("/")
    return Rate(int(most), float(seconds))


def token_counted(key: str) -> None:
    """Returns when the token may ask once more. Raises TooManyRequests."""
    _counted(key, rate_read(settings.API_RATE))


def address_counted(address: str) -> None:
    """Returns when the address may ask once more. Raises TooManyRequests."""
    rate = rate_read(settings.API_RATE)
    _counted(address, rate._replace(most=rate.most * _TOKENS_PER_ADDRESS))


def _counted(key: str, rate: Rate) -> None:
    seconds = WINDOW.wait(key, rate, now=monotonic())
    if seconds:
        raise TooManyRequests(seconds=max(1, ceil(seconds)))
