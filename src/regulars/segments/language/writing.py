"""Tree to text: one text for each tree, with no parentheses that say nothing."""

from collections.abc import Callable
from decimal import Decimal
from typing import assert_never

from regulars.segments.language.tree import (
    All,
    Always,
    Any,
    Before,
    Calendar,
    Compare,
    Day,
    Filtered,
    Last,
    Member,
    Next,
    Not,
    Number,
    Operator,
    Pinned,
    Rule,
    Shift,
    Since,
    Span,
    Term,
    Text,
    Together,
    Unit,
    Value,
    Window,
    Within,
)


def rule_text(rule: Rule) -> str:
    """The text of the rule; equal trees have equal texts, and reading the text gives the tree."""
    match rule:
        case Any(rules):
            return " or ".join(_inside(each, Any) for each in rules)
        case All(rules):
            return " and ".join(_inside(each, Any, All) for each in rules)
        case Not(inner):
            return f"not {_inside(inner, Any, All)}"
        case Compare(term, operator, values):
            return f"{term_text(term)} {_comparison(operator, values)}"
        case Within(term, window):
            return f"{term_text(term)} {window_text(window)}"
        case Together((first, second), window):
            return f"bought_together({value_text(first)}, {value_text(second)}){_after(window)}"
        case Member() | Pinned() | Always():
            raise ValueError(f"{rule} is written by no one")
        case _:
            assert_never(rule)


def term_text(term: Term) -> str:
    """`orders(store = "Westlands") in last 30 days`."""
    inside = quoted(term.argument) if term.argument is not None else ", ".join(map(_filtered, term.filters))
    return f"{term.name}({inside}){_after(term.window)}" if inside else f"{term.name}{_after(term.window)}"


def window_text(window: Window) -> str:
    """`in last 30 days`."""
    match window:
        case Last(count, unit):
            return f"in last {units_text(count, unit)}"
        case Next(count, unit):
            return f"in next {units_text(count, unit)}"
        case Since(day):
            return f"since {value_text(day)}"
        case Before(day):
            return f"before {value_text(day)}"
        case Span(first, last):
            return f"from {value_text(first)} to {value_text(last)}"
        case Calendar(year, month):
            return f"in {year:04}-{month:02}" if month else f"in {year:04}"
        case _:
            assert_never(window)


def value_text(value: Value) -> str:
    """`"Westlands"`, `12.5`, `2026-11-22`, `60 days ago`."""
    match value:
        case Text(text):
            return quoted(text)
        case Number(number):
            return number_text(number)
        case Day(day):
            return day.isoformat()
        case Shift(count, unit):
            return _shift_text(count, unit)
        case _:
            assert_never(value)


def quoted(text: str) -> str:
    """The text in double quotes, those in it doubled."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def number_text(number: Decimal) -> str:
    """The shortest plain decimal."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def units_text(count: int, unit: Unit, *, told: Callable[[str], str] = str) -> str:
    """`1 day`, `60 days`."""
    return f"{count} {told(unit.value.removesuffix('s') if count == 1 else unit.value)}"


def _shift_text(count: int, unit: Unit) -> str:
    match count, unit:
        case 0, Unit.DAYS:
            return "today"
        case -1, Unit.DAYS:
            return "yesterday"
    return f"in {units_text(count, unit)}" if count > 0 else f"{units_text(-count, unit)} ago"


def _inside(rule: Rule, *kinds: type[All | Any]) -> str:
    """The part's text, in parentheses where it is of a kind that would fall apart."""
    text = rule_text(rule)
    return f"({text})" if isinstance(rule, kinds) else text


def _filtered(each: Filtered) -> str:
    return f"{each.name} {_comparison(each.operator, each.values)}"


def _comparison(operator: Operator, values: tuple[Value, ...]) -> str:
    texts = [value_text(value) for value in values]
    match operator:
        case Operator.KNOWN | Operator.UNKNOWN:
            return operator.value
        case Operator.BETWEEN:
            return f"between {' and '.join(texts)}"
        case Operator.IN | Operator.NOT_IN:
            return f"{operator.value} ({', '.join(texts)})"
        case _:
            return f"{operator.value} {texts[0]}"


def _after(window: Window | None) -> str:
    return f" {window_text(window)}" if window else ""
