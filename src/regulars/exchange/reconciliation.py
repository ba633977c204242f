"""What became of every row and every penny of an import: what was read is what was imported, skipped and refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.core.money import amount_text


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the rows, and the money of them in minor units."""

    name: str
    rows: int
    money: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The figures of an import, in minor units. `rounding` is what rounding each row to the minor unit left over.

    Made by `reconciled`, which checks that they add up.
    """

    rows_read: int
    money_read: int
    imported: Part
    sales_created: int
    sales_unchanged: int
    skipped: tuple[Part, ...]
    refused: tuple[Part, ...]
    rounding: Part
    customers_created: int
    customers_in_file: int
    places: int

    @property
    def rows_refused(self) -> int:
        return sum(part.rows for part in self.refused)

    def as_json(self) -> dict[str, object]:
        """The figures as they are kept and printed: amounts as decimal text."""
        return {
            "rows_read": self.rows_read,
            "money_read": self.text(self.money_read),
            "imported": {
                "rows": self.imported.rows,
                "sales": self.sales_created + self.sales_unchanged,
                "money": self.text(self.imported.money),
                "created": self.sales_created,
                "unchanged": self.sales_unchanged,
            },
            "skipped": [self._part(part, "class") for part in self.skipped],
            "refused": [self._part(part, "reason") for part in self.refused],
            "rounding": {"rows": self.rounding.rows, "money": self.text(self.rounding.money)},
            "customers": {"created": self.customers_created, "in_file": self.customers_in_file},
        }

    def _part(self, part: Part, label: str) -> dict[str, object]:
        return {label: part.name, "rows": part.rows, "money": self.text(part.money)}

    def text(self, minor: int) -> str:
        """An amount of these figures as decimal text."""
        return amount_text(minor, places=self.places)


def reconciled(figures: Reconciliation) -> Reconciliation:
    """The figures, which add up. Raises ValueError where they do not: that is a bug, and nothing may be kept."""
    parts = (figures.imported, *figures.skipped, *figures.refused)
    rows, money = sum(part.rows for part in parts), _money((*parts, figures.rounding))
    if rows != figures.rows_read:
        raise ValueError(f"{figures.rows_read} rows were read, but {rows} are accounted for")
    if money != figures.money_read:
        raise ValueError(f"{figures.money_read} was read, but {money} is accounted for")
    return figures


def _money(parts: Iterable[Part]) -> int:
    return sum(part.money for part in parts)
