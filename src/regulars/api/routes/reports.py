"""Reports: which there are, and what they come to."""

from django.http import HttpRequest
from ninja import Query, Router

from regulars.api.asking import actor_of, asks, now
from regulars.api.shapes.common import refusals
from regulars.api.shapes.reports import AnswerOut, ReportQuery, ReportsOut, answer_out, report_out
from regulars.reports.catalogue import question_named, questions_all
from regulars.reports.running import report_run
from regulars.reports.scope import scope_asked

router = Router(tags=["Reports"])


@router.get("", response={200: ReportsOut, **refusals()}, **asks("reports_list"))
def reports_listed(request: HttpRequest) -> ReportsOut:  # noqa: ARG001  (the door has looked at it)
    """List the reports: those that come with Regulars, and the shop's own."""
    return ReportsOut(items=[report_out(question) for question in questions_all().values()])


@router.get(
    "/{key}", response={200: AnswerOut, **refusals(404, 409)}, **asks("report_run", ReportQuery, has_others=True)
)
def report_answered(request: HttpRequest, key: str, wanted: Query[ReportQuery]) -> AnswerOut:  # noqa: ARG001
    """Ask a report. Who sees some stores only gets the answer of those.

    Beside the parameters listed here each parameter of the report is taken by its name, as `GET /reports` tells them.
    """
    actor, at = actor_of(request), now()
    told = {name: [str(each) for each in values] for name, values in request.GET.lists()}
    scope = scope_asked(told, question=question_named(key), actor=actor, at=at)
    return answer_out(report_run(key, scope, visible_to=actor, at=at), visible_to=actor)
