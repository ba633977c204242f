"""The fields that chips are made of, and the words in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy

from regulars.core.attributes import Type
from regulars.segments.language.tree import (
    Before,
    Calendar,
    Last,
    Next,
    Operator,
    Since,
    Span,
    Unit,
    Window,
)
from regulars.segments.language.writing import value_text


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be chosen."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A field of the form. `kind`: text, number, day, choice, or none for nothing to be seen.

    `words`: the list of the page that helps to type. Fields of one name are values of one list.
    """

    name: str
    id: str
    label: str
    kind: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    words: str = ""


_ANY = {
    Operator.IN: gettext_lazy("one of"),
    Operator.NOT_IN: gettext_lazy("none of"),
    Operator.BETWEEN: gettext_lazy("between"),
    Operator.CONTAINS: gettext_lazy("contains"),
    Operator.KNOWN: gettext_lazy("is known"),
    Operator.UNKNOWN: gettext_lazy("is unknown"),
}
_NUMBERS = _ANY | {
    Operator.AT_LEAST: gettext_lazy("at least"),
    Operator.ABOVE: gettext_lazy("more than"),
    Operator.AT_MOST: gettext_lazy("at most"),
    Operator.BELOW: gettext_lazy("less than"),
    Operator.EQUAL: gettext_lazy("exactly"),
    Operator.UNEQUAL: gettext_lazy("anything but"),
}
_DAYS = _ANY | {
    Operator.AT_LEAST: gettext_lazy("on or after"),
    Operator.ABOVE: gettext_lazy("after"),
    Operator.AT_MOST: gettext_lazy("on or before"),
    Operator.BELOW: gettext_lazy("before"),
    Operator.EQUAL: gettext_lazy("on"),
    Operator.UNEQUAL: gettext_lazy("not on"),
}
_TEXTS = _ANY | {Operator.EQUAL: gettext_lazy("is"), Operator.UNEQUAL: gettext_lazy("is not")}
_WORDS = _DAYS | {Operator.EQUAL: gettext_lazy("is"), Operator.UNEQUAL: gettext_lazy("is not")}
_UNITS = {
    Unit.DAYS: gettext_lazy("days"),
    Unit.WEEKS: gettext_lazy("weeks"),
    Unit.MONTHS: gettext_lazy("months"),
    Unit.YEARS: gettext_lazy("years"),
}
_WINDOWS = {
    "last": gettext_lazy("in the last"),
    "next": gettext_lazy("in the next"),
    "since": gettext_lazy("since"),
    "before": gettext_lazy("before"),
    "from": gettext_lazy("from"),
    "in": gettext_lazy("in year or month"),
}


def operator_labels(type_: Type, *, is_named: bool) -> Mapping[Operator, str]:
    """How the operators are said of values of that type; `is_named`: numbers that stand for words, such as weekdays."""
    if is_named:
        labels = _WORDS
    elif type_ is Type.DATE:
        labels = _DAYS
    else:
        labels = _TEXTS if type_ in (Type.TEXT, Type.PRESENCE, Type.BIRTHDAY) else _NUMBERS
    return {operator: str(label) for operator, label in labels.items()}


def window_controls(path: str, window: Window | None, *, is_needed: bool = False) -> Iterator[Control]:
    """The fields of a window: which kind, and what that kind needs. One that is needed cannot be "ever"."""
    kind = _kind(window)
    offered = {name: label for name, label in _WINDOWS.items() if name != "next" or is_needed or kind == "next"}
    ever = [] if is_needed else [Choice("", gettext("at any time"), window is None)]
    choices = (*ever, *(Choice(name, str(label), name == kind) for name, label in offered.items()))
    yield Control(f"{path}.w", f"{path}.w", gettext("When"), "choice", choices=choices)
    match window:
        case Last(count, unit) | Next(count, unit):
            yield Control(f"{path}.wn", f"{path}.wn", gettext("How many"), "number", str(count))
            units = tuple(Choice(each.value, str(label), each is unit) for each, label in _UNITS.items())
            yield Control(f"{path}.wu", f"{path}.wu", gettext("Days, weeks, months or years"), "choice", choices=units)
        case Since(day) | Before(day):
            yield Control(f"{path}.wd", f"{path}.wd0", gettext("Day"), "day", value_text(day), words="days")
        case Span(first, last):
            yield Control(f"{path}.wd", f"{path}.wd0", gettext("First day"), "day", value_text(first), words="days")
            yield Control(f"{path}.wd", f"{path}.wd1", gettext("Last day"), "day", value_text(last), words="days")
        case Calendar(year, month):
            shown = f"{year:04}-{month:02}" if month else f"{year:04}"
            yield Control(f"{path}.wd", f"{path}.wd0", gettext("Year or month"), "day", shown)


def _kind(window: Window | None) -> str:
    kinds = {Last: "last", Next: "next", Since: "since", Before: "before", Span: "from", Calendar: "in"}
    return kinds[type(window)] if window is not None else ""
