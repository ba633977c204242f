"""Dates and times as files write them; a whole column decides the order of day and month, never one value."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from regulars.core.text import marked as _

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"(?:\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?"
# A spreadsheet's date may carry a midnight that the time of day in the next column corrects.
_AFTER = re.compile(rf"(?:[T\s]00:00(?::00)?(?=\s\d))?(?:[T\s,]+{_CLOCK}{_ZONE})?\s*")
_NUMBERS = re.compile(r"(\d{1,4})([-/.\s])(\d{1,2})\2(\d{1,4})(?!\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_DAY_MONTH = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[-\s.]+([A-Za-z]{3,9})\.?[-\s,]+(\d{4}|\d{2})(?!\d)")
_MONTH_DAY = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# POSIX: two digits from 69 on are of the last century.
_PIVOT = 69


class Order(Enum):
    """Which of the three numbers of a date stands where."""

    DMY = "DMY"
    MDY = "MDY"
    YMD = "YMD"


class Pattern(NamedTuple):
    """A form given with strptime's signs, such as "%d.%m.%Y"."""

    text: str


DateFormat = Order | Pattern


class Moment(NamedTuple):
    """What a text says: the clock on the wall and, where written, its distance from UTC."""

    local: datetime
    offset: timedelta | None = None


class Doubt(NamedTuple):
    """Why a column cannot be read for sure."""

    reason: str


class Seen(NamedTuple):
    """A value and the first line it stands on."""

    value: str
    line: int

    def __str__(self) -> str:
        return f'"{self.value}" on line {self.line}'


class _Parts(NamedTuple):
    first: int
    second: int
    third: int
    separator: str
    digits: tuple[int, int, int]

    def fits(self, order: Order) -> bool:
        """Whether the three numbers can be a date in this order."""
        return _date_of(self, order) is not None


def date_format_named(text: str) -> DateFormat | None:
    """The format a mapping names: an order of D, M and Y, or a pattern with % signs; None where it is neither."""
    letters = re.sub(r"[^A-Za-z]", "", text).upper()
    squeezed = re.sub(r"(.)\1+", r"\1", letters)
    if "%" in text:
        return Pattern(text)
    return Order(squeezed) if squeezed in Order.__members__ else None


@dataclass(slots=True)
class DateColumn:
    """What the values of a column tell of their order. Feed it each distinct value once."""

    orders: set[Order] = field(default_factory=lambda: set(Order))
    witnesses: dict[Order, Seen] = field(default_factory=dict)
    separators: dict[str, Seen] = field(default_factory=dict)
    first_unread: Seen | None = None
    is_read: bool = False

    def add(self, value: str, line: int) -> None:
        """The value counts: a number above 12 cannot be a month, four digits can only be a year."""
        if _ISO.match(value):
            # Nothing to find out; a day that does not exist is found when it is read.
            self.is_read = True
            return
        parts = _parts(value)
        if parts is None:
            self._add_other(value, line)
            return
        fitting = {order for order in Order if parts.fits(order)}
        if not fitting:
            self.first_unread = self.first_unread or Seen(value, line)
            return
        self.is_read = True
        if parts.digits[0] < 3:
            self._narrow(fitting, Seen(value, line), parts.separator)

    def _add_other(self, value: str, line: int) -> None:
        if moment_read(value, Order.DMY) is None:
            self.first_unread = self.first_unread or Seen(value, line)
        else:
            self.is_read = True

    def _narrow(self, fitting: set[Order], seen: Seen, separator: str) -> None:
        self.separators.setdefault(separator, seen)
        for order in Order:
            if order not in fitting:
                self.witnesses.setdefault(order, seen)
        self.orders &= fitting

    def decided(self) -> Order | Doubt:
        """The one order every value fits, or why there is none."""
        if len(self.separators) > 1:
            one, two = list(self.separators.values())[:2]
            return Doubt(_("they are written in two ways (%s, %s), so they may be of two orders") % (one, two))
        if not self.separators:
            return Order.DMY
        if not self.orders:
            shown = ", ".join(str(seen) for seen in dict.fromkeys(self.witnesses.values()))
            return Doubt(_("no one order fits all of them (%s)") % shown)
        if len(self.orders) > 1:
            # Nearly nobody writes a year of two digits first; it is meant where nothing else fits.
            self.orders.discard(Order.YMD)
        if len(self.orders) > 1:
            seen = next(iter(self.separators.values()))
            names = _(" or ").join(sorted(order.value for order in self.orders))
            return Doubt(_("each of them can be read as %s, such as %s") % (names, seen))
        return next(iter(self.orders))


