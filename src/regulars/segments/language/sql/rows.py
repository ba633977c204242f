"""Relations as subqueries, and the question whether there is a row that passes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from regulars.core.attributes import Lookup, relations
from regulars.segments.language.sql.binding import Bindings
from regulars.segments.language.sql.dialects import Dialect, among, column, relation_tree
from regulars.segments.language.terms import Terms


class NotInCopyError(Exception):
    """The rule asks for what the columnar copy does not hold, since it may name a person."""


IDS = "ids"
# The alias of the customer's own row, to which all else is joined.
PERSON = "customers"
_KEY = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What one statement is about.

    `is_copy`: relations are tables of that name, as in the columnar copy. `is_some`: only the customers bound as IDS.
    `as_of`: only sales of days up to today.
    """

    dialect: Dialect
    terms: Terms
    bindings: Bindings
    is_copy: bool = False
    is_some: bool = True
    as_of: bool = False

    def rows(self, name: str) -> exp.Query:
        """The rows of the relation; where only some customers are asked about, theirs."""
        relation = relations()[name]
        tree = _tree(relation.sql).copy()
        if self.is_some and _KEY in relation.columns and isinstance(tree, exp.Select):
            [owner] = [each.this for each in tree.expressions if each.alias == _KEY]
            tree = tree.where(among(owner.copy(), IDS, self.dialect))
        return tree

    def table(self, name: str, alias: str) -> exp.Expr:
        """The relation as something to select from. Raises NotInCopyError."""
        if not self.is_copy:
            return self.rows(name).subquery(alias)
        if relations()[name].may_name:
            raise NotInCopyError(name)
        return exp.to_table(name).as_(alias)

    def own(self, relation: str, name: str) -> exp.Column:
        """A column of the customer's row of a relation with one for each; the copy holds all of them in one table."""
        return column(own_name(relation, name), PERSON) if self.is_copy else column(name, relation)

    def exists(self, name: str, alias: str, *tests: exp.Expr) -> exp.Expr:
        """There is such a row."""
        return exp.Exists(this=exp.select(exp.Literal.number(1)).from_(self.table(name, alias)).where(*tests))

    def has(self, name: str, alias: str, *tests: exp.Expr) -> exp.Expr:
        """The customer has such a row. Of few customers each is looked up; of all, who has one is gathered once."""
        if self.is_some:
            return self.exists(name, alias, exp.EQ(this=column(_KEY, alias), expression=column(_KEY, PERSON)), *tests)
        owners = exp.select(column(_KEY, alias)).from_(self.table(name, alias)).where(*tests)
        return exp.In(this=column(_KEY, PERSON), query=owners.subquery())

    def leads_to(self, held: exp.Expr, lookup: Lookup, tests: Callable[[str], Sequence[exp.Expr]]) -> exp.Expr:
        """One of the rows that `held` leads to passes the tests, which are given the rows' alias.

        Of few customers each row is looked up; of all, what passes is gathered once.
        """
        alias = f"x_{lookup.relation}"
        passed = tests(alias)
        if self.is_some:
            return self.exists(lookup.relation, alias, exp.EQ(this=column(lookup.key, alias), expression=held), *passed)
        keys = exp.select(column(lookup.key, alias)).from_(self.table(lookup.relation, alias)).where(*passed)
        return exp.In(this=held, query=keys.subquery())


def own_name(relation: str, name: str) -> str:
    """How the copy calls a column of a relation with one row for each customer."""
    return f"{relation}_{name}"


@cache
def _tree(sql: str) -> exp.Query:
    return relation_tree(sql)
