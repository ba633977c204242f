"""What a report is asked about: the same words in the command, in the API and on the pages.

from, to, store, channel, segment, compare, as_of, period, and each parameter of the report by its name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from regulars.access.rules import Actor
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.groups.errors import GroupUnknown
from regulars.groups.selectors import GroupShown, group_get, groups_list
from regulars.reports.errors import ScopeWrong
from regulars.reports.folders import Question
from regulars.reports.shape import Parameter
from regulars.sales.models import CHANNELS, Store
from regulars.sales.selectors import business_today
from regulars.segments.language.errors import RuleWrong
from regulars.segments.selectors import rule_asked

# What may be told of any report, beside its own parameters.
WORDS = ("from", "to", "store", "channel", "segment", "compare", "as_of", "period")
COMPARED: Mapping[str, str] = {"previous": _("the time before"), "year": _("a year before")}
PERIODS: Mapping[str, str] = {
    "day": _("day"), "week": _("week"), "month": _("month"), "quarter": _("quarter"), "year": _("year"),
}  # fmt: skip
_DEFAULT_PERIOD = "month"
# What the calendar of the lake holds.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2045, 12, 31)
# No group has so long a name.
_LONGEST_NAME = 300
# What is meant as a name and not as a rule, which has a sign or a word between what it is about and what it asks.
_NAME = re.compile(r"(?!.*(_|\b(and|or|not|in|is|has|between|contains)\b))[\w\s&'.,:/+-]+", re.IGNORECASE)

NO_DAY = _('"%(value)s" is no day; write it as 2026-11-22')
_NOT_YET = _("%(day)s has not been yet; write a day up to %(today)s")
_AFTER_TODAY = _("%(day)s is after %(today)s, the day that is asked about")
_TURNED = _("%(day)s is after %(last)s, the last day; change one of them")
_OUT_OF_RANGE = _("%(day)s is out of range; write a day from %(first)s to %(last)s")
_NO_FIRST = _('a comparison needs the day the span begins: set "from", or leave the comparison out')
_NO_COMPARISON = _('the report "%(report)s" cannot be compared with another time; leave it out')
_NO_PERIODS = _('the report "%(report)s" is not told by periods; leave it out')
_NO_GROUP = _('there is no segment or group "%(name)s", and it is no rule; write its name, or a rule: spent >= 1000')
_NO_GROUP_NEAR = _('there is no segment or group "%(name)s", and it is no rule; did you mean "%(near)s"?')
_NO_STORE = _('there is no store "%(name)s" whose reports you may see; name another, or leave it out')
_NO_STORE_NEAR = _('there is no store "%(name)s" whose reports you may see; did you mean "%(near)s"?')
_NO_NUMBER = _('"%(value)s" cannot be; write a whole number from %(least)s to %(most)s')
_NO_CHOICE = _('"%(value)s" is not known; choose one of: %(known)s')
_NO_CHOICE_NEAR = _('"%(value)s" is not known; did you mean "%(near)s"? Choose one of: %(known)s')
_NOT_TAKEN = _('the report "%(report)s" does not take it; it takes: %(known)s')
_NOT_TAKEN_NEAR = _('the report "%(report)s" does not take it; did you mean "%(near)s"? It takes: %(known)s')
_MORE_THAN_ONCE = _("it is told %(times)s times; write it once")

Told = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked about. None and empty: not narrowed. `members`: the name of a group or the text of a rule.

    `settings`: the parameters that were told.
    """

    first: date | None = None
    last: date | None = None
    stores: tuple[int, ...] | None = None
    store_names: tuple[str, ...] = ()
    channel: str = ""
    members: str = ""
    compare: str = ""
    as_of: date | None = None
    period: str = _DEFAULT_PERIOD
    settings: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))

    def words(self) -> dict[str, str | list[str]]:
        """The scope as it would be told: what is not narrowed is left out."""
        told: dict[str, str | list[str]] = {}
        if self.first:
            told["from"] = self.first.isoformat()
        if self.last:
            told["to"] = self.last.isoformat()
        if self.store_names:
            told["store"] = list(self.store_names)
        told |= {
            name: text
            for name, text in (("channel", self.channel), ("segment", self.members), ("compare", self.compare))
            if text
        }
        if self.as_of:
            told["as_of"] = self.as_of.isoformat()
        if self.period != _DEFAULT_PERIOD:
            told["period"] = self.period
        return told | {name: str(value) for name, value in self.settings.items()}