def order_of(values: Iterable[tuple[str, int]]) -> Order | Doubt:
    """The order of the dates of a column, given its values and their lines; or why it cannot be told."""
    column = DateColumn()
    for value, line in values:
        column.add(value, line)
    return column.decided()


def moment_read(text: str, date_format: DateFormat) -> Moment | None:
    """The moment a text names, at midnight where it names no time; None where it names none."""
    if isinstance(date_format, Pattern):
        return _by_pattern(text, date_format.text)
    found = _date_found(text, date_format)
    if found is None:
        return None
    day, end = found
    rest = _AFTER.fullmatch(text, end)
    return _with_clock(day, rest) if rest else None


def _by_pattern(text: str, pattern: str) -> Moment | None:
    """The moment in the form given; a pattern of the day alone takes the time of day in its usual form."""
    for full in (pattern, *(f"{pattern} {clock}" for clock in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"))):
        try:
            read = datetime.strptime(text, full)  # noqa: DTZ007  (the zone is the file's or the store's)
        except ValueError:
            continue
        return Moment(read.replace(tzinfo=None), read.utcoffset())
    return None


def _date_found(text: str, order: Order) -> tuple[date, int] | None:
    """The date a text begins with, and where it ends."""
    if match := _COMPACT.match(text):
        day = _date(int(match[1]), int(match[2]), int(match[3]))
    elif match := _NUMBERS.match(text):
        day = _date_of(_parts_of(match), order)
    elif match := _DAY_MONTH.match(text):
        day = _date(_year(match[3]), _month(match[2]), int(match[1]))
    elif match := _MONTH_DAY.match(text):
        day = _date(int(match[3]), _month(match[1]), int(match[2]))
    else:
        return None
    return (day, match.end()) if day else None


def _parts(text: str) -> _Parts | None:
    match = _NUMBERS.match(text)
    if match is None or _AFTER.fullmatch(text, match.end()) is None:
        return None
    return _parts_of(match)


def _parts_of(match: re.Match[str]) -> _Parts:
    texts = (match[1], match[3], match[4])
    first, second, third = map(int, texts)
    return _Parts(first, second, third, match[2], (len(texts[0]), len(texts[1]), len(texts[2])))


def _date_of(parts: _Parts, order: Order) -> date | None:
    """The date in this order; four digits are a year wherever they stand."""
    if parts.digits[0] > 2:
        is_year_first = parts.digits[0] == 4 and parts.digits[2] <= 2
        return _date(parts.first, parts.second, parts.third) if is_year_first else None
    if order is Order.YMD:
        return _date(_century(parts.first), parts.second, parts.third) if _is_short(parts) else None
    if parts.digits[2] not in {2, 4}:
        return None
    year = parts.third if parts.digits[2] == 4 else _century(parts.third)
    day, month = (parts.first, parts.second) if order is Order.DMY else (parts.second, parts.first)
    return _date(year, month, day)


def _is_short(parts: _Parts) -> bool:
    return parts.digits[0] == 2 and parts.digits[2] <= 2


def _century(year: int) -> int:
    return year + (1900 if year >= _PIVOT else 2000)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else _century(int(text))


def _month(name: str) -> int:
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_clock(day: date, rest: re.Match[str]) -> Moment | None:
    if rest["hour"] is None:
        return Moment(datetime.combine(day, time()))
    clock = _clock_of(rest)
    return Moment(datetime.combine(day, clock), _offset(rest["zone"])) if clock else None


def _clock_of(match: re.Match[str]) -> time | None:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    microsecond = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0), microsecond)
    except ValueError:
        return None


def _offset(zone: str | None) -> timedelta | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return timedelta(0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -span if zone[0] == "-" else span
