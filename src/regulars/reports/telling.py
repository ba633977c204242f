"""An answer as machines are told it: money as decimal text, days as such, names beside the numbers of customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from regulars.access.rules import Actor
from regulars.core.money import currency_places
from regulars.reports.errors import PartUnknown
from regulars.reports.running import Answer
from regulars.reports.shape import Column, Part, Unit
from regulars.reports.wording import (
    Called,
    customers_called,
    groups_called,
    plain_text,
    products_called,
    stores_called,
)

_AS_TEXT = (Unit.MONEY, Unit.QUANTITY, Unit.CURRENCY)


@dataclass(frozen=True, slots=True)
class Named:
    """What the numbers in a table are called. A customer who is not in it is not to be named."""

    customers: Mapping[int, Called] = field(default_factory=dict)
    stores: Mapping[int, str] = field(default_factory=dict)
    products: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)

    def of(self, unit: Unit) -> Mapping[int, str]:
        """Names by number, of things that everybody may name."""
        return {Unit.STORE: self.stores, Unit.PRODUCT: self.products, Unit.GROUP: self.groups}.get(unit, {})


def part_named(answer: Answer, name: str = "") -> Part:
    """The part of the answer of that name; without one its first. Raises PartUnknown."""
    parts = answer.report.parts
    if not name:
        return parts[0]
    found = next((part for part in parts if part.name == name), None)
    if found is None:
        raise PartUnknown(report=answer.report.key, name=name, parts=", ".join(part.name for part in parts))
    return found


def names_in(tables: Sequence[pa.Table], part: Part, *, visible_to: Actor) -> Named:
    """What the numbers in the tables of a part are called. At most five queries, whatever the number of rows."""
    return Named(
        customers=customers_called(_numbers(tables, part, Unit.CUSTOMER), visible_to=visible_to),
        stores=stores_called(_numbers(tables, part, Unit.STORE)),
        products=products_called(_numbers(tables, part, Unit.PRODUCT)),
        groups=groups_called(_numbers(tables, part, Unit.GROUP)),
    )


def columns_told(part: Part) -> list[str]:
    """The names of the columns as `rows_told` gives them: code and name stand beside the number of a customer."""
    return [name for column in part.columns for name in _names(column)]


def rows_told(table: pa.Table, part: Part, *, named: Named, currency: str) -> Iterator[dict[str, Any]]:
    """Rows for machines: money and quantities as decimal text, stores, products and groups by name; None: unknown."""
    places = currency_places(currency)
    for row in table.to_pylist():
        told: dict[str, Any] = {}
        for column in part.columns:
            told |= _told(column, row[column.name], named, places)
        yield told


def _told(column: Column, value: Any, named: Named, places: int) -> dict[str, Any]:
    if column.unit is Unit.CUSTOMER:
        called = named.customers.get(value)
        known = {"code": called.code or None, "name": called.name or None} if called else {"code": None, "name": None}
        return {column.name: value, **{f"{column.name}_{what}": known[what] for what in known}}
    if value is None:
        return {column.name: None}
    if column.unit in _AS_TEXT:
        return {column.name: plain_text(value, column.unit, places=places)}
    if column.unit in (Unit.STORE, Unit.PRODUCT, Unit.GROUP):
        return {column.name: named.of(column.unit).get(value, str(value))}
    return {column.name: value}


def _names(column: Column) -> tuple[str, ...]:
    if column.unit is Unit.CUSTOMER:
        return column.name, f"{column.name}_code", f"{column.name}_name"
    return (column.name,)


def _numbers(tables: Sequence[pa.Table], part: Part, unit: Unit) -> set[int]:
    columns = [column.name for column in part.columns if column.unit is unit]
    return {
        number
        for table in tables
        for column in columns
        for number in table[column].unique().to_pylist()
        if number is not None
    }
