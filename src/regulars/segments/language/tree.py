"""A rule as a tree: what the text and the JSON form of it say, and what every engine evaluates.

Trees are equal when they mean the same words; `at`, where a part stands in the text, does not count.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Place = tuple[int, int]


class Unit(StrEnum):
    """What days are counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Operator(StrEnum):
    """How a value is held against others."""

    EQUAL = "="
    UNEQUAL = "!="
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    BETWEEN = "between"
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    KNOWN = "is known"
    UNKNOWN = "is unknown"


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number:
    """A plain decimal, at most 18 digits."""

    number: Decimal
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Shift:
    """A day told from today: `count` is below zero for "ago". `today` is 0 days, `yesterday` -1 days."""

    count: int
    unit: Unit
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


Value = Text | Number | Day | Shift


@dataclass(frozen=True, slots=True)
class Last:
    """`in last 90 days`: those that end with today."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Next:
    """`in next 7 days`: those that begin with today."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Since:
    """From that day on."""

    day: Day | Shift


@dataclass(frozen=True, slots=True)
class Before:
    """Up to the day before that day."""

    day: Day | Shift


@dataclass(frozen=True, slots=True)
class Span:
    """`from A to B`, both in."""

    first: Day | Shift
    last: Day | Shift


@dataclass(frozen=True, slots=True)
class Calendar:
    """`in 2026`, `in 2026-11`: a calendar year or month."""

    year: int
    month: int | None = None


Window = Last | Next | Since | Before | Span | Calendar


@dataclass(frozen=True, slots=True)
class Filtered:
    """One filter of a measure: `store = "Westlands"`, `weekday in ("sat", "sun")`, `amount between 5 and 10`."""

    name: str
    operator: Operator
    values: tuple[Value, ...]
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Term:
    """What is asked for: a fact or a measure by its name.

    `argument` is the text of field("Shoe size"). Filters are joined by "and"; a window bounds the days.
    `points_expiring in next 30 days` has its window too.
    """

    name: str
    argument: str | None = None
    filters: tuple[Filtered, ...] = ()
    window: Window | None = None
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Compare:
    """`term operator value`. BETWEEN has two values, both in; IN and NOT_IN one or more; KNOWN and UNKNOWN none."""

    term: Term
    operator: Operator
    values: tuple[Value, ...] = ()
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Within:
    """`birthday in next 7 days`, `last_order in 2026-11`, `joined since 2026-01-01`: a date inside a window."""

    term: Term
    window: Window
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Together:
    """`bought_together("A", "B") in last 90 days`: one sale holds both."""

    products: tuple[Text, Text]
    window: Window | None = None
    at: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Member:
    """The customer is in the group with this id by hand, or pinned into it. Written by no one: names become these."""

    group_id: int


@dataclass(frozen=True, slots=True)
class Pinned:
    """The customer is pinned into the group with this id (`is_in`), or out of it. Written by no one."""

    group_id: int
    is_in: bool


@dataclass(frozen=True, slots=True)
class Not:
    rule: "Rule"


@dataclass(frozen=True, slots=True)
class All:
    """Joined by `and`; two parts or more, none of them an All."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Joined by `or`; two parts or more, none of them an Any."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for everyone (`is_true`) or for no one. Written by no one: what a reference can come to."""

    is_true: bool


Condition = Compare | Within | Together | Member | Pinned | Always
Rule = Condition | Not | All | Any
