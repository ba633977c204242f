"""The way to a card as a QR code: to hang up at the till, or to show on a screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from regulars.access.sending import kinds_reached
from regulars.web.codes import qr_drawn
from regulars.web.requests import Request


@require_GET
def poster(request: Request) -> HttpResponse:
    """The address of the page where customers get a card, drawn."""
    address = request.build_absolute_uri(reverse("card-join"))
    context = {"address": address, "qr": qr_drawn(address), "is_set_up": bool(kinds_reached())}
    return render(request, "web/settings/card_poster.html", context)


urlpatterns = [path("join-code", poster, name="join-code")]
