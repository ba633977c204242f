"""The door itself: every address of the API is entered through it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from regulars.api.asking import MEGABYTE
from regulars.api.errors import BodyTooLarge, BodyUnreadable, InputWrong, NoSuchAddress, NotJson, OtherMethod
from regulars.api.limits import address_counted
from regulars.api.problems import problem_of, problem_unavailable, problem_unexpected
from regulars.api.reading import document_parse
from regulars.core.errors import Fault, RegularsError
from regulars.core.text import marked as _

View = Callable[..., HttpResponse]

# What pydantic finds, by the start of its name for it, in the words of the shop.
_SENTENCES = {
    "missing": _("is missing"),
    "extra_forbidden": _("is not known here"),
    "string_too_long": _("is longer than %(max_length)s characters"),
    "string_too_short": _("is empty"),
    "string_pattern": _("holds a character that cannot stand here"),
    "string": _("is no text; write it in quotes"),
    "literal": _("is none of %(expected)s"),
    "bool": _("is neither true nor false"),
    "int": _("is no whole number"),
    "greater_than_equal": _("is less than %(ge)s"),
    "less_than_equal": _("is more than %(le)s"),
    "uuid": _("is no id; write a UUID such as 0b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b11"),
    "datetime": _("is no date and time; write it as 2026-11-22T14:05:00+03:00"),
    "date": _("is no date; write it as 2026-11-22"),
    "list": _("is no list; write it in [ ]"),
    "tuple": _("is no list; write it in [ ]"),
    "too_short": _("is empty"),
    "too_long": _("holds more than %(max_length)s"),
    "dict": _("is no object; write it in { }"),
    "model": _("is no object; write it in { }"),
}

_AMOUNT_FORMS = {"str", "is-instance[Decimal]", "decimal", "int", "float"}


class BodyParser(Parser):
    """JSON whose numbers keep every digit."""

    def parse_body(self, request: HttpRequest) -> Any:
        return document_parse(request.body)


def entered(view: View) -> View:
    """The view behind the door: those who send too much wait outside; what cannot be answered is a problem document."""

    def inside(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            address_counted(request.META.get("REMOTE_ADDR", ""))
            if "\x00" in request.path:
                raise NoSuchAddress
            response = view(request, **kwargs)
        except RegularsError as error:
            response = problem_of(request, error)
        if response.status_code == 405 and "Allow" in response:
            response = problem_of(request, OtherMethod(allowed=response["Allow"]))
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    inside.csrf_exempt = True  # type: ignore[attr-defined]
    return inside


def nothing_here(_request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """The view of every address that is none."""
    raise NoSuchAddress


def refusals_translate(api: NinjaAPI) -> None:
    """Whatever a route raises is answered by a problem document."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def _unreadable(request: HttpRequest, _error: object) -> HttpResponse:
    return problem_of(request, BodyUnreadable())


def _too_large(request: HttpRequest, _error: object) -> HttpResponse:
    return problem_of(request, BodyTooLarge(most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE))


def _body_refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The only thing that ninja itself refuses is a body that the parser did not take."""
    cause = error.__cause__
    return problem_of(request, cause if isinstance(cause, RegularsError) else NotJson(reason=str(error)))


def _shape_refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # An amount that is no amount is reported once for each form that it might have had.
    return problem_of(request, InputWrong(faults=list(dict.fromkeys(_fault(each) for each in error.errors))))


def _fault(error: dict[str, Any]) -> Fault:
    """What pydantic found, with its place as in the request: without "body" and the name of our argument."""
    source, *parts = error["loc"]
    if source == "body" and parts:
        parts = parts[1:]
    sentences = (text for start, text in _SENTENCES.items() if error["type"].startswith(start))
    sentence = next(sentences, _("cannot be read")) % error.get("ctx", {})
    if parts and parts[-1] in _AMOUNT_FORMS:
        parts.pop()
        sentence = _("is not an amount; write a decimal such as 12.50")
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
    return Fault(place.removesuffix(".[key]") or str(source), sentence)


# The nearest kind in the line of an exception counts.
_HANDLERS: dict[type[Exception], Any] = {
    RegularsError: problem_of,
    ValidationError: _shape_refused,
    HttpError: _body_refused,
    UnreadablePostError: _unreadable,
    SuspiciousOperation: _unreadable,
    BadRequest: _unreadable,
    MultiPartParserError: _unreadable,
    RequestDataTooBig: _too_large,
    OperationalError: problem_unavailable,
    InterfaceError: problem_unavailable,
    Exception: problem_unexpected,
}
