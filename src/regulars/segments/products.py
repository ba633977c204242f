"""Which names of products the live rules ask for."""

from collections.abc import Collection, Iterator

from regulars.core.text import folded
from regulars.sales.names import asking_declare
from regulars.segments.language.limits import conditions
from regulars.segments.language.tree import Compare, Operator, Rule, Text, Together, Within
from regulars.segments.live import live_now


def names_are_asked(names: Collection[str]) -> bool:
    """Whether a live rule asks for a product by one of these names. One query."""
    live = live_now()
    return any(is_asked(name) for rule in live.rules for is_asked in _asked(rule) for name in names)


class _Asked:
    """A name that a rule asks for, or a part of one."""

    def __init__(self, text: str, *, is_part: bool) -> None:
        self._text = folded(text) if is_part else text
        self._is_part = is_part

    def __call__(self, name: str) -> bool:
        return self._text in folded(name) if self._is_part else self._text == name


def _asked(rule: Rule) -> Iterator[_Asked]:
    for condition, _depth in conditions(rule):
        match condition:
            case Together(products):
                yield from (_Asked(each.text, is_part=False) for each in products)
            case Compare(term) | Within(term):
                for each in term.filters:
                    if each.name == "product":
                        is_part = each.operator is Operator.CONTAINS
                        yield from (_Asked(v.text, is_part=is_part) for v in each.values if isinstance(v, Text))


asking_declare(names_are_asked)
