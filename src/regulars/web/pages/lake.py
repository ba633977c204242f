"""The lake on the Data page: how it stands, brought up to date, held against the database."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from regulars.lake.checking import lake_check, lake_status
from regulars.lake.flushing import lake_flush
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request

# Of more rows it takes longer than somebody waits before a page; "regulars lake check" does it then.
MOST_CHECKED = 3_000_000


@require_POST
def flushed(request: Request) -> HttpResponse:
    """The files hold everything that has happened."""
    request.actor.require("exchange.import")
    lake_flush(at=timezone.now())
    notice_add(request, gettext("The files of the lake are up to date."))
    return redirect("data")


@require_POST
def checked(request: Request) -> HttpResponse:
    """Whether the files and the database come to the same sums is told."""
    request.actor.require("exchange.import")
    if sum(each.rows for each in lake_status().standings) > MOST_CHECKED:
        notice_add(request, gettext("There is too much to check on a page; run “regulars lake check”."), "warning")
        return redirect("data")
    differences = lake_check(at=timezone.now())
    if not differences:
        notice_add(request, gettext("The lake was checked: every sum is that of the database."))
        return redirect("data")
    told = ngettext(
        "The lake was checked: %(n)s sum differs from the database. Run “regulars lake rebuild”.",
        "The lake was checked: %(n)s sums differ from the database. Run “regulars lake rebuild”.",
        len(differences),
    )
    notice_add(request, told % {"n": shop_of(business_get()).count(len(differences))}, "error")
    return redirect("data")


urlpatterns = [
    path("data/lake/flush", flushed, name="lake-flush"),
    path("data/lake/check", checked, name="lake-check"),
]
