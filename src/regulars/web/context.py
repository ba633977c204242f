"""What every page knows: who is asking, where they may go, how the shop writes."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.core.days import timezone_of
from regulars.sales.selectors import business_get
from regulars.web.notices import notices_taken
from regulars.web.rules import is_allowed
from regulars.web.templatetags.shown import icon
from regulars.web.written import Shop

THEMES = ("system", "light", "dark")
THEME_COOKIE = "regulars_theme"


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the menu; who may open it says web/rules.py."""

    name: str
    label: Any
    icon: str
    is_main: bool = True


@dataclass(frozen=True, slots=True)
class Navigation:
    """The two halves of the menu, each drawn as links."""

    main: SafeString
    house: SafeString


PLACES = (
    Place("today", _("Today"), "gauge"),
    Place("register", _("Register"), "scan-barcode"),
    Place("customers", _("Customers"), "users"),
    Place("segments", _("Segments"), "funnel"),
    Place("sales", _("Sales"), "receipt-text"),
    Place("reports", _("Reports"), "chart-column"),
    Place("offers", _("Offers"), "badge-percent"),
    Place("data", _("Data"), "database", is_main=False),
    Place("settings", _("Settings"), "settings", is_main=False),
    Place("audit", _("Audit log"), "scroll-text", is_main=False),
    Place("privacy", _("Privacy"), "shield-check", is_main=False),
    Place("account", _("My account"), "circle-user", is_main=False),
)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """The context of every template. Nothing is asked of the database until a template shows it."""
    business = SimpleLazyObject(business_get)
    return {
        "actor": getattr(request, "actor", None),
        "business": business,
        "shop": SimpleLazyObject(partial(shop_of, business)),
        "navigation": SimpleLazyObject(partial(navigation_of, request)),
        "messages": SimpleLazyObject(partial(notices_taken, request.session)) if hasattr(request, "session") else (),
        "theme": theme_of(request),
        "is_fragment": bool(getattr(request, "htmx", False)),
    }


def shop_of(business: Any) -> Shop:
    """How the business writes, now, in the language of the request."""
    return Shop(
        name=business.name,
        currency=business.currency,
        country=business.country,
        timezone=timezone_of(business.timezone),
        cutoff_minutes=business.day_cutoff,
        language=get_language() or settings.LANGUAGE_CODE,
        at=timezone.now(),
    )


def navigation_of(request: HttpRequest) -> Navigation:
    """The places the actor may go, in order; one is current."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return Navigation(SafeString(), SafeString())
    allowed = [place for place in PLACES if is_allowed(place.name, actor)]
    found = [(place, url) for place in allowed if (url := _address(place.name)) is not None]
    here = max((url for _, url in found if _is_within(request.path, url)), key=len, default="")
    told = [(place.is_main, (url, str(place.label), place.icon, url == here)) for place, url in found]
    return Navigation(*(_links(tuple(link for is_main, link in told if is_main is half)) for half in (True, False)))


# Every page shows each half twice; there are as many as places, languages and sets of rights.
@lru_cache(maxsize=1024)
def _links(places: tuple[tuple[str, str, str, bool], ...]) -> SafeString:
    """The links, each told as address, words, picture and whether one is there."""
    current = mark_safe(' aria-current="page"')
    return format_html_join(
        "",
        '<a href="{}"{}>{}{}</a>',
        ((url, current if is_here else "", icon(picture), label) for url, label, picture, is_here in places),
    )


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


def _address(name: str) -> str | None:
    """None for a page this version does not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def theme_of(request: HttpRequest) -> str:
    """The theme chosen in this browser: light, dark, or as the system has it."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"
