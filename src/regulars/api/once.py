"""Answers to writes: kept under the Idempotency-Key of the request, and sent again to whoever asks again."""

import json
from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from regulars.access.operations import OperationAnswer, operation_once
from regulars.api.asking import actor_of, now

Work = Callable[[], "Done"]


class Done(NamedTuple):
    """A write that is done: status and body; ids only, never personal data, because the body is kept for good."""

    status: int
    body: BaseModel


def written(request: HttpRequest, work: Work, *, location: str = "", asked: bytes | None = None) -> HttpResponse:
    """The answer of `work`, done once however often it is asked for under one Idempotency-Key.

    `location` is where what was made can be read, with a field of the body in braces. `asked` stands for the body
    where that was read already. Raises what `operation_once` and `work` raise.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return _response(_kept(work()), location)
    did: list[bool] = []

    def noted() -> OperationAnswer:
        did.append(True)
        return _kept(work())

    body = request.body if asked is None else asked
    told = b"%s %s\n%s" % (str(request.method).encode(), request.get_full_path().encode(), body)
    answer = operation_once(key, asked=told, work=noted, actor=actor_of(request), at=now())
    response = _response(answer, location)
    if not did:
        response["Idempotency-Replayed"] = "true"
    return response


def _kept(done: Done) -> OperationAnswer:
    return OperationAnswer(done.status, done.body.model_dump_json())


def _response(answer: OperationAnswer, location: str) -> HttpResponse:
    response = HttpResponse(answer.text.encode(), status=answer.status, content_type="application/json")
    if location and answer.status == 201:
        response["Location"] = location.format_map(json.loads(answer.text))
    return response
