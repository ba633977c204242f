"""A rule as a condition on a customer."""

from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from regulars.core.attributes import Attribute, Fact, Favourite, Habit, Measure, Pace, Ratio, Type, attributes, filters
from regulars.segments.language.sql.comparing import (
    aged,
    binary,
    birthday_within,
    compared,
    either,
    every,
    holds_of_zero,
    is_none,
    negated,
    positive,
    within,
)
from regulars.segments.language.sql.dialects import column, day, days_between, in_code_order
from regulars.segments.language.sql.measuring import Measures
from regulars.segments.language.sql.rows import PERSON, Scene
from regulars.segments.language.sql.values import constants, passes, places, row_passes
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
    Within,
)

_KEY = "customer"
_ZERO = exp.Literal.number(0)


@dataclass(slots=True)
class Conditions:
    """Builds the conditions of one statement and gathers what they need joined to each customer.

    `sets`: those of the conditions that say the customer is in a set which seldom holds most of the customers.
    """

    scene: Scene
    measures: Measures
    sets: list[exp.Expr] = field(default_factory=list)
    _facts: dict[str, None] = field(default_factory=dict)
    _favourites: dict[str, Favourite] = field(default_factory=dict)

    def of(self, rule: Rule) -> exp.Expr:  # noqa: PLR0911  (one for each kind of node)
        """True where the rule holds; false or NULL where it does not."""
        match rule:
            case All(rules):
                return every([self.of(each) for each in rules])
            case Any(rules):
                return either([self.of(each) for each in rules])
            case Not(each):
                return negated(self.of(each))
            case Always(is_true):
                return exp.true() if is_true else exp.false()
            case Member(group):
                return exp.or_(self._belongs("members", group), self._pinned(group, is_in=True))
            case Pinned(group, is_in):
                return self._pinned(group, is_in=is_in)
            case Together():
                return self._together(rule)
            case Compare(term, operator, _):
                plain, is_complement = positive(operator)
                found = self._compare(term, plain, rule)
                return negated(found) if is_complement else found
            case Within(term, _):
                return self._within(term, rule)

    def joins(self) -> list[tuple[str, exp.Expr]]:
        """What is to be joined to each customer by its number, by alias."""
        found = [] if self.scene.is_copy else [(name, self.scene.table(name, name)) for name in self._facts]
        found += self.measures.joins()
        return found + [(name, self._ranked(each).subquery(name)) for name, each in self._favourites.items()]

    def _belongs(self, relation: str, group: int, *more: exp.Expr) -> exp.Expr:
        number = self.scene.bindings.constant(group)
        in_group = exp.EQ(this=column("group_id", relation), expression=number)
        return self.scene.has(relation, relation, in_group, *more)

    def _pinned(self, group: int, *, is_in: bool) -> exp.Expr:
        flag = exp.EQ(this=column("is_in", "pins"), expression=exp.Literal.number(int(is_in)))
        return self._belongs("pins", group, flag)

    def _compare(self, term: Term, operator: Operator, rule: Compare) -> exp.Expr:
        attribute = attributes()[term.name]
        match attribute:
            case Fact():
                return self._fact(attribute, term, operator, rule)
            case Favourite():
                self._favourites[term.name] = attribute
                return self._passes(column("value", term.name), attribute, attribute.type, operator, rule)
            case Measure():
                return self._measure(attribute, term, operator, rule)
            case Ratio():
                return self._ratio(attribute, term, operator, rule)
            case Habit():
                return self._habit(attribute, operator, rule)

    def _passes(self, held: exp.Expr, attribute: Attribute, type_: Type, operator: Operator, rule: Compare) -> exp.Expr:
        vocabulary = attribute.vocabulary
        if vocabulary is None and isinstance(attribute, Fact):
            vocabulary = (attribute.relation, attribute.column)
        return passes(
            held, operator, rule.values, attribute=attribute, type_=type_, scene=self.scene, vocabulary=vocabulary,
            where=_where(attribute, rule.term),
        )  # fmt: skip

    def _fact(self, fact: Fact, term: Term, operator: Operator, rule: Compare) -> exp.Expr:
        if fact.is_many:
            return self._one_of_many(fact, term, operator, rule)
        self._facts[fact.relation] = None
        held: exp.Expr = self.scene.own(fact.relation, fact.column)
        if fact.type is Type.AGE and operator is not Operator.KNOWN:
            years = [int(each) for each in constants(rule.values, fact, fact.type, self.scene)]
            return aged(held, operator, years, self.scene.bindings, self._day)
        return self._passes(held, fact, fact.type, operator, rule)

    def _one_of_many(self, fact: Fact, term: Term, operator: Operator, rule: Compare) -> exp.Expr:
        """One of the customer's rows passes. A custom field's rows hold texts, read as what the field keeps."""
        alias = f"x_{fact.relation}"
        type_ = self.scene.terms.type_of(fact, term.argument)
        held: exp.Expr = column(fact.column, alias)
        tests: list[exp.Expr] = []
        where = _where(fact, term)
        if where is not None:
            name, text = where
            is_it = exp.EQ(this=column(name, alias), expression=self.scene.bindings.constant(text))
            tests.append(is_it)
            # A row of another field may hold anything: it is never read as a number or a day.
            held = exp.Case().when(is_it.copy(), held) if type_ in (Type.NUMBER, Type.DATE) else held
        if operator is Operator.KNOWN:
            tests.append(exp.NEQ(this=column(fact.column, alias), expression=exp.Literal.string("")))
            return self.scene.has(fact.relation, alias, *tests)
        held = exp.cast(held, "date") if type_ is Type.DATE and not self._is_text_date() else held
        tests.append(self._passes(held, fact, type_, operator, rule))
        self.sets.append(self.scene.has(fact.relation, alias, *tests))
        return self.sets[-1]

    def _is_text_date(self) -> bool:
        return self._day(exp.null()) == exp.null()

    def _measure(self, measure: Measure, term: Term, operator: Operator, rule: Compare) -> exp.Expr:
        numbers = [] if measure.type is Type.DATE else constants(rule.values, measure, measure.type, self.scene)
        if measure.type is Type.COUNT and is_none(operator, numbers):
            rows = self.measures.rows_of(term)
            if rows is not None:
                return negated(exp.In(this=column(_KEY, PERSON), query=rows.subquery()))
        held = self.measures.of(term)
        if measure.type is not Type.DATE:
            if operator is Operator.KNOWN:
                return exp.true()
            if holds_of_zero(operator, [each for each in numbers if not isinstance(each, str)]):
                held = _or_zero(held)
        return self._passes(held, measure, measure.type, operator, rule)

    def _ratio(self, ratio: Ratio, term: Term, operator: Operator, rule: Compare) -> exp.Expr:
        """`a / b >= v` is `a >= v * b` where b is above zero: no fraction, nothing rounded."""
        over = self.measures.of(Term(ratio.over, None, term.filters, term.window))
        divides = binary(Operator.ABOVE, over, _ZERO.copy())
        if operator is Operator.KNOWN:
            return divides
        above = _or_zero(self.measures.of(Term(ratio.of, None, term.filters, term.window)))
        values = places(rule.values, ratio, ratio.type, self.scene)
        return exp.and_(
            divides, compared(above, operator, values, times=lambda value: exp.Mul(this=value, expression=over.copy()))
        )

    def _habit(self, habit: Habit, operator: Operator, rule: Compare) -> exp.Expr:
        """Both sides times what divides them: whole numbers only."""
        orders, first, last = (self.measures.of(Term(name)) for name in ("orders", "first_order", "last_order"))
        less_one = exp.Paren(this=exp.Sub(this=orders, expression=exp.Literal.number(1)))
        span = days_between(last, first, self.scene.dialect)
        has_pace = exp.and_(
            binary(Operator.ABOVE, orders.copy(), exp.Literal.number(1)), binary(Operator.ABOVE, span, _ZERO.copy())
        )
        if operator is Operator.KNOWN:
            return has_pace
        top: exp.Expr = span
        bottom: exp.Expr = less_one
        if habit.pace is Pace.OVERDUE:
            since = days_between(self._today(), last.copy(), self.scene.dialect)
            top, bottom = exp.Mul(this=since, expression=less_one), span
        numbers = [Decimal(each) for each in constants(rule.values, habit, habit.type, self.scene)]
        scale = 10 ** max(-int(each.as_tuple().exponent) for each in [*numbers, Decimal(1)])
        values = [self.scene.bindings.constant(int(each * scale)) for each in numbers]
        scaled = exp.Mul(this=exp.Paren(this=top.copy()), expression=exp.Literal.number(scale))
        found = compared(scaled, operator, values, times=lambda value: exp.Mul(this=value, expression=bottom.copy()))
        return exp.and_(has_pace, found)

    def _within(self, term: Term, rule: Within) -> exp.Expr:
        attribute = attributes()[term.name]
        if isinstance(attribute, Measure):
            return every(within(self.measures.of(term), rule.window, self.scene.bindings, self._day))
        if not isinstance(attribute, Fact):
            raise TypeError(term.name)
        if attribute.is_many:
            return self._field_within(attribute, term, rule)
        self._facts[attribute.relation] = None
        held = self.scene.own(attribute.relation, attribute.column)
        if attribute.type is Type.BIRTHDAY:
            return birthday_within(held, rule.window, self.scene.bindings, self.scene.dialect)
        return every(within(held, rule.window, self.scene.bindings, self._day))

    def _field_within(self, fact: Fact, term: Term, rule: Within) -> exp.Expr:
        """A custom field that holds a date: kept as 2026-11-22, so texts are in the order of days."""
        alias = f"x_{fact.relation}"
        where = _where(fact, term)
        if where is None:
            raise TypeError(term.name)
        name, text = where
        is_it = exp.EQ(this=column(name, alias), expression=self.scene.bindings.constant(text))
        held: exp.Expr = column(fact.column, alias)
        if not self._is_text_date():
            held = exp.cast(exp.Case().when(is_it, held), "date")
        bounds = within(held, rule.window, self.scene.bindings, self._day)
        return self.scene.has(fact.relation, alias, is_it.copy(), *bounds)

    def _together(self, rule: Together) -> exp.Expr:
        """One sale holds a line of each product."""
        filter_ = filters()["product"]
        alias = filter_.relation

        def holds(product: Text) -> exp.Expr:
            asked = Filtered("product", Operator.EQUAL, (product,))
            test = row_passes(asked, filter_, alias, self.scene)
            return binary(
                Operator.EQUAL, exp.Max(this=exp.Case().when(test, exp.Literal.number(1))), exp.Literal.number(1)
            )

        sales = exp.select(column(_KEY, alias)).from_(self.scene.table(alias, alias))
        sales = sales.where(exp.EQ(this=column("kind", alias), expression=exp.Literal.string("sale")))
        if rule.window is not None:
            sales = sales.where(*within(column("day", alias), rule.window, self.scene.bindings, self._day))
        if self.scene.as_of:
            sales = sales.where(binary(Operator.AT_MOST, column("day", alias), self._today()))
        sales = sales.group_by(column(_KEY, alias), column("sale", alias))
        sales = sales.having(exp.and_(*(holds(product) for product in rule.products)))
        return exp.In(this=column(_KEY, PERSON), query=sales.subquery())

    def _ranked(self, favourite: Favourite) -> exp.Select:
        """The value that most of each customer's orders share."""
        alias = favourite.relation
        value: exp.Expr = column(favourite.column, alias)
        rows = exp.select().from_(self.scene.table(alias, alias))
        if favourite.via is not None:
            shown = f"x_{favourite.via.relation}"
            value = column(favourite.shown, shown)
            on = exp.EQ(this=column(favourite.via.key, shown), expression=column(favourite.column, alias))
            rows = rows.join(self.scene.table(favourite.via.relation, shown), on=on)
        if favourite.type is Type.TEXT:
            rows = rows.where(exp.NEQ(this=value.copy(), expression=exp.Literal.string("")))
        if self.scene.as_of:
            rows = rows.where(binary(Operator.AT_MOST, column("day", alias), self._today()))
        counted = rows.where(exp.EQ(this=column("kind", alias), expression=exp.Literal.string("sale"))).select(
            column(_KEY, alias),
            exp.alias_(value.copy(), "value"),
            exp.alias_(exp.Count(this=exp.Distinct(expressions=[column(favourite.order, alias)])), "orders"),
            exp.alias_(exp.Max(this=column("day", alias)), "latest"),
        )
        counted = counted.group_by(column(_KEY, alias), value.copy())
        least = (
            exp.column("value")
            if favourite.type is not Type.TEXT
            else in_code_order(exp.column("value"), self.scene.dialect)
        )
        order = exp.Order(
            expressions=[
                exp.Ordered(this=exp.column("orders"), desc=True),
                exp.Ordered(this=exp.column("latest"), desc=True),
                exp.Ordered(this=least),
            ]
        )
        rank = exp.Window(this=exp.RowNumber(), partition_by=[exp.column(_KEY)], order=order)
        ranked = exp.select(exp.column(_KEY), exp.column("value"), exp.alias_(rank, "place"))
        ranked = ranked.from_(counted.subquery("counted"))
        best = exp.select(exp.column(_KEY), exp.column("value")).from_(ranked.subquery("ranked"))
        return best.where(exp.EQ(this=exp.column("place"), expression=exp.Literal.number(1)))

    def _day(self, place: exp.Expr) -> exp.Expr:
        return day(place, self.scene.dialect)

    def _today(self) -> exp.Expr:
        return self._day(self.scene.bindings.from_today("today", lambda today: today))


def _or_zero(held: exp.Expr) -> exp.Expr:
    """Sums and counts of no rows are 0."""
    return exp.Coalesce(this=held, expressions=[exp.Literal.number(0)])


def _where(attribute: Attribute, term: Term) -> tuple[str, str] | None:
    """The column and the text that a fact's rows must have."""
    if not isinstance(attribute, Fact) or attribute.where is None:
        return None
    name, text = attribute.where
    return (name, term.argument or "") if attribute.takes_argument else (name, text)
