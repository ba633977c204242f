"""Words as people type them, made comparable."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

# Letters that no Unicode decomposition turns into their plain form.
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "\u0131": "i"}
)
_WORD = re.compile(r"[^\W_]+")


def marked(text: str) -> str:
    """Mark a text for translation where it is written; the door that shows it translates."""
    return text


def folded(text: str) -> str:
    """The text without case and accents, so that "Müller" and "MULLER" are equal."""
    if text.isascii():
        return text.lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return bare.translate(_PLAIN)


def words(text: str) -> list[str]:
    """The folded letters-and-digits words of a text, in order."""
    return _WORD.findall(folded(text))


def squeezed(text: str) -> str:
    """The text with every run of white space as one blank, none at the ends."""
    return " ".join(text.split())


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like the given one, or None when none is near."""
    by_fold = {folded(each): each for each in known}
    found = get_close_matches(folded(name), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None
