"""Which register this browser stands on: chosen once, kept in a cookie of the server's own."""

import json
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from regulars.access.rules import Actor
from regulars.sales.selectors import registers_all, stores_all

_COOKIE = "regulars_register"
_SECONDS = 400 * 86_400
LONGEST_NAME = 64
# How a register is called where nobody has named one.
FIRST = "1"


class Place(NamedTuple):
    """A register of a store."""

    store: str
    register: str


def place_of(request: HttpRequest, *, actor: Actor) -> Place | None:
    """The register chosen in this browser; None for none, and for one of a store out of reach. One query."""
    kept = request.get_signed_cookie(_COOKIE, default="")
    if not kept:
        return None
    store, register = json.loads(kept)
    return Place(store, register) if store in stores_open(actor) else None


def place_keep(response: HttpResponse, place: Place) -> None:
    """This browser stands on that register from now on."""
    response.set_signed_cookie(
        _COOKIE, json.dumps(list(place)), max_age=_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def stores_open(actor: Actor) -> dict[str, list[str]]:
    """The stores that the actor sells in, each with the registers known there. Two queries."""
    found: dict[str, list[str]] = {
        store.name: []
        for store in stores_all(visible_to=actor)
        if store.is_active and actor.may_in("sales.record", store.id)
    }
    for register in registers_all(visible_to=actor):
        if register.store.name in found:
            found[register.store.name].append(register.name)
    return found
