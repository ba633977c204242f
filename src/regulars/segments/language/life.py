"""What is known of one customer, as rows: all that a rule may ask about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regulars.core.attributes import Lookup

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """One customer's rows of every relation, with the columns it declares; days are dates.

    Rows that a column leads to (stores, names of products, payments) are here as well; those of others do no harm.
    `members`: the groups the customer is in by hand. `pins`: the groups pinned into (True) or out of (False).
    """

    rows: Mapping[str, Sequence[Row]]
    members: frozenset[int] = frozenset()
    pins: Mapping[int, bool] = field(default_factory=dict)

    def of(self, relation: str) -> Sequence[Row]:
        """The customer's rows of the relation; none where nothing is known."""
        return self.rows.get(relation, ())

    def with_rows(self, relation: str, rows: Iterable[Row]) -> "Life":
        """The same life, but for the rows of one relation."""
        return replace(self, rows={**self.rows, relation: tuple(rows)})

    def led_to(self, via: Lookup, shown: str) -> Mapping[object, Sequence[object]]:
        """What stands in the column `shown` of the lookup's rows, by the key that leads there."""
        found: dict[object, list[object]] = defaultdict(list)
        for row in self.of(via.relation):
            found[row[via.key]].append(row[shown])
        return found
