"""What could be typed next: the names, operators, windows and values that fit at the cursor."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from regulars.core.attributes import Attribute, Fact, Measure, Ratio, Type, filters
from regulars.core.text import folded
from regulars.core.text import marked as _
from regulars.segments.language.checking import Known
from regulars.segments.language.fitting import filters_of, is_windowed, known_attributes, operators_of
from regulars.segments.language.reading import ReadSoFar, read_so_far
from regulars.segments.language.tree import Operator
from regulars.segments.language.writing import quoted

MOST = 12
_OPEN_TEXT = re.compile(r"""(?:"[^"\n]*"|'[^'\n]*'|[^"'])*""")
_WORD = re.compile(r"[^\W\d]\w*$")
# What most rules are about; the other names follow by the alphabet.
_FIRST = (
    "spent", "orders", "last_order", "visits", "average_order", "age", "birthday", "city", "favourite_store", "group",
    "tag", "consent",
)  # fmt: skip
_LIKELY_OF_WORDS = (Operator.EQUAL, Operator.UNEQUAL, Operator.IN, Operator.NOT_IN)
# As they are offered; the first ones are those most rules are made with.
_OPERATORS: Mapping[Operator, tuple[str, str]] = {
    Operator.AT_LEAST: (">= ", _("at least")),
    Operator.AT_MOST: ("<= ", _("at most")),
    Operator.EQUAL: ("= ", _("exactly")),
    Operator.UNEQUAL: ("!= ", _("anything but")),
    Operator.BETWEEN: ("between ", _("from one to the other, both in")),
    Operator.IN: ("in (", _("one of several")),
    Operator.NOT_IN: ("not in (", _("none of several")),
    Operator.CONTAINS: ("contains ", _("has this in it, whatever the case and accents")),
    Operator.ABOVE: ("> ", _("more than")),
    Operator.BELOW: ("< ", _("less than")),
    Operator.KNOWN: ("is known", _("there is one")),
    Operator.UNKNOWN: ("is unknown", _("there is none")),
}
_WINDOWS = (
    ("in last 30 days", _("the days that end with today")),
    ("since ", _("that day and later")),
    ("before ", _("up to the day before")),
    ("from ", _("from one day to another, both in")),
)
_AHEAD = (("in next 7 days", _("the days that begin with today")),)
_UNITS = tuple((unit, _("of the calendar")) for unit in ("days", "weeks", "months", "years"))
_DAYS = (
    ("today", _("the day it is")),
    ("yesterday", _("the day before today")),
    ("30 days ago", _("a day counted back from today")),
    ("in 7 days", _("a day counted on from today")),
)
# Terminals of the grammar with no more to choose from than these.
_KEYWORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "LAST": (("last 30 days", _("the days that end with today")),),
    "NEXT": (("next 7 days", _("the days that begin with today")),),
    "KNOWN": (("known", _("there is one")),),
    "UNKNOWN": (("unknown", _("there is none")),),
    "AGO": (("ago", _("counted back from today")),),
    "TO": (("to ", _("the last day")),),
    "_AND": (("and ", _("both hold")),),
    "_OR": (("or ", _("one of them holds")),),
    "RPAR": ((")", _("the end of the parentheses")),),
}


@dataclass(frozen=True, slots=True)
class Completion:
    """A text for the place from `start` to `end`. Its kind: fact, measure, filter, operator, window, value, keyword."""

    text: str
    label: str
    meaning: str
    kind: str
    start: int
    end: int


def completions(text: str, cursor: int, *, known: Known) -> list[Completion]:
    """What fits at the cursor, the likeliest first, at most 12; nothing where the text before it cannot be read."""
    end = max(0, min(cursor, len(text)))
    start, typed = _begun(text[:end])
    so_far = read_so_far(text[:start])
    if so_far is None:
        return []
    closes = 1 if typed[:1] in {'"', "'"} and text[end : end + 1] == typed[0] else 0
    wanted = folded(typed.strip("\"'"))
    offered = [
        Completion(insert, insert.strip(), meaning, kind, start, end + closes)
        for insert, meaning, kind in _offered(so_far, known)
        if (typed[:1] not in {'"', "'"} or insert[0] == '"')
    ]
    return list(islice(_fitting(offered, wanted), MOST))


def _begun(before: str) -> tuple[int, str]:
    """Where the word or text begins that is being typed, and as much as there is of it."""
    closed = _OPEN_TEXT.match(before)
    start = closed.end() if closed else 0
    if start == len(before):
        word = _WORD.search(before[-100:])
        start = len(before) - len(word[0]) if word else len(before)
    return start, before[start:]


def _fitting(offered: Sequence[Completion], wanted: str) -> Iterator[Completion]:
    """Those that begin with what is wanted, then those that have a word that does."""
    labels = [folded(each.label.strip('"')) for each in offered]
    yield from (each for each, label in zip(offered, labels, strict=True) if label.startswith(wanted))
    for each, label in zip(offered, labels, strict=True):
        later_words = re.split(r"[\W_]+", label)[1:]
        if wanted and not label.startswith(wanted) and any(word.startswith(wanted) for word in later_words):
            yield each


