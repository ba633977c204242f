"""How large a rule may be. Trees are walked without recursion here: whoever walks them otherwise may rely on it."""

from collections.abc import Iterator
from typing import NamedTuple

from regulars.segments.language.tree import All, Any, Compare, Condition, Not, Rule, Value

MOST_CHARACTERS = 100_000
# `and`, `or` and `not` inside one another.
DEEPEST = 32
# Parentheses open at once, also those that only group.
MOST_OPEN = 500
MOST_CONDITIONS = 500
# In all lists together; engines bind each of them.
MOST_VALUES = 5_000
# "10000 days ago" is further back than any sale.
MOST_UNITS = 10_000


class Placed(NamedTuple):
    """A condition and how many `and`, `or` and `not` stand around it."""

    condition: Condition
    depth: int


def conditions(rule: Rule) -> Iterator[Placed]:
    """Every condition of the rule, from left to right."""
    waiting: list[tuple[Rule, int]] = [(rule, 0)]
    while waiting:
        part, depth = waiting.pop()
        match part:
            case Not(inner):
                waiting.append((inner, depth + 1))
            case All(parts) | Any(parts):
                waiting.extend((each, depth + 1) for each in reversed(parts))
            case _:
                yield Placed(part, depth)


def values_of(condition: Condition) -> Iterator[Value]:
    """Every value a condition and its filters are held against."""
    if isinstance(condition, Compare):
        yield from condition.values
        for each in condition.term.filters:
            yield from each.values


def too_deep() -> str:
    """The sentence about a rule that nobody could follow."""
    return (
        f'"and", "or" and "not" stand more than {DEEPEST} deep inside one another; make segments of the inner parts'
        " and name them"
    )


def too_many_conditions() -> str:
    """The sentence about a rule that is too much work."""
    return f"a rule has at most {MOST_CONDITIONS} conditions and filters; make segments of its parts and name them"


def too_many_values() -> str:
    """The sentence about lists that are too long."""
    return f"the lists of a rule hold at most {MOST_VALUES} values in all; use a group or a tag instead"


def too_long(length: int) -> str:
    """The sentence about a text that nobody could read."""
    return f"the rule has {length} characters; at most {MOST_CHARACTERS} can be read"
