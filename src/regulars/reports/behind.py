"""Who stands behind a row of an answer: the rule they meet, where one says it, and their numbers.

From there a segment is saved with `segment_create`, a manual group is filled with `members_add`: both know the rights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.customers.reach import customers_reached
from regulars.reports.errors import NobodyBehind, PartUnknown
from regulars.reports.folders import Question
from regulars.reports.ruling import quoted
from regulars.reports.running import Asked, asked_of, asked_sql, bound_of
from regulars.reports.scope import Scope, group_told
from regulars.reports.shape import Part, Unit
from regulars.segments.selectors import rule_customers


@dataclass(frozen=True, slots=True)
class Behind:
    """`rule`: what the customers meet, fit to be saved as a segment; None where no rule says it. `customer_ids`: those
    within reach, by number."""

    rule: str | None
    customer_ids: tuple[int, ...]


def is_drillable(part: Part) -> bool:
    """Whether customers stand behind the rows of the part."""
    return part.drill is not None or bool(part.behind) or _customer_column(part) is not None


def customers_behind(
    key: str, scope: Scope, *, part: str, row: Mapping[str, Any], visible_to: Actor, at: datetime
) -> Behind:
    """Who stands behind a row (its values by column) of a part, as the scope has it.

    Raises Forbidden; ReportUnknown, PartUnknown, NobodyBehind.
    """
    visible_to.require("customers.see")
    asked = asked_of(key, scope, visible_to=visible_to, at=at)
    shown = _part(asked.question, part)
    rule = rule_behind(asked, shown, row, visible_to=visible_to)
    ids = _ids(asked, shown, row, rule=rule, actor=visible_to, at=at)
    if ids is None:
        raise NobodyBehind
    if visible_to.reach("customers.see") is not Reach.ALL:
        reached = customers_reached(ids, right="customers.see", actor=visible_to)
        ids = [id_ for id_ in ids if id_ in reached]
    return Behind(rule, tuple(ids))


def rule_behind(asked: Asked, part: Part, row: Mapping[str, Any], *, visible_to: Actor) -> str | None:
    """The rule of the customers behind a row, narrowed to the members asked about; None where no rule says it."""
    if part.drill is None:
        return None
    told = {f"${name}": value for name, value in bound_of(asked).items()}
    rule = part.drill({**told, **row})
    if rule is None or not asked.scope.members:
        return rule
    group = group_told(asked.scope.members, visible_to=visible_to)
    if group is None:
        return f"({asked.scope.members}) and ({rule})"
    name = quoted(f"{group.tier_set}: {group.name}" if group.tier_set else group.name)
    return f"group = {name} and ({rule})" if name else None


def _ids(
    asked: Asked, part: Part, row: Mapping[str, Any], *, rule: str | None, actor: Actor, at: datetime
) -> list[int] | None:
    """By the statement beside the part, which is exact in every scope; else by the rule."""
    if part.name in asked.question.behind:
        values = {f"row_{name}": value for name, value in row.items()}
        table = asked_sql(asked.question.behind[part.name], asked, more=values)
        return sorted({number for number in table["customer"].to_pylist() if number is not None})
    column = _customer_column(part)
    if column is not None:
        return [] if row.get(column) is None else [int(row[column])]
    if rule is None:
        return None
    return rule_customers(rule, as_of=asked.scope.as_of if asked.is_past else None, at=at, visible_to=actor)


def _customer_column(part: Part) -> str | None:
    return next((column.name for column in part.columns if column.unit is Unit.CUSTOMER), None)


def _part(question: Question, name: str) -> Part:
    found = next((part for part in question.report.parts if part.name == name), None)
    if found is None:
        known = ", ".join(part.name for part in question.report.parts)
        raise PartUnknown(report=question.report.key, name=name, parts=known)
    return found
