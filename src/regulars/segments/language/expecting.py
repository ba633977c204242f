"""What could stand at a place, in words a marketer knows, and what somebody probably meant by what stands there."""

import re
from collections.abc import Set as AbstractSet

# Terminals of grammar.lark, the ways to say them in the order they are said; a way is said once.
_WORDS = {
    "NAME": "a fact or measure such as age or spent",
    "FILTER": 'a filter such as store = "Westlands"',
    "STRING": "a text in quotes",
    "DATE": 'a day such as 2026-11-22 or "60 days ago"',
    "OPERATOR": "an operator such as >=",
    "SINCE": 'a window such as "in last 30 days"',
    "LAST": '"last"',
    "NEXT": '"next"',
    "YEAR": "a year such as 2026",
    "MONTH": "a month such as 2026-11",
    "UNIT": '"days", "weeks", "months" or "years"',
    "AGO": '"ago"',
    "KNOWN": '"known"',
    "UNKNOWN": '"unknown"',
    "TO": '"to"',
    "IN": '"in"',
    "_NOT": '"not"',
    "_AND": '"and"',
    "_OR": '"or"',
    "_COMMA": '","',
    "_LPAR": '"("',
    "RPAR": '")"',
    "$END": "the end of the rule",
}
# Where the first can stand, the others need no word of their own.
_IMPLIED = {
    "NAME": {"_NOT", "_LPAR"},
    "OPERATOR": {"IN", "_NOT", "_LPAR"},
    "DATE": {"IN"},
    "$END": {"UNIT", "SINCE", "IN", "OPERATOR"},
}
_KEYWORDS = {
    "_AND": ("and",),
    "_OR": ("or",),
    "_NOT": ("not",),
    "BETWEEN": ("between",),
    "CONTAINS": ("contains",),
    "IS": ("is known", "is unknown"),
    "KNOWN": ("known",),
    "UNKNOWN": ("unknown",),
    "IN": ("in",),
    "LAST": ("last",),
    "NEXT": ("next",),
    "SINCE": ("since",),
    "BEFORE": ("before",),
    "FROM": ("from",),
    "TO": ("to",),
    "TODAY": ("today",),
    "YESTERDAY": ("yesterday",),
    "UNIT": ("days", "weeks", "months", "years", "day", "week", "month", "year"),
    "AGO": ("ago",),
}
_SIGNS = {
    "==": 'write "=" for equal',
    "<>": 'write "!=" for unequal',
    "=>": 'write ">=" for at least',
    "=<": 'write "<=" for at most',
    "&&": 'write "and"',
    "||": 'write "or"',
}
_SIGN = {
    "≥": 'write ">=" for at least',
    "≤": 'write "<=" for at most',
    "≠": 'write "!=" for unequal',
    "!": 'write "not", or "!=" for unequal',
    "&": 'write "and"',
    "|": 'write "or"',
    "%": "write a plain number without %",
}
# As word processors write them.
_CURLY = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b\u0060\u00b4"
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}(?![0-9])")
_OTHER_DAY = re.compile(r"[0-9]{1,4}[./][0-9]{1,2}[./][0-9]{1,4}")
_COUNTED = re.compile(r"([0-9]+\s+(?:day|week|month|year)s?)\b", re.IGNORECASE)
_PART_OF_NUMBER = re.compile(r"[0-9.,/]*$")


def expected_words(accepted: AbstractSet[str]) -> tuple[str, ...]:
    """What could stand there, in words."""
    implied = set().union(*(others for first, others in _IMPLIED.items() if first in accepted))
    words = [word for terminal, word in _WORDS.items() if terminal in accepted and terminal not in implied]
    if "NUMBER" in accepted:
        words.insert(1 if "STRING" in accepted else 0, "a number")
    return tuple(words)


def keywords_of(accepted: AbstractSet[str]) -> tuple[str, ...]:
    """The keywords that could stand there. Where a text can stand, a word like "in" is rather one without quotes."""
    found = tuple(word for terminal, words in _KEYWORDS.items() if terminal in accepted for word in words)
    return tuple(word for word in found if len(word) > 3) if "STRING" in accepted else found


def hint_at(text: str, at: int, read: str, accepted: AbstractSet[str]) -> str | None:
    """What to write instead of the thing read at that place, where that is plain."""
    return _hint_of_number(text, at) or _hint_of_sign(text, at, read) or _hint_of_word(text, at, read, accepted)


def _hint_of_number(text: str, at: int) -> str | None:
    before = _PART_OF_NUMBER.search(text[max(0, at - 20) : at])
    if _OTHER_DAY.match(text, at - len(before[0]) if before else at):
        return "write a day as 2026-11-22"
    if _THOUSANDS.match(text, at - 1) or _THOUSANDS.match(text, at - 2):
        return "write numbers without commas: 5000, not 5,000"
    if text[at] == "." and text[at + 1 : at + 2].isdecimal():
        return "write a digit before the point: 0.5"
    return None


def _hint_of_sign(text: str, at: int, read: str) -> str | None:
    for sign in (text[at : at + 2], text[max(0, at - 1) : at + 1]):
        if sign in _SIGNS:
            return _SIGNS[sign]
    if read in {'"', "'"}:
        return f"this text has no closing {read}"
    if read[0] in _CURLY:
        return "write texts in straight quotes"
    return _SIGN.get(read)


def _hint_of_word(text: str, at: int, read: str, accepted: AbstractSet[str]) -> str | None:
    word = read.lower()
    if "STRING" in accepted and read.isidentifier():
        return f'write texts in quotes: "{read}"'
    if {"LAST", "NEXT"} <= accepted and (counted := _COUNTED.match(text, at)):
        return f'write "in last {counted[1]}" or "in next {counted[1]}"'
    if "KNOWN" in accepted and word == "not":
        return 'write "is unknown"'
    if "_COMMA" in accepted and word in {"and", "or"}:
        return "write a comma between them"
    return None
