"""A rule by what is known only: who meets it without it but for an unknown value has "come in by unknown"."""

from collections.abc import Iterable
from typing import assert_never

from regulars.segments.language.tree import (
    All,
    Always,
    Any,
    Compare,
    Member,
    Not,
    Operator,
    Pinned,
    Rule,
    Together,
    Within,
)

_COMPLEMENTS = (Operator.UNEQUAL, Operator.NOT_IN)
_PRESENCE = (Operator.KNOWN, Operator.UNKNOWN)


def strict(rule: Rule) -> Rule:
    """The rule that holds exactly where this one holds by what is known.

    A comparison on an unknown value neither holds nor fails then, and so neither does `not` of it. Where everything is
    known it is the same rule; where it holds, the rule holds as well.
    """
    return _held(rule)


def _held(rule: Rule) -> Rule:
    """Where the rule holds for certain."""
    match rule:
        case All(rules):
            return every(_held(each) for each in rules)
        case Any(rules):
            return either(_held(each) for each in rules)
        case Not(negated):
            return _failed(negated)
        case Compare(operator=operator) if operator in _COMPLEMENTS:
            return _where_known(rule, rule)
        case Compare() | Within() | Together() | Member() | Pinned() | Always():
            return rule
        case _:
            assert_never(rule)


def _failed(rule: Rule) -> Rule:
    """Where the rule fails for certain."""
    match rule:
        case All(rules):
            return either(_failed(each) for each in rules)
        case Any(rules):
            return every(_failed(each) for each in rules)
        case Not(negated):
            return _held(negated)
        case Compare(operator=operator) if operator in _PRESENCE:
            return Not(rule)
        case Compare() | Within():
            return _where_known(rule, Not(rule))
        case Together() | Member() | Pinned() | Always():
            return Not(rule)
        case _:
            assert_never(rule)


def _where_known(condition: Compare | Within, rule: Rule) -> Rule:
    return All((Compare(condition.term, Operator.KNOWN), rule))


def every(rules: Iterable[Rule]) -> Rule:
    """All of the rules, as one that holds no other of its kind."""
    return All(tuple(part for rule in rules for part in (rule.rules if isinstance(rule, All) else (rule,))))


def either(rules: Iterable[Rule]) -> Rule:
    """Any of the rules, as one that holds no other of its kind."""
    return Any(tuple(part for rule in rules for part in (rule.rules if isinstance(rule, Any) else (rule,))))
