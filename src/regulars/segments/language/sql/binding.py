"""What a statement binds: constants, days seen from today, and lists of texts found when it is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlglot import exp

from regulars.core.text import folded

Constant = int | float | str
Bound = Constant | date
FromToday = Callable[[date], Bound]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The texts in `column` of `relation` that hold `needle`, whatever case and accents: looked up, then bound.

    `where`: a column and the text its rows must have. `of_customers`: the rows are customers'.
    """

    relation: str
    column: str
    needle: str
    where: tuple[str, str] | None
    of_customers: bool

    def among(self, texts: Sequence[str]) -> list[str]:
        """Those of the texts that hold the needle."""
        wanted = folded(self.needle)
        return sorted(text for text in texts if wanted in folded(text))


class Bindings:
    """The parameters of one statement, each under a name of its own."""

    def __init__(self) -> None:
        self._constants: dict[str, Constant] = {}
        self._from_today: dict[str, FromToday] = {}
        self._places: dict[object, str] = {}
        self.vocabularies: dict[str, Vocabulary] = {}

    def constant(self, value: Constant) -> exp.Placeholder:
        """The place of the value; the same value has one place."""
        key = (type(value), value)
        if key not in self._places:
            self._places[key] = self._name("c")
            self._constants[self._places[key]] = value
        return exp.Placeholder(this=self._places[key])

    def from_today(self, key: object, value: FromToday) -> exp.Placeholder:
        """The place of what follows from today; the same key has one place."""
        if key not in self._places:
            self._places[key] = self._name("d")
            self._from_today[self._places[key]] = value
        return exp.Placeholder(this=self._places[key])

    def vocabulary(self, wanted: Vocabulary) -> str:
        """The name under which the list of texts is to be bound."""
        if wanted not in self._places:
            self._places[wanted] = self._name("w")
            self.vocabularies[self._places[wanted]] = wanted
        return self._places[wanted]

    def least(self, places: Sequence[str]) -> exp.Placeholder:
        """The place of the least of the days that have these places."""
        days = [self._from_today[name] for name in places]
        return self.from_today(("least", tuple(places)), lambda today: min(cast("date", day(today)) for day in days))

    def bound(self, today: date) -> dict[str, Bound]:
        """All values as they are seen from today, but for the vocabularies."""
        return {**self._constants, **{name: value(today) for name, value in self._from_today.items()}}

    def _name(self, letter: str) -> str:
        return f"{letter}{len(self._places)}"
