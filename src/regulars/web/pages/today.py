"""The first page: what is going on, and for a cashier whom they have before them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from regulars.exchange.selectors import imports_list
from regulars.sales.finding import customers_glimpsed
from regulars.sales.selectors import business_get
from regulars.sales.today import Figures, sales_newest, today_figures
from regulars.web.requests import Request

NEWEST = 12
FOUND = 8
IMPORTS = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, how it is written, and how it moved against a week ago (share of the old; None: nothing to compare)."""

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
    """The page; htmx gets what is live of it. As many queries however many sales and stores there are."""
    template = "web/today/_live.html" if request.htmx else "web/today/page.html"
    return render(request, template, _live(request))


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
    return render(request, "web/today/page.html", context | _live(request))


def _live(request: Request) -> dict[str, object]:
    actor, at = request.actor, timezone.now()
    context: dict[str, object] = {"at": at, "can_find": actor.may("customers.find")}
    if actor.may("reports.see"):
        figures = today_figures(at=at, visible_to=actor)
        context |= {"tiles": _tiles(figures.now, figures.week_ago), "stores": figures.stores}
    if actor.may("sales.see"):
        context["sales"] = sales_newest(limit=NEWEST, visible_to=actor)
    if actor.may("exchange.import"):
        context["imports"] = imports_list(visible_to=actor)[:IMPORTS]
    return context


def _tiles(now: Figures, ago: Figures) -> tuple[Tile, ...]:
    return (
        Tile(_("Net"), "money", now.net, _moved(now.net, ago.net)),
        Tile(_("Orders"), "count", now.orders, _moved(now.orders, ago.orders)),
        Tile(_("With a customer"), "percent", now.known_share, _apart(now.known_share, ago.known_share)),
        Tile(_("Average order"), "money", now.average_order, _moved(now.average_order, ago.average_order)),
    )


def _moved(now: int | None, ago: int | None) -> float | None:
    return (now - ago) / ago if now is not None and ago is not None and ago > 0 else None


def _apart(now: float | None, ago: float | None) -> float | None:
    """Shares are told apart in points: from 50 % to 60 % is 10 up."""
    return now - ago if now is not None and ago is not None else None


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
