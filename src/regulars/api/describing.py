"""The OpenAPI document: what ninja says of the routes, and what is so for all of them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from regulars.api.making import api
from regulars.api.problems import MEDIA_TYPE
from regulars.api.rules import ASKED_WITH_A_BODY, RULES
from regulars.api.shapes.counter import told_schemas
from regulars.api.shapes.sales import sale_in_schema

PREFIX = "/api/v1/"
WRITES = ("post", "put", "patch", "delete")
_ABOUT = """\
The customer memory of a shop: sales in, customers and figures out.

Send a token with every request: `Authorization: Bearer TOKEN`. Amounts, prices and quantities are decimal text in the
currency of the business; moments have an offset, days are the store's business days.

A refusal is a problem document (RFC 9457) with a `code` for programs and a sentence in the language of
`Accept-Language`. What you may not see is answered as if it were not there.

Lists come in parts: send `next` back as `cursor`, with the same filters, until it is null.

A write may carry an `Idempotency-Key`. The same request under the same key is done once and answered alike, however
late it comes again; then the answer has the header `Idempotency-Replayed: true`. Refusals are not kept.

Too many requests at once get 429 with `Retry-After`. This document and /api/v1/docs need no token."""
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes it safe to send this again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def openapi_shown(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; it tells nothing of this shop and needs no token."""
    response = HttpResponse(openapi_text(), content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    return response


@cache
def openapi_text() -> str:
    """The document as it is sent, and as tests/api/openapi.json holds it."""
    return json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n"


@cache
def openapi_document() -> dict[str, Any]:
    """The document: keys in the order of the routes, schemas by name."""
    told = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    told["info"]["description"] = _ABOUT
    schemas = told["components"]["schemas"]
    sale = sale_in_schema()
    schemas |= {**sale.pop("$defs"), "SaleIn": sale} | told_schemas()
    told["components"]["schemas"] = dict(sorted(schemas.items()))
    for method, operation in _operations(told):
        operation["x-rights"] = list(RULES[operation["operationId"]])
        if method in WRITES and operation["operationId"] not in ASKED_WITH_A_BODY:
            operation["parameters"] = [*operation.get("parameters", []), _KEY]
        for answer in operation["responses"].values():
            _as_problem(answer)
    return dict(told)


def _operations(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in told["paths"].values():
        yield from path.items()


def _as_problem(answer: dict[str, Any]) -> None:
    """Refusals have a media type of their own."""
    content = answer.get("content", {}).get("application/json")
    if content and content["schema"].get("$ref", "").endswith("/Problem"):
        answer["content"] = {MEDIA_TYPE: content}
