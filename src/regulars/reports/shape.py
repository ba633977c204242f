"""What a report is: its words, its parameters, its columns and how its figures are drawn. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Whoever only lists the reports is not to wait for it.
    import pyarrow as pa

# A rate over fewer customers says little: it is shown grey, with their count, and no finding names it.
FEW = 10


class Unit(StrEnum):
    """What a column holds, which says its type in every engine and how it is written."""

    MONEY = "money"  # integer, minor units
    COUNT = "count"  # integer
    QUANTITY = "quantity"  # integer, thousandths
    SHARE = "share"  # double, 1 is all; the column named by `of` holds how many it is a share of
    NUMBER = "number"  # double
    CURRENCY = "currency"  # double, minor units: an average of money
    DAYS = "days"  # integer, a number of days
    AVERAGE_DAYS = "average_days"  # double
    DAY = "day"  # date
    PERIOD = "period"  # text: 2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026
    WEEKDAY = "weekday"  # integer, 1 is Monday
    HOUR = "hour"  # integer
    TEXT = "text"
    WORD = "word"  # text, one of the column's `words`
    CUSTOMER = "customer"  # integer, the id of a customer; doors write the name for whom it is visible
    STORE = "store"  # integer, the id of a store; null: all
    PRODUCT = "product"  # integer, the id of a product
    GROUP = "group"  # integer, the id of a group or tier
    YES = "yes"  # boolean


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer. `title` and `meaning` are marked texts.

    `of`: the column that holds the denominator of a share or an average; below 10 the figure is shown grey with it.
    `words`: what the texts of a `WORD` column are called, or a period that is none. `is_ahead`: its periods are of what
    is to come, not of what was asked about. `is_aside`: files and machines get it, pages leave it out. `is_key`: a
    number that tells the row from others and is no figure of it. `is_country`: in which rows the text is the code of a
    country; pages and charts write its name, files keep the code.
    """

    name: str
    unit: Unit
    title: str
    meaning: str = ""
    of: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    is_aside: bool = False
    is_key: bool = False
    is_ahead: bool = False
    is_country: Callable[[Mapping[str, Any]], bool] | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be set beside the scope, bound in the SQL as `$name`.

    `kind` "number" (integer between `least` and `most`) or "choice" (one of `choices`, whose values are marked titles).
    """

    name: str
    title: str
    default: int | str
    kind: str = "number"
    choices: Mapping[str, str] = field(default_factory=dict)
    least: int = 1
    most: int = 1_000_000


class Mark(StrEnum):
    """How figures are drawn."""

    BARS = "bars"  # x category, y value
    STACKED = "stacked"  # x period, y value, colour; the values are parts of one whole
    GROUPED = "grouped"  # x category, y value, colour; bars beside each other
    LINES = "lines"  # x period, y value, colour optional
    AREA = "area"  # with `low` and `high` as the band around y
    HEAT = "heat"  # x, y, colour value; size: how many each y is of
    POINTS = "points"  # x, y, size optional
    RANKED = "ranked"  # bars lying, y category, x value, in the order of the rows


@dataclass(frozen=True, slots=True)
class Chart:
    """Which columns of a part are drawn, and how. `most`: only so many rows, from the first. `above`: only rows in
    which that column is above zero. `begins`: only from the first row on in which y is not zero. `step_to`: x is the
    first of a step of numbers and this column its last (x itself, of single numbers); what is missing between the steps
    is drawn as zero, and the `most`-th holds all that follow. `differing`: only where that column is not the same in
    all rows. `latest`: only the last so many of y.
    """

    mark: Mark
    x: str
    y: str
    colour: str = ""
    low: str = ""
    high: str = ""
    size: str = ""
    most: int = 400
    above: str = ""
    begins: bool = False
    step_to: str = ""
    differing: str = ""
    latest: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A table of a report: `<name>.sql` in the report's folder gives its rows, in the order they are shown.

    `drill`: from a row (column -> value) the rule, in the language of segments, that the customers behind it meet; None
    where this row has none. `behind`: the name of an SQL file that gives the column `customer` for a row, whose values
    are bound as `$row_<column>`; for rows whose customers no rule describes. `counted`: the figure that is zero where
    nobody stands behind a row, if it is not "customers". `note`: what to know when reading it. `ranked`: the figure the
    rows are ordered by, if it is not the one that the chart ranks; pages show it first of the figures.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    chart: Chart | None = None
    drill: Callable[[Mapping[str, Any]], str | None] | None = None
    behind: str = ""
    counted: str = "customers"
    note: str = ""
    ranked: str = ""


class Needs(StrEnum):
    """What an answer hangs on beside the sales, so that the header can say it and a cache knows."""

    CUSTOMERS = "customers"
    GROUPS = "groups"
    LEDGER = "ledger"
    OFFERS = "offers"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Words:
    """How amounts and shares are written in a sentence, in the business's currency and the reader's language."""

    money: Callable[[float], str]
    share: Callable[[float], str]
    number: Callable[[float], str]
    day: Callable[[Any], str]
    period: Callable[[str], str]  # as an answer writes it: 2026-11
    weekday: Callable[[int], str]
    store: Callable[[int], str]
    customer: Callable[[int], str]
    product: Callable[[int], str]
    group: Callable[[int], str]
    country: Callable[[str], str]
    text: Callable[[str], str]  # the translation of a marked text


# Rows of each part as dictionaries, by the part's name, without reading more than asked for.
Answered = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Report:
    """A fixed question. `question` is how a shopkeeper asks it; `definition` what exactly is counted (both marked).

    `finding`: one sentence computed from the answer; it may be sure of nothing but the columns. `computed`: turns what
    the SQL gave (by part) into the answer's tables, where SQL alone can't say it (models); pure. `rolled`: the scopes
    in which `<part>.rolled.sql`, or the part over its rolled steps, gives the same from rollups (see lake/rollups):
    "dates" and "stores" may then be narrowed. `period`: the report takes the parameter `$period` (day, week, month,
    quarter, year). `is_long`: it runs in the background above a size. `least`: below this many of what `enough` counts
    it is refused with a sentence. `compares`: a comparison with an earlier span makes sense. `span_days`: where no
    first day is chosen it tells of the last so many; None: of all of history. `beside`: one sentence more where it is
    compared, from the answer and that of the earlier span.
    """

    key: str
    question: str
    title: str
    definition: str
    parts: tuple[Part, ...]
    finding: Callable[[Answered, Words], str]
    theme: str = "customers"
    parameters: tuple[Parameter, ...] = ()
    computed: "Callable[[Mapping[str, pa.Table], Mapping[str, Any]], Mapping[str, pa.Table]] | None" = None
    needs: frozenset[Needs] = frozenset()
    rolled: frozenset[str] | None = None
    is_long: bool = False
    compares: bool = True
    span_days: int | None = None
    beside: Callable[[Answered, Answered, Words], str] | None = None
