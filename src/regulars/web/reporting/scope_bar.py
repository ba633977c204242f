"""What narrows a report, as the address says it and as the bar above the report shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from regulars.access.rules import Actor
from regulars.reports.folders import Question
from regulars.reports.scope import WORDS, Told
from regulars.reports.shape import Parameter
from regulars.sales.selectors import stores_all
from regulars.segments.showing import groups_named
from regulars.web.history import UNKNOWN
from regulars.web.written import Shop

CHANNELS = {
    "": gettext_lazy("In store and online"),
    "in_store": gettext_lazy("In store"),
    "online": gettext_lazy("Online"),
}
COMPARES = {
    "": gettext_lazy("Nothing"),
    "previous": gettext_lazy("The days before"),
    "year": gettext_lazy("The same days last year"),
}
PERIODS = {
    "day": gettext_lazy("Day"),
    "week": gettext_lazy("Week"),
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
}
# More names are not offered while one types.
_MOST_GROUPS = 500


class Span(NamedTuple):
    """Days at one press."""

    label: str
    address: str
    is_current: bool
    days: tuple[str, str]


class Choice(NamedTuple):
    value: str
    label: str
    is_chosen: bool


class Chip(NamedTuple):
    """Something that narrows, and the address without it."""

    text: str
    without: str


class ParameterField(NamedTuple):
    """A parameter of the report as a field."""

    parameter: Parameter
    label: str
    value: str
    choices: Sequence[Choice]
    wrong: str


@dataclass(frozen=True, slots=True)
class ScopeBar:
    """The bar, ready to draw. `wrong`: sentences by the word of the address they belong to; "" for no place."""

    told: Mapping[str, str]
    spans: Sequence[Span]
    stores: Sequence[Choice]
    channels: Sequence[Choice]
    compares: Sequence[Choice]
    periods: Sequence[Choice]
    groups: Sequence[str]
    parameters: Sequence[ParameterField]
    chips: Sequence[Chip]
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def days(self) -> Mapping[str, str]:
        """What a field of a day holds: nothing where what is told is no day."""
        return {name: self.told[name] if _is_day(self.told[name]) else "" for name in ("from", "to", "as_of")}

    @property
    def compare_waits(self) -> str:
        """What a comparison waits for; empty where it can be chosen, or is."""
        return "" if self.told["from"] or self.told.get("compare") else gettext("Needs a first day")

    @property
    def is_open(self) -> bool:
        """Whether what is rarely used is in use, or wrong."""
        return bool(self.chips) or any(name not in ("from", "to", "period", "") for name in self.wrong)


def told_of(asked: QueryDict, question: Question) -> dict[str, str | list[str]]:
    """The words of the scope that the address holds, without empty ones; any others are not for the report."""
    names = (*WORDS, *(each.name for each in question.report.parameters))
    found: dict[str, str | list[str]] = {}
    for name in names:
        values = [text for each in asked.getlist(name) if (text := each.strip())]
        if values:
            found[name] = values if name == "store" else values[-1]
    # A form sends what it shows; reports without periods show none.
    if not question.has_periods:
        found.pop("period", None)
    return found


def scope_bar(
    told: Told, question: Question, *, asked: QueryDict, wrong: Mapping[str, str], shop: Shop, actor: Actor
) -> ScopeBar:
    """The bar for a report. Two queries."""
    report, texts = question.report, {name: text for name, text in told.items() if isinstance(text, str)}
    stores = _stores(actor)
    # What is wrong with a word that has no field here is told above the fields.
    hidden = {"store": len(stores) < 2, "compare": not report.compares, "period": not question.has_periods}
    wrong = {"" if hidden.get(place) else place: sentence for place, sentence in wrong.items()}
    return ScopeBar(
        told={"as_of": "", "segment": "", "from": "", "to": ""} | texts,
        spans=[each for each in _spans(texts, asked, shop.today) if each.days != ("", "") or report.span_days is None],
        stores=[Choice(name, name, name in told.get("store", ())) for name in stores] if len(stores) > 1 else [],
        channels=_choices(CHANNELS, texts.get("channel", "")),
        compares=_choices(COMPARES, texts.get("compare", "")) if report.compares else [],
        periods=_choices(PERIODS, texts.get("period", "month")) if question.has_periods else [],
        groups=_groups(actor),
        parameters=[_parameter(each, texts, wrong) for each in report.parameters],
        chips=list(_chips(told, question, asked, shop)),
        wrong=wrong,
    )


def labels_of(name: str, question: Question) -> Mapping[str, Any]:
    """What the choices of a word are called in the bar; empty for a word without choices."""
    ours: dict[str, Mapping[str, Any]] = {"channel": CHANNELS, "compare": COMPARES, "period": PERIODS}
    own = {
        each.name: {value: gettext(label) for value, label in each.choices.items()}
        for each in question.report.parameters
    }
    return {**ours, **own}.get(name, {})


def _groups(actor: Actor) -> list[str]:
    return [each.name for each in groups_named(visible_to=actor)[:_MOST_GROUPS]] if actor.may("segments.see") else []


def _stores(actor: Actor) -> list[str]:
    """The names of the stores whose reports the actor sees."""
    own = actor.stores_within("reports.see")
    return [store.name for store in stores_all(visible_to=actor) if own is None or store.id in own]


def _choices(labels: Mapping[str, Any], chosen: str) -> list[Choice]:
    return [Choice(value, str(label), value == chosen) for value, label in labels.items()]


def _parameter(parameter: Parameter, told: Mapping[str, str], wrong: Mapping[str, str]) -> ParameterField:
    value = told.get(parameter.name, str(parameter.default))
    choices = [Choice(each, gettext(label), each == value) for each, label in parameter.choices.items()]
    return ParameterField(parameter, gettext(parameter.title), value, choices, wrong.get(parameter.name, ""))


def _spans(told: Mapping[str, str], asked: QueryDict, today: date) -> Iterator[Span]:
    held = (told.get("from", ""), told.get("to", ""))
    for label, first, last in spans_until(today):
        days = (first.isoformat() if first else "", last.isoformat() if last else "")
        changes = {"from": days[0], "to": days[1]}
        # Without a first day there is no time before.
        yield Span(label, address_with(asked, changes if first else changes | {"compare": ""}), days == held, days)


def spans_until(today: date) -> Iterator[tuple[str, date | None, date | None]]:
    """Spans that people ask for, from the first day to the last."""
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    yield gettext("7 days"), today - timedelta(days=6), today
    yield gettext("30 days"), today - timedelta(days=29), today
    yield gettext("90 days"), today - timedelta(days=89), today
    yield gettext("This month"), month, today
    yield gettext("Last month"), before, month - timedelta(days=1)
    yield gettext("12 months"), _year_before(today) + timedelta(days=1), today
    yield gettext("This year"), today.replace(month=1, day=1), today
    yield gettext("Last year"), date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    yield gettext("All"), None, None


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28) if is_leap_day else day.replace(year=day.year - 1)


def _chips(told: Told, question: Question, asked: QueryDict, shop: Shop) -> Iterator[Chip]:
    for name, text in _narrowing(told, question, shop):
        yield Chip(text, address_with(asked, {name: ""}))


def chips_told(told: Mapping[str, Any], question: Question, shop: Shop) -> Iterator[str]:
    """What narrows an answer, in words: its days, then the rest."""
    days = [_day(str(told[name]), shop) for name in ("from", "to") if name in told]
    if days:
        yield f" {UNKNOWN} ".join(days)
    for _name, text in _narrowing(told, question, shop):
        yield text


def _narrowing(told: Told, question: Question, shop: Shop) -> Iterator[tuple[str, str]]:
    """Each word that narrows, beside the days, and how it is shown."""
    for name in ("store", "channel", "segment", "compare", "as_of"):
        if name in told:
            yield name, _chip(name, told[name], shop)
    for each in question.report.parameters:
        value = str(told.get(each.name, each.default))
        if value != str(each.default):
            shown = gettext(each.choices[value]) if value in each.choices else value
            yield each.name, f"{gettext(each.title)}: {shown}"


def _chip(name: str, told: str | Sequence[str], shop: Shop) -> str:
    text = told if isinstance(told, str) else ", ".join(told)
    match name:
        case "channel":
            return str(CHANNELS.get(text, text))
        case "compare":
            return gettext("beside %(what)s") % {"what": _lower(str(COMPARES.get(text, text)))}
        case "as_of":
            return gettext("as of %(day)s") % {"day": _day(text, shop)}
        case _:
            return text


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _day(text: str, shop: Shop) -> str:
    try:
        return shop.day(date.fromisoformat(text))
    except ValueError:
        return text


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def address_with(asked: QueryDict, changes: Mapping[str, str]) -> str:
    """The same address with these words changed, "" removes one; on the first page of every table."""
    query = asked.copy()
    for name in [name for name in query if name.endswith("-page")]:
        del query[name]
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"
