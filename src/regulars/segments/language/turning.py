"""What time alone can change: whom to look at when a day ends, without looking at everybody.

The ends of a window move with today, and so does "60 days ago". From one day to a later one, a rule can change for a
customer only if a day of theirs lies where such an end has passed; everybody else stays as they are.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from regulars.core.attributes import Fact, Habit, Measure, Pace, Ratio, Type, attributes
from regulars.segments.language.birthdays import Births, births_of
from regulars.segments.language.life import Life
from regulars.segments.language.limits import conditions
from regulars.segments.language.meaning import aggregate_of
from regulars.segments.language.tree import Compare, Condition, Rule, Shift, Term, Together, Unit, Window, Within
from regulars.segments.language.windows import Days, day_of, days_of, moves, shifted

# A relation and its column of days; a line's day is its sale's.
Place = tuple[str, str]
_SALES: Place = ("sales", "day")
_BIRTH: Place = ("customers", "birth_date")


@dataclass(frozen=True, slots=True)
class Turning:
    """Whom time alone may change: whoever has a day in one of these ranges, both ends in; nobody else.

    `sale_days`: a sale or return on such a day. `fact_days`: such a day in that column of that relation. `births`: a
    birthday, as month and day of birth. `fields`: such a day in the custom field of that name. `ordered_twice`: whoever
    has two orders or more, whatever their days.
    """

    sale_days: tuple[Days, ...] = ()
    fact_days: Mapping[Place, tuple[Days, ...]] = field(default_factory=dict)
    births: tuple[Births, ...] = ()
    fields: Mapping[str, tuple[Days, ...]] = field(default_factory=dict)
    ordered_twice: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nobody changes."""
        return not (self.sale_days or self.fact_days or self.births or self.fields or self.ordered_twice)


def turns(rule: Rule) -> bool:
    """Whether time alone can change the rule for anybody."""
    return any(_turns(each.condition) for each in conditions(rule))


def turning(rule: Rule, *, before: date, after: date) -> Turning:
    """Whom the rule may hold for on one of the two days and not on the other, or on any day between.

    Never too few; now and then somebody for whom nothing changes. `after` is the later day.
    """
    passed = [each for placed in conditions(rule) for each in _passed(placed.condition, before, after)]
    days: dict[Place, list[Days]] = defaultdict(list)
    fields: dict[str, list[Days]] = defaultdict(list)
    for place, range_ in passed:
        match place:
            case str(name):
                fields[name].append(range_)
            case _:
                days[place].append(range_)
    births = [births for range_ in days.pop(_BIRTH, []) for births in births_of(range_)]
    return Turning(
        sale_days=merged(days.pop(_SALES, [])),
        fact_days={place: merged(ranges) for place, ranges in days.items()},
        births=tuple(dict.fromkeys(births)),
        fields={name: merged(ranges) for name, ranges in fields.items()},
        ordered_twice=any(_is_overdue(placed.condition) for placed in conditions(rule)),
    )


def merged(ranges: Iterable[Days]) -> tuple[Days, ...]:
    """The same days in as few ranges as there can be, in order. None of the ranges is open."""
    found: list[tuple[date, date]] = []
    for first, last in sorted((each.first or date.min, each.last or date.max) for each in ranges):
        if found and first <= shifted(found[-1][1], 1, Unit.DAYS):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(Days(*each) for each in found)


def _turns(condition: Condition) -> bool:
    match condition:
        case Within(term, window):
            return moves(term.window) or (moves(window) and not _is_birthday_ever(term, window))
        case Together(window=window):
            return moves(window)
        case Compare(term, _, values):
            shifts = any(isinstance(each, Shift) for each in values)
            return shifts or moves(term.window) or _is_age(condition) or _is_overdue(condition)
        case _:
            return False


def _passed(condition: Condition, before: date, after: date) -> Iterator[tuple[Place | str, Days]]:
    """The days that an end has passed, and where they count: in a column, or in the custom field of a name."""
    match condition:
        case Within(term, window):
            yield from _term_passed(term, before, after)
            if not _is_birthday_ever(term, window):
                yield from ((_place(term), days) for days in _window_passed(window, before, after))
        case Together(window=window):
            yield from ((_SALES, days) for days in _window_passed(window, before, after))
        case Compare(term, _, values):
            yield from _term_passed(term, before, after)
            ends = [each for each in values if isinstance(each, Shift)]
            yield from ((_place(term), Days(day_of(end, today=before), day_of(end, today=after))) for end in ends)
            if _is_age(condition):
                yield _place(term), Days(shifted(before, 1, Unit.DAYS), after)


