"""What becomes of a rule in the days to come if nobody acts: the next day on which it turns by itself.

Only days that can matter are looked at (turning.py), and a customer's sales are put together once, by day, since that
is all that time asks of them.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from heapq import merge
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any as Anything

from regulars.core.attributes import Aggregate, Habit, How, Measure, Ratio, Type, attributes
from regulars.segments.language.life import Life, Row
from regulars.segments.language.limits import conditions
from regulars.segments.language.meaning import (
    Known,
    View,
    aggregated,
    decided,
    holds,
    is_within,
    paced,
    ratio,
    rows_counted,
    targets_of,
    together_days,
    values_of,
)
from regulars.segments.language.tree import All, Any, Compare, Condition, Not, Rule, Term, Together, Within
from regulars.segments.language.turning import Diary, diary_of, turning
from regulars.segments.language.windows import Days, moves

# How far ahead one looks.
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be foreseen of one customer, seen from a day. What was found of a condition is kept."""

    life: Life
    view: View
    diary: Diary
    _courses: dict[Condition, "Course"] = field(default_factory=dict)

    def course(self, condition: Condition) -> "Course":
        """The condition through the days to come."""
        if condition not in self._courses:
            self._courses[condition] = Course(condition, self, *_told(condition, self.life, self.view))
        return self._courses[condition]

    def holds(self, rule: Rule) -> bool:
        """Whether the rule holds today."""
        return _combined(rule, iter([self.course(each).truth(self.view.today) for each in _leaves(rule)]))

    def turns_on(self, rule: Rule) -> date | None:
        """The first day after today on which the rule turns if nobody acts; None: not within MOST_DAYS."""
        leaves = _leaves(rule)
        truths = [self.course(each).truth(self.view.today) for each in leaves]
        is_held = _combined(rule, iter(truths))
        changes = (self._numbered_changes(n, each) for n, each in enumerate(leaves))
        day: date
        for day, turned in groupby(merge(*changes), key=itemgetter(0)):
            for _day, n in turned:
                truths[n] = not truths[n]
            if _combined(rule, iter(truths)) is not is_held:
                return day
        return None

    def _numbered_changes(self, n: int, condition: Condition) -> Iterator[tuple[date, int]]:
        return ((day, n) for day in self.course(condition).changes())


@dataclass(frozen=True, slots=True)
class Course:
    """A condition on any day from today on, if nobody acts."""

    condition: Condition
    outlook: Outlook
    values: Callable[[date], Sequence[Known]]
    truth: Callable[[date], bool]
    _found: list[date] = field(default_factory=list)
    _rest: list[Iterator[date]] = field(default_factory=list)

    def changes(self) -> Iterator[date]:
        """The days on which it turns, in order; each is looked for once."""
        if not self._rest:
            self._rest.append(turning_days(self.condition, self.truth, self.outlook.diary, self.outlook.view.today))
        n = 0
        while n < len(self._found) or self._find():
            yield self._found[n]
            n += 1

    def _find(self) -> bool:
        day = next(self._rest[0], None)
        if day is not None:
            self._found.append(day)
        return day is not None


def outlook_of(life: Life, view: View) -> Outlook:
    """What can be foreseen of the customer."""
    return Outlook(life, view, diary_of(life))


def turning_days(condition: Condition, truth: Callable[[date], bool], diary: Diary, today: date) -> Iterator[date]:
    """The days, up to MOST_DAYS after today, on which a condition turns.

    Stretches in which no day of the customer's matters are passed over at once.
    """
    is_held = truth(today)
    stretches = [(today, today + timedelta(days=MOST_DAYS))]
    while stretches:
        before, after = stretches.pop()
        if not diary.meets(turning(condition, before=before, after=after)):
            continue
        if (after - before).days == 1:
            if truth(after) is not is_held:
                is_held = not is_held
                yield after
            continue
        middle = before + (after - before) // 2
        stretches += [(middle, after), (before, middle)]


def _leaves(rule: Rule) -> list[Condition]:
    return [each.condition for each in conditions(rule)]


def _combined(rule: Rule, truths: Iterator[bool]) -> bool:
    """Whether the rule holds, given whether its conditions do, from left to right."""
    match rule:
        case All(rules) | Any(rules):
            # Every part takes its own from the truths, whatever those before it came to.
            parts = [_combined(each, truths) for each in rules]
            return all(parts) if isinstance(rule, All) else any(parts)
        case Not(negated):
            return not _combined(negated, truths)
        case _:
            return next(truths)


