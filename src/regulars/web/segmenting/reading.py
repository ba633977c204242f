"""A rule as it is being typed: in words where it can be read, else what is wrong with it and where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from regulars.access.rules import Actor
from regulars.core.errors import RegularsError
from regulars.segments.errors import SegmentCircle, SegmentTooLarge
from regulars.segments.language.describing import describe
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.limits import MOST_CHARACTERS
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import Rule
from regulars.segments.language.writing import quoted
from regulars.segments.selectors import rule_asked

REFUSALS = (RuleWrong, SegmentCircle, SegmentTooLarge)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A sentence, where in the text it is meant (None: the whole), and what was probably meant there."""

    sentence: str
    start: int | None = None
    end: int | None = None
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, and either the rule it says, also in words, or what is wrong with it; neither for an empty one."""

    text: str
    rule: Rule | None = None
    words: str = ""
    wrong: Wrong | None = None

    @property
    def pieces(self) -> tuple[str, str, str]:
        """The text before what is wrong, what is wrong, and the text after it."""
        if self.wrong is None or self.wrong.start is None:
            return self.text, "", ""
        # At the end of the text there is nothing to underline but the place itself.
        start, end = self.wrong.start, max(self.wrong.end or 0, self.wrong.start + 1)
        return self.text[:start], self.text[start:end] or " ", self.text[end:]

    @property
    def mended(self) -> str:
        """The text with what was probably meant in the place of what is wrong."""
        if self.wrong is None or self.wrong.start is None or not self.wrong.meant:
            return self.text
        return self.text[: self.wrong.start] + self.wrong.meant + self.text[self.wrong.end :]


def text_typed(told: Mapping[str, str], name: str = "rule") -> str:
    """What was typed, its lines ended as we end them. A little more than a rule may be long, so that it is refused."""
    return str(told.get(name, "")).replace("\r\n", "\n")[: MOST_CHARACTERS + 1]


def rule_words(rule: Rule, *, currency: str, day: Callable[[date], str] = date.isoformat) -> str:
    """The rule as a sentence about a customer; `day` writes its days, which otherwise stand as a rule has them."""
    return gettext("A customer who %(rule)s.") % {"rule": describe(rule, currency=currency, day=day, told=gettext)}


def reading_of(text: str, *, currency: str, at: datetime, actor: Actor) -> Reading:
    """The text, read and checked. Raises Forbidden."""
    if not text.strip():
        return Reading(text)
    try:
        rule = rule_asked(text, at=at, visible_to=actor).read
    except REFUSALS as error:
        return Reading(text, wrong=wrong_of(error, text))
    return Reading(text, rule, rule_words(rule, currency=currency))


def wrong_of(error: RegularsError, text: str) -> Wrong:
    """What is wrong, in place."""
    sentence = gettext(error.message) % error.facts
    start, end, near = (error.facts.get(name) for name in ("start", "end", "nearest"))
    sentence = sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(("?", ".", "!")) else ".")
    if not isinstance(start, int) or not isinstance(end, int):
        return Wrong(sentence)
    return Wrong(sentence, start, end, _fitted(str(near), text[start:end]) if near else "")


def _fitted(near: str, read: str) -> str:
    """The name as it stands in a rule: in quotes where what was read is, or holds a text in quotes."""
    if read[:1] in {'"', "'"}:
        return quoted(near)
    first, last = read.find('"'), read.rfind('"')
    return f"{read[:first]}{quoted(near)}{read[last + 1 :]}" if 0 <= first < last else near


def rule_or_none(text: str) -> Rule | None:
    """The tree of a text that was read before; None where it cannot be read."""
    try:
        return rule_read(text)
    except RuleWrong:
        return None
