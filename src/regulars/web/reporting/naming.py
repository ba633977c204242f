"""What customers, stores, products and groups of an answer are called, for whoever may know."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.access.rules import Actor
from regulars.reports.shape import Column, Unit
from regulars.reports.wording import customer_told, customers_called, groups_called, products_called, stores_called


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id; who may not be named is left out."""

    customers: Mapping[int, str] = field(default_factory=dict)
    stores: Mapping[int, str] = field(default_factory=dict)
    products: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)


def names_of(told: Iterable[tuple[Collection[Column], Collection[Mapping[str, Any]]]], *, visible_to: Actor) -> Names:
    """The names of all that these rows hold. A query for each kind of thing, two for customers."""
    ids: dict[Unit, set[int]] = {unit: set() for unit in (Unit.CUSTOMER, Unit.STORE, Unit.PRODUCT, Unit.GROUP)}
    for columns, rows in told:
        for column in columns:
            if column.unit in ids:
                ids[column.unit] |= {row[column.name] for row in rows if row[column.name] is not None}
    called = customers_called(ids[Unit.CUSTOMER], visible_to=visible_to)
    return Names(
        customers={id_: customer_told(id_, each) for id_, each in called.items()},
        stores=stores_called(ids[Unit.STORE]),
        products=products_called(ids[Unit.PRODUCT]),
        groups=groups_called(ids[Unit.GROUP]),
    )
