"""The chips of a rule say what the rule says: drawn and read back, every rule is the same."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import assume, given

from regulars.core.attributes import attributes, filters
from regulars.segments.language.checking import Known, rule_checked
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.reading import rule_read
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import All, Any, Compare, Filtered, Not, Number, Text
from regulars.web.segmenting.changes import text_changed
from regulars.web.segmenting.chips import chips_of
from tests.segments.random_rules import FIELDS, rules
from tests.segments.settings import PROFILE

TODAY = date(2026, 11, 22)
KNOWN = Known(
    Terms(places=2, fields=dict(FIELDS)), groups=frozenset({"Staff", "Club"}), segments=frozenset({"Lapsing"})
)


def fields_of(node):
    """What the form of these chips sends."""
    controls = [node.join] if node.join else []
    if node.chip:
        parts = [node.chip.part, *(each.part for each in node.chip.filters)]
        controls += [*node.chip.window, *node.chip.within]
        controls += [control for part in parts for control in (part.operator, *part.values)]
    for control in controls:
        if control.kind == "choice":
            yield control.name, next(each.value for each in control.choices if each.is_chosen)
        elif control.kind != "none":
            yield control.name, control.value
    for part in node.parts:
        yield from fields_of(part)


def sent(rule, **changed):
    """The fields as a browser sends them, some of them changed."""
    told = QueryDict(mutable=True)
    for name, value in fields_of(chips_of(rule, known=KNOWN, currency="KES")):
        told.appendlist(name, value)
    for name, value in changed.items():
        told.setlist(name, value if isinstance(value, list) else [value])
    return told


def changed(text, **fields):
    rule = rule_read(text)
    return text_changed(rule, sent(rule, **fields), known=KNOWN, today=TODAY)


def in_words(rule):
    """The rule with weekdays by their whole names, as chips have them."""
    match rule:
        case All(parts) | Any(parts):
            return type(rule)(tuple(map(in_words, parts)))
        case Not(inner):
            return Not(in_words(inner))
        case Compare(term, operator, values):
            term = type(term)(term.name, term.argument, tuple(map(filter_in_words, term.filters)), term.window)
            return Compare(term, operator, named(attributes().get(term.name), values))
        case _:
            term = getattr(rule, "term", None)
            if term is None:
                return rule
            return type(rule)(
                type(term)(term.name, term.argument, tuple(map(filter_in_words, term.filters)), term.window),
                rule.window,
            )


def filter_in_words(each):
    return Filtered(each.name, each.operator, named(filters()[each.name], each.values))


def named(attribute, values):
    words = attribute.words if attribute else {}
    return tuple(
        Text(next(word for word, n in words.items() if n == value.number))
        if words and isinstance(value, Number)
        else Text(next(word for word in words if word.startswith(value.text.lower())))
        if words
        else value
        for value in values
    )


@PROFILE
@given(rules(TODAY))
def test_every_rule_drawn_as_chips_reads_back_as_the_same_rule(rule):
    try:
        rule_checked(rule, known=KNOWN)
    except RuleWrong:
        assume(False)
    text = text_changed(rule, sent(rule), known=KNOWN, today=TODAY)
    assert rule_read(text) == in_words(rule)


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("spent >= 5", {"r.v": "7.50"}, "spent >= 7.5"),
        ("spent >= 5", {"r.op": "between"}, "spent between 5 and 5"),
        ("spent between 5 and 9", {"r.op": ">"}, "spent > 5"),
        ("city is known", {"r.op": "in", "r.v": ["Oslo", "", "O\"slo; drop"]}, 'city in ("Oslo", "O""slo; drop")'),
        ("spent >= 5", {"r.w": "last"}, "spent in last 30 days >= 5"),
        ("spent >= 5", {"r.w": "from", "r.wd": ["2026-01-01", ""]}, "spent from 2026-01-01 to today >= 5"),
        ("spent in 2026 >= 5", {"r.w": ""}, "spent >= 5"),
        ("spent >= 5", {"r.w": "in", "r.wd": "2026-3"}, "spent in 2026-03 >= 5"),
        ("last_order < 60 days ago", {"r.op": "within"}, "last_order in last 30 days"),
        ("last_order < 60 days ago", {"r.v": "2026-11-01"}, "last_order < 2026-11-01"),
        ("birthday in next 7 days", {"r.in.wn": "14"}, "birthday in next 14 days"),
        ("age > 5 and age < 9", {"r.join": "any"}, "age > 5 or age < 9"),
        ("age > 5 and age < 9", {"do": "remove:r-0"}, "age < 9"),
        ("age > 5", {"do": "remove:r"}, ""),
        ("age > 5 and age < 9", {"do": "not:r-1"}, "age > 5 and not age < 9"),
        ("age > 5 and not age < 9", {"do": "not:r-1"}, "age > 5 and age < 9"),
        ("age > 5 and not age < 9", {"r-1-0.v": "10"}, "age > 5 and not age < 10"),
        ("age > 5", {"do": "add:r", "r.add": "birthday"}, "age > 5 and birthday in next 7 days"),
        ("age > 5", {"do": "add:r", "r.add": "group"}, "age > 5 and (orders >= 1 or spent >= 100)"),
        ("age > 5", {"do": "add:r", "r.add": "segment"}, 'age > 5 and segment = "Lapsing"'),
        ("age > 5", {"do": "add:r", "r.add": "tier"}, "age > 5"),
        ("orders > 5", {"do": "filter:r", "r.addf": "weekday"}, 'orders(weekday = "monday") > 5'),
        ('orders(hour = 5, channel = "online") > 5', {"do": "unfilter:r.f0"}, 'orders(channel = "online") > 5'),
    ],
)  # fmt: skip
def test_a_chip_changes_its_part_of_the_rule(text, fields, expected):
    assert changed(text, **fields) == expected


@pytest.mark.parametrize("typed", ["5,000", "lots", "5 or spent > 3", "'); DROP TABLE"])
def test_what_is_no_number_stands_in_the_text_as_it_was_typed(typed):
    text = changed("spent >= 5", **{"r.v": typed})
    assert text == f"spent >= {typed}"


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "remove:r-9"}, {"do": "remove:r-0-0-0"}, {"do": "explode:r"}, {"do": "not"}, {"do": "add:r", "r.add": "shoes"},
        {"r-0.op": "drop"}, {"r-0.wn": "-5"}, {"r-0.wu": "hours"}, {"r.join": "none"}, {"do": "filter:r-1", "r-1.addf": "hour"},
    ],
)  # fmt: skip
def test_what_nobody_can_choose_changes_nothing(fields):
    assert changed("spent in last 5 days >= 5 and age > 3", **fields) == "spent in last 5 days >= 5 and age > 3"


def test_a_rule_of_many_conditions_stays_text():
    assert chips_of(rule_read(" or ".join(f"age = {n}" for n in range(41))), known=KNOWN, currency="KES") is None
    assert chips_of(rule_read("age = 5"), known=KNOWN, currency="KES").chip.part.values[0].value == str(Decimal(5))
