"""Who asks, and whether what they sent may come in: token, rate, right, size, media type, names of the parameters."""

from datetime import datetime
from typing import Any, NamedTuple, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from pydantic import BaseModel

from regulars.access.errors import NotSignedIn
from regulars.access.rules import Actor
from regulars.access.tokens import token_actor
from regulars.api.errors import BodyTooLarge, InputWrong, OtherMediaType
from regulars.api.limits import token_counted
from regulars.api.rules import RULES, Rule
from regulars.core.errors import Fault, Forbidden
from regulars.core.text import marked as _
from regulars.core.text import nearest

MEGABYTE = 1024 * 1024
JSON = ("application/json",)


class Intake(NamedTuple):
    """What bodies an address takes."""

    media_types: tuple[str, ...] = JSON
    most_megabytes: int = 1


_PLAIN = Intake()


class Bearer(HttpBearer):
    """`request.auth` is the actor of the token; what may not come in is refused before it is read."""

    def __init__(self, rule: Rule, parameters: frozenset[str], intake: Intake, *, has_others: bool = False) -> None:
        super().__init__()
        self.rule, self.parameters, self.intake, self.has_others = rule, parameters, intake, has_others

    def __call__(self, request: HttpRequest) -> Actor:
        scheme, _blank, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor, who may do this and sends what is taken here.

        Raises NotSignedIn, TooManyRequests, Forbidden, BodyTooLarge, OtherMediaType, InputWrong.
        """
        actor = token_actor(token, at=now())
        token_counted(actor.key)
        if self.rule and not any(actor.may(right) for right in self.rule):
            raise Forbidden(actor=actor.name, right=self.rule[0])
        if request.method in ("POST", "PUT", "PATCH"):
            _body_looked_at(request, self.intake)
        if request.META.get("QUERY_STRING"):
            known = frozenset(request.GET) if self.has_others else self.parameters
            _parameters_looked_at(request, known)
        return actor


def asks(
    operation: str, *queries: type[BaseModel], intake: Intake = _PLAIN, has_others: bool = False
) -> dict[str, Any]:
    """What the decorator of a route needs: its name, and the door it is behind. KeyError where it has no rule.

    `has_others`: it takes parameters of other names too, which a lower room knows and looks at.
    """
    parameters = frozenset(field.alias or name for query in queries for name, field in query.model_fields.items())
    auth = Bearer(RULES[operation], parameters, intake, has_others=has_others)
    return {"operation_id": operation, "auth": auth}


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast("Actor", request.auth)  # type: ignore[attr-defined]


def now() -> datetime:
    """The clock; only doors ask it."""
    return timezone.now()


def _body_looked_at(request: HttpRequest, intake: Intake) -> None:
    told = request.META.get("CONTENT_LENGTH") or ""
    length = int(told) if told.isdecimal() and len(told) < 16 else 0
    if length > intake.most_megabytes * MEGABYTE:
        raise BodyTooLarge(most=intake.most_megabytes)
    if length and request.content_type not in intake.media_types:
        raise OtherMediaType(expected=_(" or ").join(intake.media_types))


def _parameters_looked_at(request: HttpRequest, known: frozenset[str]) -> None:
    """A filter that nobody knows would narrow nothing, and the list would be taken for a narrowed one."""
    faults = [Fault(name[:40], _unknown(name, known)) for name in request.GET if name not in known]
    faults += [
        Fault(name, _("holds a zero character; leave it out"))
        for name, value in request.GET.items()
        if name in known and "\x00" in value
    ]
    if faults:
        raise InputWrong(faults=faults)


def _unknown(name: str, known: frozenset[str]) -> str:
    near = nearest(name[:40], known)
    return _('is not known here; did you mean "%s"?') % near if near else _("is not known here")
