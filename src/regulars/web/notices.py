"""Sentences that wait for the next page: "Anna was saved"."""

from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.functional import Promise

_KEPT = "notices"


class Notice(NamedTuple):
    """A sentence and its level: "info", "ok", "warning" or "error"."""

    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


def notice_add(request: HttpRequest, text: str | Promise, level: str = "ok") -> None:
    """The next page that is shown in this session says so, once."""
    waiting: list[list[str]] = request.session.get(_KEPT, [])
    request.session[_KEPT] = [*waiting, [level, str(text)]]


def notices_taken(session: SessionBase) -> list[Notice]:
    """What waited; it is gone from the session now."""
    if _KEPT not in session:
        return []
    return [Notice(level, text) for level, text in session.pop(_KEPT)]