def _offered(so_far: ReadSoFar, known: Known) -> Iterator[tuple[str, str, str]]:
    """Text, meaning and kind of everything that fits."""
    accepted = so_far.accepted
    asked = filters().get(so_far.filter) if so_far.filter else known_attributes().get(so_far.term)
    if "NAME" in accepted:
        yield from _names(so_far)
    elif "FILTER" in accepted:
        yield from _inside(so_far, known)
    elif "STRING" in accepted or "DATE" in accepted:
        yield from _values(so_far, asked, known)
    elif "OPERATOR" in accepted:
        yield from _behind(so_far, asked, known)
    elif "UNIT" in accepted and "_AND" not in accepted:
        yield from _with(_UNITS, "window")
    elif accepted == {"NUMBER"}:
        yield from _with(
            (("30 days", _("a month or so")), ("7 days", _("a week")), ("12 months", _("a year"))), "window"
        )
    else:
        yield from _keywords(accepted)


def _names(so_far: ReadSoFar) -> Iterator[tuple[str, str, str]]:
    known = known_attributes()
    for name in (*(name for name in _FIRST if name in known), *sorted(known.keys() - set(_FIRST))):
        each = known[name]
        is_measure = isinstance(each, Measure | Ratio)
        takes_argument = isinstance(each, Fact) and each.takes_argument
        yield (f'{name}("' if takes_argument else f"{name} "), each.meaning, "measure" if is_measure else "fact"
    yield "bought_together(", _("one sale holds both"), "measure"
    if "_NOT" in so_far.accepted:
        yield "not ", _("the opposite"), "keyword"


def _inside(so_far: ReadSoFar, known: Known) -> Iterator[tuple[str, str, str]]:
    """Behind the opening parenthesis of a term, or behind a comma in it."""
    term = known_attributes().get(so_far.term)
    if isinstance(term, Fact) and term.takes_argument:
        yield from ((quoted(name) + ")", kind, "value") for name, kind in sorted(known.terms.fields.items()))
    elif term:
        fitting = filters_of(term, so_far.used).items()
        yield from ((f"{name} ", each.meaning, "filter") for name, each in fitting if name not in so_far.used)


def _behind(so_far: ReadSoFar, asked: Attribute | None, known: Known) -> Iterator[tuple[str, str, str]]:
    """Behind a name: operators, and windows where it takes one."""
    if asked is None or (so_far.argument and so_far.argument not in known.terms.fields):
        return
    if isinstance(asked, Fact) and asked.takes_argument and not so_far.argument:
        yield '("', asked.meaning, "value"
        return
    type_ = known.terms.type_of(asked, so_far.argument)
    fitting = operators_of(asked, type_)
    likely = _LIKELY_OF_WORDS if asked.words else fitting[:5]
    if type_ is Type.BIRTHDAY:
        yield from _with(_AHEAD, "window")
    yield from ((text, meaning, "operator") for each, (text, meaning) in _OPERATORS.items() if each in likely)
    if so_far.last in {"NAME", "RPAR"} and (is_windowed(asked) or type_ in {Type.DATE, Type.BIRTHDAY}):
        yield from _with(_WINDOWS, "window")
    if so_far.last == "NAME" and filters_of(asked):
        yield "(", _("count only some sales"), "filter"
    rest = set(fitting) - set(likely)
    yield from ((text, meaning, "operator") for each, (text, meaning) in _OPERATORS.items() if each in rest)


def _values(so_far: ReadSoFar, asked: Attribute | None, known: Known) -> Iterator[tuple[str, str, str]]:
    if so_far.is_together:
        yield from _texts(known.products, _("a product"))
    elif asked is not None and (not so_far.argument or so_far.argument in known.terms.fields):
        is_day = "STRING" not in so_far.accepted or known.terms.type_of(asked, so_far.argument) is Type.DATE
        yield from _with(_DAYS, "value") if is_day else _texts(_vocabulary(asked, known), asked.meaning)


def _vocabulary(asked: Attribute, known: Known) -> Iterable[str]:
    """The texts that can stand for the attribute's values, as far as they are known."""
    if asked.choices or asked.words:
        return asked.choices or asked.words
    if asked.name in {"group", "segment", "tier"}:
        return sorted(known.named(asked.name))
    return {
        "store": known.stores,
        "category": known.categories,
        "brand": known.brands,
        "product": known.products,
    }.get(asked.name.removeprefix("favourite_"), ())


def _keywords(accepted: AbstractSet[str]) -> Iterator[tuple[str, str, str]]:
    for terminal, words in _KEYWORDS.items():
        if terminal in accepted:
            yield from _with(words, "keyword")
    if "_LPAR" in accepted:
        yield "(", _("a list of values"), "keyword"
    if "_COMMA" in accepted:
        yield ", ", _("one more"), "keyword"


def _texts(texts: Iterable[str], meaning: str) -> Iterator[tuple[str, str, str]]:
    return ((quoted(text), meaning, "value") for text in texts)


def _with(words: Iterable[tuple[str, str]], kind: str) -> Iterator[tuple[str, str, str]]:
    return ((text, meaning, kind) for text, meaning in words)
