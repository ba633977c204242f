"""Reports: what can be asked, what was asked, what it came to."""

from datetime import date
from typing import Any

from django.utils.translation import gettext
from pydantic import BaseModel, Field

from regulars.access.rules import Actor
from regulars.api.shapes.common import Out, Text
from regulars.reports.folders import Question
from regulars.reports.running import Answer
from regulars.reports.shape import Column, Part
from regulars.reports.telling import names_in, rows_told


class ReportQuery(BaseModel):
    """What a report is asked about; beside it each parameter of the report, by its name."""

    day_from: date | None = Field(None, alias="from", description="The first day; the first with a sale if left out.")
    day_to: date | None = Field(None, alias="to", description="The last day; today where left out.")
    store: list[Text] = Field([], description="Names of stores; all within reach where left out.")
    channel: Text | None = Field(None, description="in_store or online; both where left out.")
    segment: Text | None = Field(None, description="A rule, or the name of a segment, a group or a tier.")
    compare: Text | None = Field(None, description="previous: the same number of days before; year: a year before.")
    as_of: date | None = Field(None, description="As it was at the end of this day.")
    period: Text | None = Field(None, description="day, week, month, quarter or year.")


class ColumnOut(Out):
    """A column of a part. Money and quantities are decimal text, shares are of 1, stores and products are named."""

    name: str
    unit: str
    title: str
    meaning: str
    of: str = Field(description="The column with the number that a share or an average is of; may be empty.")


class ParameterOut(Out):
    """What may be told beside the scope."""

    name: str
    title: str
    default: int | str
    choices: list[str] = Field(description="Empty: a whole number.")


class ReportOut(Out):
    """A report that can be asked."""

    key: str
    title: str
    question: str
    definition: str
    theme: str
    parts: list[str]
    parameters: list[ParameterOut]
    has_periods: bool
    is_own: bool = Field(description="Whether it is one of the shop's own.")


class ReportsOut(Out):
    """Every report."""

    items: list[ReportOut]


class LineOut(Out):
    """A line above an answer."""

    title: str
    text: str


class PartOut(Out):
    """A table of an answer. Beside the number of a customer stand code and name, for who may see them."""

    name: str
    title: str
    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    compared: list[dict[str, Any]] | None = Field(description="The same of the time compared with; null without one.")


class AnswerOut(Out):
    """What a report came to."""

    report: str
    title: str
    scope: dict[str, Any]
    header: list[LineOut]
    finding: str
    at: str = Field(description="The instant of its data.")
    parts: list[PartOut]


def report_out(question: Question) -> ReportOut:
    """A report as it is listed."""
    report = question.report
    return ReportOut(
        key=report.key,
        title=gettext(report.title),
        question=gettext(report.question),
        definition=gettext(report.definition),
        theme=report.theme,
        parts=[part.name for part in report.parts],
        parameters=[
            ParameterOut(name=each.name, title=gettext(each.title), default=each.default, choices=list(each.choices))
            for each in report.parameters
        ],
        has_periods=question.has_periods,
        is_own=question.is_own,
    )


def answer_out(answer: Answer, *, visible_to: Actor) -> AnswerOut:
    """An answer with all its parts."""
    return AnswerOut(
        report=answer.report.key,
        title=gettext(answer.report.title),
        scope=dict(answer.scope.words()),
        header=[LineOut(title=line.title, text=line.text) for line in answer.header],
        finding=answer.finding,
        at=answer.at.isoformat(),
        parts=[_part_out(answer, part, visible_to) for part in answer.report.parts],
    )


def _part_out(answer: Answer, part: Part, visible_to: Actor) -> PartOut:
    table = answer.parts[part.name]
    compared = answer.compared[part.name] if answer.compared is not None else None
    named = names_in([each for each in (table, compared) if each is not None], part, visible_to=visible_to)

    def rows(of: Any) -> list[dict[str, Any]]:
        return list(rows_told(of, part, named=named, currency=answer.currency))

    return PartOut(
        name=part.name,
        title=gettext(part.title),
        columns=[_column_out(column) for column in part.columns],
        rows=rows(table),
        compared=None if compared is None else rows(compared),
    )


def _column_out(column: Column) -> ColumnOut:
    return ColumnOut(
        name=column.name,
        unit=column.unit.value,
        title=gettext(column.title),
        meaning=gettext(column.meaning) if column.meaning else "",
        of=column.of,
    )
