"""What may be asked about a customer: attributes over relations, declared by the rooms that keep them.

A relation is a set of rows with named columns; where it tells of customers, `customer` is one of them. The rooms give
it as one SELECT over their tables; the columnar copy holds it under its name, with the same columns. An attribute says
how a value of a customer follows from rows. So whoever asks (segments, reports) knows neither rooms nor tables.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Column(StrEnum):
    """What a column of a relation holds."""

    INTEGER = "integer"
    TEXT = "text"
    DATE = "date"


class Type(StrEnum):
    """What a value is, which says what may be compared with it and how it is written."""

    MONEY = "money"  # integer, minor units
    COUNT = "count"  # integer
    QUANTITY = "quantity"  # integer, thousandths
    NUMBER = "number"  # double
    DATE = "date"
    TEXT = "text"  # unknown where empty
    PRESENCE = "presence"  # only known or unknown
    AGE = "age"  # whole years, from a day of birth
    BIRTHDAY = "birthday"  # day and month, from a day of birth
    CHOSEN = "chosen"  # as a custom field says


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows that can be asked. `sql` is one SELECT, portable between SQLite and PostgreSQL, that names its columns.

    `is_per_customer`: one row at most for each customer. `is_dated`: it has a `day` that windows and as-of dates bound.
    `may_name`: a value may name a person, so the columnar copy does not hold it.
    """

    name: str
    columns: Mapping[str, Column]
    sql: str
    is_per_customer: bool = False
    is_dated: bool = False
    may_name: bool = False


class How(StrEnum):
    """How many rows become one value."""

    SUM = "sum"
    COUNT = "count"
    DISTINCT = "distinct"  # how many different combinations of the columns
    FIRST = "first"  # the least
    LAST = "last"  # the greatest


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A value from the rows of a relation.

    `kind`: only rows whose column `kind` is this word. `tax`: the column taken off a sum where spending is without tax.
    `sign` -1 turns a sum around. No rows: sums and counts are 0, first and last are unknown.
    """

    relation: str
    how: How
    columns: tuple[str, ...] = ()
    kind: str = ""
    tax: str = ""
    sign: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something with a name that people write and a meaning they read.

    `words`: the words that stand for whole numbers (weekdays). `choices`: the only texts there are, where few. `form`
    brings a text as typed into the one written form that is kept (a country's name to its code). `vocabulary`: the
    relation and column that hold every text there is, where those are not the attribute's own.
    """

    name: str
    meaning: str
    type: Type
    words: Mapping[str, int] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    form: Callable[[str], str] | None = None
    vocabulary: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """Rows of another relation that a column leads to: `column` of the first is `key` of the other."""

    relation: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Attribute):
    """A value a customer has: `column` of the customer's row of `relation`; of their rows, where there may be several.

    Of several (`is_many`) a comparison asks whether there is one that passes. `where` names the column and the text
    that a row must have; with `takes_argument` the text is written in the rule: field("Shoe size").
    """

    relation: str
    column: str
    is_many: bool = False
    where: tuple[str, str] | None = None
    takes_argument: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Favourite(Attribute):
    """What most orders of a customer share; on a tie the one with the latest order, then the least.

    `via` and `shown`: the text stands in that column of the lookup's row.
    """

    relation: str
    column: str
    order: str = "sale"
    via: Lookup | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Attribute):
    """A value over a customer's rows, of which filters and a window may leave some out.

    `by`: how, on the rows of sales and on those of lines (needed where a filter is about lines). `whole`: the column of
    relation "facts" that holds the value for no filter and no window, where one does.
    """

    by: tuple[Aggregate, ...]
    whole: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio(Attribute):
    """One measure divided by another, each filtered and windowed before; unknown where the divisor is 0."""

    of: str
    over: str


class Pace(StrEnum):
    """What follows from how often a customer orders."""

    GAP = "gap"  # days from the first order to the last, over orders less one
    OVERDUE = "overdue"  # days since the last order, over that gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit(Attribute):
    """How often a customer orders, as a ratio; unknown with fewer than two orders or no day between them."""

    pace: Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Attribute):
    """What may be asked of the rows that a measure counts: `column` of `relation`.

    With `via` the column leads to rows elsewhere, and one of them must pass in their column `shown`.
    """

    relation: str
    column: str
    via: Lookup | None = None
    shown: str = ""


Declared = Fact | Favourite | Measure | Ratio | Habit

_RELATIONS: dict[str, Relation] = {}
_ATTRIBUTES: dict[str, Declared] = {}
_FILTERS: dict[str, Filter] = {}


def relations_declare(declared: Iterable[Relation]) -> None:
    """Every relation can be asked; declaring one twice is a bug."""
    for each in declared:
        _declare(_RELATIONS, each.name, each)


def attributes_declare(declared: Iterable[Declared]) -> None:
    """Every attribute can be asked for; declaring one twice is a bug."""
    for each in declared:
        _declare(_ATTRIBUTES, each.name, each)


def filters_declare(declared: Iterable[Filter]) -> None:
    """Every measure can be filtered by these; declaring one twice is a bug."""
    for each in declared:
        _declare(_FILTERS, each.name, each)


def relations() -> Mapping[str, Relation]:
    """All relations by name."""
    return _RELATIONS


def attributes() -> Mapping[str, Declared]:
    """All attributes by name."""
    return _ATTRIBUTES


def filters() -> Mapping[str, Filter]:
    """All filters by name."""
    return _FILTERS


def _declare(known: dict[str, T], name: str, each: T) -> None:
    if name in known:
        raise ValueError(f"{name} is declared twice")
    known[name] = each
