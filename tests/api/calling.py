"""The API as a till calls it, in tests: over HTTP's shapes, without a network."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from regulars.access.rules import OPERATOR
from regulars.access.tokens import token_actor, token_create
from tests import cast

API = "/api/v1"


class Caller:
    """Somebody with a token (or without), and the answers they get."""

    def __init__(self, secret: str | None) -> None:
        headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        self.secret = secret
        self.client = Client(headers=headers)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(API + path, headers=_named(headers))

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self._sent("POST", path, body, headers)

    def put(self, path: str, body: object, **headers: str) -> HttpResponse:
        return self._sent("PUT", path, body, headers)

    def patch(self, path: str, body: object, **headers: str) -> HttpResponse:
        return self._sent("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self._sent("DELETE", path, None, headers)

    def read(self, path: str) -> Any:
        """The JSON at an address; it must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def _sent(self, method: str, path: str, body: object, headers: dict[str, str]) -> HttpResponse:
        if body is None:
            return self.client.generic(method, API + path, headers=_named(headers))
        data = body if isinstance(body, bytes) else _json(body)
        told = _named(headers)
        kind = told.pop("Content-Type", "application/json")
        return self.client.generic(method, API + path, data, content_type=kind, headers=told)


def _json(body: object) -> bytes:
    return json.dumps(body).encode()


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def caller(role: str = "register", store: str | None = cast.WESTLANDS) -> Caller:
    """Somebody in that role; those who are bound to stores, to this one."""
    store_id = cast.store(store).id if store else None
    made = token_create(name=f"a {role}", role=role, store_id=store_id, actor=OPERATOR, at=cast.NOW)
    # Shown once a day it is written down; not in the middle of a test.
    token_actor(made.secret, at=cast.NOW)
    return Caller(made.secret)


def problem(answer: HttpResponse) -> tuple[int, str]:
    """The status and the code of a refusal, which must be a problem document."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    told = answer.json()
    assert told["type"] == "about:blank"
    assert told["status"] == answer.status_code
    assert told["title"]
    assert told["detail"]
    return told["status"], told["code"]


def places(answer: HttpResponse) -> list[str]:
    """Where the refusal says that something is wrong."""
    return [error["place"] for error in answer.json()["errors"]]
