"""Measures: one pass over the sales and one over their lines, whatever the number of measures and rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from regulars.core.attributes import Aggregate, Filter, How, Measure, attributes, filters, relations
from regulars.segments.language.sql.comparing import either, every, first_day
from regulars.segments.language.sql.dialects import column, day, pair
from regulars.segments.language.sql.rows import Scene
from regulars.segments.language.sql.values import row_passes, window_tests
from regulars.segments.language.tree import Filtered, Term, Window
from regulars.segments.language.windows import days_of

_KEY = "customer"


@dataclass(frozen=True, slots=True)
class _Counted:
    """One aggregate: the tests a row must pass to count, and where its window begins."""

    aggregate: Aggregate
    tests: tuple[exp.Expr, ...]
    begins: str | None


_Key = tuple[Aggregate, tuple[Filtered, ...], Window | None]


@dataclass(slots=True)
class Measures:
    """What is counted in a statement, gathered while its conditions are built: by the pass that counts it."""

    scene: Scene
    _passes: dict[str, dict[_Key, _Counted]] = field(default_factory=dict)
    _places: dict[_Key, exp.Column] = field(default_factory=dict)
    _uses_facts: bool = False

    def of(self, term: Term) -> exp.Expr:
        """The column that holds the measure; NULL where the customer has no such rows."""
        measure = attributes()[term.name]
        if not isinstance(measure, Measure):
            raise TypeError(term.name)
        if measure.whole and not term.filters and term.window is None and not self.scene.as_of:
            self._uses_facts = True
            return self.scene.own("facts", measure.whole)
        aggregate = _aggregate(measure, [filters()[each.name] for each in term.filters])
        key = (aggregate, term.filters, term.window)
        if key not in self._places:
            alias = f"{aggregate.relation}_{len(self._passes)}" if self._is_apart(aggregate) else aggregate.relation
            held = self._passes.setdefault(alias, {})
            self._places[key] = column(f"m{len(held)}", alias)
            held[key] = self._counted(aggregate, term)
        return self._places[key].copy()

    def rows_of(self, term: Term) -> exp.Select | None:
        """The customers with a row that the measure counts, where the copy is asked and does not keep it as a fact.

        To ask who has none of a million customers is half the work of counting.
        """
        measure = attributes()[term.name]
        is_kept = isinstance(measure, Measure) and measure.whole and not term.filters and term.window is None
        if not self.scene.is_copy or not isinstance(measure, Measure) or (is_kept and not self.scene.as_of):
            return None
        counted = self._counted(_aggregate(measure, [filters()[each.name] for each in term.filters]), term)
        relation = counted.aggregate.relation
        rows = exp.select(column(_KEY, relation)).from_(self.scene.table(relation, relation))
        return rows.where(*counted.tests, *self._until_today(relation))

    def joins(self) -> list[tuple[str, exp.Expr]]:
        """The subqueries to join to each customer, by alias."""
        found: list[tuple[str, exp.Expr]] = []
        if self._uses_facts and not self.scene.is_copy:
            found.append(("facts", self.scene.table("facts", "facts")))
        for alias, held in self._passes.items():
            counted = list(held.values())
            is_apart = alias != counted[0].aggregate.relation
            found.append((alias, (self._apart(counted[0]) if is_apart else self._pass(counted)).subquery(alias)))
        return found

    def _is_apart(self, aggregate: Aggregate) -> bool:
        """DuckDB counts distinct values for a million customers four times as fast in a pass of their own."""
        return self.scene.is_copy and aggregate.how is How.DISTINCT

    def _apart(self, counted: _Counted) -> exp.Select:
        """One row for each customer with how many distinct values its rows hold."""
        relation = counted.aggregate.relation
        values = exp.select(column(_KEY, relation), exp.alias_(self._told_apart(counted.aggregate), "apart")).distinct()
        values = values.from_(self.scene.table(relation, relation)).where(*counted.tests, *self._until_today(relation))
        rows = exp.select(exp.column(_KEY), exp.alias_(exp.Count(this=exp.Star()), "m0"))
        return rows.from_(values.subquery("told")).group_by(exp.column(_KEY))

    def _counted(self, aggregate: Aggregate, term: Term) -> _Counted:
        alias = aggregate.relation
        tests = [row_passes(each, filters()[each.name], alias, self.scene, window=term.window) for each in term.filters]
        if aggregate.kind:
            tests.append(exp.EQ(this=column("kind", alias), expression=exp.Literal.string(aggregate.kind)))
        begins = None
        if term.window is not None:
            tests += window_tests(alias, term.window, self.scene)
            if days_of(term.window, today=date(2000, 1, 1)).first is not None:
                begins = first_day(term.window, self.scene.bindings).name
        return _Counted(aggregate, tuple(tests), begins)

    def _pass(self, counted: Sequence[_Counted]) -> exp.Select:
        """One row for each customer with rows that count for any of the measures.

        What all of them ask stands in WHERE, what is left to each in its CASE; days before every window are not read.
        """
        relation = counted[0].aggregate.relation
        shared = [test for test in counted[0].tests if all(test in each.tests for each in counted)]
        query = exp.select(column(_KEY, relation)).from_(self.scene.table(relation, relation))
        if shared:
            query = query.where(*(test.copy() for test in shared))
        begins = [each.begins for each in counted]
        if len(set(begins)) > 1 and None not in begins:
            least = day(self.scene.bindings.least(sorted({name for name in begins if name})), self.scene.dialect)
            query = query.where(exp.GTE(this=column("day", relation), expression=least))
        query = query.where(*self._until_today(relation), *self._counting(counted, shared))
        for n, each in enumerate(counted):
            left = [test for test in each.tests if test not in shared]
            query = query.select(exp.alias_(self._value(each.aggregate, left), f"m{n}"))
        return query.group_by(column(_KEY, relation))

    def _counting(self, counted: Sequence[_Counted], shared: Sequence[exp.Expr]) -> list[exp.Expr]:
        """Of a whole base most rows count for none of the measures: they are left out before they are grouped."""
        if self.scene.is_some:
            return []
        each_left = [
            [test for test in each.tests if test not in shared and not test.find(exp.Query)] for each in counted
        ]
        return [either([every([test.copy() for test in left]) for left in each_left])] if all(each_left) else []

    def _until_today(self, relation: str) -> list[exp.Expr]:
        """Of a past day only what was sold until then."""
        if not self.scene.as_of or not relations()[relation].is_dated:
            return []
        today = day(self.scene.bindings.from_today("today", lambda today: today), self.scene.dialect)
        return [exp.LTE(this=column("day", relation), expression=today)]

    def _told_apart(self, aggregate: Aggregate) -> exp.Expr:
        columns = [column(name, aggregate.relation) for name in aggregate.columns]
        return pair(columns[0], columns[1], self.scene.dialect) if len(columns) == 2 else columns[0]

    def _value(self, aggregate: Aggregate, tests: Sequence[exp.Expr]) -> exp.Expr:
        """The aggregate over the rows that pass the tests."""
        columns = [column(name, aggregate.relation) for name in aggregate.columns]
        match aggregate.how:
            case How.COUNT:
                return exp.Count(this=_where(tests, exp.Literal.number(1)))
            case How.DISTINCT:
                return exp.Count(this=exp.Distinct(expressions=[_where(tests, self._told_apart(aggregate))]))
            case How.FIRST:
                return exp.Min(this=_where(tests, columns[0]))
            case How.LAST:
                return exp.Max(this=_where(tests, columns[0]))
            case How.SUM:
                return self._sum(aggregate, tests, columns[0])

    def _sum(self, aggregate: Aggregate, tests: Sequence[exp.Expr], held: exp.Expr) -> exp.Expr:
        if aggregate.tax and not self.scene.terms.spend_includes_tax:
            held = exp.Paren(this=exp.Sub(this=held, expression=column(aggregate.tax, aggregate.relation)))
        if aggregate.sign < 0:
            held = exp.Neg(this=held)
        return exp.cast(exp.Sum(this=_where(tests, held)), "bigint")


def _where(tests: Sequence[exp.Expr], held: exp.Expr) -> exp.Expr:
    """The value where the tests pass, else NULL, which no aggregate counts."""
    if not tests:
        return held
    return exp.Case().when(every([test.copy() for test in tests]), held)


def _aggregate(measure: Measure, asked: Sequence[Filter]) -> Aggregate:
    """How the measure is counted: over the relation that has a column for every filter, sales before lines."""
    for aggregate in measure.by:
        if all(each.column in relations()[aggregate.relation].columns for each in asked):
            return aggregate
    raise ValueError(f"{measure.name} cannot be filtered by {', '.join(each.name for each in asked)}")
