"""What was chosen and pressed among the chips, as changes of the rule's JSON form.

The rule that chips were drawn from is read again and each field put back by its path. What cannot be a number or a day
is put into the text as it was typed, so that it is refused in its place like anything else that is typed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from regulars.core.attributes import Attribute, Fact, Type, filters
from regulars.segments.language.checking import Known
from regulars.segments.language.fitting import REFERENCES, filters_of, known_attributes, operators_of
from regulars.segments.language.forms import rule_form, rule_of_form
from regulars.segments.language.tree import Operator, Rule, Unit
from regulars.segments.language.writing import quoted, rule_text
from regulars.web.segmenting.chips import WITHIN

Form = dict[str, Any]
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)
# What ends a line, and other signs that cannot stand in a rule.
_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?", re.ASCII)
# As much of what is typed into one field as can be a value.
_LONGEST = 1_000
_MOST_UNITS = 10_000
_LONG_AGO = date(1, 1, 1)
_A_MONTH_AGO = "30 days ago"
_NONE = (Operator.KNOWN, Operator.UNKNOWN)
_SEVERAL = (Operator.IN, Operator.NOT_IN)


def text_changed(rule: Rule, told: QueryDict, *, known: Known, today: date) -> str:
    """The rule as its fields say it, after what was pressed. Empty where nothing is left. Raises RuleWrong."""
    typed = _Typed(told, known, today)
    act, _colon, place = told.get("do", "").partition(":")
    form: Form | None = typed.form(rule_form(rule), "r")
    path, _dot, rest = place.partition(".")
    steps = _steps(path)
    if act in ACTS and form is not None and steps is not None:
        form = _at(form, steps, lambda part: ACTS[act](part, rest, path, typed))
    return "" if form is None else typed.text(form)


def condition_form(name: str, known: Known) -> Form | None:
    """A condition on that name as it is begun with; None for a name that nothing is known of."""
    if name == "bought_together":
        return None
    attribute = known_attributes().get(name)
    if attribute is None or (name in REFERENCES and not known.named(name)):
        return None
    term: Form = {"name": name}
    if isinstance(attribute, Fact) and attribute.takes_argument:
        if not known.terms.fields:
            return None
        term["argument"] = min(known.terms.fields)
    type_ = known.terms.type_of(attribute, term.get("argument"))
    if type_ is Type.BIRTHDAY:
        return {"term": term, "within": {"next": 7, "unit": "days"}}
    return {"term": term} | _usual_comparison(attribute, type_, known)


def _usual_comparison(attribute: Attribute, type_: Type, known: Known) -> Form:
    value = _usual(attribute, type_, known)
    if value is None:
        return {"operator": Operator.KNOWN.value, "values": []}
    operator = Operator.EQUAL if "text" in value else Operator.AT_LEAST
    return {"operator": operator.value, "values": [value]}


def _usual(attribute: Attribute, type_: Type, known: Known) -> Form | None:
    """A value to begin with; None where only what is known can be asked."""
    if attribute.name in REFERENCES:
        return {"text": min(known.named(attribute.name))}
    if attribute.choices or attribute.words:
        return {"text": next(iter(attribute.choices or attribute.words))}
    if type_ in (Type.TEXT, Type.PRESENCE, Type.BIRTHDAY):
        return None
    if type_ is Type.DATE:
        return {"shift": -30, "unit": "days"}
    return {"number": {Type.MONEY: "100", Type.AGE: "18"}.get(type_, "1")}


@dataclass(slots=True)
class _Typed:
    """The fields as they came. `raw`: what stands for something that is no value, and what was typed."""

    told: QueryDict
    known: Known
    today: date
    raw: dict[str, str] = field(default_factory=dict)

    def text(self, form: Form) -> str:
        """The rule as text, with what was typed where it stands for itself. Raises RuleWrong."""
        text = rule_text(rule_of_form(form))
        if not self.raw:
            return text
        marks = re.compile("|".join(map(re.escape, self.raw)))
        return marks.sub(lambda found: self.raw[found[0]], text)

    def form(self, form: Form, path: str) -> Form:
        """The form with what its fields say now."""
        match form:
            case {"not": inner}:
                return {"not": self.form(inner, f"{path}-0")}
            case {"all": parts} | {"any": parts}:
                kept = "all" if "all" in form else "any"
                kind = self._chosen(f"{path}.join", ("all", "any"), kept)
                return {kind: [self.form(each, f"{path}-{n}") for n, each in enumerate(parts)]}
            case {"bought_together": products}:
                typed = self._lines(f"{path}.v")
                both = [typed[n] if n < len(typed) and typed[n] else old for n, old in enumerate(products)]
                return {"bought_together": both} | self._window(path, form.get("window"))
            case _:
                return self._condition(form, path)

    def _condition(self, form: Form, path: str) -> Form:
        term = self._term(form["term"], path)
        attribute = known_attributes()[term["name"]]
        type_ = self.known.terms.type_of(attribute, term.get("argument"))
        kept = WITHIN if "within" in form else form["operator"]
        fitting = [*map(str, operators_of(attribute, type_)), WITHIN]
        chosen = self._chosen(f"{path}.op", fitting, kept)
        if chosen != WITHIN:
            return {"term": term} | self._comparison(form, attribute, type_, path, chosen)
        usual = {"next": 7, "unit": "days"} if type_ is Type.BIRTHDAY else {"last": 30, "unit": "days"}
        window = self._window(f"{path}.in", form.get("within", usual))
        return {"term": term, "within": window.get("window", usual)}

    def _term(self, term: Form, path: str) -> Form:
        told = {name: term[name] for name in ("name", "argument") if name in term}
        shown = [self._filter(each, f"{path}.f{n}") for n, each in enumerate(term.get("filters", ()))]
        return told | ({"filters": shown} if shown else {}) | self._window(path, term.get("window"))

    def _filter(self, form: Form, path: str) -> Form:
        found = filters()[form["name"]]
        chosen = self._chosen(f"{path}.op", [*map(str, operators_of(found, found.type))], form["operator"])
        return {"name": form["name"]} | self._comparison(form, found, found.type, path, chosen)

    def _comparison(self, form: Form, attribute: Attribute, type_: Type, path: str, operator: str) -> Form:
        """The operator and as many values as it takes: those typed, else those that were there, else usual ones."""
        if operator in _NONE:
            return {"operator": operator, "values": []}
        typed = [self._value(each, attribute, type_) for each in self._lines(f"{path}.v") if each]
        values = typed or form.get("values") or [_usual(attribute, type_, self.known) or {"text": "…"}]
        if operator == Operator.BETWEEN:
            return {"operator": operator, "values": [*values, values[-1]][:2]}
        return {"operator": operator, "values": values if operator in _SEVERAL else values[:1]}

    def _value(self, typed: str, attribute: Attribute, type_: Type) -> Form:
        if type_ is Type.TEXT or attribute.words:
            return {"text": typed}
        plain = typed.strip()
        return {"number": plain} if type_ is not Type.DATE and _NUMBER.fullmatch(plain) else self._as_typed(plain)

    def _as_typed(self, typed: str) -> Form:
        mark = f"\ue000{len(self.raw)}\ue001"
        self.raw[quoted(mark)] = typed
        return {"text": mark}

    def _window(self, path: str, kept: Form | None) -> Form:
        """The window that is chosen, as an entry of the form; nothing for "at any time"."""
        kind = self.told.get(f"{path}.w")
        made = kept if kind is None else self._windowed(kind, path, kept or {})
        return {"window": made} if made else {}

    def _windowed(self, kind: str, path: str, kept: Form) -> Form | None:
        days = self._lines(f"{path}.wd")
        match kind:
            case "last" | "next":
                unit = self._chosen(f"{path}.wu", [*Unit], kept.get("unit", "days"))
                return {kind: self._count(path, kept), "unit": unit}
            case "since" | "before":
                return {kind: self._day(days, 0, _A_MONTH_AGO)}
            case "from":
                return {"from": self._day(days, 0, _A_MONTH_AGO), "to": self._day(days, 1, "today")}
            case "in":
                return self._calendar(days[0] if days else "")
        return None

    def _calendar(self, typed: str) -> Form:
        found = _MONTH.fullmatch(typed.strip())
        if found is None:
            return {"year": self.today.year}
        month = {"month": min(max(int(found[2]), 1), 12)} if found[2] else {}
        return {"year": max(int(found[1]), 1)} | month

    def _count(self, path: str, kept: Form) -> int:
        typed = self.told.get(f"{path}.wn", "").strip()
        if typed.isascii() and typed.isdigit() and len(typed) <= 9:
            return min(max(int(typed), 1), _MOST_UNITS)
        return int(kept.get("last") or kept.get("next") or 30)

    def _day(self, days: Sequence[str], n: int, usual: str) -> Form:
        mark = (_LONG_AGO + timedelta(days=len(self.raw))).isoformat()
        self.raw[mark] = (days[n].strip() if n < len(days) else "") or usual
        return {"day": mark}

    def _lines(self, name: str) -> list[str]:
        """What was typed into the fields of that name, each in one line."""
        return [_BREAK.sub(" ", each)[:_LONGEST] for each in self.told.getlist(name)]

    def _chosen(self, name: str, offered: Sequence[str], kept: str) -> str:
        chosen = self.told.get(name, kept)
        return chosen if chosen in offered else kept


def _steps(path: str) -> list[int] | None:
    """The places of the parts that the path leads through; None for what is no path."""
    head, *rest = path.split("-")
    if head != "r" or not all(each.isascii() and each.isdigit() for each in rest):
        return None
    return [int(each) for each in rest]


def _at(form: Form, steps: Sequence[int], change: Any) -> Form | None:
    """The form with the part at that place changed; None where nothing of it is left."""
    if not steps:
        return change(form)  # type: ignore[no-any-return]
    first, *rest = steps
    match form:
        case {"not": inner}:
            left = _at(inner, rest, change)
            return None if left is None else {"not": left}
        case {"all": parts} | {"any": parts} if first < len(parts):
            kind = "all" if "all" in form else "any"
            left = _at(parts[first], rest, change)
            kept = [*parts[:first], *([] if left is None else [left]), *parts[first + 1 :]]
            return {kind: kept} if kept else None
    return form


def _remove(_form: Form, _rest: str, _path: str, _typed: _Typed) -> Form | None:
    return None


def _negate(form: Form, _rest: str, _path: str, _typed: _Typed) -> Form | None:
    negated: Form = form.get("not", {"not": form})
    return negated


def _add(form: Form, _rest: str, path: str, typed: _Typed) -> Form | None:
    """One more condition beside those of the group; beside a lone condition, a group of both."""
    name = typed.told.get(f"{path}.add", "")
    kind = "any" if "any" in form else "all"
    if name == "group":
        inner = [each for each in (condition_form("orders", typed.known), condition_form("spent", typed.known)) if each]
        new: Form | None = {"all" if kind == "any" else "any": inner}
    else:
        new = condition_form(name, typed.known)
    if new is None:
        return form
    return {kind: [*form[kind], new]} if kind in form else {"all": [form, new]}


def _add_filter(form: Form, _rest: str, path: str, typed: _Typed) -> Form | None:
    if "term" not in form:
        return form
    term = form["term"]
    used = [each["name"] for each in term.get("filters", ())]
    found = filters_of(known_attributes()[term["name"]], used).get(typed.told.get(f"{path}.addf", ""))
    if found is None or found.name in used:
        return form
    new = {"name": found.name} | _usual_comparison(found, found.type, typed.known)
    return form | {"term": term | {"filters": [*term.get("filters", ()), new]}}


def _remove_filter(form: Form, rest: str, _path: str, _typed: _Typed) -> Form | None:
    if "term" not in form:
        return form
    left = [each for n, each in enumerate(form["term"].get("filters", ())) if f"f{n}" != rest]
    term = {name: each for name, each in form["term"].items() if name != "filters"}
    return form | {"term": term | ({"filters": left} if left else {})}


ACTS = {"remove": _remove, "not": _negate, "add": _add, "filter": _add_filter, "unfilter": _remove_filter}
