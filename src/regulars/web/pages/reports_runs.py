"""Reports that take long: worked out in the background, watched, cancelled, kept to be found again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from regulars.core.errors import NotFound
from regulars.reports.background import KEPT_DAYS, RunShown, run_begin, run_cancel, runs_list
from regulars.reports.catalogue import question_named
from regulars.sales.selectors import business_get
from regulars.segments.showing import is_quickly_summed
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.reporting.asking import Asked, asked_of
from regulars.web.reporting.scope_bar import chips_told
from regulars.web.requests import Request
from regulars.web.written import Shop

STATES = {
    "waiting": gettext_lazy("waiting"),
    "running": gettext_lazy("at work"),
    "done": gettext_lazy("ready"),
    "failed": gettext_lazy("failed"),
    "cancelled": gettext_lazy("cancelled"),
}
AT_WORK = ("waiting", "running")


class RunRow(NamedTuple):
    """A run of the list."""

    run: RunShown
    question: str
    about: str
    state: str


@require_GET
def runs(request: Request) -> HttpResponse:
    """What was asked in the background, and can be found again for some days."""
    shop = shop_of(business_get())
    rows = [_row(run, shop) for run in runs_list(visible_to=request.actor)]
    return render(request, "web/reports/runs.html", {"rows": rows, "days": KEPT_DAYS, "shop": shop})


def _row(run: RunShown, shop: Shop) -> RunRow:
    try:
        question = question_named(run.key)
    except NotFound:
        return RunRow(run, run.key, "", str(STATES[run.state]))
    about = ", ".join(chips_told(run.scope, question, shop))
    return RunRow(run, gettext(question.report.question), about, str(STATES[run.state]))


def run_needed(request: Request, asked: Asked, *, at: datetime) -> HttpResponse | None:
    """The way to a run in the background, for a report that would keep the page waiting; None for all others."""
    if not asked.report.is_long or is_quickly_summed() or asked.scope is None:
        return None
    return _led(request, run_begin(asked.report.key, asked.scope, actor=request.actor, at=at))


def _led(request: Request, run_id: int) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("report-run", args=[run_id])})
    return redirect("report-run", run_id)


@require_POST
def begin(request: Request, key: str) -> HttpResponse:
    """The answer is worked out in the background and kept."""
    at = timezone.now()
    asked = asked_of(request, question_named(key), at=at)
    if asked.scope is None:
        return redirect(f"{reverse('report', args=[key])}?{request.GET.urlencode()}")
    return _led(request, run_begin(key, asked.scope, actor=request.actor, at=at))


def working(request: Request, found: RunShown) -> HttpResponse:
    """How far a run is; for one that failed or was cancelled, why. htmx is led on once it has ended."""
    is_at_work = found.state in AT_WORK
    if request.htmx and not is_at_work:
        return _led(request, found.id)
    context = {
        "run": found, "percent": round(found.share * 100), "is_at_work": is_at_work,
        "refusal": _sentence(found.refusal), "row": _row(found, shop_of(business_get())),
        "again": f"{reverse('report', args=[found.key])}?{address_told(found.scope)}",
    }  # fmt: skip
    return render(request, "web/reports/_progress.html" if request.htmx else "web/reports/working.html", context)


def address_told(scope: Mapping[str, Any]) -> str:
    """The words of a scope as an address has them."""
    query = QueryDict(mutable=True)
    for name, value in scope.items():
        query.setlist(name, value if isinstance(value, list) else [str(value)])
    return query.urlencode()


def _sentence(refusal: Mapping[str, Any] | None) -> str:
    return gettext(refusal["message"]) % refusal["facts"] if refusal else ""


@require_POST
def cancel(request: Request, run_id: int) -> HttpResponse:
    """It stops at its next step."""
    run_cancel(run_id, actor=request.actor)
    notice_add(request, gettext("The report is stopped."))
    return redirect("report-runs")


urlpatterns = [
    path("reports/kept", runs, name="report-runs"),
    path("reports/kept/<int:run_id>/cancel", cancel, name="report-run-cancel"),
    path("reports/<slug:key>/keep", begin, name="report-keep"),
]
