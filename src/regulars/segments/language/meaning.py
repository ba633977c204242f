"""What a rule means, as plainly as it can be written: the evaluator that every engine is held to.

It follows segments.md and what the rooms declare, and looks at every sale. Engines may be quicker, never different.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any as Anything
from typing import assert_never

from regulars.core.attributes import (
    Aggregate,
    Attribute,
    Declared,
    Fact,
    Favourite,
    Habit,
    How,
    Measure,
    Pace,
    Ratio,
    Type,
    attributes,
    filters,
    relations,
)
from regulars.core.text import folded
from regulars.segments.language.birthdays import age_on, is_birthday_within
from regulars.segments.language.life import Life, Row
from regulars.segments.language.terms import Terms, held
from regulars.segments.language.tree import (
    All,
    Always,
    Any,
    Compare,
    Filtered,
    Member,
    Not,
    Operator,
    Pinned,
    Rule,
    Term,
    Text,
    Together,
    Value,
    Window,
    Within,
)
from regulars.segments.language.windows import Days, days_of

# Money in minor units, quantities in thousandths; ratios are exact, numbers of custom fields are doubles.
Known = int | float | Fraction | str | date
_EVER = Days(None, None)
_ORDERS: Mapping[Operator, Callable[[Anything, Anything], bool]] = {
    Operator.ABOVE: gt,
    Operator.AT_LEAST: ge,
    Operator.BELOW: lt,
    Operator.AT_MOST: le,
}


@dataclass(frozen=True, slots=True)
class View:
    """From where one looks: the shop's terms, the day it is, and whether what came after that day is left out."""

    terms: Terms
    today: date
    as_of: bool = False

    def days(self, window: Window | None) -> Days:
        return _EVER if window is None else days_of(window, today=self.today)

    def type_of(self, term: Term) -> Type:
        return self.terms.type_of(attributes()[term.name], term.argument)


def matches(rule: Rule, life: Life, *, terms: Terms, today: date, as_of: bool = False) -> bool:
    """Whether the rule holds for the customer on that day.

    `as_of`: as one would have said at the end of that day, from the sales up to it; facts of the person are today's.
    """
    return holds(rule, life, View(terms, today, as_of))


def value_of(
    term: Term, life: Life, *, terms: Terms, today: date, as_of: bool = False
) -> Known | tuple[Known, ...] | None:
    """The value of a fact or measure; all of them, sorted, where there may be several; None: unknown."""
    values = values_of(term, life, View(terms, today, as_of))
    attribute = attributes()[term.name]
    if isinstance(attribute, Fact) and attribute.is_many and not attribute.takes_argument:
        return values or None
    return values[0] if values else None


def holds(rule: Rule, life: Life, view: View) -> bool:  # noqa: PLR0911  (one for each kind of node)
    """Whether the rule holds for the customer, seen from there."""
    match rule:
        case All(rules):
            return all(holds(each, life, view) for each in rules)
        case Any(rules):
            return any(holds(each, life, view) for each in rules)
        case Not(negated):
            return not holds(negated, life, view)
        case Always(is_true):
            return is_true
        case Member(group_id):
            return group_id in life.members or life.pins.get(group_id) is True
        case Pinned(group_id, is_in):
            return life.pins.get(group_id) is is_in
        case Together():
            return bool(together_days(rule, life, view))
        case Within(term, window):
            return any(is_within(value, window, term, view) for value in values_of(term, life, view))
        case Compare(term, operator):
            return decided(operator, values_of(term, life, view), targets_of(rule, view))
        case _:
            assert_never(rule)


def targets_of(compare: Compare, view: View) -> tuple[Known, ...]:
    """The values that the rule names, as rows hold them."""
    attribute = attributes()[compare.term.name]
    return _targets(compare.operator, compare.values, attribute, view.type_of(compare.term), view)


def decided(operator: Operator, values: Sequence[Known], targets: Sequence[Known]) -> bool:
    """Whether one of the known values passes. `!=` and `not in` are the exact complement of `=` and `in`."""
    match operator:
        case Operator.KNOWN:
            return bool(values)
        case Operator.UNKNOWN:
            return not values
        case Operator.UNEQUAL | Operator.NOT_IN:
            return not any(value in targets for value in values)
        case _:
            return any(_passes(value, operator, targets) for value in values)


