"""Numbers as files write them: which sign stands before the decimals is decided by all numbers of the file together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from regulars.core.text import marked as _
from regulars.exchange.reading.dates import Doubt, Seen

# Signs that may group digits beside the one of "." and "," that is not before the decimals.
_QUIET = "'\u2019 \u00a0\u202f\u2009"
# A currency sign, or a code of three letters, around a number.
_MONEY = re.compile(r"[$€£¥₹₽₺₩₦₱฿₫₴₪]|\b[A-Z]{3}\b|\bKSh\b|\bRs\.?")
_PLAIN = re.compile(r"[+-]?\d+")
_GROUPED = {
    sign: re.compile(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+") for sign in (".", ",", *_QUIET)
}  # fmt: skip


class NumberFormat(NamedTuple):
    """How numbers are written: the sign before the decimals, and the one between thousands (None: any usual one)."""

    decimal: str = "."
    thousands: str | None = None


@dataclass(slots=True)
class NumberColumns:
    """What the numbers of a file tell of their format. Feed it each distinct value once."""

    point: Seen | None = None
    comma: Seen | None = None
    either: Seen | None = None

    def add(self, value: str, line: int) -> None:
        """The value counts: "1.50" can only have a decimal point, "1.500" may be either."""
        if _PLAIN.fullmatch(value):
            return
        body = _body(value)
        last = max(body.rfind("."), body.rfind(","))
        if last < 0 or not re.fullmatch(rf"[\d.,{_QUIET}]+", body):
            return
        sign = body[last]
        other = "," if sign == "." else "."
        seen = Seen(value, line)
        if other in body:
            self._witness(sign, seen)
        elif body.count(sign) > 1:
            self._witness(other, seen)
        elif _is_either(body, last):
            self.either = self.either or seen
        else:
            self._witness(sign, seen)

    def _witness(self, sign: str, seen: Seen) -> None:
        if sign == ".":
            self.point = self.point or seen
        else:
            self.comma = self.comma or seen

    def decided(self) -> NumberFormat | Doubt:
        """The one format, or why there is none."""
        if self.point and self.comma:
            return Doubt(_("%s has a decimal point, %s a decimal comma") % (self.point, self.comma))
        if self.comma:
            return NumberFormat(",")
        if self.point or not self.either:
            return NumberFormat(".")
        return Doubt(_("%s may be a thousand or more, or have three decimals") % (self.either,))


def format_of(values: Iterable[tuple[str, int]]) -> NumberFormat | Doubt:
    """The format of the numbers of a file, given its values and their lines; or why it cannot be told."""
    columns = NumberColumns()
    for value, line in values:
        columns.add(value, line)
    return columns.decided()


def number_read(text: str, number_format: NumberFormat) -> Decimal | None:
    """The number a text writes, exactly; None where it writes none. (5.00) and 5.00- are below zero."""
    body = _body(text)
    whole, _sign, decimals = body.partition(number_format.decimal)
    digits = _ungrouped(whole, number_format)
    if digits is None or (decimals and not decimals.isdecimal()) or not (digits or decimals):
        return None
    number = Decimal(f"{digits or '0'}.{decimals or '0'}")
    return -number if _is_negative(text) else number


def _ungrouped(whole: str, number_format: NumberFormat) -> str | None:
    """The digits without the signs between thousands; None where they stand elsewhere than between thousands."""
    if not whole or (whole.isascii() and whole.isdecimal()):
        return whole
    other = "," if number_format.decimal == "." else "."
    signs = (other, *_QUIET) if number_format.thousands is None else (number_format.thousands,)
    for sign in signs:
        if sign and sign != number_format.decimal and _GROUPED[sign].fullmatch(whole):
            return whole.replace(sign, "")
    return None


def _body(text: str) -> str:
    """The number without its sign and its currency."""
    bare = _MONEY.sub("", text).strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    if bare[:1] in {"-", "+", "\u2212"}:
        return bare[1:].strip()
    return bare[:-1].strip() if bare.endswith("-") else bare


def _is_negative(text: str) -> bool:
    bare = _MONEY.sub("", text).strip()
    return bare[:1] in {"-", "\u2212"} or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))


def _is_either(body: str, last: int) -> bool:
    """Whether one sign with three digits after it and one to three before can be both; "0.500" cannot."""
    whole, decimals = body[:last], body[last + 1 :]
    return len(decimals) == 3 and whole.isdecimal() and 1 <= len(whole) <= 3 and whole[0] != "0"
