"""Answers as files: tables for a spreadsheet, charts for a letter."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from regulars.access.rules import Actor
from regulars.core.errors import NotFound
from regulars.core.text import marked as _
from regulars.reports.background import run_answer
from regulars.reports.catalogue import question_named
from regulars.reports.exporting import DRAWN, FORMS, WITH_NAMES, WITHOUT_NAMES, answer_export
from regulars.reports.folders import Question
from regulars.reports.running import Answer, report_run
from regulars.reports.shape import Part, Unit
from regulars.reports.telling import part_named
from regulars.web.reporting.asking import asked_of
from regulars.web.reporting.scope_bar import told_of
from regulars.web.requests import Request

LABELS = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet", "png": "PNG", "svg": "SVG", "pdf": "PDF"}


class FormUnknown(NotFound):
    code = "web.form_unknown"
    message = _('There is no file "%(name)s" of this part of the report; choose one of: %(known)s.')


class FileLink(NamedTuple):
    label: str
    address: str


class FilesOfPart(NamedTuple):
    """The files of a part of a report. `named`: those that name customers, which take a purpose."""

    title: str
    files: Sequence[FileLink]
    named: Sequence[FileLink]


@require_http_methods(["GET", "POST"])
def file(request: Request, key: str, form: str) -> HttpResponse:
    """The answer as a file of that form; posted with a purpose, with the codes and names of customers.

    What is wrong in the scope is told on the page of the report.
    """
    at = timezone.now()
    answer = _answer(request, key, at=at)
    if answer is None:
        return redirect(f"{reverse('report', args=[key])}?{request.GET.urlencode()}")
    part = part_named(answer, request.GET.get("part", ""))
    if form not in forms_of(part):
        raise FormUnknown(name=form, known=", ".join(forms_of(part)))
    made = answer_export(
        answer, form=form, part=part.name, has_names=request.method == "POST",
        purpose=request.POST.get("purpose", ""), actor=request.actor, at=at,
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.content, content_type=made.media_type, headers=headers)


def _answer(request: Request, key: str, *, at: datetime) -> Answer | None:
    """The kept answer that the address names, else the one of now; None where the scope is wrong."""
    run = request.GET.get("run", "")
    if run.isascii() and run.isdigit() and len(run) < 19:
        return run_answer(int(run), visible_to=request.actor, at=at)
    asked = asked_of(request, question_named(key), at=at)
    return None if asked.scope is None else report_run(key, asked.scope, visible_to=request.actor, at=at)


def forms_of(part: Part) -> list[str]:
    """The forms that a part can be had in."""
    return [name for name in FORMS if part.chart is not None or name not in DRAWN]


def files_of(question: Question, asked: QueryDict, *, actor: Actor, run: int | None = None) -> Iterator[FilesOfPart]:
    """Where the files of what is asked for are, as far as the actor may have them."""
    told = {"run": str(run)} if run is not None else told_of(asked, question)
    for part in question.report.parts:
        query = urlencode({**told, "part": part.name}, doseq=True)
        links = [
            FileLink(LABELS[form], f"{reverse('report-file', args=[question.report.key, form])}?{query}")
            for form in forms_of(part)
        ]
        of_customers = any(column.unit is Unit.CUSTOMER for column in part.columns)
        is_allowed = not of_customers or actor.may(WITH_NAMES) or actor.may(WITHOUT_NAMES)
        named = links if of_customers and actor.may(WITH_NAMES) else []
        if is_allowed:
            yield FilesOfPart(gettext(part.title), links, named)


urlpatterns = [path("reports/<slug:key>/file.<slug:form>", file, name="report-file")]