def is_within(value: Known, window: Window, term: Term, view: View) -> bool:
    """Whether a date is in the window; of a birthday, whether one falls in it."""
    if not isinstance(value, date):
        raise TypeError(f"{term.name} is no date")
    if view.type_of(term) is Type.BIRTHDAY:
        return is_birthday_within(value, view.days(window))
    return view.days(window).holds(value)


def together_days(together: Together, life: Life, view: View) -> list[date]:
    """The days, in the window, of the sales that hold both."""
    one, other = (_products_named(name, life) for name in together.products)
    baskets: dict[object, set[object]] = defaultdict(set)
    days: dict[object, date] = {}
    for row in dated_rows("lines", life, view.days(together.window), view):
        if row["kind"] == "sale":
            baskets[row["sale"]].add(row["product"])
            days[row["sale"]] = row["day"]
    return [days[sale] for sale, basket in baskets.items() if one & basket and other & basket]


def _products_named(name: Text, life: Life) -> set[object]:
    return {row["product"] for row in life.of("product_names") if row["name"] == name.text}


def values_of(term: Term, life: Life, view: View) -> tuple[Known, ...]:
    """Every known value: none where it is unknown, several only of what a customer may have several of."""
    attribute: Declared = attributes()[term.name]
    value: Known | None
    match attribute:
        case Fact():
            return _of_fact(attribute, term, life, view)
        case Favourite():
            value = _favourite(attribute, life, view)
        case Measure():
            aggregate, rows = rows_counted(attribute, term, life, view)
            value = aggregated(aggregate, rows, includes_tax=view.terms.spend_includes_tax)
        case Ratio(of=of, over=over):
            value = ratio(*(_single(Term(name, None, term.filters, term.window), life, view) for name in (of, over)))
        case Habit(pace=pace):
            orders, first, last = (_single(Term(name), life, view) for name in ("orders", "first_order", "last_order"))
            value = paced(pace, orders, first, last, today=view.today)
        case _:
            assert_never(attribute)
    return () if value is None else (value,)


def _single(term: Term, life: Life, view: View) -> Anything:
    return next(iter(values_of(term, life, view)), None)


def ratio(value: int, by: int) -> Fraction | None:
    """Exact, and unknown where the divisor is 0."""
    return Fraction(value, by) if by else None


def paced(pace: Pace, orders: int, first: date | None, last: date | None, *, today: date) -> Fraction | None:
    """The mean gap between orders in days, or how much of it the days since the last order are. Exact."""
    if orders < 2 or first is None or last is None or first == last:
        return None
    gap = Fraction((last - first).days, orders - 1)
    match pace:
        case Pace.GAP:
            return gap
        case Pace.OVERDUE:
            return (today - last).days / gap
        case _:
            assert_never(pace)


def _of_fact(fact: Fact, term: Term, life: Life, view: View) -> tuple[Known, ...]:
    rows: Iterable[Row] = life.of(fact.relation)
    if fact.where:
        column, word = fact.where
        rows = [row for row in rows if row[column] == (term.argument if fact.takes_argument else word)]
    known = _known(row[fact.column] for row in rows)
    return tuple(sorted(_read(value, view.type_of(term), view) for value in known))


def _known(values: Iterable[object]) -> list[Anything]:
    """Without those that are unknown: no value, or an empty text."""
    return [value for value in values if value is not None and value != ""]


def _read(value: Anything, type_: Type, view: View) -> Anything:
    """What a row holds, as what it is compared as. Custom fields hold texts."""
    match type_:
        case Type.AGE:
            return age_on(value, view.today)
        case Type.NUMBER:
            return float(Decimal(value)) if isinstance(value, str) else float(value)
        case Type.DATE if isinstance(value, str):
            return date.fromisoformat(value)
        case _:
            return value