def _term_passed(term: Term, before: date, after: date) -> Iterator[tuple[Place, Days]]:
    """Where rows came into the window of a measure, or left it."""
    for days in _window_passed(term.window, before, after):
        for measure in _measures(term):
            yield _row_place(aggregate_of(measure, term.filters).relation), days


def _window_passed(window: Window | None, before: date, after: date) -> Iterator[Days]:
    """The days that are in the window on one of the days and not on another: what its ends have passed."""
    if not moves(window) or window is None:
        return
    earlier, later = days_of(window, today=before), days_of(window, today=after)
    if earlier.first is not None and later.first is not None and earlier.first < later.first:
        yield Days(earlier.first, shifted(later.first, -1, Unit.DAYS))
    if earlier.last is not None and later.last is not None and earlier.last < later.last:
        yield Days(shifted(earlier.last, 1, Unit.DAYS), later.last)


def _measures(term: Term) -> Sequence[Measure]:
    match attributes()[term.name]:
        case Measure() as measure:
            return (measure,)
        case Ratio(of=of, over=over):
            return [each for name in (of, over) if isinstance(each := attributes()[name], Measure)]
        case _:
            return ()


def _place(term: Term) -> Place | str:
    """Where the days are that the term's value is one of."""
    match attributes()[term.name]:
        case Fact(takes_argument=True):
            return term.argument or ""
        case Fact(relation=relation, column=column):
            return relation, column
        case Measure() as measure:
            return _row_place(aggregate_of(measure, term.filters).relation)
        case _:
            raise TypeError(f"{term.name} is no date")


def _row_place(relation: str) -> Place:
    return _SALES if relation == "lines" else (relation, "day")


def _is_birthday_ever(term: Term, window: Window) -> bool:
    """Whether the window is open on a side, and so holds a birthday of everybody on every day."""
    return attributes()[term.name].type is Type.BIRTHDAY and None in days_of(window, today=date(2000, 1, 1))


def _is_age(compare: Compare) -> bool:
    return attributes()[compare.term.name].type is Type.AGE and bool(compare.values)


def _is_overdue(condition: Condition) -> bool:
    if not isinstance(condition, Compare) or not condition.values:
        return False
    attribute = attributes()[condition.term.name]
    return isinstance(attribute, Habit) and attribute.pace is Pace.OVERDUE


@dataclass(frozen=True, slots=True)
class Diary:
    """The days of a life that a turning is held against, put in order once."""

    life: Life
    sale_days: Sequence[date]
    orders: int

    def meets(self, turned: Turning) -> bool:
        """Whether time alone may change the rule for this customer."""
        return (
            any(_has_day(self.sale_days, days) for days in turned.sale_days)
            or any(self._has_day_in(place, days) for place, ranges in turned.fact_days.items() for days in ranges)
            or any(self._has_day_in_field(name, days) for name, ranges in turned.fields.items() for days in ranges)
            or any(births.holds(day) for births in turned.births for day in self._days_in(_BIRTH))
            or (turned.ordered_twice and self.orders >= 2)
        )

    def _has_day_in(self, place: Place, days: Days) -> bool:
        return any(days.holds(day) for day in self._days_in(place))

    def _days_in(self, place: Place) -> Iterator[date]:
        relation, column = place
        return (row[column] for row in self.life.of(relation) if row[column] is not None)

    def _has_day_in_field(self, name: str, days: Days) -> bool:
        held = (row["value"] for row in self.life.of("fields") if row["field"] == name)
        return any(days.holds(date.fromisoformat(value)) for value in held if value)


def diary_of(life: Life) -> Diary:
    """The days of a life, put in order."""
    sales = life.of("sales")
    return Diary(life, sorted({row["day"] for row in sales}), sum(row["kind"] == "sale" for row in sales))


def _has_day(ordered: Sequence[date], days: Days) -> bool:
    place = bisect_left(ordered, days.first) if days.first else 0
    return place < len(ordered) and (days.last is None or ordered[place] <= days.last)
