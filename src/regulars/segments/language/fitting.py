"""What fits what: the names that can begin a condition, and which operators, filters and windows each takes."""

from collections.abc import Iterable, Mapping

from regulars.core.attributes import (
    Attribute,
    Filter,
    Measure,
    Ratio,
    Type,
    attributes,
    filters,
    relations,
)
from regulars.core.text import marked as _
from regulars.segments.language.tree import Operator

PRESENCE = (Operator.KNOWN, Operator.UNKNOWN)
_ORDER = (Operator.AT_LEAST, Operator.ABOVE, Operator.AT_MOST, Operator.BELOW, Operator.BETWEEN)
_SAME = (Operator.EQUAL, Operator.UNEQUAL, Operator.IN, Operator.NOT_IN)
_OF_NUMBERS = (*_ORDER, *_SAME, *PRESENCE)
# What types can be compared by; those that are not here, as numbers and days are.
_OPERATORS: Mapping[Type, tuple[Operator, ...]] = {
    Type.PRESENCE: PRESENCE,
    Type.BIRTHDAY: PRESENCE,
    Type.TEXT: (*_SAME, Operator.CONTAINS, *PRESENCE),
}
# Part of the language: whoever evaluates a rule sees what they stand for instead.
REFERENCES: Mapping[str, Attribute] = {
    "group": Attribute(name="group", meaning=_("a group the customer is in"), type=Type.TEXT),
    "segment": Attribute(name="segment", meaning=_("a segment the customer is in"), type=Type.TEXT),
    "tier": Attribute(name="tier", meaning=_("the tier the customer is in"), type=Type.TEXT),
}


def known_attributes() -> Mapping[str, Attribute]:
    """Every name that can begin a condition."""
    return {**attributes(), **REFERENCES}


def operators_of(attribute: Attribute, type_: Type) -> tuple[Operator, ...]:
    """What the attribute's values can be compared by."""
    return _SAME if attribute.name in REFERENCES else _OPERATORS.get(type_, _OF_NUMBERS)


def is_windowed(attribute: Attribute) -> bool:
    """Whether it takes a window: it is counted from rows that have a day."""
    return any(relations()[name].is_dated for name in _relations_of(attribute))


def filters_of(attribute: Attribute, used: Iterable[str] = ()) -> Mapping[str, Filter]:
    """The filters it takes beside the used ones: some rows that it is counted from have the columns of them all."""
    needed = {filters()[name].column for name in used}
    columns = [relations()[name].columns.keys() for name in _relations_of(attribute)]
    return {
        name: each
        for name, each in filters().items()
        if any(found >= {*needed, each.column} for found in columns)
    }  # fmt: skip


def _relations_of(attribute: Attribute) -> set[str]:
    match attribute:
        case Measure(by=by):
            return {each.relation for each in by}
        case Ratio(of=of, over=over):
            return _relations_of(attributes()[of]) & _relations_of(attributes()[over])
    return set()
