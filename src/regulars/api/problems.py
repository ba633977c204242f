"""Refusals as RFC 9457 problem documents, in the language that was asked for."""

import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from regulars.access.errors import NotSignedIn
from regulars.api.errors import (
    BodyTooLarge,
    BodyUnreadable,
    InputWrong,
    NoSuchAddress,
    NotJson,
    OtherMediaType,
    OtherMethod,
    SaleDiffers,
    TooManyRequests,
)
from regulars.api.words import fault_told, place_told
from regulars.checkout.errors import BasketRefused, BatchTooLarge, NotADocument, NotASale
from regulars.core.errors import Conflict, Forbidden, Invalid, NotFound, RegularsError
from regulars.core.text import marked as _
from regulars.offers.errors import OfferWrong
from regulars.sales.errors import SaleRefused
from regulars.segments.language.errors import RuleWrong
from regulars.storage.errors import DatabaseBusy, DatabaseUnreachable, DiskFull

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("regulars.api")

# The first that fits counts: a leaf stands before the branch it hangs on.
_STATUSES: tuple[tuple[type[RegularsError], int], ...] = (
    (NotASale, 400),
    (NotADocument, 400),
    (NotJson, 400),
    (BodyUnreadable, 400),
    (NotSignedIn, 401),
    (NoSuchAddress, 404),
    (OtherMethod, 405),
    (BatchTooLarge, 413),
    (BodyTooLarge, 413),
    (OtherMediaType, 415),
    (TooManyRequests, 429),
    # To be tried again as it is: a till that hears "conflict" might give up.
    (DatabaseBusy, 503),
    (DatabaseUnreachable, 503),
    (DiskFull, 503),
    (Invalid, 422),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
)
_RETRY_SECONDS: Mapping[type[RegularsError], int] = {DatabaseBusy: 1, DatabaseUnreachable: 5, DiskFull: 60}
_REFUSED = _("The sale was refused and nothing was changed. See errors for everything that is wrong with it.")
_REFUSALS: Mapping[type[RegularsError], str] = {
    SaleRefused: _REFUSED,
    BasketRefused: _(
        "The basket was refused and nothing was changed. See errors for everything that is wrong with it."
    ),
    OfferWrong: _("This cannot be, and nothing was changed. See errors for everything that is wrong with it."),
}
_UNAVAILABLE = _("The database does not answer at the moment. Nothing was kept; try again.")
_UNEXPECTED = _("Something went wrong here that nobody foresaw. Nothing was kept. Tell the operator this id: %(id)s.")


def status_of(error: RegularsError) -> int:
    """The status of HTTP that says what the error says."""
    return next(status for kind, status in _STATUSES if isinstance(error, kind))


def problem_of(request: HttpRequest, error: RegularsError) -> HttpResponse:
    """The answer that tells a refusal."""
    with _language_of(request):
        message = _REFUSALS.get(type(error), error.message)
        detail = gettext(message) % error.facts
        response = _problem(status_of(error), error.code, detail, _errors_of(error), **_members_of(error))
    match error:
        case NotSignedIn():
            response["WWW-Authenticate"] = 'Bearer realm="regulars"'
        case OtherMethod():
            response["Allow"] = str(error.facts["allowed"])
        case TooManyRequests():
            response["Retry-After"] = str(error.facts["seconds"])
        case _ if type(error) in _RETRY_SECONDS:
            response["Retry-After"] = _RETRY_SECONDS[type(error)]
    return response


def problem_unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer where the database is gone or refuses to work."""
    _log(error, uuid4().hex)
    with _language_of(request):
        response = _problem(503, "api.unavailable", gettext(_UNAVAILABLE))
    response["Retry-After"] = 5
    return response


def problem_unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to a bug: an id that also stands in the log, and nothing of what was asked."""
    found = uuid4().hex
    _log(error, found)
    with _language_of(request):
        return _problem(500, "api.unexpected", gettext(_UNEXPECTED) % {"id": found}, id=found)


def _log(error: Exception, found: str) -> None:
    """Where it happened, without the message and the values: those may be somebody's name or phone."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    _LOG.error("%s: %s at %s", found, type(error).__name__, where)


def _errors_of(error: RegularsError) -> list[Mapping[str, str]]:
    """Each thing that is wrong; of a sale without what might name somebody."""
    match error:
        case InputWrong() | OfferWrong():
            return [{"place": place_told(fault.place), "message": gettext(fault.message)} for fault in error.faults]
        case SaleRefused() | SaleDiffers() | BasketRefused():
            return list(map(fault_told, error.faults))
        case _:
            return []


# Where a rule is wrong, and what could stand there.
_PLACE = ("start", "end", "line", "path", "shown", "expected", "nearest")


def _members_of(error: RegularsError) -> Mapping[str, object]:
    """What the document says beside what all say; of a wrong rule its place, as far as there is one."""
    if not isinstance(error, RuleWrong):
        return {}
    return {name: error.facts[name] for name in _PLACE if error.facts[name] not in (None, "", ())}


def _problem(
    status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = (), **more: object
) -> HttpResponse:
    document: dict[str, object] = {
        "type": "about:blank",
        "title": gettext(HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    if errors:
        document["errors"] = errors
    response = HttpResponse(json.dumps(document, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    patch_vary_headers(response, ["Accept-Language"])
    # Django would write the path into its log, and a path may hold what somebody typed.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _language_of(request: HttpRequest) -> translation.override:
    return translation.override(translation.get_language_from_request(request))
