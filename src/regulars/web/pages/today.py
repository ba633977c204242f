"""The first page: what is going on, and for a cashier whom they have before them.

It is live by asking again, with a tag that changes with whatever happens (docs/adr/0020-today-live.md).
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from regulars.access.rules import Actor
from regulars.core.days import WEEKDAYS
from regulars.events.selectors import events_mark
from regulars.exchange.selectors import imports_list
from regulars.groups.history import tier_moves
from regulars.privacy.selectors import requests_list
from regulars.reports.scoring import Slipping, customers_slipping
from regulars.sales.finding import customers_glimpsed
from regulars.sales.selectors import business_get
from regulars.sales.today import Figures, Usual, customers_new_today, hours_today, sales_newest, today_figures
from regulars.segments.showing import is_quickly_summed
from regulars.web.context import shop_of
from regulars.web.history import WEEKDAY_LABELS
from regulars.web.reporting.hours import hours_drawn
from regulars.web.requests import Request

NEWEST = 12
FOUND = 8
IMPORTS = 3
MOVES = 6
REQUESTS = 20
_NOTHING_USUAL = Usual(0, 0, None, None)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, how it is written, and how far it is from the usual one (share of that; None: nothing to compare)."""

    label: object
    kind: str
    figure: float | None
    change: float | None

    @property
    def direction(self) -> str:
        """The class of the change: "up", "down" or none."""
        if not self.change or abs(self.change) < 0.005:
            return ""
        return "up" if self.change > 0 else "down"

    @property
    def size(self) -> float:
        """The change without its sign."""
        return abs(self.change or 0)


@require_GET
@vary_on_headers("HX-Request")
def today(request: Request) -> HttpResponse:
    """The page; htmx gets what is live of it, or that nothing has happened since, which takes one query.

    As many queries however many sales and stores there are.
    """
    at = timezone.now()
    tag = _tag(request, at)
    if request.htmx and request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    template = "web/today/_live.html" if request.htmx else "web/today/page.html"
    context = _live(request, at=at) | {"tag": tag}
    if not request.htmx:
        context["slipping"] = _slipping(request.actor, at=at)
    response = render(request, template, context)
    response["ETag"] = tag
    return response


def _tag(request: Request, at: datetime) -> str:
    """Another one once anything has happened, for whoever sees something else, and every minute: ages are shown."""
    actor = request.actor
    told = (events_mark(), f"{at:%Y%m%d%H%M}", actor.key, actor.role, sorted(actor.stores or ()), get_language())
    return f'"{blake2b(repr(told).encode(), digest_size=12).hexdigest()}"'


@require_GET
@vary_on_headers("HX-Request")
def finder(request: Request) -> HttpResponse:
    """The customers that what is typed may mean, with as much of each as the actor may see."""
    typed = request.GET.get("find", "").strip()
    found = (
        customers_glimpsed(typed, limit=FOUND, country=business_get().country, visible_to=request.actor)
        if typed
        else ()
    )
    context = {
        "typed": typed,
        "found": found,
        "add": _adding(request, typed),
        "sees": request.actor.may("customers.see"),
    }
    if request.htmx:
        return render(request, "web/today/_found.html", context)
    return render(request, "web/today/page.html", context | _live(request, at=timezone.now()))


def _live(request: Request, *, at: datetime) -> dict[str, Any]:
    actor = request.actor
    context: dict[str, Any] = {"at": at, "can_find": actor.may("customers.find")}
    if actor.may("reports.see"):
        context |= _figures(actor, at=at)
    if actor.may("sales.see"):
        context["sales"] = sales_newest(limit=NEWEST, visible_to=actor)
    if actor.may("customers.see"):
        context["moves"] = tier_moves(day=shop_of(business_get()).today, limit=MOVES, visible_to=actor)
    return context | _tasks(actor)


def _slipping(actor: Actor, *, at: datetime) -> Slipping | None:
    """Who is slipping away, as the report tells that it leads to; None where it would take long to count.

    Also for whoever sees the report of some stores only: it counts what was bought there, and scores count everything.
    """
    may = actor.may("reports.see") and actor.may("segments.see") and actor.stores_within("reports.see") is None
    return customers_slipping(at=at, visible_to=actor) if may and is_quickly_summed() else None


def _figures(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """The day so far in figures, and hour by hour. Six queries."""
    figures = today_figures(at=at, visible_to=actor)
    hours = hours_today(at=at, visible_to=actor)
    newcomers = customers_new_today(at=at, visible_to=actor)
    shop = shop_of(business_get())
    weekday = str(WEEKDAY_LABELS[WEEKDAYS[shop.today.weekday()]])
    return {
        "tiles": (*_tiles(figures.now, hours.usual), Tile(_("New customers"), "plain", newcomers, None)),
        "stores": figures.stores,
        "weekday": weekday,
        "hours": hours_drawn(hours, weekday=weekday, shop=shop),
    }


def _tasks(actor: Actor) -> dict[str, Any]:
    """What waits for somebody: files that came in, requests that must be answered."""
    told: dict[str, Any] = {}
    if actor.may("exchange.import"):
        told["imports"] = imports_list(visible_to=actor)[:IMPORTS]
    if actor.may("privacy.see"):
        told["requests"] = [each for each in requests_list(limit=REQUESTS, visible_to=actor) if not each.outcome]
    return told


def _tiles(now: Figures, usual: Usual | None) -> tuple[Tile, ...]:
    """The figures beside what is usual by this time: the same days as those of the hours below."""
    then = usual or _NOTHING_USUAL
    return (
        Tile(_("Net"), "money", now.net, _moved(now.net, then.net)),
        Tile(_("Orders"), "count", now.orders, _moved(now.orders, then.orders)),
        Tile(_("With a customer"), "percent", now.known_share, _apart(now.known_share, then.known_share)),
        Tile(_("Average order"), "money", now.average_order, _moved(now.average_order, then.average_order)),
    )


def _moved(now: int | None, usual: float | None) -> float | None:
    return (now - usual) / usual if now is not None and usual is not None and usual > 0 else None


def _apart(now: float | None, usual: float | None) -> float | None:
    """Shares are told apart in points: from 50 % to 60 % is 10 up."""
    return now - usual if now is not None and usual is not None else None


def _adding(request: Request, typed: str) -> str:
    """The way to a new customer with what was typed; empty for whoever may not."""
    if not typed or not request.actor.may("customers.create"):
        return ""
    is_number = not any(letter.isalpha() for letter in typed)
    try:
        return f"{reverse('customer-new')}?{urlencode({'phone' if is_number else 'name': typed})}"
    except NoReverseMatch:
        return ""


urlpatterns = [
    path("", today, name="today"),
    path("find", finder, name="find"),
]
