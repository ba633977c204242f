"""What a profile is found by, and what a typed text asks for: plain words, alike for every database.

Each word of a query is the beginning of a word of the profile, without case and accents, in any order.
Words contain letters and digits only (and the marks of `phones`), so no query can be a database's syntax.
"""

import re
from collections.abc import Iterable, Iterator
from unicodedata import decimal

from regulars.core.text import folded, words
from regulars.customers.rules import IdentityKey
from regulars.customers.search.phones import phone_prefixes, phone_prefixes_abroad, phone_words

LONGEST_QUERY = 256
MOST_WORDS = 8
LONGEST_WORD = 64
_MOST_TAILS = 16

Alternative = tuple[str, ...]  # the profile has a word that begins with each of these
Group = tuple[Alternative, ...]  # any of these
Query = tuple[Group, ...]  # all of these; an empty query asks for nobody

# Chinese, Japanese and Korean (as its letters, which is how it folds) are written without blanks.
_WITHOUT_BLANKS = re.compile("[\u1100-\u1112\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
_NUMBER = r"[0-9+().\-/]+"
_CHUNK = re.compile(rf"(?<!\S){_NUMBER}(?:\s+{_NUMBER})*(?!\S)|\S+")
_DIGITS = re.compile("[0-9]+")


def document(text: str, identities: Iterable[IdentityKey]) -> str:
    """The words a profile with these names and identities is found by, sorted, with a blank between."""
    found = set(_written(text))
    for kind, value in identities:
        match kind:
            case "phone":
                found.update(phone_words(value))
            case "email":
                found.update(each[:LONGEST_WORD] for each in words(_comparable(value)))
            case _:
                found.update(_written(value))
    return " ".join(_longest(sorted(found)))


def query_of(text: str, *, country: str) -> Query:
    """What the text asks for; numbers in it may be phones as dialled in the country."""
    groups: list[Group] = []
    room = MOST_WORDS
    for chunk in _CHUNK.findall(_comparable(text[:LONGEST_QUERY])):
        group = _group(chunk, room=room, country=country)
        if group:
            groups.append(group)
            room -= max(map(len, group))
        if room <= 0:
            break
    return tuple(groups)


def _written(text: str) -> Iterator[str]:
    """The words of a text; of "O'Brien" and "AB-12" also the whole, as "obrien" and "ab12"; the tails of 王小明."""
    for chunk in _comparable(text).split():
        parts = [chunk] if chunk.isalnum() else words(chunk)
        for part in parts:
            yield part[:LONGEST_WORD]
            if not part.isascii():
                yield from _tails(part[:LONGEST_WORD])
        if len(parts) > 1:
            yield "".join(parts)[:LONGEST_WORD]


def _tails(word: str) -> Iterator[str]:
    starts = [found.start() for found in _WITHOUT_BLANKS.finditer(word, 1)]
    yield from (word[start:] for start in starts[:_MOST_TAILS])


def _group(chunk: str, *, room: int, country: str) -> Group:
    if not _DIGITS.search(chunk) or not re.fullmatch(r"[0-9+().\-/\s]+", chunk):
        return _wholes(words(chunk), room=room)
    parts = _DIGITS.findall(chunk)
    digits = "".join(parts)[:LONGEST_WORD]
    if chunk.lstrip("(").startswith("+"):
        return tuple((each,) for each in phone_prefixes_abroad(digits))
    phones = ((each,) for each in phone_prefixes(digits, country=country))
    return (*_wholes(parts, room=room), *phones)


def _wholes(parts: list[str], *, room: int) -> Group:
    """Each part, or all as one: "o'brien" finds O'Brien, O Brien and Obrien."""
    if not parts:
        return ()
    each = tuple(part[:LONGEST_WORD] for part in parts[:room])
    return (each,) if len(parts) == 1 else (each, ("".join(parts)[:LONGEST_WORD],))


def _comparable(text: str) -> str:
    """The text folded, with the digits of every script as 0 to 9. Folding "™" leaves capitals, hence `lower`."""
    if text.isascii():
        return text.lower()
    plain = "".join(str(decimal(each)) if each.isdecimal() else each for each in text)
    return folded(plain).lower()


def _longest(ordered: list[str]) -> Iterator[str]:
    """The words without those that begin the next: who asks for "ann" finds "anna" anyway."""
    for word, after in zip(ordered, [*ordered[1:], ""], strict=True):
        if not after.startswith(word):
            yield word
