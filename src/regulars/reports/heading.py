"""What stands above an answer: what was asked, of when, and what its words mean."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol

from django.utils.translation import gettext

from regulars.core.text import marked as _
from regulars.reports.scope import PERIODS, Scope
from regulars.reports.shape import Report, Words
from regulars.sales.models import Business

_CHANNELS = {"in_store": _("in-store"), "online": _("online")}


class Line(NamedTuple):
    """A line above an answer: what it is about, and what is so."""

    title: str
    text: str


class Moment(Protocol):
    """Of when the answer tells."""

    @property
    def today(self) -> date: ...
    @property
    def span(self) -> tuple[date, date]: ...
    @property
    def has_future(self) -> bool: ...
    @property
    def asked_at(self) -> datetime: ...


def header_of(
    report: Report, scope: Scope, before: Scope | None, moment: Moment, *, business: Business, words: Words,
    has_periods: bool, settings: Mapping[str, int | str],
) -> tuple[Line, ...]:  # fmt: skip
    """The lines above the answer, in the reader's language."""
    asked = (Line(gettext("Told by"), gettext(PERIODS[scope.period])),) if has_periods else ()
    first = _scoped(scope, before, moment, words=words)
    last = _meant(report, scope, moment, business=business)
    return (*first, *asked, *_set(report, settings, words), *last)


def _scoped(scope: Scope, before: Scope | None, moment: Moment, *, words: Words) -> Iterator[Line]:
    yield Line(gettext("Days"), _span(*moment.span, words))
    if before is not None and before.first and before.last:
        yield Line(gettext("Compared with"), _span(before.first, before.last, words))
    if scope.as_of is not None:
        yield Line(gettext("As of"), gettext("the end of %(day)s") % {"day": words.day(scope.as_of)})
    yield Line(gettext("Stores"), ", ".join(scope.store_names) or gettext("all"))
    yield Line(gettext("Channel"), gettext(_CHANNELS[scope.channel]) if scope.channel else gettext("all"))
    yield Line(gettext("Customers"), scope.members or gettext("all"))


def _set(report: Report, settings: Mapping[str, int | str], words: Words) -> Iterator[Line]:
    for parameter in report.parameters:
        value = settings[parameter.name]
        told = gettext(parameter.choices[str(value)]) if parameter.choices else words.number(int(value))
        yield Line(gettext(parameter.title), told)


def _meant(report: Report, scope: Scope, moment: Moment, *, business: Business) -> Iterator[Line]:
    if moment.has_future and scope.as_of is None:
        yield Line(gettext("Left out"), gettext("sales dated after today"))
    yield Line(gettext("Definition"), gettext(report.definition))
    yield Line(gettext("Time zone"), business.timezone)
    yield Line(gettext("Data of"), moment.asked_at.isoformat(timespec="seconds"))


def _span(first: date, last: date, words: Words) -> str:
    if first == last:
        return words.day(first)
    return gettext("%(first)s to %(last)s") % {"first": words.day(first), "last": words.day(last)}
