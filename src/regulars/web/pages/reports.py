"""The reports: an index by question, and the page of each: scope, finding, chart, tables, files."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from regulars.core.text import folded
from regulars.reports.background import RunShown, run_answer, run_get
from regulars.reports.behind import is_drillable
from regulars.reports.catalogue import question_named, reports_all
from regulars.reports.running import Answer, report_run
from regulars.reports.shape import Part, Report
from regulars.web.charts import bundle_version
from regulars.web.pages import reports_behind, reports_files, reports_runs
from regulars.web.pages.reports_files import files_of
from regulars.web.pages.reports_runs import address_told
from regulars.web.reporting.asking import Asked, asked_of
from regulars.web.reporting.charts import ChartShown, chart_shown
from regulars.web.reporting.matrix import MatrixShown, matrix_shown
from regulars.web.reporting.tables import TablesAsked, TableShown, table_shown
from regulars.web.requests import Request

THEMES = {
    "sales": gettext_lazy("Sales"),
    "customers": gettext_lazy("Customers"),
    "loyalty": gettext_lazy("Loyalty"),
    "products": gettext_lazy("Products"),
    "stores": gettext_lazy("Stores"),
}
_PART = "part-"


class Entry(NamedTuple):
    """A report of the index."""

    report: Report
    question: str
    title: str


class Theme(NamedTuple):
    """Reports of one kind."""

    key: str
    title: str
    entries: Sequence[Entry]


class PartShown(NamedTuple):
    """A part of a report: its figures as a matrix or its chart, where it has one, and its table."""

    table: TableShown
    matrix: MatrixShown | None
    chart: ChartShown | None


@require_GET
@vary_on_headers("HX-Request")
def reports(request: Request) -> HttpResponse:
    """Every report under its question, narrowed to what is typed; htmx gets the list alone. No query of its own."""
    typed = request.GET.get("q", "").strip()
    context = {"typed": typed, "themes": list(_themes(typed))}
    return render(request, f"web/reports/{'_index' if request.htmx else 'index'}.html", context)


def _themes(typed: str) -> Iterator[Theme]:
    """The themes in our order, others (of the shop's own reports) after them; without those nothing is found in."""
    found: dict[str, list[Entry]] = {}
    for report in reports_all():
        entry = Entry(report, gettext(report.question), gettext(report.title))
        if _is_meant(entry, typed):
            found.setdefault(report.theme, []).append(entry)
    for key in [*THEMES, *sorted(found.keys() - THEMES.keys())]:
        if key in found:
            yield Theme(key, str(THEMES.get(key, key)), found[key])


def _is_meant(entry: Entry, typed: str) -> bool:
    """Whether every word that is typed begins somewhere in what the report says of itself."""
    told = folded(" ".join((entry.question, entry.title, gettext(entry.report.definition), entry.report.key)))
    return all(word in told for word in folded(typed).split())


@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def report(request: Request, key: str) -> HttpResponse:
    """What was asked, answered; htmx gets the report without the frame, or one of its tables.

    What is wrong in the scope is told beside its place, and nothing is asked.
    """
    at = timezone.now()
    asked = asked_of(request, question_named(key), at=at)
    if asked.scope is None:
        return _page(request, asked, {}, status=422)
    kept = reports_runs.run_needed(request, asked, at=at)
    if kept is not None:
        return kept
    answer = report_run(key, asked.scope, visible_to=request.actor, at=at)
    part = _part_aimed_at(request, answer)
    if part is not None:
        return render(request, "web/reports/_table.html", _table(request, asked, answer, part))
    return _page(request, asked, _answered(request, asked, answer))


@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def run(request: Request, run_id: int) -> HttpResponse:
    """How far a run in the background is; once it is done, its answer. htmx gets how far it is, or a table."""
    found = run_get(run_id, visible_to=request.actor)
    if found.state != "done" or (request.htmx and request.htmx.target == "progress"):
        return reports_runs.working(request, found)
    return _kept(request, found, at=timezone.now())


def _kept(request: Request, run: RunShown, *, at: datetime) -> HttpResponse:
    """A kept answer as the page of its report; its scope is changed by asking anew."""
    question = question_named(run.key)
    answer = run_answer(run.id, visible_to=request.actor, at=at)
    words = QueryDict(address_told(run.scope), mutable=True)
    asked = asked_of(request, question, at=at, words=words)
    part = _part_aimed_at(request, answer)
    if part is not None:
        return render(request, "web/reports/_table.html", _table(request, asked, answer, part))
    context = {"asked": asked, "report": asked.report, "shop": asked.shop, "bar": asked.bar, "kept": run}
    context |= _answered(request, asked, answer, run=run.id)
    context["again"] = f"{reverse('report', args=[run.key])}?{words.urlencode()}"
    return render(request, "web/reports/report.html", context)


def _part_aimed_at(request: Request, answer: Answer) -> Part | None:
    """The part whose table alone is to be swapped."""
    target = (request.htmx.target or "") if request.htmx else ""
    return next((each for each in answer.report.parts if target == f"{_PART}{each.name}"), None)


def _page(request: Request, asked: Asked, told: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    context = {"asked": asked, "report": asked.report, "shop": asked.shop, "bar": asked.bar, **told}
    template = "web/reports/_report.html" if request.htmx else "web/reports/report.html"
    return render(request, template, context, status=status)


def _table(request: Request, asked: Asked, answer: Answer, part: Part) -> dict[str, Any]:
    return {"report": asked.report, "shop": asked.shop, "table": _table_of(request, asked, answer, part)}


def _answered(request: Request, asked: Asked, answer: Answer, *, run: int | None = None) -> dict[str, Any]:
    actor = request.actor
    parts = [_part_shown(request, asked, answer, part) for part in answer.report.parts]
    return {
        "answer": answer,
        "parts": parts,
        # The instant as the shop writes it.
        "header": [line for line in answer.header if line.text != answer.at.isoformat(timespec="seconds")],
        "files": list(files_of(asked.question, asked.words, actor=actor, run=run)),
        "keep": f"{reverse('report-keep', args=[asked.report.key])}?{asked.words.urlencode()}",
        "chart_script": reverse("chart-script", args=[bundle_version()]),
    }


def _part_shown(request: Request, asked: Asked, answer: Answer, part: Part) -> PartShown:
    matrix = matrix_shown(part, answer.parts[part.name], _how(request, asked, part))
    chart = chart_shown(answer, part, visible_to=request.actor) if matrix is None else None
    return PartShown(_table_of(request, asked, answer, part), matrix, chart)


def _table_of(request: Request, asked: Asked, answer: Answer, part: Part) -> TableShown:
    compared = (answer.compared or {}).get(part.name)
    return table_shown(part, answer.parts[part.name], compared, _how(request, asked, part))


def _how(request: Request, asked: Asked, part: Part) -> TablesAsked:
    sees = request.actor.may("customers.see")
    behind = reverse("report-behind", args=[asked.report.key]) if sees and is_drillable(part) else ""
    return TablesAsked(request.GET, asked.words, behind, asked.shop, request.actor)


urlpatterns = [
    path("reports", reports, name="reports"),
    *reports_runs.urlpatterns,
    path("reports/kept/<int:run_id>", run, name="report-run"),
    path("reports/<slug:key>", report, name="report"),
    *reports_behind.urlpatterns,
    *reports_files.urlpatterns,
]
