"""The card of the customer who is signed in: the code, where they stand, receipts."""

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from regulars.balances.selectors import balances_of
from regulars.checkout.standing import tiers_of
from regulars.sales.cards import card_get
from regulars.sales.receipts import receipt_get
from regulars.sales.selectors import business_get
from regulars.sales.timeline import SALE_KINDS, timeline_page
from regulars.web.card.door import CardRequest, customers_only, public
from regulars.web.codes import barcode_drawn, qr_drawn
from regulars.web.context import shop_of

LATEST, LISTED = 3, 20
# What the page before has done, by the word in its address: no session of the team's is opened for a sentence.
SAID = {
    "joined": _("Welcome. This is your card: show its code at the till."),
    "details": _("Your details were saved."),
    "contact-added": _("It leads to your card now."),
    "contact-removed": _("It no longer leads to your card."),
    "consent": _("Your answer was recorded."),
    "request": _("Your request was recorded."),
    "withdrawn": _("Your request was withdrawn."),
}
# What phones ask for when a page is put on their first screen.
ICONS = (180, 192, 512)


def said(request: HttpRequest) -> Any:
    """The sentence the address asks for; none for anything unknown."""
    return SAID.get(request.GET.get("said", ""), "")


@customers_only
@require_GET
def card(request: CardRequest) -> HttpResponse:
    """The code, the tier, the balances, and the newest receipts."""
    found = card_get(request.customer_id, visible_to=request.customer)
    receipts = timeline_page(request.customer_id, kinds=SALE_KINDS, limit=LATEST, visible_to=request.customer)
    context = {
        "card": found,
        "qr": qr_drawn(found.code),
        "bars": barcode_drawn(found.code),
        "tiers": tiers_of(request.customer_id, at=request.at),
        "balances": balances_of(request.customer_id, at=request.at, visible_to=request.customer),
        "receipts": receipts.moments,
        "shop": shop_of(business_get()),
        "said": said(request),
        "place": "card",
    }
    return render(request, "web/card/card.html", context)


@customers_only
@require_GET
def receipts(request: CardRequest) -> HttpResponse:
    """What was bought and brought back, the newest first."""
    cursor = request.GET.get("cursor") or None
    page = timeline_page(
        request.customer_id, kinds=SALE_KINDS, limit=LISTED, cursor=cursor, visible_to=request.customer
    )
    context = {"page": page, "shop": shop_of(business_get()), "place": "receipts", "is_later": cursor is not None}
    return render(request, "web/card/receipts.html", context)


@customers_only
@require_GET
def receipt(request: CardRequest, uid: UUID) -> HttpResponse:
    """One receipt, without what the team wrote on it."""
    found = receipt_get(str(uid), visible_to=request.customer)
    context = {"receipt": found, "sale": found.sale, "shop": shop_of(business_get()), "place": "receipts"}
    return render(request, "web/card/receipt.html", context)


@public
@require_GET
def manifest(_request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the card on its first screen."""
    shop = business_get().name
    icons = [
        {"src": reverse("card-icon", args=[size]), "sizes": f"{size}x{size}", "type": "image/png"} for size in ICONS
    ]
    told = {
        "id": reverse("card"),
        "name": gettext("My card at %(shop)s") % {"shop": shop},
        "short_name": shop[:12].strip(),
        "start_url": reverse("card"),
        "scope": reverse("card"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0a5f74",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@public
@require_GET
def icon(_request: HttpRequest, size: int) -> HttpResponse:
    """The picture on a phone's first screen."""
    wanted = size if size in ICONS else ICONS[0]
    return HttpResponse(_icon(wanted), headers={"Content-Type": "image/png", "Cache-Control": "public, max-age=86400"})


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows a page of its own where there is no network. It keeps nothing of anybody."""
    return render(request, "web/card/worker.js", content_type="text/javascript")


@public
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Shown where there is no network; the browser keeps it."""
    return render(request, "web/card/offline.html")


@cache
def _icon(size: int) -> bytes:
    """The icon as PNG, whole to its edges: phones cut its corners themselves."""
    import vl_convert  # noqa: PLC0415  (large, and only phones that install a card ask for it)

    svg = Path(str(finders.find("web/icon.svg"))).read_text("utf-8")
    drawn = svg.replace(' rx="7"', "").replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
    made: bytes = vl_convert.svg_to_png(drawn, ppi=72)
    return made


urlpatterns = [
    path("card/", card, name="card"),
    path("card/receipts", receipts, name="card-receipts"),
    path("card/receipts/<uuid:uid>", receipt, name="card-receipt"),
    path("card/manifest.webmanifest", manifest, name="card-manifest"),
    path("card/icon-<int:size>.png", icon, name="card-icon"),
    path("card/worker.js", worker, name="card-worker"),
    path("card/offline", offline, name="card-offline"),
]
