"""A scope in front of a question's SQL: the relations it reads hold what was asked about, and nothing else. Pure.

The lake gives `history_sales`, `history_lines`, `history_payments` and the small tables, whole. Put in front here, as
common tables of the same names: those narrowed by stores, channel, members and the day nothing is later than;
`sales`, `lines`, `payments`, narrowed by the dates, too; and `all_sales`, `all_lines`, `all_payments`, which are the
same but for the members: what everybody bought, to measure a segment against.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from regulars.reports.steps import fronted

# The table of the members of the segment or group asked about, given beside the statement: its column is `customer`.
MEMBERS = "scope_members"

_EPOCH = date(1970, 1, 1)
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_BOUND = re.compile(r"\$([a-z_][a-z0-9_]*)")

# Relations of sales, and which hold a day on which a row came to be.
_OF_SALES = ("sales", "lines", "payments")
OF_SALES = tuple(f"{before}{name}" for before in ("", "history_", "all_") for name in _OF_SALES)
_DATED = ("membership_changes", "entries", "offer_uses", "exposures")
# Relations with a row for a customer, narrowed to the members and to who bought in the stores asked about.
_OF_CUSTOMERS = ("customers", "membership_changes", "tiers", "entries", "exposures")

_MEMBERS_THEN = """SELECT c.customer, c."group", s.tier_set, c.day AS since
FROM membership_changes AS c
JOIN groups AS s ON s."group" = c."group" AND s.is_tier
JOIN (SELECT MAX(id) AS id FROM membership_changes GROUP BY customer, "group") AS last ON last.id = c.id
WHERE c.is_entry"""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is asked about. `until`: nothing after it is there; None: whatever there is. `stores` None: all of them.

    `is_past`: the day asked about is an earlier one, so that what is kept as it is now is told from its changes.
    """

    first: date | None = None
    last: date | None = None
    stores: tuple[int, ...] | None = None
    channel: str = ""
    has_members: bool = False
    until: date | None = None
    is_past: bool = False


class Narrowed(NamedTuple):
    """A statement and the values it names."""

    sql: str
    bound: Mapping[str, object]


def narrowed(sql: str, narrowing: Narrowing, bound: Mapping[str, object]) -> Narrowed:
    """The statement reads what the narrowing leaves. Values it does not name are left out."""
    written = _COMMENTS.sub("", sql).strip()
    tables = dict(_tables(narrowing))
    needed = _needed(written, tables)
    if needed:
        written = fronted(written, {name: select for name, select in tables.items() if name in needed})
    values = {**bound, **_values(narrowing)}
    return Narrowed(written, {name: values[name] for name in dict.fromkeys(_BOUND.findall(written)) if name in values})


def days_bound(*, today: date, first: date, last: date) -> dict[str, object]:
    """What every question may name: the day asked about and the span."""
    return {
        "today": today,
        "today_number": day_number(today),
        "from": first,
        "to": last,
        "from_number": day_number(first),
        "to_number": day_number(last),
        "from_month": month_number(first),
        "to_month": month_number(last),
    }


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def day_numbered(number: int) -> date:
    """The day of that number."""
    return _EPOCH + timedelta(days=number)


def month_number(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def _needed(sql: str, tables: Mapping[str, str]) -> set[str]:
    """The tables the statement names, and those they read in turn."""
    needed: set[str] = set()
    asked = [sql]
    while asked:
        named = set(re.findall(r"[a-z_]+", asked.pop())) & (tables.keys() - needed)
        needed |= named
        asked += [tables[name] for name in named]
    return needed


def _tables(narrowing: Narrowing) -> Iterator[tuple[str, str]]:
    """Each narrowed relation and the SELECT that gives it, after those it reads."""
    within, members, dates = _within(narrowing), _members(narrowing), _dates(narrowing)
    # What the lake holds, as long as its name is not yet taken by what is left of it.
    for name in _OF_SALES:
        yield f"all_{name}", _those_of(f"history_{name}", [*within, *dates])
    for name in _OF_SALES:
        if within or members:
            yield f"history_{name}", _those_of(f"history_{name}", [*within, *members])
    for name in _OF_SALES:
        yield name, _those_of(f"history_{name}", dates)
    if narrowing.stores is not None:
        for name in ("stores", "stock"):
            yield name, _those_of(name, [_store_among(narrowing.stores)])
    for name in ("membership_changes", "customers", "tiers", "entries", "exposures", "offer_uses"):
        conditions = list(_beside(name, narrowing))
        if name == "tiers" and narrowing.is_past:
            # Narrowed already: the changes it reads are.
            yield name, _MEMBERS_THEN
        elif conditions:
            yield name, _those_of(name, conditions)


def _those_of(relation: str, conditions: list[str]) -> str:
    return f"SELECT * FROM {relation}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")


def _within(narrowing: Narrowing) -> list[str]:
    """Conditions on all rows of sales, whatever the dates and the members asked about."""
    conditions = []
    if narrowing.until is not None:
        conditions.append("day <= $scope_until")
    if narrowing.stores is not None:
        conditions.append(_store_among(narrowing.stores))
    if narrowing.channel:
        conditions.append("channel = $scope_channel")
    return conditions


def _members(narrowing: Narrowing) -> list[str]:
    return [f"customer IN (SELECT customer FROM {MEMBERS})"] if narrowing.has_members else []


def _dates(narrowing: Narrowing) -> list[str]:
    conditions = []
    if narrowing.first is not None:
        conditions.append("day >= $scope_first")
    if narrowing.last is not None:
        conditions.append("day <= $scope_last")
    return conditions


def _beside(name: str, narrowing: Narrowing) -> Iterator[str]:
    """Conditions on the rows of a relation beside the sales."""
    if name in _DATED and narrowing.until is not None:
        yield "day <= $scope_until"
    if name == "customers" and narrowing.is_past:
        yield "joined <= $scope_until"
    if name in _OF_CUSTOMERS:
        yield from _members(narrowing)
    if name in _OF_CUSTOMERS and narrowing.stores is not None:
        yield "customer IN (SELECT customer FROM history_sales WHERE customer IS NOT NULL)"
    if name == "offer_uses" and (narrowing.has_members or narrowing.stores is not None or narrowing.channel):
        yield "sale IN (SELECT sale FROM history_sales)"


def _store_among(stores: tuple[int, ...]) -> str:
    """None of no stores: who may see none sees nothing."""
    if not stores:
        return "1 = 0"
    return f"store IN ({', '.join(f'$scope_store_{n}' for n in range(len(stores)))})"


def _values(narrowing: Narrowing) -> dict[str, object]:
    values: dict[str, object] = {f"scope_store_{n}": store for n, store in enumerate(narrowing.stores or ())}
    values |= {
        "scope_until": narrowing.until,
        "scope_first": narrowing.first,
        "scope_last": narrowing.last,
        "scope_channel": narrowing.channel,
    }
    return values
