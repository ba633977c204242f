"""Tree to JSON and back; whatever else is sent as JSON is refused with its path."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.forms import rule_form, rule_of_form
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import All, Always, Member, Not, Pinned
from tests.segments.random_rules import rules

TODAY = date(2026, 11, 22)
AGE = {"term": {"name": "age"}, "operator": ">=", "values": [{"number": "5"}]}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("age >= 5.0", AGE),
        ("phone is known", {"term": {"name": "phone"}, "operator": "is known", "values": []}),
        (
            "age between -1 and 0.5 and not tag not in ('a')",
            {
                "all": [
                    {"term": {"name": "age"}, "operator": "between", "values": [{"number": "-1"}, {"number": "0.5"}]},
                    {"not": {"term": {"name": "tag"}, "operator": "not in", "values": [{"text": "a"}]}},
                ]
            },
        ),
        (
            'orders(store = "Westlands") in last 30 days > 3 or birthday in next 7 days',
            {
                "any": [
                    {
                        "term": {
                            "name": "orders",
                            "filters": [{"name": "store", "operator": "=", "values": [{"text": "Westlands"}]}],
                            "window": {"last": 30, "unit": "days"},
                        },
                        "operator": ">",
                        "values": [{"number": "3"}],
                    },
                    {"term": {"name": "birthday"}, "within": {"next": 7, "unit": "days"}},
                ]
            },
        ),
        (
            'field("Anniversary") in (2026-11-22, 60 days ago)',
            {
                "term": {"name": "field", "argument": "Anniversary"},
                "operator": "in",
                "values": [{"day": "2026-11-22"}, {"shift": -60, "unit": "days"}],
            },
        ),
        ('bought_together("A", "B")', {"bought_together": ["A", "B"]}),
        (
            'bought_together("A", "B") in 2026-11',
            {"bought_together": ["A", "B"], "window": {"year": 2026, "month": 11}},
        ),
        ("joined in 2026", {"term": {"name": "joined"}, "within": {"year": 2026}}),
        ("joined since today", {"term": {"name": "joined"}, "within": {"since": {"shift": 0, "unit": "days"}}}),
        ("joined before 2026-01-01", {"term": {"name": "joined"}, "within": {"before": {"day": "2026-01-01"}}}),
        (
            "joined from 1 year ago to in 2 weeks",
            {
                "term": {"name": "joined"},
                "within": {"from": {"shift": -1, "unit": "years"}, "to": {"shift": 2, "unit": "weeks"}},
            },
        ),
    ],
)
def test_a_rule_has_this_form(text, form):
    assert rule_form(rule_read(text)) == form
    assert rule_of_form(form) == rule_read(text)


@settings(max_examples=150, deadline=None)
@given(rules(TODAY))
def test_tree_to_form_to_tree_is_stable(rule):
    form = json.loads(json.dumps(rule_form(rule)))
    assert rule_of_form(form) == rule
    assert rule_form(rule_of_form(form)) == form


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"all": [AGE]}, "age >= 5"),
        ({"all": [AGE, {"all": [AGE, {"any": [AGE]}]}]}, "age >= 5 and age >= 5 and age >= 5"),
        ({"not": {"any": [AGE, {"any": [AGE, AGE]}]}}, "not (age >= 5 or age >= 5 or age >= 5)"),
        (AGE | {"term": {"name": "AGE"}}, "age >= 5"),
    ],
)
def test_a_loose_form_is_brought_into_shape(form, text):
    assert rule_of_form(form) == rule_read(text)


_A_RULE = 'a rule: {"all": …}, {"any": …}, {"not": …}, {"term": …} or {"bought_together": …}'
_A_VALUE = 'a value: {"text": …}, {"number": "12.5"}, {"day": "2026-11-22"} or {"shift": -60, "unit": "days"}'
_A_WINDOW = (
    'a window: {"last": 30, "unit": "days"}, {"next": …}, {"since": …}, {"before": …}, {"from": …} or {"year": …}'
)
_A_NUMBER = 'a number as text, such as "12.50"'
_OPERATORS = "one of =, !=, >, >=, <, <=, between, in, not in, contains, is known, is unknown"


def value(of: object) -> dict[str, object]:
    return AGE | {"values": [of]}


def within(window: object) -> dict[str, object]:
    return {"term": {"name": "joined"}, "within": window}


@pytest.mark.parametrize(
    ("form", "path", "expected"),
    [
        (None, "rule", _A_RULE),
        ([], "rule", _A_RULE),
        ("age > 5", "rule", _A_RULE),
        ({}, "rule", _A_RULE),
        (AGE | {"extra": 1}, "rule", _A_RULE),
        ({"member": 1}, "rule", _A_RULE),
        ({"always": True}, "rule", _A_RULE),
        ({"bought_together": ["A"]}, "rule", _A_RULE),
        ({"all": []}, "rule.all", "a list of one rule or more"),
        ({"all": AGE}, "rule.all", "a list"),
        ({"any": [AGE, {"not": [AGE]}]}, "rule.any[1].not", _A_RULE),
        (AGE | {"term": "age"}, "rule.term", 'a term: {"name": "orders"}, with "argument", "filters" and "window" where it has them'),
        (AGE | {"term": {"name": "a b"}}, "rule.term.name", "a name such as age or spent"),
        (AGE | {"term": {"name": "and"}}, "rule.term.name", "a name such as age or spent"),
        (AGE | {"term": {"name": "Bought_together"}}, "rule.term.name", "a name such as age or spent"),
        (AGE | {"term": {"name": 5}}, "rule.term.name", "a name such as age or spent"),
        (AGE | {"term": {"name": "a", "argument": 5}}, "rule.term.argument", "a text"),
        (AGE | {"term": {"name": "a", "filters": {}}}, "rule.term.filters", "a list"),
        (AGE | {"term": {"name": "a", "filters": [{}]}}, "rule.term.filters[0]", 'a filter: {"name": "store", "operator": "=", "values": [{"text": "Westlands"}]}'),
        (
            AGE | {"term": {"name": "a", "argument": "x", "filters": [{"name": "b", "operator": "is known", "values": []}]}},
            "rule.term", "an argument or filters, not both",
        ),
        (AGE | {"operator": "=="}, "rule.operator", _OPERATORS),
        (AGE | {"operator": []}, "rule.operator", _OPERATORS),
        (AGE | {"values": {}}, "rule.values", "a list"),
        (AGE | {"values": []}, "rule.values", "a list of 1 value"),
        (AGE | {"operator": "in", "values": []}, "rule.values", "a list of one value or more"),
        (AGE | {"operator": "between"}, "rule.values", "a list of 2 values"),
        (AGE | {"operator": "is known"}, "rule.values", "a list of 0 values"),
        (value(5), "rule.values[0]", _A_VALUE),
        (value({"text": 5}), "rule.values[0].text", "a text"),
        (value({"number": 5}), "rule.values[0].number", _A_NUMBER),
        (value({"number": "NaN"}), "rule.values[0].number", _A_NUMBER),
        (value({"number": "1e5"}), "rule.values[0].number", _A_NUMBER),
        (value({"number": "٣"}), "rule.values[0].number", _A_NUMBER),
        (value({"day": 5}), "rule.values[0]", _A_VALUE),
        (value({"shift": True, "unit": "days"}), "rule.values[0].shift", "a whole number from -10000 to 10000"),
        (value({"shift": 1.0, "unit": "days"}), "rule.values[0].shift", "a whole number from -10000 to 10000"),
        (value({"shift": 1, "unit": "hours"}), "rule.values[0].unit", "one of days, weeks, months, years"),
        (within(None), "rule.within", _A_WINDOW),
        (within({"last": 0, "unit": "days"}), "rule.within.last", "a whole number from 1 to 10000"),
        (within({"next": 10001, "unit": "days"}), "rule.within.next", "a whole number from 1 to 10000"),
        (within({"since": {"text": "today"}}), "rule.within.since", 'a day: {"day": "2026-11-22"} or {"shift": …}'),
        (within({"year": 0}), "rule.within.year", "a whole number from 1 to 9999"),
        (within({"year": 2026, "month": 13}), "rule.within.month", "a whole number from 1 to 12"),
        (within({"year": 2026, "month": None}), "rule.within.month", "a whole number from 1 to 12"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_refused_with_its_path(form, path, expected):
    with pytest.raises(RuleWrong) as refused:
        rule_of_form(form)
    assert str(refused.value) == f"{path}: here could stand {expected}"
    assert (refused.value.facts["path"], refused.value.facts["expected"]) == (path, (expected,))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (value({"number": "1" * 16}), "rule.values[0].number: numbers have at most 15 digits"),
        (value({"day": "2026-02-30"}), "rule.values[0].day: there is no day 2026-02-30 in the calendar"),
        (value({"day": "22.11.2026"}), 'rule.values[0].day: "22.11.2026" is no day; write a day as 2026-11-22'),
        (value({"text": "a\x00"}), "rule.values[0].text: the character U+0000 cannot stand in a rule; take it out"),
        (value({"text": "a\n"}), "rule.values[0].text: the character U+000A cannot stand in a rule; take it out"),
        (value({"text": "\ud800"}), "rule.values[0].text: the character U+D800 cannot stand in a rule; take it out"),
        (value({"text": "a" * 100_000}), "the rule has 100009 characters; at most 100000 can be read"),
    ],
)
def test_a_value_that_cannot_be_is_refused(form, sentence):
    with pytest.raises(RuleWrong) as refused:
        rule_of_form(form)
    assert str(refused.value) == sentence


def test_a_deep_form_is_refused():
    form: object = AGE
    for _level in range(10_000):
        form = {"not": form}
    with pytest.raises(RuleWrong, match="more than 32 deep"):
        rule_of_form(form)


KEYS = (
    "all",
    "any",
    "not",
    "term",
    "name",
    "operator",
    "values",
    "text",
    "number",
    "day",
    "shift",
    "unit",
    "last",
    "year",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS) | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def _unform(form: object) -> None:
    """A rule that is stable, or a refusal with a path."""
    path = ""
    try:
        rule = rule_of_form(form)
    except RuleWrong as wrong:
        path = wrong.facts["path"]
    assert path.startswith("rule") or rule_of_form(rule_form(rule)) == rule


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_a_rule_or_refused(form):
    _unform(form)


def _parts(form: object) -> list[tuple[object, object]]:
    """Every place in a form: what holds it, and its key there."""
    found, waiting = [], [form]
    while waiting:
        each = waiting.pop()
        keys = each.keys() if isinstance(each, dict) else range(len(each)) if isinstance(each, list) else ()
        found += [(each, key) for key in keys]
        waiting += [each[key] for key in keys]
    return found


@settings(max_examples=150, deadline=None)
@given(rules(TODAY), JSON, st.data())
def test_any_change_of_a_good_form_is_a_rule_or_refused(rule, other, data):
    form = rule_form(rule)
    holder, key = data.draw(st.sampled_from(_parts(form)))
    holder[key] = other
    _unform(form)


@pytest.mark.parametrize("leaf", [Member(1), Pinned(1, is_in=False), Always(is_true=True)])
def test_what_nobody_writes_has_no_form(leaf):
    with pytest.raises(ValueError, match="written by no one"):
        rule_form(All((Not(leaf), rule_read("age > 1"))))
