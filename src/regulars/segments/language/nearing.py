"""How far a condition is from turning: the nearest change that would flip it, in plain words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any as Anything

from regulars.core.attributes import Fact, Habit, How, Measure, Pace, Type, attributes
from regulars.core.text import marked as _
from regulars.segments.language.foreseeing import Course
from regulars.segments.language.meaning import Known, View, aggregate_of, decided, is_within, targets_of
from regulars.segments.language.showing import Shown, either, is_named
from regulars.segments.language.tree import Compare, Operator, Term, Together, Unit, Within
from regulars.segments.language.windows import shifted

_OPPOSITES = (Operator.UNEQUAL, Operator.NOT_IN)
# The smallest step of a number with decimals, as far as it is told.
_STEP = Fraction(1, 1000)
Test = Callable[[Known], bool]


@dataclass(frozen=True, slots=True)
class Nearness:
    """Tells of one customer, seen from one day. An empty text: nothing anybody could do."""

    view: View
    shown: Shown

    def told(self, text: str, **facts: str) -> str:
        return self.shown.told(text) % facts

    def nearest(self, course: Course, *, turns_on: date | None) -> str:
        """The nearest change that would flip the condition. `turns_on`: when it flips if nobody acts."""
        match course.condition:
            case Together():
                return self.told(_("if no sale held both") if self._holds(course) else _("one sale that holds both"))
            case Within(term, window):
                days = self.view.days(window)
                ends = [each for each in days if each is not None]
                return self._day(term, course, lambda day: is_within(day, window, term, self.view), ends, turns_on)
            case Compare():
                return self._compare(course.condition, course, turns_on)
            case _:
                return ""

    def _holds(self, course: Course) -> bool:
        return course.truth(self.view.today)

    def _compare(self, compare: Compare, course: Course, turns_on: date | None) -> str:
        term, operator = compare.term, compare.operator
        type_ = self.view.type_of(term)
        values, targets = course.values(self.view.today), targets_of(compare, self.view)

        def test(value: Known) -> bool:
            return decided(operator, (value,), targets)

        if operator in (Operator.KNOWN, Operator.UNKNOWN):
            return self.told(_("if it were unknown")) if values else self._if_known(term)
        if type_ is Type.TEXT:
            return self._text(compare, course)
        if type_ is Type.DATE:
            days = [each for each in targets if isinstance(each, date)]
            return self._day(term, course, test, days, turns_on)
        return self._number(term, values[0], test, targets, turns_on) if values else self._if_known(term)

    def _if_known(self, term: Term) -> str:
        """What nobody knows of a person, and what follows from orders."""
        is_of_person = isinstance(attributes()[term.name], Fact)
        return self.told(_("if it were known") if is_of_person else _("an order"))

    def _text(self, compare: Compare, course: Course) -> str:
        texts = [value.text for value in compare.values if hasattr(value, "text")]
        wanted = either(texts, self.shown.told)
        is_apart = self._holds(course) is (compare.operator in _OPPOSITES)
        attribute = attributes()[compare.term.name]
        if compare.operator is Operator.CONTAINS:
            text = _("if it had %(value)s in it") if is_apart else _("if it did not have %(value)s in it")
        elif isinstance(attribute, Fact) and attribute.is_many and not attribute.takes_argument:
            text = _("with %(value)s") if is_apart else _("without %(value)s")
        else:
            text = _("if it were %(value)s") if is_apart else _("if it were anything but %(value)s")
        return self.told(text, value=wanted)

    def _day(self, term: Term, course: Course, test: Test, ends: Iterable[date], turns_on: date | None) -> str:
        if self.view.type_of(term) is Type.BIRTHDAY:
            return ""
        is_held = self._holds(course)
        known = [each for each in course.values(self.view.today) if isinstance(each, date)]
        how = self._how(term)
        is_ordering_telling = how is How.LAST or (how is How.FIRST and not known)
        if is_ordering_telling and test(max([self.view.today, *known])) is not is_held:
            return self.told(_("an order"))
        if how is How.LAST and turns_on is not None:
            return self.told(_("no order until %(day)s"), day=turns_on.isoformat())
        near = [shifted(end, off, Unit.DAYS) for end in ends for off in (-1, 0, 1)]
        found = [day for day in near if test(day) is not is_held]
        from_day = known[0] if known else self.view.today
        best = min(found, key=lambda day: (abs(day - from_day), day), default=None)
        return "" if best is None else self.told(_("if it were %(value)s"), value=best.isoformat())

    def _how(self, term: Term) -> How | None:
        attribute = attributes()[term.name]
        return aggregate_of(attribute, term.filters).how if isinstance(attribute, Measure) else None

    def _number(self, term: Term, value: Known, test: Test, targets: Iterable[Known], turns_on: date | None) -> str:
        attribute = attributes()[term.name]
        if is_named(attribute):
            return self._named(term, value, test)
        if isinstance(attribute, Habit) and attribute.pace is Pace.OVERDUE:
            return self._overdue(value, test, turns_on)
        is_exact = self.view.type_of(term) is not Type.NUMBER
        near = [end for each in (*targets, value) for end in _around(each, step=Fraction(1) if is_exact else _STEP)]
        best = _nearest(near, value, test)
        if best is None:
            return ""
        change = _exact(best) - _exact(value)
        return self.shown.amount(term, abs(change), is_more=change > 0)

    def _named(self, term: Term, value: Known, test: Test) -> str:
        best = _nearest(attributes()[term.name].words.values() or range(24), value, test)
        return "" if best is None else self.told(_("if it were %(value)s"), value=self.shown.one(term, best))

    def _overdue(self, value: Known, test: Test, turns_on: date | None) -> str:
        """Who orders today has waited for nothing."""
        if test(Fraction(0)) is not test(value):
            return self.told(_("an order"))
        return self.told(_("no order until %(day)s"), day=turns_on.isoformat()) if turns_on else ""


def _nearest(values: Iterable[Known], value: Known, test: Test) -> Known | None:
    """The nearest of the values that passes where this one does not, or the other way round."""
    found = [each for each in values if test(each) is not test(value)]
    return min(found, key=lambda each: _distance(each, value), default=None)


def _around(value: Known, *, step: Fraction) -> list[Anything]:
    """The value and its neighbours; of a double, as doubles."""
    if isinstance(value, float):
        return [float(_exact(value) + off) for off in (-step, Fraction(0), step)]
    return [_exact(value) + off for off in (-step, Fraction(0), step)]


def _exact(value: Anything) -> Fraction:
    """The number; of a double, as it is written."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _distance(one: Anything, other: Anything) -> tuple[Fraction, bool]:
    """How far apart; of two that are as far, more comes before less."""
    change = _exact(one) - _exact(other)
    return abs(change), change < 0
