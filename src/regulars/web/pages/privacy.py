"""Who asked for their data or for erasure, until when an answer is due, and what became of it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from regulars.privacy.selectors import requests_list
from regulars.privacy.services import request_answer
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request

LISTED = 100


@require_GET
def requests(request: Request) -> HttpResponse:
    """Those that wait, the soonest due first, then those that were answered."""
    shown = requests_list(limit=LISTED, visible_to=request.actor)
    context = {
        "waiting": [each for each in shown if not each.outcome],
        "answered": [each for each in shown if each.outcome],
        "may_answer": request.actor.may("privacy.answer"),
        "may_open": request.actor.may("customers.see"),
        "shop": shop_of(business_get()),
    }
    return render(request, "web/privacy/requests.html", context)


@require_POST
def answered(request: Request, request_id: int) -> HttpResponse:
    """What became of a request is on record."""
    request_answer(request_id, outcome=request.POST.get("outcome", ""), actor=request.actor, at=timezone.now())
    notice_add(request, gettext("The answer was recorded."))
    return redirect("privacy")


urlpatterns = [
    path("privacy", requests, name="privacy"),
    path("privacy/<int:request_id>", answered, name="privacy-answer"),
]
