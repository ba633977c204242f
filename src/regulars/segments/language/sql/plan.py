"""Some rules as one statement over the customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from sqlglot import exp

from regulars.core.attributes import relations
from regulars.segments.language.sql.binding import Bindings, Bound, Vocabulary
from regulars.segments.language.sql.conditions import Conditions
from regulars.segments.language.sql.dialects import Dialect, among, column, statement
from regulars.segments.language.sql.measuring import Measures
from regulars.segments.language.sql.rows import IDS, PERSON, Scene
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Rule, Term

_KEY = "customer"
_SAMPLE = 10


@dataclass(eq=False)
class Plan:
    """Some rules, ready to be asked of one engine: statements as texts, and what they bind seen from any day.

    Made by `plan_of`. `vocabularies`: lists to look up and bind under their names before asking.
    """

    scene: Scene
    _joins: Sequence[tuple[str, exp.Expr]]
    _sets: Sequence[exp.Expr]
    _truths: Sequence[exp.Expr]
    _sums: Sequence[exp.Expr]
    vocabularies: Mapping[str, Vocabulary]

    def bound(self, today: date) -> dict[str, Bound]:
        """What the statements bind, but for the vocabularies and the list of customers (IDS)."""
        return self.scene.bindings.bound(today)

    def vocabulary(self, wanted: Vocabulary) -> str:
        """Every text there is, of the customers asked about where texts are theirs. Binds `where` if they need it."""
        scene, alias = self.scene, wanted.relation
        if scene.is_copy and relations()[wanted.relation].is_per_customer:
            query = exp.select(scene.own(wanted.relation, wanted.column)).from_(scene.table(PERSON, PERSON))
        else:
            query = exp.select(column(wanted.column, alias)).from_(scene.table(wanted.relation, alias))
        if wanted.where is not None:
            is_it = exp.EQ(this=column(wanted.where[0], alias), expression=exp.Placeholder(this="where"))
            query = query.where(is_it)
        return statement(query.distinct(), scene.dialect)

    @cached_property
    def truths(self) -> str:
        """One row for each customer: its number, then 1 or 0 for each rule."""
        flags = [_number(truth) for truth in self._truths]
        return self._text(self._people().select(column(_KEY, PERSON), *flags))

    @cached_property
    def counts(self) -> str:
        """One row: for each rule how many customers it holds for."""
        counted = [exp.Coalesce(this=exp.Sum(this=_number(truth)), expressions=[_zero()]) for truth in self._truths]
        return self._text(self._people().select(*counted))

    @cached_property
    def count(self) -> str:
        """One row: how many customers the first rule holds for.

        Of a million the few it does not hold for are counted, where the rule is the complement of one for few.
        """
        first = self._truths[0]
        if self.scene.is_copy and (opposite := _negated(first)) is not None:
            everybody = exp.select(exp.Count(this=exp.Star())).from_(self.scene.table(PERSON, PERSON))
            others = self._holding(opposite).select(exp.Count(this=exp.Star()))
            return self._text(exp.select(exp.Sub(this=everybody.subquery(), expression=others.subquery())))
        return self._text(self._holding(first).select(exp.Count(this=exp.Star())))

    @cached_property
    def members(self) -> str:
        """The numbers of the customers the first rule holds for, ascending."""
        people = self._holding(self._truths[0])
        number = column(_KEY, people.args["from_"].this.alias)
        return self._text(people.select(number).order_by(number.copy()))

    @cached_property
    def sample(self) -> str:
        """The first few of `members`."""
        people = self._holding(self._truths[0])
        number = column(_KEY, people.args["from_"].this.alias)
        return self._text(people.select(number).order_by(number.copy()).limit(_SAMPLE))

    @cached_property
    def summary(self) -> str:
        """One row: how many were asked about; how many each rule holds for; the sums over those of the first."""
        counted = [exp.Coalesce(this=exp.Sum(this=_number(truth)), expressions=[_zero()]) for truth in self._truths]
        first = self._truths[0]
        sums = [
            exp.Coalesce(this=exp.Sum(this=exp.Case().when(first.copy(), each.copy())), expressions=[_zero()])
            for each in self._sums
        ]
        return self._text(self._people().select(exp.Count(this=exp.Star()), *counted, *sums))

    def _people(self) -> exp.Select:
        """Every customer asked about, with all that the rules need joined to them."""
        people = exp.select().from_(self.scene.table(PERSON, PERSON))
        people = _joined(people, self._joins, PERSON)
        return people.where(among(column(_KEY, PERSON), IDS, self.scene.dialect)) if self.scene.is_some else people

    def _holding(self, truth: exp.Expr) -> exp.Select:
        """The customers it is true of.

        Where it holds only for those who have a row in a subquery, and asks nothing of the customer's own row, that
        subquery leads: a million customers need not be joined to the few who have one. Of the copy it looks only at
        those who are in the sets that the rule demands.
        """
        asked = {each.table for each in truth.find_all(exp.Column) if each.table == PERSON and each.name != _KEY}
        leads = [] if asked or self.scene.is_some else [each for each in self._joins if each[0] in _demanded(truth)]
        if not leads:
            return self._people().where(truth)
        alias, rows = leads[0]
        others = [each for each in self._joins if each is not leads[0]]
        parts = list(truth.flatten()) if self.scene.is_copy and isinstance(truth, exp.And) else [truth]
        sets = [each for each in parts if each in self._sets]
        people = _joined(exp.select().from_(_narrowed(rows, sets)), others, alias)
        return people.where(*(each.transform(_keyed, alias) for each in parts if each not in sets))

    def _text(self, tree: exp.Select) -> str:
        return statement(tree, self.scene.dialect)


@lru_cache(maxsize=256)
def plan_of(
    rules: tuple[Rule, ...], *, dialect: Dialect, terms: Terms, is_copy: bool = False, is_some: bool = True,
    as_of: bool = False, sums: tuple[Term, ...] = (),
) -> Plan:  # fmt: skip
    """The rules as one statement for that engine. Rules name no groups any longer (segments/resolving.py).

    `is_some`: asked of the customers bound as IDS, else of all. `as_of`: by the sales up to today only. `sums`:
    measures to add up over those whom the first rule holds for. The same rules give the same plan, made once.
    """
    scene = Scene(dialect=dialect, terms=terms, bindings=Bindings(), is_copy=is_copy, is_some=is_some, as_of=as_of)
    measures = Measures(scene)
    conditions = Conditions(scene, measures)
    truths = [conditions.of(rule) for rule in rules]
    summed = [measures.of(term) for term in sums]
    return Plan(scene, conditions.joins(), conditions.sets, truths, summed, scene.bindings.vocabularies)


def _joined(people: exp.Select, joins: Sequence[tuple[str, exp.Expr]], to: str) -> exp.Select:
    """What the rules need, joined to the customers by their number."""
    for alias, rows in joins:
        if alias not in (PERSON, to):
            key = exp.EQ(this=column(_KEY, alias), expression=column(_KEY, to))
            people = people.join(rows, on=key, join_type="left")
    return people


def _demanded(condition: exp.Expr) -> set[str]:
    """The subqueries without a row of which the condition cannot be true: a comparison with NULL never is."""
    match condition:
        case exp.And():
            return _demanded(condition.left) | _demanded(condition.right)
        case exp.Or():
            return _demanded(condition.left) & _demanded(condition.right)
        case exp.Paren():
            return _demanded(condition.this)
        case exp.EQ() | exp.GT() | exp.GTE() | exp.LT() | exp.LTE() if not condition.find(*_FORGIVING):
            return {each.table for each in condition.find_all(exp.Column)} - {PERSON}
    return set()


# What can come to something though a part of it is NULL.
_FORGIVING = (exp.Coalesce, exp.Case, exp.Query)


def _negated(truth: exp.Expr) -> exp.Expr | None:
    """What the condition is the exact complement of, as `negated` writes it."""
    if isinstance(truth, exp.Not) and isinstance(truth.this, exp.Coalesce):
        [other] = truth.this.expressions
        return truth.this.this if other == exp.false() else None
    return None


def _narrowed(rows: exp.Expr, sets: Sequence[exp.Expr]) -> exp.Expr:
    """The subquery, with one row for each customer, of those only who are in the sets."""
    innermost = rows = rows.copy()
    while isinstance(innermost, exp.Subquery):
        query = innermost.this
        innermost = query.args["from_"].this
    query.where(*(each.transform(_keyed, innermost.alias) for each in sets), copy=False)
    return rows


def _keyed(node: exp.Expr, alias: str) -> exp.Expr:
    """The customer's number, read from the subquery that leads."""
    if isinstance(node, exp.Column) and node.table == PERSON:
        return column(_KEY, alias)
    return node


def _number(truth: exp.Expr) -> exp.Expr:
    return exp.Case().when(truth.copy(), exp.Literal.number(1)).else_(_zero())


def _zero() -> exp.Expr:
    return exp.Literal.number(0)
