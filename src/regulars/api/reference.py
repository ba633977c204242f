"""The page that people read: every address with its fields, its right and a line of curl, made from the document."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from regulars.access.rights import RIGHTS
from regulars.api.describing import PREFIX, WRITES, openapi_document
from regulars.api.rules import ASKED_WITH_A_BODY

_EXAMPLES = {
    "sale": "W-0001", "customer": "17", "token": "3", "sku": "LATTE", "upload": "5", "run": "2", "segment": "4",
    "group": "6", "tiers": "1", "offer": "7", "book": "2", "key": "summary",
}  # fmt: skip
_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_FORMATS = {"date": "day", "date-time": "moment", "uuid": "UUID", "binary": "file"}


class FieldShown(NamedTuple):
    """A parameter, or a field of a body."""

    name: str
    type: str
    is_required: bool
    meaning: str


class RouteShown(NamedTuple):
    """An address and a method."""

    id: str
    method: str
    path: str
    path_short: str
    summary: SafeString
    text: SafeString
    rights: Sequence[str]
    parameters: Sequence[FieldShown]
    body: Sequence[FieldShown]
    answers: Sequence[str]
    curl: str


class GroupShown(NamedTuple):
    """The routes of one kind of thing."""

    name: str
    routes: Sequence[RouteShown]


def reference_shown(request: HttpRequest) -> HttpResponse:
    """The page; it tells nothing of this shop and needs no token."""
    document = openapi_document()
    paragraphs = document["info"]["description"].split("\n\n")
    shown = {"paragraphs": [_with_code(each) for each in paragraphs], "groups": groups()}
    return render(request, "api/reference.html", shown)


@cache
def groups() -> Sequence[GroupShown]:
    """Every route, by kind of thing, in the order of the document."""
    found: dict[str, list[RouteShown]] = {}
    document = openapi_document()
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_route(path, method, told, document["components"]["schemas"]))
    return [GroupShown(name, routes) for name, routes in found.items()]


def _with_code(text: str) -> SafeString:
    """The text with what stands in `backticks` as code."""
    parts = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in parts))


def _route(path: str, method: str, told: Mapping[str, Any], schemas: Mapping[str, Any]) -> RouteShown:
    media_type, schema = next(
        ((media, each["schema"]) for media, each in told.get("requestBody", {}).get("content", {}).items()), ("", {})
    )
    body = list(_fields(schema, schemas))
    return RouteShown(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        path_short=path.removeprefix(PREFIX),
        summary=_with_code(told["description"].partition("\n")[0]),
        text=_with_code(told["description"].partition("\n")[2].strip()),
        rights=[RIGHTS[right].meaning for right in told["x-rights"]],
        parameters=[_parameter(each, schemas) for each in told.get("parameters", [])],
        body=body,
        answers=[f"{status} {HTTPStatus(int(status)).phrase}" for status in sorted(told["responses"])],
        curl=_curl(path, method, media_type, body, has_key=told["operationId"] not in ASKED_WITH_A_BODY),
    )


def _parameter(told: Mapping[str, Any], schemas: Mapping[str, Any]) -> FieldShown:
    meaning = told.get("description") or told["schema"].get("description", "")
    return FieldShown(told["name"], _type(told["schema"], schemas), told.get("required", False), meaning)


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], place: str = "") -> Iterator[FieldShown]:
    """The fields of a body, those of its parts below it as lines[].sku."""
    whole = _resolved(schema, schemas)
    if whole.get("type") == "array":
        yield from _fields(whole["items"], schemas, f"{place}[]")
        return
    for name, told in whole.get("properties", {}).items():
        where = f"{place}.{name}".lstrip(".")
        is_required = name in whole.get("required", ())
        yield FieldShown(where, _type(told, schemas), is_required, told.get("description", ""))
        yield from _fields(told, schemas, where)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference leads to; of alternatives the first that is no null."""
    if "$ref" in schema:
        return _resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            return _resolved(one, schemas)
    return schema


def _type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        kinds = dict.fromkeys(_type(one, schemas) for one in schema["anyOf"])
        return " or ".join(kinds)
    whole = _resolved(schema, schemas)
    if "enum" in whole:
        return ", ".join(map(str, whole["enum"])) or '""'
    match whole.get("type"):
        case "null":
            return "null"
        case "array":
            return f"list of {_type(whole['items'], schemas)}"
        case "object":
            return "object"
        case kind:
            return _FORMATS.get(whole.get("format", ""), _WORDS.get(str(kind), "value"))


def _curl(path: str, method: str, media_type: str, body: Sequence[FieldShown], *, has_key: bool) -> str:
    """A line to type; it stands for any other: the fields that are required, with made-up values."""
    address = path.format_map(_EXAMPLES)
    parts = ["curl -H 'Authorization: Bearer TOKEN'"]
    if method in WRITES:
        parts.append(f"-X {method.upper()}" + (" -H 'Idempotency-Key: 7f3c'" if has_key else ""))
    if media_type == "multipart/form-data":
        parts.append("-F files=@sales.csv")
    elif media_type:
        fields = {each.name: "..." for each in body if each.is_required and "." not in each.name.replace("[]", ".")}
        parts.append(f"-H 'Content-Type: {media_type}' -d '{json.dumps(fields)}'")
    return " \\\n  ".join([*parts, f"https://shop.example.org{address}"])
