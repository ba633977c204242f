"""Asking the database: of whom do rules hold?

Rules name no groups any longer (resolving.py). The columnar copy is asked elsewhere (copying.py).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from regulars.segments.language.sql.binding import Vocabulary
from regulars.segments.language.sql.dialects import Dialect
from regulars.segments.language.sql.plan import Plan, plan_of
from regulars.segments.language.sql.rows import IDS
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Rule, Term
from regulars.storage.writing import bound_list, is_sqlite


def rules_hold(
    rules: Sequence[Rule], *, today: date, terms: Terms, customer_ids: Collection[int] | None = None,
    as_of: bool = False,
) -> dict[int, tuple[bool, ...]]:  # fmt: skip
    """For each of the customers (None: all) whether each rule holds, seen from `today`. One query.

    With `as_of` the sales after today are left out. A rule with `contains` takes one more query for its texts.
    """
    if not rules or (customer_ids is not None and not customer_ids):
        return {}
    plan = _plan(rules, terms, is_some=customer_ids is not None, as_of=as_of)
    return {row[0]: tuple(map(bool, row[1:])) for row in _rows(plan, plan.truths, today, customer_ids)}


def rule_members(rule: Rule, *, today: date, terms: Terms, as_of: bool = False) -> list[int]:
    """The customers the rule holds for, by number. One query."""
    plan = _plan([rule], terms, is_some=False, as_of=as_of)
    return [row[0] for row in _rows(plan, plan.members, today, None)]


def rules_count(rules: Sequence[Rule], *, today: date, terms: Terms, as_of: bool = False) -> list[int]:
    """For each rule how many customers it holds for. One query."""
    plan = _plan(rules, terms, is_some=False, as_of=as_of)
    [row] = _rows(plan, plan.count if len(rules) == 1 else plan.counts, today, None)
    return [int(each) for each in row]


class Summed(NamedTuple):
    """What is to be summed up: rules, and measures over those whom the first rule holds for."""

    rules: tuple[Rule, ...]
    measures: tuple[Term, ...]
    today: date
    terms: Terms


class Sums(NamedTuple):
    """How many customers were asked about; for each rule how many it holds for; the sums; the first it holds for."""

    base: int
    counts: list[int]
    sums: list[int]
    first: list[int]


def rules_summed(asked: Summed, *, of: Collection[int] | None = None) -> Sums:
    """What the rules come to, of these customers (None: all). Two queries."""
    plan = plan_of(
        asked.rules, dialect=_dialect(), terms=asked.terms, is_some=of is not None,
        sums=asked.measures,
    )  # fmt: skip
    return sums_of([list(_rows(plan, sql, asked.today, of)) for sql in (plan.summary, plan.sample)], asked)


def sums_of(answers: Sequence[Sequence[Sequence[Any]]], asked: Summed) -> Sums:
    """The answers to a plan's summary and sample, read."""
    [[base, *told]], sample = answers
    numbers = [int(each) for each in told]
    return Sums(int(base), numbers[: len(asked.rules)], numbers[len(asked.rules) :], [row[0] for row in sample])


def _dialect() -> Dialect:
    return Dialect.SQLITE if is_sqlite() else Dialect.POSTGRES


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Rules and terms that are known by being the same objects: comparing fifty rules costs a sale more than asking."""

    rules: tuple[Rule, ...]
    terms: Terms

    def __hash__(self) -> int:
        return hash((id(self.rules), id(self.terms)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rules is other.rules and self.terms is other.terms


def _plan(rules: Sequence[Rule], terms: Terms, *, is_some: bool, as_of: bool) -> Plan:
    return _plan_of_same(_Same(tuple(rules), terms), is_some=is_some, as_of=as_of)


# What live rules come to is asked with every sale, of the same tuple (live.py).
@lru_cache(maxsize=8)
def _plan_of_same(same: _Same, *, is_some: bool, as_of: bool) -> Plan:
    return plan_of(same.rules, dialect=_dialect(), terms=same.terms, is_some=is_some, as_of=as_of)


def _rows(plan: Plan, sql: str, today: date, customer_ids: Collection[int] | None) -> Iterator[tuple[int, ...]]:
    """The statement's rows."""
    bound = dict(_bound(plan, today))
    ids = None if customer_ids is None else bound_list(sorted(customer_ids))
    for name, wanted in plan.vocabularies.items():
        bound[name] = bound_list(wanted.among(_texts(plan, wanted, ids)))
    if ids is not None:
        bound[IDS] = ids
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        yield from cursor.fetchall()


def _texts(plan: Plan, wanted: Vocabulary, ids: object) -> list[str]:
    """Every text there is; of the customers asked about, where they have them."""
    bound: dict[str, Any] = {} if ids is None or not wanted.of_customers else {IDS: ids}
    if wanted.where is not None:
        bound["where"] = wanted.where[1]
    with connection.cursor() as cursor:
        cursor.execute(plan.vocabulary(wanted), bound)
        return [row[0] for row in cursor.fetchall() if row[0]]


@lru_cache(maxsize=64)
def _bound(plan: Plan, today: date) -> Mapping[str, Any]:
    """What the plan binds on that day, all day long. SQLite keeps days as texts."""
    told = plan.bound(today).items()
    return {name: str(value) if isinstance(value, date) and is_sqlite() else value for name, value in told}