def scope_asked(told: Told, *, question: Question, actor: Actor, at: datetime) -> Scope:
    """The scope that was told in words. Who sees some stores only has a scope narrowed to them.

    Raises Forbidden; ScopeWrong and RuleWrong, which name the place, the value and what to write instead.
    """
    reached = actor.stores_within("reports.see")
    parameters = {each.name: each for each in question.report.parameters}
    _known(told, parameters, question)
    today = business_today(at=at)
    as_of = _day(told, "as_of")
    if as_of and as_of > today:
        raise ScopeWrong(place="as_of", told=_NOT_YET, day=as_of, today=today)
    first, last = _spanned(*_span(told, as_of or today), question=question, today=as_of or today)
    names, stores = _stores(told, reached)
    scope = Scope(
        first=first,
        last=last,
        stores=stores,
        store_names=names,
        channel=_one_of(told, "channel", CHANNELS),
        members=_text(told, "segment"),
        compare=_one_of(told, "compare", tuple(COMPARED)),
        as_of=as_of,
        period=_one_of(told, "period", tuple(PERIODS)) or _DEFAULT_PERIOD,
        settings=MappingProxyType(
            {each.name: _setting(told, each) for each in question.report.parameters if _text(told, each.name)}
        ),
    )
    _comparable(scope, question)
    members_check(scope.members, actor=actor, at=at)
    return scope


def compared(scope: Scope, *, last: date) -> Scope:
    """The scope it is compared with: as many days just before, or the same days a year before."""
    if scope.first is None:
        raise ScopeWrong(place="compare", told=_NO_FIRST)
    ends = scope.last or last
    if scope.compare == "year":
        return replace(scope, first=_year_before(scope.first), last=_year_before(ends))
    before = scope.first - timedelta(days=1)
    return replace(scope, first=before - (ends - scope.first), last=before)


def reach_narrowed(scope: Scope, *, visible_to: Actor) -> Scope:
    """The scope within the reach of the actor: whoever sees some stores only sees no others. Raises Forbidden."""
    reached = visible_to.stores_within("reports.see")
    if reached is None:
        return scope
    if scope.stores is None:
        return replace(scope, stores=tuple(sorted(reached)))
    return replace(scope, stores=tuple(store for store in scope.stores if store in reached))


def members_check(told: str, *, actor: Actor, at: datetime) -> None:
    """Returns when it is the name of a group or a rule. Raises Forbidden, RuleWrong, ScopeWrong."""
    if not told or group_told(told, visible_to=actor) is not None:
        return
    try:
        rule_asked(told, at=at, visible_to=actor)
    except RuleWrong:
        near = nearest(told, [group.name for group in groups_list(visible_to=actor)])
        if near is None and not _NAME.fullmatch(told):
            raise
        raise ScopeWrong(place="segment", told=_NO_GROUP_NEAR if near else _NO_GROUP, name=told, near=near) from None


def group_told(told: str, *, visible_to: Actor) -> GroupShown | None:
    """The group of that name, if it is one. Three queries at most. Raises Forbidden, GroupAmbiguous."""
    name = told.strip()
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return None
    try:
        return group_get(name, visible_to=visible_to)
    except GroupUnknown:
        return None


def _known(told: Told, parameters: Mapping[str, Parameter], question: Question) -> None:
    known = [*WORDS, *parameters]
    for name in told:
        if name not in known:
            near = nearest(name, known)
            sentence, facts = (_NOT_TAKEN_NEAR, {"near": near}) if near else (_NOT_TAKEN, {})
            raise ScopeWrong(place=name, told=sentence, report=question.report.key, known=tuple(known), **facts)
    if _text(told, "period") and not question.has_periods:
        raise ScopeWrong(place="period", told=_NO_PERIODS, report=question.report.key)