def _favourite(favourite: Favourite, life: Life, view: View) -> Known | None:
    shown = life.led_to(favourite.via, favourite.shown) if favourite.via else None
    days: dict[Anything, dict[object, date]] = defaultdict(dict)
    for row in dated_rows(favourite.relation, life, _EVER, view):
        found = row[favourite.column]
        for value in _known([found] if shown is None else shown.get(found, ())):
            if row["kind"] == "sale":
                days[value][row[favourite.order]] = row["day"]
    return min(days, key=lambda each: (-len(days[each]), -max(days[each].values()).toordinal(), each), default=None)


def rows_counted(measure: Measure, term: Term, life: Life, view: View) -> tuple[Aggregate, list[Row]]:
    """How the measure counts with these filters, and the rows that are in its window and pass them all."""
    aggregate = aggregate_of(measure, term.filters)
    tests = [_row_test(each, life, view) for each in term.filters]
    rows = dated_rows(aggregate.relation, life, view.days(term.window), view)
    return aggregate, [row for row in rows if all(test(row) for test in tests)]


def aggregate_of(measure: Measure, filtered: Sequence[Filtered]) -> Aggregate:
    """The first way of counting whose rows have every column that is asked for."""
    asked = {filters()[each.name].column for each in filtered}
    return next(each for each in measure.by if asked <= relations()[each.relation].columns.keys())


def dated_rows(relation: str, life: Life, days: Days, view: View) -> list[Row]:
    """The rows of the relation in those days."""
    return [row for row in life.of(relation) if days.holds(row["day"]) and not (view.as_of and row["day"] > view.today)]


def _row_test(filtered: Filtered, life: Life, view: View) -> Callable[[Row], bool]:
    """Whether a row passes the filter; where a column leads to others, whether one of those does."""
    declared = filters()[filtered.name]
    targets = _targets(filtered.operator, filtered.values, declared, declared.type, view)
    if declared.via is None:
        return lambda row: decided(filtered.operator, _known([row[declared.column]]), targets)
    led: Mapping[object, Sequence[object]] = life.led_to(declared.via, declared.shown)
    return lambda row: decided(filtered.operator, _known(led.get(row[declared.column], ())), targets)


def aggregated(aggregate: Aggregate, rows: Sequence[Row], *, includes_tax: bool) -> int | date | None:
    """Many rows as one value; None: unknown."""
    counted = [row for row in rows if not aggregate.kind or row["kind"] == aggregate.kind]
    found: list[tuple[Anything, ...]] = [tuple(row[column] for column in aggregate.columns) for row in counted]
    match aggregate.how:
        case How.COUNT:
            return aggregate.sign * len(counted)
        case How.DISTINCT:
            return aggregate.sign * len(set(found))
        case How.SUM:
            tax: int = 0 if includes_tax or not aggregate.tax else sum(row[aggregate.tax] for row in counted)
            whole: int = sum(value for (value,) in found) - tax
            return aggregate.sign * whole
        case How.FIRST:
            return min((value for (value,) in found), default=None)
        case How.LAST:
            return max((value for (value,) in found), default=None)
        case _:
            assert_never(aggregate.how)


def _targets(
    operator: Operator, values: Sequence[Value], attribute: Attribute, type_: Type, view: View
) -> tuple[Known, ...]:
    """The values as rows hold them; a part of a text stays as it was typed. Numbers are doubles where rows are."""
    if operator is Operator.CONTAINS:
        return tuple(value.text for value in values if isinstance(value, Text))
    found = [held(value, attribute, type_=type_, terms=view.terms, today=view.today) for value in values]
    is_double = isinstance(attribute, Fact)
    return tuple(
        (float(each) if is_double else Fraction(each)) if isinstance(each, Decimal) else each for each in found
    )


def _passes(value: Anything, operator: Operator, targets: Sequence[Anything]) -> bool:
    match operator:
        case Operator.BETWEEN:
            return bool(targets[0] <= value <= targets[1])
        case Operator.EQUAL | Operator.IN:
            return value in targets
        case Operator.CONTAINS:
            return folded(targets[0]) in folded(value)
        case _:
            return _ORDERS[operator](value, targets[0])