# What is told of a condition on a day: its values, where it has a term, and whether it holds.
_Values = Callable[[date], Sequence[Known]]
_Truth = Callable[[date], bool]


def _told(condition: Condition, life: Life, view: View) -> tuple[_Values, _Truth]:
    match condition:
        case Compare(term, operator):
            values = _term_values(term, life, view)
            return values, lambda day: decided(operator, values(day), targets_of(condition, replace(view, today=day)))
        case Within(term, window):
            values = _term_values(term, life, view)
            return values, lambda day: any(
                is_within(value, window, term, replace(view, today=day)) for value in values(day)
            )
        case Together(window=window):
            days = sorted(set(together_days(replace(condition, window=None), life, view)))
            return _nothing, lambda day: _has_any(days, replace(view, today=day).days(window))
        case _:
            is_held = holds(condition, life, view)
            return _nothing, lambda _day: is_held


def _has_any(ordered: Sequence[date], days: Days) -> bool:
    first, last = _bounds(ordered, days)
    return first < last


def _nothing(_day: date) -> Sequence[Known]:
    return ()


def _term_values(term: Term, life: Life, view: View) -> _Values:
    """The known values of a term, day by day."""
    match attributes()[term.name]:
        case Measure() as measure:
            return _one(_measure(measure, term, life, view))
        case Ratio(of=of, over=over):
            above, below = (_measure(_declared(name), term, life, view) for name in (of, over))
            return _one(lambda day: ratio(above(day), below(day)))
        case Habit(pace=pace):
            told = [
                _measure(_declared(name), Term(name), life, view) for name in ("orders", "first_order", "last_order")
            ]
            orders, first, last = (each(view.today) for each in told)
            return _one(lambda day: paced(pace, orders, first, last, today=day))
        case _:
            if view.type_of(term) is Type.AGE:
                return lambda day: values_of(term, life, replace(view, today=day))
            known = values_of(term, life, view)
            return lambda _day: known


def _one(value: Callable[[date], Known | None]) -> _Values:
    def values(day: date) -> Sequence[Known]:
        found = value(day)
        return () if found is None else (found,)

    return values


def _declared(name: str) -> Measure:
    measure = attributes()[name]
    if not isinstance(measure, Measure):
        raise TypeError(f"{name} is no measure")
    return measure


def _measure(measure: Measure, term: Term, life: Life, view: View) -> Callable[[date], Anything]:
    """The value of a measure day by day: its filters are asked of every row once, its window each day."""
    aggregate, rows = rows_counted(measure, replace(term, window=None), life, view)
    over = (_adding_up if aggregate.how in (How.SUM, How.COUNT) else _telling_apart)(aggregate, rows, view)
    if moves(term.window):
        return lambda day: over(replace(view, today=day).days(term.window))
    always = over(view.days(term.window))
    return lambda _day: always


_Over = Callable[[Days], Anything]


def _adding_up(aggregate: Aggregate, rows: Sequence[Row], view: View) -> _Over:
    """A sum or count over any days: the difference of two running totals."""
    of_days: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        of_days[row["day"]].append(row)
    ordered = sorted(of_days)
    worth: list[Anything] = [
        aggregated(aggregate, of_days[day], includes_tax=view.terms.spend_includes_tax) for day in ordered
    ]
    totals: list[int] = [0, *accumulate(worth)]

    def over(days: Days) -> int:
        first, last = _bounds(ordered, days)
        return totals[max(first, last)] - totals[first]

    return over


def _telling_apart(aggregate: Aggregate, rows: Sequence[Row], view: View) -> _Over:
    """What is different, first or last over any days: rows that tell nothing new of their day are left out."""
    different = {
        (row["day"], *(row[column] for column in aggregate.columns)): row
        for row in rows
        if not aggregate.kind or row["kind"] == aggregate.kind
    }
    kept = sorted(different.values(), key=itemgetter("day"))
    ordered = [row["day"] for row in kept]

    def over(days: Days) -> int | date | None:
        first, last = _bounds(ordered, days)
        return aggregated(aggregate, kept[first:last], includes_tax=view.terms.spend_includes_tax)

    return over


def _bounds(ordered: Sequence[date], days: Days) -> tuple[int, int]:
    """Where the days begin and end among those that are in order."""
    first = bisect_left(ordered, days.first) if days.first else 0
    last = bisect_right(ordered, days.last) if days.last else len(ordered)
    return first, last
