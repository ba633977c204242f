"""Text to tree: the grammar stands in grammar.lark, what its parts become in building.py."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple, cast

from regulars.core.text import nearest
from regulars.segments.language.building import Builder, Misread, name_form
from regulars.segments.language.errors import RuleWrong, choice_of
from regulars.segments.language.expecting import expected_words, hint_at, keywords_of
from regulars.segments.language.limits import (
    DEEPEST,
    MOST_CHARACTERS,
    MOST_CONDITIONS,
    MOST_OPEN,
    MOST_VALUES,
    conditions,
    too_deep,
    too_long,
    too_many_conditions,
    too_many_values,
)
from regulars.segments.language.tree import Place, Rule

if TYPE_CHECKING:
    from lark import Lark, Token
    from lark.exceptions import UnexpectedInput
    from lark.parsers.lalr_interactive_parser import InteractiveParser

# Whatever is neither a sign nor white space: control characters, and halves of characters.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# The grammar's own STRING, or whatever else is one thing to the eye.
_READ = re.compile(r"""[^\W\d]\w*|-?\d[\w.]*|"[^"\n]*(?:""[^"\n]*)*"(?!")|'[^'\n]*(?:''[^'\n]*)*'(?!')|\S""")
_COUNTED = re.compile(r"""(?P<text>"[^"\n]*"|'[^'\n]*')|(?P<join>\b(?:and|or)\b)|(?P<sign>[(),])""", re.IGNORECASE)
# As much of what was read as a sentence can bear.
_LONGEST_READ = 40


def rule_read(text: str) -> Rule:
    """The tree of a rule; every part knows its place. Takes time in proportion to the text. Raises RuleWrong."""
    _refuse_unwritable(text)
    _refuse_too_large(text)
    try:
        rule = _parsed(text)
    except Misread as wrong:
        raise RuleWrong(
            wrong.sentence, text=text, place=wrong.place, expected=wrong.expected, nearest=wrong.nearest
        ) from None
    _refuse_too_deep(rule, text)
    return rule


@cache
def rule_parser() -> "Lark":
    """The parser, built once. Loading it takes a tenth of a second, which only those who read a rule should wait."""
    from lark import Lark  # noqa: PLC0415

    grammar = (resources.files("regulars.segments.language") / "grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", start="rule", transformer=Builder())


def is_name(name: str) -> bool:
    """Whether a condition can begin with the name."""
    names, other = _name_patterns()
    return bool(names.fullmatch(name)) and not other.fullmatch(name)


@cache
def _name_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    parser = rule_parser()
    names, other = (re.compile(parser.get_terminal(name).pattern.to_regexp()) for name in ("NAME", "TOGETHER"))
    return names, other


def _parsed(text: str) -> Rule:
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415

    try:
        return cast("Rule", rule_parser().parse(text))
    except UnexpectedInput as unexpected:
        raise _misread(unexpected, text) from None


def accepted_by(parser: "InteractiveParser | None") -> AbstractSet[str]:
    """The terminals that could come next."""
    accepts: Callable[[], AbstractSet[str]] = parser.accepts if parser else frozenset
    return accepts()


def _misread(unexpected: "UnexpectedInput", text: str) -> Misread:
    """What was read, what could stand there, and what was probably meant."""
    accepted = accepted_by(unexpected.interactive_parser)
    expected = expected_words(accepted)
    token = getattr(unexpected, "token", None)
    found = None if token is not None and token.type == "$END" else _READ.match(text, unexpected.pos_in_stream or 0)
    if not text.strip():
        return Misread("the rule is empty; write a condition such as spent >= 5000", (0, 0), expected)
    if found is None:
        end = len(text.rstrip())
        return Misread(f"the rule ends too early; here could stand {choice_of(expected)}", (end, end), expected)
    place, read = _read_at(found)
    meant = nearest(read, keywords_of(accepted)) if read.isidentifier() else None
    if meant:
        return Misread(f'read "{read}"; did you mean "{meant}"?', place, expected, meant)
    rest = hint_at(text, place[0], read, accepted) or f"here could stand {choice_of(expected)}"
    shown = read if read[0] in "\"'" else f'"{read}"'
    return Misread(f"read {shown}; {rest}" if len(shown) > 1 else rest, place, expected)


def _read_at(found: re.Match[str]) -> tuple[Place, str]:
    read = found[0] if len(found[0]) <= _LONGEST_READ else found[0][:_LONGEST_READ] + "…"
    return found.span(), read if read.isprintable() else f"U+{ord(read[0]):04X}"


class ReadSoFar(NamedTuple):
    """Where a text that is not finished stands: what could come next, and what is being asked."""

    accepted: AbstractSet[str]
    term: str
    argument: str | None
    filter: str
    used: tuple[str, ...]
    is_together: bool
    # The terminal that was read last.
    last: str


def read_so_far(text: str) -> ReadSoFar | None:
    """Where the text leads, or None where it cannot be the beginning of a rule."""
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415

    try:
        _refuse_unwritable(text)
        _refuse_too_large(text)
        parser = rule_parser().parse_interactive(text)
        tokens = parser.exhaust_lexer()
    except (UnexpectedInput, Misread, RuleWrong):
        return None
    return _asked(tokens, accepted_by(parser))


def _asked(tokens: "list[Token]", accepted: AbstractSet[str]) -> ReadSoFar:
    term, argument, used = "", None, list[str]()
    # What each open parenthesis came after: a term's name, `bought_together`, `in`, or nothing that matters.
    is_open: list[str] = []
    before = ""
    for token in tokens:
        match token.type:
            case "NAME":
                term, argument, used = name_form(token), None, []
            case "FILTER":
                used.append(name_form(token))
            case "_LPAR":
                is_open.append(before)
            case "RPAR":
                used = [] if is_open.pop() == "NAME" else used
            case "STRING" if is_open[-1:] == ["NAME"] and not used:
                argument = token[1:-1].replace(token[0] * 2, token[0])
        before = token.type
    return ReadSoFar(
        accepted,
        term,
        argument,
        used[-1] if used else "",
        tuple(used),
        is_together="TOGETHER" in is_open,
        last=before,
    )


def _refuse_unwritable(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise RuleWrong(too_long(len(text)))
    if bad := UNWRITABLE.search(text):
        raise RuleWrong(
            f"the character U+{ord(bad[0]):04X} cannot stand in a rule; take it out", text=text, place=bad.span()
        )


def _refuse_too_large(text: str) -> None:
    """Refuse what no rule within the limits can hold, before time is spent on reading it."""
    joins = commas = is_open = 0
    for found in _COUNTED.finditer(text):
        joins += found["join"] is not None
        commas += found["sign"] == ","
        is_open += {"(": 1, ")": -1}.get(found["sign"], 0)
        if is_open > MOST_OPEN:
            raise RuleWrong(f"more than {MOST_OPEN} parentheses are open here", text=text, place=found.span())
    # Every condition may have a "between" with an "and" of its own.
    if joins > 2 * MOST_CONDITIONS:
        raise RuleWrong(too_many_conditions())
    if commas > MOST_VALUES + 2 * MOST_CONDITIONS:
        raise RuleWrong(too_many_values())


def _refuse_too_deep(rule: Rule, text: str) -> None:
    for condition, depth in conditions(rule):
        if depth > DEEPEST:
            raise RuleWrong(too_deep(), text=text, place=getattr(condition, "at", None))
