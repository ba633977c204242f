"""Tree to a sentence for whoever decides: customers of whom this is so. Nothing is looked up but the declared names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from regulars.core.attributes import Attribute, Type, filters
from regulars.core.money import currency_places
from regulars.core.text import folded
from regulars.core.text import marked as _
from regulars.segments.language import wording
from regulars.segments.language.fitting import known_attributes
from regulars.segments.language.tree import (
    All,
    Always,
    Any,
    Before,
    Calendar,
    Compare,
    Day,
    Filtered,
    Last,
    Member,
    Next,
    Not,
    Number,
    Operator,
    Pinned,
    Rule,
    Shift,
    Since,
    Span,
    Term,
    Text,
    Together,
    Unit,
    Value,
    Window,
    Within,
)
from regulars.segments.language.wording import Said
from regulars.segments.language.writing import number_text, quoted

Told = Callable[[str], str]
_OPPOSITES = {
    Operator.EQUAL: Operator.UNEQUAL,
    Operator.IN: Operator.NOT_IN,
    Operator.KNOWN: Operator.UNKNOWN,
}
_OPPOSITE = _OPPOSITES | {unlike: like for like, unlike in _OPPOSITES.items()}
_ONE = Number(Decimal(1))
_UNLIKE = {Operator.UNEQUAL, Operator.NOT_IN}
_PRESENCE = {Operator.KNOWN, Operator.UNKNOWN}


def describe(rule: Rule, *, currency: str, day: Callable[[date], str] = date.isoformat, told: Told = str) -> str:
    """What is so of every customer the rule holds, as the rest of a sentence that begins "a customer who".

    `day` writes a day; `told` translates a marked text: gettext, where there is one.
    """
    return _Describer(currency=currency, places=currency_places(currency), written=day, told=told).rule(rule)


@dataclass(frozen=True, slots=True)
class _Describer:
    currency: str
    places: int
    written: Callable[[date], str]
    told: Told

    def rule(self, rule: Rule) -> str:
        match rule:
            case All(rules):
                return self.told(_(", and ")).join(map(self._inner, rules))
            case Any(rules):
                return self.told(_(", or ")).join(map(self._inner, rules))
            case Not(inner):
                return self._opposite(inner)
            case Compare():
                return self._compare(rule)
            case Within(term, window):
                return self._within(term, window)
            case Together((first, second), window):
                both = {"first": quoted(first.text), "second": quoted(second.text)}
                sentence = self.told(_("bought %(first)s and %(second)s together")) % both
                return self._and_window(sentence, window)
            case Member() | Pinned() | Always():
                raise ValueError(f"{rule} is written by no one")
            case _:
                assert_never(rule)

    def _inner(self, rule: Rule) -> str:
        sentence = self.rule(rule)
        return f"({sentence})" if isinstance(rule, All | Any) else sentence

    def _opposite(self, rule: Rule) -> str:
        if isinstance(rule, Compare) and rule.operator in _OPPOSITE:
            return self._compare(Compare(rule.term, _OPPOSITE[rule.operator], rule.values))
        return self.told(_("is not one who %(rule)s")) % {"rule": self._inner(rule)}

    def _compare(self, condition: Compare) -> str:
        term, operator, values = condition.term, condition.operator, condition.values
        attribute = known_attributes().get(term.name)
        said = self._said(term.name, values)
        held = self._held(operator, values, attribute)
        if operator in _PRESENCE:
            template = said.known if operator is Operator.KNOWN else said.unknown
        elif operator is Operator.CONTAINS:
            template, held = wording.PART, self._value(values[0], attribute)
        elif operator in _UNLIKE and said.unlike:
            template, held = said.unlike, self._either(values, attribute)
        else:
            is_one = said.one and values == (_ONE,)
            template = said.one if is_one else said.many
        return self._counted(template, held, term)

    def _within(self, term: Term, window: Window) -> str:
        attribute = known_attributes().get(term.name)
        is_birthday = attribute is not None and attribute.type is Type.BIRTHDAY
        template = wording.BIRTHDAY if is_birthday else self._said(term.name, ()).many
        return self._counted(template, self._window(window), term)

    def _said(self, name: str, values: Sequence[object]) -> Said:
        """How the attribute is said; where nobody has put it into words, after its values."""
        if name in wording.SAID:
            return wording.SAID[name]
        if any(isinstance(value, Text) for value in values):
            return wording.TEXT
        return wording.NUMBER if any(isinstance(value, Number) for value in values) else wording.DAY

    def _counted(self, template: str, held: str, term: Term) -> str:
        """The sentence with the window, and with what alone is counted."""
        name = term.name.replace("_", " ") if term.argument is None else quoted(term.argument)
        sentence = self._and_window(self.told(template) % {"held": held, "name": name}, term.window)
        if not term.filters:
            return sentence
        only = self.told(_(" and ")).join(map(self._filter, term.filters))
        return self.told(_("%(sentence)s, counting only %(filters)s")) % {"sentence": sentence, "filters": only}

    def _filter(self, each: Filtered) -> str:
        attribute = filters().get(each.name)
        name = each.name.replace("_", " ")
        if each.operator in _PRESENCE:
            template = _("a known %(name)s") if each.operator is Operator.KNOWN else _("an unknown %(name)s")
            return self.told(template) % {"name": name}
        return f"{name} {self._held(each.operator, each.values, attribute)}"

    def _held(self, operator: Operator, values: Sequence[Value], attribute: Attribute | None) -> str:
        if operator in _PRESENCE:
            return ""
        if operator is Operator.BETWEEN:
            first, last = (self._value(value, attribute) for value in values)
            return self.told(_("between %(first)s and %(last)s")) % {"first": first, "last": last}
        phrase = self._phrases(values, attribute)[operator]
        return self.told(phrase) % {"value": self._either(values, attribute)}

    def _phrases(self, values: Sequence[Value], attribute: Attribute | None) -> Mapping[Operator, str]:
        match values[0]:
            case _ if attribute and attribute.words:
                return wording.OF_WORDS
            case Text():
                return wording.OF_TEXTS
            case Shift(count, unit) if count < 0 and (count, unit) != (-1, Unit.DAYS):
                return wording.OF_AGES
            case Day() | Shift():
                return wording.OF_DAYS
            case _:
                return wording.OF_NUMBERS

    def _either(self, values: Sequence[Value], attribute: Attribute | None) -> str:
        *most, last = (self._value(value, attribute) for value in values)
        return self.told(_("%(most)s or %(last)s")) % {"most": ", ".join(most), "last": last} if most else last

    def _value(self, value: Value, attribute: Attribute | None) -> str:
        match value:
            case Text(text) if attribute and attribute.words:
                return self.told(next((word for word in attribute.words if word.startswith(folded(text))), text))
            case Text(text):
                return quoted(text)
            case Number(number) if attribute and attribute.words:
                return self.told(next((word for word, n in attribute.words.items() if n == number), str(number)))
            case Number(number) if attribute and attribute.type is Type.MONEY:
                return f"{number:,.{self.places}f} {self.currency}"
            case Number(number):
                return number_text(number)
            case Day() | Shift():
                return self._day(value)
            case _:
                assert_never(value)

    def _day(self, day: Day | Shift) -> str:
        match day:
            case Day(written):
                return self.written(written)
            case Shift(0, _unit):
                return self.told(_("today"))
            case Shift(-1, Unit.DAYS):
                return self.told(_("yesterday"))
            case Shift(count, unit):
                template = _("%(units)s from today") if count > 0 else _("%(units)s ago")
                return self.told(template) % {"units": self._units(abs(count), unit)}

    def _units(self, count: int, unit: Unit) -> str:
        return f"{count} {self.told(unit.value if count != 1 else unit.value.removesuffix('s'))}"

    def _and_window(self, sentence: str, window: Window | None) -> str:
        return f"{sentence} {self._window(window)}" if window else sentence

    def _window(self, window: Window) -> str:
        match window:
            case Last(count, unit):
                return self.told(_("within the last %(units)s")) % {"units": self._units(count, unit)}
            case Next(count, unit):
                return self.told(_("within the next %(units)s")) % {"units": self._units(count, unit)}
            case Since(day):
                return self.told(_("on or after %(day)s")) % {"day": self._day(day)}
            case Before(day):
                return self.told(_("before %(day)s")) % {"day": self._day(day)}
            case Span(first, last):
                return self.told(_("from %(first)s to %(last)s")) % {"first": self._day(first), "last": self._day(last)}
            case Calendar(year, month):
                named = f"{self.told(wording.MONTHS[month - 1])} {year}" if month else str(year)
                return self.told(_("in %(when)s")) % {"when": named}
            case _:
                assert_never(window)
