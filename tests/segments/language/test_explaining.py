"""Why, how far and when: what one customer is told of a rule, and that it comes to pass."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from regulars.segments.language.explaining import Explanation, explain, explanation_form
from regulars.segments.language.foreseeing import MOST_DAYS, turning_days
from regulars.segments.language.life import Life
from regulars.segments.language.meaning import View, matches
from regulars.segments.language.meaning import holds as holds_seen
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import All, Any, Compare, Member, Not, Rule
from regulars.segments.language.turning import diary_of
from tests.segments.language.lives import TERMS, TODAY, born, bought, brought_back, line, sale
from tests.segments.language.words import LAST_ORDER, ORDERS, OVERDUE, compare, last, shift, windowed
from tests.segments.random_rules import lives_of, shops_and_rules
from tests.segments.random_shops import Person
from tests.segments.settings import PROFILE


def _told(text: str, life: Life, *, today: date = TODAY, **more) -> Explanation:
    return explain(rule_read(text), life, terms=TERMS, today=today, currency="KES", **more)


# Orders of 4,680.00 in all, 19 days apart.
GOOD = bought(
    sale("2026-11-01", line(net=100000)), sale("2026-11-20", line(net=368000), store="Karen"),
    person=Person(
        birth_date=date(1976, 11, 23), place=("Nairobi", "", "KE", ""), tags=frozenset({"vip", "früh"}),
        identities=frozenset({"phone"}), fields={"Shoe size": "42.5", "Anniversary": "2026-12-01"},
    ),
)  # fmt: skip
NEW = bought()


@pytest.mark.parametrize(
    ("text", "value", "is_so", "nearest", "turns_on"),
    [
        ("spent >= 5000", "4,680.00 KES", False, "320.00 KES more", None),
        ("spent > 5000", "4,680.00 KES", False, "320.01 KES more", None),
        ("spent >= 500", "4,680.00 KES", True, "4,180.01 KES less", None),
        ("spent between 500 and 5000", "4,680.00 KES", True, "320.01 KES more", None),
        ("spent = 4680", "4,680.00 KES", True, "0.01 KES more", None),
        ("spent != 4680", "4,680.00 KES", False, "0.01 KES more", None),
        ("spent in (10, 4700)", "4,680.00 KES", False, "20.00 KES more", None),
        ("orders >= 4", "2 orders", False, "2 more orders", None),
        ("orders >= 2", "2 orders", True, "1 fewer order", None),
        ("orders in last 7 days >= 1", "1 order", True, "1 fewer order", "2026-11-27"),
        ("units >= 2.5", "2 units", False, "0.5 more units", None),
        ("average_order >= 2500", "2,340.00 KES", False, "160.00 KES more", None),
        ("average_order(store = \"Old Town\") > 1", "unknown", False, "an order", None),
        ("last_order < 60 days ago", "2026-11-20", False, "no order until 2027-01-20", "2027-01-20"),
        ("last_order in last 7 days", "2026-11-20", True, "no order until 2026-11-27", "2026-11-27"),
        ("last_order < 2026-11-21", "2026-11-20", True, "an order", None),
        ("first_order < 2026-11-01", "2026-11-01", False, "if it were 2026-10-31", None),
        ("joined is known", "2026-01-01", True, "if it were unknown", None),
        ("age between 35 and 49", "49 years", True, "1 year older", "2026-11-23"),
        ("birthday in next 2 days", "1976-11-23", True, "", "2026-11-24"),
        ('city = "Nairobi"', "Nairobi", True, 'if it were anything but "Nairobi"', None),
        ('city in ("Mombasa", "Kisumu")', "Nairobi", False, 'if it were "Mombasa" or "Kisumu"', None),
        ('city contains "kis"', "Nairobi", False, 'if it had "kis" in it', None),
        ('tag = "staff"', "früh, vip", False, 'with "staff"', None),
        ('tag != "vip"', "früh, vip", False, 'without "vip"', None),
        ("phone is known", "known", True, "if it were unknown", None),
        ("email is known", "unknown", False, "if it were known", None),
        ('field("Shoe size") > 43', "42.5", False, "0.501 more", None),
        ('field("Anniversary") > in 7 days', "2026-12-01", True, "if it were 2026-11-29", "2026-11-24"),
        ('favourite_store = "Karen"', "Karen", True, 'if it were anything but "Karen"', None),
        ("favourite_weekday = sun", "friday", False, "if it were sunday", None),
        ("favourite_hour >= 18", "12", False, "if it were 18", None),
        ("days_between_orders <= 14", "19", False, "5 less", None),
        ("overdue > 2", "0.105", False, "no order until 2026-12-29", "2026-12-29"),
        ('bought_together("Latte", "Mug")', "no", False, "one sale that holds both", None),
        ('bought_together("Latte", "SKU-1") in last 7 days', "yes", True, "if no sale held both", "2026-11-27"),
    ],
)  # fmt: skip
def test_a_condition_is_told_with_its_value_and_what_would_flip_it(text, value, is_so, nearest, turns_on):
    text = text.replace("= sun", '= "sun"')
    assert _told(text, GOOD) == Explanation(
        "condition", text, is_so, turns_on and date.fromisoformat(turns_on), value, nearest
    )


@pytest.mark.parametrize(
    ("text", "value", "nearest"),
    [
        ("spent >= 5000", "0.00 KES", "5,000.00 KES more"),
        ("last_order in last 7 days", "unknown", "an order"),
        ("first_order is known", "unknown", "an order"),
        ("overdue > 2", "unknown", "an order"),
        ("age > 17", "unknown", "if it were known"),
        ('favourite_store = "Karen"', "unknown", 'if it were "Karen"'),
    ],
)
def test_of_who_is_new_little_is_known(text, value, nearest):
    told = _told(text, NEW)
    assert (told.value, told.nearest, told.holds, told.turns_on) == (value, nearest, False, None)


def test_who_waited_long_enough_needs_an_order():
    late = bought(sale("2026-08-01"), sale("2026-08-11"))
    assert _told("overdue > 2", late).nearest == "an order"
    assert _told("last_order < 60 days ago", late).nearest == "an order"


def test_a_rule_is_told_in_the_shape_of_its_tree():
    told = _told("(spent >= 5000 or orders >= 2) and not age >= 50", GOOD)
    assert (told.kind, told.holds, told.turns_on) == ("all", True, date(2026, 11, 23))
    either, negated = told.parts
    assert (either.kind, either.text, either.holds, either.turns_on) == (
        "any",
        "spent >= 5000 or orders >= 2",
        True,
        None,
    )
    assert (negated.kind, negated.holds, negated.turns_on) == ("not", True, date(2026, 11, 23))
    assert [part.holds for part in either.parts] == [False, True]
    assert [part.nearest for part in negated.parts] == ["1 year older"]


def test_a_rule_turns_only_when_its_parts_together_do():
    # On the 27th the order leaves the seven days, but the other part keeps the rule until the next month.
    told = _told("orders in last 7 days >= 1 or orders in last 1 month >= 1", GOOD)
    assert [part.turns_on for part in told.parts] == [date(2026, 11, 27), date(2026, 12, 20)]
    assert told.turns_on == date(2026, 12, 20)
    both = _told("orders in last 7 days >= 1 and not orders in last 7 days >= 1", GOOD)
    assert (both.holds, both.turns_on) == (False, None)


def test_a_group_is_told_by_what_it_stands_for():
    rule = rule_read('group = "Gold" and spent >= 500')
    gold = rule.rules[0]
    meant = {gold: All((compare(windowed(ORDERS, last(7)), ">=", 1), Not(Member(3))))}
    told = explain(rule, GOOD, terms=TERMS, today=TODAY, currency="KES", meant=meant)
    assert told.parts[0] == Explanation("condition", 'group = "Gold"', True, date(2026, 11, 27), "yes")
    assert (told.text, told.holds, told.turns_on) == ('group = "Gold" and spent >= 500', True, date(2026, 11, 27))
    staff = replace(GOOD, members=frozenset({3}))
    assert not explain(rule, staff, terms=TERMS, today=TODAY, currency="KES", meant=meant).holds


def test_texts_are_given_to_the_translator():
    told = _told(
        "orders >= 4",
        GOOD,
        told=lambda text: {"orders": "Bestellungen", "%(n)s more %(noun)s": "noch %(n)s %(noun)s"}.get(text, text),
    )
    assert (told.value, told.nearest) == ("2 Bestellungen", "noch 2 Bestellungen")


def test_a_form_of_an_explanation_is_json():
    form = explanation_form(_told("not age >= 50", GOOD))
    assert json.loads(json.dumps(form)) == form
    assert form == {
        "kind": "not", "text": "not age >= 50", "holds": True, "turns_on": "2026-11-23", "value": "", "nearest": "",
        "parts": [
            {
                "kind": "condition", "text": "age >= 50", "holds": False, "turns_on": "2026-11-23", "value": "49 years",
                "nearest": "1 year older", "parts": [],
            }
        ],
    }  # fmt: skip


def test_returns_are_less():
    back = bought(sale("2026-11-01", line(net=51500)), brought_back("2026-11-02", line(net=-3500, units=-1)))
    assert _told("spent >= 500", back).nearest == "20.00 KES more"


# That it comes to pass.


def _nodes(rule: Rule, told: Explanation) -> Iterator[tuple[Rule, Explanation]]:
    yield rule, told
    match rule:
        case All(rules) | Any(rules):
            for each, part in zip(rules, told.parts, strict=True):
                yield from _nodes(each, part)
        case Not(negated):
            yield from _nodes(negated, *told.parts)


def _first_turn(rule: Rule, life: Life, view: View, days: int) -> date | None:
    """The first of so many days after today on which the rule is not as it is today; every day is looked at."""
    is_held = holds_seen(rule, life, view)
    ahead = (view.today + timedelta(days=n) for n in range(1, days + 1))
    return next((day for day in ahead if holds_seen(rule, life, replace(view, today=day)) is not is_held), None)


@PROFILE
@given(shops_and_rules(groups=()))
def test_every_part_is_as_it_is_told_and_turns_when_it_is_told(case):
    shop, [rule] = case
    view, days = View(shop.terms, shop.today), 70
    for life in lives_of(shop)[:1]:
        told = explain(rule, life, terms=shop.terms, today=shop.today, currency="KES")
        for part, explanation in _nodes(rule, told):
            assert explanation.holds is matches(part, life, terms=shop.terms, today=shop.today)
            is_near = explanation.turns_on is not None and explanation.turns_on <= shop.today + timedelta(days=days)
            assert _first_turn(part, life, view, days) == (explanation.turns_on if is_near else None)


@pytest.mark.parametrize("days", [364, 365, 400])
def test_one_looks_400_days_ahead(days):
    lives = bought(sale("2026-11-22"))
    text = f"last_order < {days - 1} days ago"
    assert _told(text, lives).turns_on == TODAY + timedelta(days=days)
    assert _told("last_order < 400 days ago", lives).turns_on is None


# That it is quick.


def _regular(first: date, sales: int, *, every: int = 1) -> Life:
    """So many sales, three a day, on every so-many-th day up to the first one."""
    rows = [
        {"kind": "sale", "day": first - timedelta(days=n // 3 * every), "sale": n, "net": 100, "tax": 0}
        for n in range(sales)
    ]
    return Life({"sales": rows})


@pytest.mark.parametrize(
    ("condition", "life", "most"),
    [
        pytest.param(compare(LAST_ORDER, "<", shift(-60)), _regular(TODAY - timedelta(days=70), 5000), 1, id="lapsed"),
        pytest.param(compare(LAST_ORDER, "<", shift(-60)), _regular(TODAY, 5000), 62, id="to lapse"),
        pytest.param(compare(windowed(ORDERS, last(90)), ">=", 4), _regular(TODAY, 5000), 91, id="windowed"),
        pytest.param(compare(windowed(ORDERS, last(90)), ">=", 4), _regular(TODAY, 5000, every=30), 4, id="seldom"),
        pytest.param(compare(ORDERS, ">=", 6000), _regular(TODAY, 5000), 1, id="nothing moves"),
        pytest.param(compare(OVERDUE, ">", 2), _regular(TODAY, 5000), MOST_DAYS + 1, id="overdue"),
    ],
)
def test_only_days_that_can_matter_are_evaluated(condition: Compare, life: Life, most: int):
    evaluated: list[date] = []

    def truth(day: date) -> bool:
        evaluated.append(day)
        return matches(condition, life, terms=TERMS, today=day)

    list(turning_days(condition, truth, diary_of(life), TODAY))
    assert len(evaluated) <= most
    assert len(evaluated) == len(set(evaluated))


def test_an_age_is_evaluated_on_birthdays_only():
    evaluated: list[date] = []

    def truth(day: date) -> bool:
        evaluated.append(day)
        return False

    assert list(turning_days(compare(LAST_ORDER, "<", shift(-1)), truth, diary_of(born("1976-11-30")), TODAY)) == []
    assert evaluated == [TODAY]
    rule = rule_read("age >= 50")
    assert list(turning_days(rule, truth, diary_of(born("1976-11-30")), TODAY)) == []
    assert evaluated == [TODAY, TODAY, date(2026, 11, 30), date(2027, 11, 30)]
