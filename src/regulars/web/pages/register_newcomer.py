"""A new customer made at the register, from what was typed where nobody was found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.customers.details import CustomerDetails
from regulars.customers.errors import BadCode, BadEmail, BadPhone, CodeTaken
from regulars.customers.selectors import customers_named
from regulars.customers.services import customer_create
from regulars.sales.cards import card_or_nobody
from regulars.sales.finding import Glimpse
from regulars.sales.selectors import business_today
from regulars.web.middleware import status_of
from regulars.web.pages.register import at_desk, changed, shown, typed_in
from regulars.web.register.desk import Desk
from regulars.web.register.showing import Sentences, sentence_of
from regulars.web.register.till import customer_set
from regulars.web.requests import Request

FIELDS = ("name", "phone", "email", "code")


@require_POST
@at_desk
def newcomer(request: Request, desk: Desk, uid: UUID) -> HttpResponse:
    """The customer is there and on the basket; where somebody has the same phone or e-mail, that is said first."""
    desk.actor.require("customers.create")
    typed = {name: typed_in(request, name) for name in FIELDS}
    doubles = [] if "other" in request.POST else _doubles(desk, [typed["phone"], typed["email"]])
    if doubles:
        return _again(request, desk, uid, typed, {}, status=409, doubles=doubles)
    if not any(typed.values()):
        wrong = {"name": gettext("Write a name, a phone or an e-mail.")}
        return _again(request, desk, uid, typed, wrong, status=422)
    try:
        made = customer_create(
            _details(typed), source="till", country=desk.shop.country, actor=desk.actor, at=desk.at,
            today=business_today(at=desk.at),
        )  # fmt: skip
    except (Invalid, Conflict, NotFound) as refusal:
        wrong = {_field_of(refusal): sentence_of(refusal)}
        return _again(request, desk, uid, typed, wrong, status=status_of(refusal))
    return changed(
        request, desk, uid, lambda till: customer_set(till, made), where="customer",
        said=gettext("The customer is there now, and on the basket."),
    )  # fmt: skip


def _details(typed: dict[str, str]) -> CustomerDetails:
    return CustomerDetails(
        name=typed["name"],
        code=typed["code"],
        phones=(typed["phone"],) if typed["phone"] else (),
        emails=(typed["email"],) if typed["email"] else (),
    )


def _doubles(desk: Desk, contacts: Sequence[str]) -> list[Glimpse]:
    """The customers within reach who have this phone or e-mail already."""
    names = {each for each in contacts if len(each) > 5}
    found = customers_named(names, country=desk.shop.country, visible_to=desk.actor) if names else {}
    ids = dict.fromkeys(id_ for led in found.values() for id_ in led)
    cards = [card_or_nobody(id_, visible_to=desk.actor) for id_ in ids]
    return [each for each in cards if each is not None]


def _field_of(refusal: Exception) -> str:
    match refusal:
        case BadPhone():
            return "phone"
        case BadEmail():
            return "email"
        case BadCode() | CodeTaken():
            return "code"
        case _:
            return "name"


def _again(
    request: Request, desk: Desk, uid: UUID, typed: dict[str, str], wrong: dict[str, str], **how: Any
) -> HttpResponse:
    """The form as it was filled in, with what is wrong beside it."""
    told = Sentences({f"new-{name}": sentence for name, sentence in wrong.items()})
    return shown(request, desk, uid, desk.look(desk.held(uid).till, told), **{"newcomer": typed, **how})


urlpatterns = [path("register/<uuid:uid>/newcomer", newcomer, name="register-newcomer")]
