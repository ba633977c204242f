"""What can be wrong with a rule: one sentence, and the place where it is wrong."""

from collections.abc import Iterable

from regulars.core.errors import Invalid
from regulars.core.text import marked as _
from regulars.segments.language.tree import Place

# A screen shows so much of a line; the rest of a longer one is cut off.
_SHOWN = 100


class RuleWrong(Invalid):
    """A rule that cannot be read or does not fit the shop.

    Facts: `sentence`; `start` and `end`, where in the text (None for a form); `line`, counted from 1; `shown`, the line
    with the place underlined and the sentence (the sentence alone for a form); `expected`, what could stand there, in
    words; `nearest`, the known name that is most like the one read, or None; `path`, where in a form.
    """

    code = "segments.rule_wrong"
    message = _("%(sentence)s")

    def __init__(
        self,
        sentence: str,
        *,
        text: str = "",
        place: Place | None = None,
        expected: Iterable[str] = (),
        nearest: str | None = None,
        path: str = "",
    ) -> None:
        start, end = place or (None, None)
        super().__init__(
            sentence=sentence,
            start=start,
            end=end,
            line=None if start is None else text.count("\n", 0, start) + 1,
            shown=sentence if place is None else _shown(text, place, sentence),
            expected=tuple(expected),
            nearest=nearest,
            path=path,
        )


def _shown(text: str, place: Place, sentence: str) -> str:
    """The line of the text with carets under the place, and the sentence after them."""
    start, end = place
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : last if last >= 0 else len(text)]
    start, end = start - first, min(end - first, len(line))
    cut = max(0, min(start - _SHOWN // 2, len(line) - _SHOWN))
    piece = line[cut : cut + _SHOWN]
    shown = ("…" if cut else "") + _plain(piece) + ("…" if cut + _SHOWN < len(line) else "")
    indent = start - cut + (1 if cut else 0)
    carets = max(1, min(end - start, _SHOWN - (start - cut)))
    return f"{shown}\n{' ' * indent}{'^' * carets} {sentence}"


def _plain(piece: str) -> str:
    """The piece with every sign as wide as a letter, so that the carets stand below what they mean."""
    return "".join(sign if sign.isprintable() else " " for sign in piece)


def choice_of(words: Iterable[str]) -> str:
    """The words as a choice: `a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
