"""Tree to JSON and back: what the builder and the API exchange. Numbers are decimal texts, days are 2026-11-22.

{"all": [rule, rule]}  {"any": [rule, rule]}  {"not": rule}
{"term": term, "operator": ">=", "values": [value]}     {"term": term, "within": window}
{"bought_together": ["A", "B"], "window": window}
term:    {"name": "orders", "argument": "Shoe size", "filters": [filter], "window": window}   all but the name may lack
filter:  {"name": "store", "operator": "=", "values": [value]}
value:   {"text": "Westlands"}  {"number": "12.5"}  {"day": "2026-11-22"}  {"shift": -60, "unit": "days"}
window:  {"last": 30, "unit": "days"}  {"next": 7, "unit": "days"}  {"since": value}  {"before": value}
         {"from": value, "to": value}  {"year": 2026}  {"year": 2026, "month": 11}
"""

from typing import Any as Json
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
    Pinned,
    Rule,
    Shift,
    Since,
    Span,
    Term,
    Text,
    Together,
    Value,
    Window,
    Within,
)
from regulars.segments.language.unforming import rule_of_form
from regulars.segments.language.writing import number_text

__all__ = ["rule_form", "rule_of_form"]

Form = dict[str, Json]


def rule_form(rule: Rule) -> Form:
    """The rule as JSON; equal trees have equal forms, and `rule_of_form` gives the tree back."""
    match rule:
        case All(rules):
            return {"all": [rule_form(each) for each in rules]}
        case Any(rules):
            return {"any": [rule_form(each) for each in rules]}
        case Not(inner):
            return {"not": rule_form(inner)}
        case Compare(term, operator, values):
            return {"term": _term(term), "operator": operator.value, "values": [_value(each) for each in values]}
        case Within(term, window):
            return {"term": _term(term), "within": _window(window)}
        case Together((first, second), window):
            return {"bought_together": [first.text, second.text]} | _optional(window)
        case Member() | Pinned() | Always():
            raise ValueError(f"{rule} is written by no one")
        case _:
            assert_never(rule)


def _term(term: Term) -> Form:
    form: Form = {"name": term.name}
    if term.argument is not None:
        form["argument"] = term.argument
    if term.filters:
        form["filters"] = [_filter(each) for each in term.filters]
    return form | _optional(term.window)


def _filter(each: Filtered) -> Form:
    return {"name": each.name, "operator": each.operator.value, "values": [_value(value) for value in each.values]}


def _optional(window: Window | None) -> Form:
    return {"window": _window(window)} if window else {}


def _window(window: Window) -> Form:
    match window:
        case Last(count, unit):
            return {"last": count, "unit": unit.value}
        case Next(count, unit):
            return {"next": count, "unit": unit.value}
        case Since(day):
            return {"since": _value(day)}
        case Before(day):
            return {"before": _value(day)}
        case Span(first, last):
            return {"from": _value(first), "to": _value(last)}
        case Calendar(year, month):
            return {"year": year, "month": month} if month else {"year": year}
        case _:
            assert_never(window)


def _value(value: Value) -> Form:
    match value:
        case Text(text):
            return {"text": text}
        case Number(number):
            return {"number": number_text(number)}
        case Day(day):
            return {"day": day.isoformat()}
        case Shift(count, unit):
            return {"shift": count, "unit": unit.value}
        case _:
            assert_never(value)