def _span(told: Told, today: date) -> tuple[date | None, date | None]:
    first, last = _day(told, "from"), _day(told, "to")
    if first and first > today:
        raise ScopeWrong(place="from", told=_AFTER_TODAY, day=first, today=today)
    if first and last and first > last:
        raise ScopeWrong(place="from", told=_TURNED, day=first, last=last)
    return first, last


def _spanned(
    first: date | None, last: date | None, *, question: Question, today: date
) -> tuple[date | None, date | None]:
    """The days as they were told; of a report that cannot tell of all of history, its last days where no first is."""
    days = question.report.span_days
    if first or days is None:
        return first, last
    ends = min(last, today) if last else today
    return max(ends - timedelta(days=days - 1), FIRST_DAY), ends


def _day(told: Told, name: str) -> date | None:
    text = _text(told, name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or len(text) != 10:
        raise ScopeWrong(place=name, told=NO_DAY, value=text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ScopeWrong(place=name, told=_OUT_OF_RANGE, day=day, first=FIRST_DAY, last=LAST_DAY)
    return day


def _stores(told: Told, reached: frozenset[int] | None) -> tuple[tuple[str, ...], tuple[int, ...] | None]:
    """Names and numbers of the stores. None: all of them. One query. A store out of reach is as unknown as no store."""
    rows = list(Store.objects.order_by("name") if reached is None else Store.objects.filter(id__in=reached))
    asked = _listed(told.get("store", ""), {row.name for row in rows})
    if not asked:
        return ((), None) if reached is None else (tuple(row.name for row in rows), tuple(row.id for row in rows))
    by_name = {row.name: row for row in rows} | {str(row.id): row for row in rows}
    for name in asked:
        if name not in by_name:
            near = nearest(name, [row.name for row in rows])
            raise ScopeWrong(place="store", told=_NO_STORE_NEAR if near else _NO_STORE, name=name, near=near)
    found = list(dict.fromkeys(by_name[name] for name in asked))
    return tuple(row.name for row in found), tuple(row.id for row in found)


def _listed(told: str | Sequence[str], known: set[str]) -> list[str]:
    """Names that were told one by one or with commas between them; a name may hold a comma itself."""
    each = [told] if isinstance(told, str) else list(told)
    names = [
        name.strip() for text in each for name in ([text] if text.strip() in known else text.split(","))
    ]  # fmt: skip
    return [name for name in names if name]


def _setting(told: Told, parameter: Parameter) -> int | str:
    text = _text(told, parameter.name)
    if parameter.kind == "choice":
        return _one_of(told, parameter.name, tuple(parameter.choices))
    number = int(text) if text.lstrip("-").isdecimal() and len(text) < 19 else None
    if number is None or not parameter.least <= number <= parameter.most:
        raise ScopeWrong(place=parameter.name, told=_NO_NUMBER, value=text, least=parameter.least, most=parameter.most)
    return number


def _one_of(told: Told, name: str, known: Sequence[str]) -> str:
    text = _text(told, name)
    if text and text not in known:
        near = nearest(text, known)
        sentence = _NO_CHOICE_NEAR if near else _NO_CHOICE
        raise ScopeWrong(place=name, told=sentence, value=text, near=near, known=tuple(known))
    return text


def _text(told: Told, name: str) -> str:
    value = told.get(name, "")
    if isinstance(value, str):
        return value.strip()
    if len(value) > 1:
        raise ScopeWrong(place=name, told=_MORE_THAN_ONCE, times=len(value))
    return value[0].strip() if value else ""


def _comparable(scope: Scope, question: Question) -> None:
    if not scope.compare:
        return
    if not question.report.compares:
        raise ScopeWrong(place="compare", told=_NO_COMPARISON, report=question.report.key)
    if scope.first is None:
        raise ScopeWrong(place="compare", told=_NO_FIRST)


def _year_before(day: date) -> date:
    """The same day of the year before; of February 29 the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
