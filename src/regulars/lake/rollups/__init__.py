"""Rollups: sums of the lake that heavy questions read instead of its rows. Each is an SQL file beside this one. Pure.

All of them add up, so that what came since is put to them, and what is no longer so taken off, without looking at the
rest (docs/algorithms/rollups.md).
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from importlib.resources import files


class Kind(Enum):
    """What a rollup's rows are, which says how they follow a change."""

    SUMMED = "summed"  # sums over sales, whoever bought: rows of the same keys are to be added up by who reads them
    KEYED = "keyed"  # sums over the sales of a customer: one row for each key
    DERIVED = "derived"  # what follows from a customer's rows in KEYED ones: one row for each key
    CELLS = "cells"  # sums over customers of what their rows say: to be added up by who reads them
    TOLD = "told"  # what the relation of customers says of each: one row for each customer
    OPENED = "opened"  # what one sale of each customer held, which a derived row names: one row for each key
    BOOKED = "booked"  # sums over rows that come and stay: to be added up by who reads them, unless a customer is a key


@dataclass(frozen=True, slots=True)
class Rollup:
    """`keys`: the columns that name a row; the others are added up, but that of those in `least`, which only BOOKED
    ones have, the least is taken. `reads`: relations its SQL reads.

    Of sales (SUMMED, KEYED) each sale must count by itself, so that any parts of them may be added. The first column
    after the keys counts what the row is made of; where it comes to nothing, there is no such row.
    """

    name: str
    kind: Kind
    keys: tuple[str, ...]
    reads: tuple[str, ...]
    least: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        return _sql(self.name)

    @property
    def is_of_customers(self) -> bool:
        """Whether a row is of one customer; then there is one row for each key."""
        return "customer" in self.keys


@cache
def _sql(name: str) -> str:
    return (files(__name__) / f"{name}.sql").read_text("utf-8").strip()


_MOMENTS = ("customer", "day_number", "month", "hour", "minute", "sale", "store")
_PLACE = ("country", "region", "city", "postcode_area")
_LIVES = ("by_customer_hour", "by_customer_month", "by_customer", "calendar")

# Each after those it reads.
ROLLUPS = (
    Rollup("by_store_day_hour", Kind.SUMMED, ("store", "channel", "day_number", "hour"), ("sales",)),
    Rollup("by_category_month", Kind.SUMMED, ("category", "store", "channel", "month"), ("lines",)),
    Rollup("by_payment_day", Kind.SUMMED, ("method", "store", "channel", "day_number"), ("payments",)),
    Rollup("by_customer_hour", Kind.KEYED, _MOMENTS, ("sales",)),
    Rollup("by_customer_category", Kind.KEYED, ("customer", "category"), ("lines",)),
    Rollup("by_customer_method", Kind.KEYED, ("customer", "method"), ("payments",)),
    Rollup("by_customer", Kind.DERIVED, ("customer",), ("by_customer_hour",)),
    Rollup("by_customer_store", Kind.DERIVED, ("customer", "store"), ("by_customer_hour",)),
    Rollup("by_first_product", Kind.OPENED, ("customer", "product"), ("by_customer", "lines")),
    Rollup("by_customer_month", Kind.DERIVED, ("customer", "month"), ("by_customer_hour",)),
    Rollup("by_customer_home", Kind.TOLD, ("customer",), ("customers",)),
    Rollup("by_start", Kind.CELLS, ("first_number", "first_store"), ("by_customer",)),
    Rollup("by_second", Kind.CELLS, ("days",), ("by_customer",)),
    Rollup("by_orders", Kind.CELLS, ("orders",), ("by_customer",)),
    Rollup("by_reach", Kind.CELLS, ("stores",), ("by_customer_store",)),
    Rollup("by_cohort", Kind.CELLS, ("kind", "cohort", "period"), _LIVES),
    Rollup("by_kept", Kind.CELLS, ("kind", "period", "who"), _LIVES),
    Rollup("by_gap", Kind.CELLS, ("days",), ("by_customer_hour",)),
    Rollup("by_day_hour", Kind.CELLS, ("day_number", "hour"), ("by_customer_hour",)),
    Rollup("by_month_orders", Kind.CELLS, ("month", "orders"), ("by_customer_month",)),
    Rollup("by_store_pair", Kind.CELLS, ("store", "other"), ("by_customer_store",)),
    Rollup("by_category_orders", Kind.CELLS, ("category", "orders"), ("by_customer_category",)),
    Rollup("by_method", Kind.CELLS, ("method",), ("by_customer_method",)),
    Rollup("by_place", Kind.CELLS, _PLACE, ("by_customer", "by_customer_home")),
    Rollup("by_place_category", Kind.CELLS, (*_PLACE, "category"), ("by_customer_category", "by_customer_home")),
    Rollup("by_entry_day", Kind.BOOKED, ("book", "kind", "day", "expires_day"), ("entries",)),
    Rollup("by_customer_booked", Kind.BOOKED, ("customer", "book"), ("entries",), least=("first_day",)),
)
NAMED = {rollup.name: rollup for rollup in ROLLUPS}


@cache
def rollups_form() -> str:
    """Another text once a version of ours keeps other rollups, or adds them up otherwise."""
    told = [(each.name, each.kind.value, each.keys, each.reads, each.least, each.sql) for each in ROLLUPS]
    return sha256(repr(told).encode()).hexdigest()[:16]
