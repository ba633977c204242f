"""What each room keeps of a person, declared by the room."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One model that leads to a customer.

    `path` is the way from it to the customer's id, as Django writes lookups. `direct` are the fields that
    name or reach the person (kept in the database only); `indirect` those that describe them; what is left
    out tells of the shop, not of the person, and stays when the person is erased.
    """

    model: str
    path: str
    direct: tuple[str, ...] = ()
    indirect: tuple[str, ...] = ()


_DECLARED: dict[str, PersonalData] = {}


def personal_data_declare(declared: Iterable[PersonalData]) -> None:
    """Every declaration is known; declaring a model twice is a bug."""
    for each in declared:
        if each.model in _DECLARED:
            raise ValueError(f"{each.model} is declared twice")
        _DECLARED[each.model] = each


def personal_data_declared() -> tuple[PersonalData, ...]:
    """All declarations, by model name."""
    return tuple(_DECLARED[name] for name in sorted(_DECLARED))
