"""Names, codes and dates of offers and price books. Pure."""

import re
from collections.abc import Callable
from datetime import date

# Without what is read as another: 0 and O, 1 and I.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 10
_CODE = re.compile(r"[A-Z0-9]{3,32}")
LONGEST_NAME = 100


def code_form(text: str) -> str:
    """The one written form of a code: capitals and digits, without blanks and dashes; empty where it can be none."""
    form = re.sub(r"[\s\-]+", "", text).upper()
    return form if _CODE.fullmatch(form) else ""


def code_drawn(below: Callable[[int], int]) -> str:
    """A code that nobody guesses; `below` draws a number from 0 up to its argument."""
    return "".join(_ALPHABET[below(len(_ALPHABET))] for _n in range(_CODE_LENGTH))


def days_meet(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two stretches of days, both ends in, None without end, have a day in common."""
    begins_late = one[0] is not None and other[1] is not None and one[0] > other[1]
    ends_early = one[1] is not None and other[0] is not None and one[1] < other[0]
    return not (begins_late or ends_early)
