"""Ladders of tiers as people write them, and whether every customer fits exactly one rung.

    Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000

The lowest comes first; of two that fit the higher takes the customer. The tier without a rule, or else the first, takes
whoever fits none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from operator import ge, gt, le, lt
from typing import NamedTuple

from regulars.core.attributes import Measure, Type, attributes
from regulars.groups.rules import tier_name_checked
from regulars.segments.errors import LadderWrong
from regulars.segments.language.limits import conditions
from regulars.segments.language.reading import rule_read
from regulars.segments.language.terms import NotComparableError, Terms, held
from regulars.segments.language.tree import All, Any, Compare, Not, Operator, Rule, Term
from regulars.segments.language.writing import term_text

MOST_TIERS = 20
Amount = int | Decimal


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier of a ladder; without a rule it takes whoever no other takes."""

    name: str
    text: str
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs, the lowest first, and which is the default."""

    rungs: tuple[Rung, ...]
    default: int


@dataclass(frozen=True, slots=True)
class LadderFinding:
    """A kind of customer who fits no tier ("gap") or several ("overlap"), in a sentence."""

    kind: str
    tiers: tuple[str, ...]
    sentence: str


def ladder_read(text: str) -> Ladder:
    """The ladder. Raises LadderWrong, BadTierName, TextUnfit; RuleWrong for the rule of a tier."""
    rungs = tuple(_rung(part) for part in _split(text, ";") if part.strip())
    if not 2 <= len(rungs) <= MOST_TIERS:
        raise LadderWrong(reason=f"it has {len(rungs)} tiers; write 2 to {MOST_TIERS}, separated by ;")
    names = [rung.name for rung in rungs]
    for name in names:
        if names.count(name) > 1:
            raise LadderWrong(reason=f'"{name}" is there twice')
    without = [n for n, rung in enumerate(rungs) if rung.rule is None]
    if len(without) > 1:
        bare = " and ".join(f'"{rungs[n].name}"' for n in without)
        raise LadderWrong(reason=f"{bare} have no rule; only one tier can take whoever fits no other")
    return Ladder(rungs, without[0] if without else 0)


def ladder_text(rungs: Sequence[Rung]) -> str:
    """The ladder as it is written."""
    return "; ".join(f"{rung.name}: {rung.text}" if rung.text else rung.name for rung in rungs)


def _rung(part: str) -> Rung:
    name, *rest = _split(part, ":")
    text = ":".join(rest).strip()
    return Rung(tier_name_checked(name), text, rule_read(text) if text else None)


def _split(text: str, sign: str) -> Iterator[str]:
    """The parts between the signs that stand outside of quotes."""
    quote, start = "", 0
    for n, each in enumerate(text):
        if quote:
            quote = "" if each == quote else quote
        elif each in "\"'":
            quote = each
        elif each == sign:
            yield text[start:n]
            start = n + 1
    yield text[start:]


class LadderStretch(NamedTuple):
    """Amounts in a row that the same tiers take, from `low` to `high` as they are written (None: no end).

    `takers`: the places of the tiers whose rules hold. `kind`: "gap", "overlap" or empty. `is_unknown`: no amounts at
    all, but customers of whom the number is unknown.
    """

    low: str | None
    high: str | None
    takers: tuple[int, ...]
    kind: str
    is_unknown: bool


class _Cell(NamedTuple):
    """Amounts that all rules treat alike: from `low` to `high` (None: no end), or the unknown one (`sample` None)."""

    low: Amount | None
    high: Amount | None
    sample: Amount | None


class _Run(NamedTuple):
    """Cells beside each other that the same tiers take."""

    takers: tuple[int, ...]
    cells: tuple[_Cell, ...]

    @property
    def is_unknown(self) -> bool:
        return self.cells[0].sample is None


def ladder_findings(ladder: Ladder, *, terms: Terms) -> list[LadderFinding] | None:
    """The gaps and overlaps of a ladder whose rules are about one number; None where they are about more.

    A tier that wholly lies within a lower one is no overlap: `spent >= 500` and, above, `spent >= 2000`.
    """
    scale = _scale_of(ladder, terms)
    if scale is None:
        return None
    findings = []
    for run, kind in _runs(ladder, scale):
        names = tuple(ladder.rungs[n].name for n in run.takers)
        if kind == "gap":
            findings.append(LadderFinding(kind, (), scale.gap_sentence(run)))
        elif kind == "overlap":
            findings.append(LadderFinding(kind, names, scale.overlap_sentence(run, names)))
    return findings


def ladder_stretches(ladder: Ladder, *, terms: Terms) -> list[LadderStretch] | None:
    """What each tier takes of the one number that all rules are about, the least first; None where there is no such."""
    scale = _scale_of(ladder, terms)
    if scale is None:
        return None
    return [LadderStretch(*scale.extent(run), run.takers, kind, run.is_unknown) for run, kind in _runs(ladder, scale)]


def _runs(ladder: Ladder, scale: "_Scale") -> Iterator[tuple[_Run, str]]:
    """All amounts there are, in order, in pieces that the same tiers take; each with "gap", "overlap" or nothing."""
    cells = scale.cells()
    takers = [tuple(n for n, rung in enumerate(ladder.rungs) if scale.takes(rung.rule, cell)) for cell in cells]
    has_rest = any(rung.rule is None for rung in ladder.rungs)
    apart = _apart([set(each) for each in takers], len(ladder.rungs))
    told = zip(takers, cells, strict=True)
    for key, group in groupby(told, key=lambda each: each[0]):
        run = _Run(key, tuple(cell for _key, cell in group))
        if not key and not has_rest:
            yield run, "gap"
        elif any((low, high) in apart for n, low in enumerate(key) for high in key[n + 1 :]):
            yield run, "overlap"
        else:
            yield run, ""


def _apart(takers: Sequence[set[int]], count: int) -> set[tuple[int, int]]:
    """The pairs of a lower and a higher tier of which the higher does not truly lie within the lower."""
    taken = [{place for place, each in enumerate(takers) if n in each} for n in range(count)]
    return {(low, high) for high in range(count) for low in range(high) if not taken[high] < taken[low]}


overlapping = _apart


@dataclass(frozen=True, slots=True)
class _Scale:
    """The one number that all rules of a ladder are about, in whole units of `step` or without gaps."""

    term: Term
    thresholds: tuple[Amount, ...]
    places: int
    is_whole: bool
    least: int | None
    may_be_unknown: bool
    values: dict[int, tuple[Amount, ...]]

    def cells(self) -> list[_Cell]:
        """All amounts there are, in order, in pieces that every rule takes whole or not at all."""
        points = [each for each in self.thresholds if self.least is None or each >= self.least]
        ends: list[Amount | None] = [None, *points, None]
        cells = []
        for before, after in pairwise(ends):
            between = self._between(before, after)
            if between is not None:
                cells.append(between)
            if after is not None:
                cells.append(_Cell(after, after, after))
        return [*cells, _Cell(None, None, None)] if self.may_be_unknown else cells

    def _between(self, before: Amount | None, after: Amount | None) -> _Cell | None:
        """What lies between two thresholds."""
        step = 1 if self.is_whole else Decimal(0)
        low = self.least if before is None else before + step
        high = None if after is None else after - step
        if low is not None and high is not None:
            if low > high or (not self.is_whole and low == high):
                return None
            return _Cell(low, high, self._middle(low, high))
        if high is None:
            return _Cell(low, None, (low or 0) + 1)
        return _Cell(None, high, high - 1)

    def _middle(self, low: Amount, high: Amount) -> Amount:
        return (low + high) // 2 if self.is_whole else Decimal(low + high) / 2

    def takes(self, rule: Rule | None, cell: _Cell) -> bool:
        """Whether the rule holds for the amounts of the cell."""
        match rule:
            case None:
                return False
            case All(rules):
                return all(self.takes(each, cell) for each in rules)
            case Any(rules):
                return any(self.takes(each, cell) for each in rules)
            case Not(inner):
                return not self.takes(inner, cell)
            case Compare(operator=operator):
                return _passes(cell.sample, operator, self.values[id(rule)])
            case _:
                raise ValueError(rule)

    def extent(self, run: _Run) -> tuple[str | None, str | None]:
        """The least and the greatest amount of the run, as they are written; None: no end."""
        low, high, _sample = self._ends(run)
        return (None if low is None else self._shown(low)), (None if high is None else self._shown(high))

    def gap_sentence(self, run: _Run) -> str:
        return f"a customer {self._example(run)} is in no tier{self._extent(run, 'nothing takes')}"

    def overlap_sentence(self, run: _Run, names: Sequence[str]) -> str:
        both = "both take" if len(names) == 2 else "they all take"
        return f"a customer {self._example(run)} is in {' and in '.join(names)}{self._extent(run, both)}"

    def _example(self, run: _Run) -> str:
        low, high, sample = self._ends(run)
        if sample is None:
            return f"whose {term_text(self.term)} is unknown"
        if low is not None and high is not None:
            sample = self._middle(low, high)
        return f"with {term_text(self.term)} {self._shown(sample)}"

    def _extent(self, run: _Run, words: str) -> str:
        low, high, sample = self._ends(run)
        match low, high:
            case _ if sample is None:
                return ""
            case None, None:
                return f": {words} anything"
            case None, _:
                return f": {words} {self._shown(high)} or less"
            case _, None:
                return f": {words} {self._shown(low)} or more"
            case _ if low == high:
                return ""
            case _:
                return f": {words} {self._shown(low)} to {self._shown(high)}"

    @staticmethod
    def _ends(run: _Run) -> _Cell:
        known = [cell for cell in run.cells if cell.sample is not None]
        if not known:
            return run.cells[0]
        return _Cell(known[0].low, known[-1].high, known[0].sample)

    def _shown(self, amount: Amount | None) -> str:
        assert amount is not None  # noqa: S101  (the caller has looked)
        return f"{Decimal(amount).scaleb(-self.places):,f}"


# Decimals of each type as it is kept; what is not here has no order that a ladder could climb.
_PLACES = {Type.COUNT: 0, Type.AGE: 0, Type.QUANTITY: 3, Type.NUMBER: 0}


def _scale_of(ladder: Ladder, terms: Terms) -> _Scale | None:
    found = [each.condition for rung in ladder.rungs if rung.rule is not None for each in conditions(rung.rule)]
    compared = [each for each in found if isinstance(each, Compare)]
    if not compared or len(compared) != len(found) or len({each.term for each in compared}) != 1:
        return None
    term = compared[0].term
    attribute = attributes().get(term.name)
    if attribute is None or attribute.words:
        return None
    type_ = terms.type_of(attribute, term.argument)
    if type_ not in _PLACES and type_ is not Type.MONEY:
        return None
    try:
        values = {
            id(each): tuple(
                _amount(held(value, attribute, type_=type_, terms=terms, today=date.min)) for value in each.values
            )
            for each in compared
        }
    except NotComparableError:
        return None
    is_counted = isinstance(attribute, Measure)
    return _Scale(
        term,
        thresholds=tuple(sorted({value for each in values.values() for value in each})),
        places=_PLACES.get(type_, terms.places),
        is_whole=(is_counted or type_ is Type.AGE) and type_ is not Type.NUMBER,
        least=0 if type_ in (Type.COUNT, Type.AGE) else None,
        may_be_unknown=not is_counted,
        values=values,
    )


def _amount(value: object) -> Amount:
    assert isinstance(value, int | Decimal)  # noqa: S101  (the types above hold nothing else)
    return value


_ORDERED: Mapping[Operator, Callable[[Amount, Amount], bool]] = {
    Operator.ABOVE: gt,
    Operator.AT_LEAST: ge,
    Operator.BELOW: lt,
    Operator.AT_MOST: le,
}


def _passes(amount: Amount | None, operator: Operator, values: Sequence[Amount]) -> bool:
    if operator in (Operator.UNEQUAL, Operator.NOT_IN):
        return amount is None or amount not in values
    if amount is None or operator is Operator.UNKNOWN:
        return (amount is None) == (operator is Operator.UNKNOWN)
    if operator is Operator.KNOWN:
        return True
    if operator is Operator.BETWEEN:
        return values[0] <= amount <= values[1]
    return _ORDERED[operator](amount, values[0]) if operator in _ORDERED else amount in values
