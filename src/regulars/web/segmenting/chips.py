"""A rule as chips: what each shows, what may be chosen in it, and what its parts are called in the form.

Each part of the rule has a path: "r" is the rule, "r-0" its first part. `changes.py` reads the form back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext

from regulars.core.attributes import Attribute, Fact, Type, filters
from regulars.segments.language.checking import Known
from regulars.segments.language.fitting import REFERENCES, filters_of, is_windowed, known_attributes, operators_of
from regulars.segments.language.limits import conditions
from regulars.segments.language.tree import (
    All,
    Any,
    Compare,
    Filtered,
    Not,
    Number,
    Operator,
    Rule,
    Term,
    Text,
    Together,
    Value,
    Window,
    Within,
)
from regulars.segments.language.writing import value_text
from regulars.web.segmenting.controls import Choice, Control, operator_labels, window_controls

# More are easier to follow as text.
MOST_CHIPS = 40
WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Part:
    """What is compared: by which operator, with which values; `between` stands between the values."""

    operator: Control
    values: tuple[Control, ...]
    between: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FilterShown:
    """A filter of a measure."""

    path: str
    label: str
    meaning: str
    part: Part


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition. `window`: which sales count; `within`: when the day is. `addable`: filters that may be added."""

    label: str
    meaning: str
    part: Part | None
    filters: tuple[FilterShown, ...] = ()
    window: tuple[Control, ...] = ()
    within: tuple[Control, ...] = ()
    addable: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the rule: a chip, or parts joined by `join`. `outer`: the path of it with its "not"."""

    path: str
    outer: str
    is_not: bool
    join: Control | None = None
    parts: tuple["Node", ...] = ()
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class _Drawing:
    known: Known
    currency: str
    attributes: dict[str, Attribute] = field(default_factory=lambda: dict(known_attributes()))

    def node(self, rule: Rule, path: str, outer: str = "", *, is_not: bool = False) -> Node:
        match rule:
            case Not(inner) if not is_not:
                return self.node(inner, f"{path}-0", path, is_not=True)
            case All(rules) | Any(rules):
                parts = tuple(self.node(each, f"{path}-{n}") for n, each in enumerate(rules))
                return Node(path, outer or path, is_not, join=_join(path, rule), parts=parts)
            case Not(inner):
                return Node(path, outer, is_not, parts=(self.node(inner, f"{path}-0"),))
            case _:
                return Node(path, outer or path, is_not, chip=self.chip(rule, path))

    def chip(self, rule: Rule, path: str) -> Chip | None:
        match rule:
            case Compare(term, operator, values):
                return self._chip(term, path, self._term_part(term, path, operator, values), None)
            case Within(term, window):
                return self._chip(term, path, self._term_part(term, path, None, ()), window)
            case Together(products, window):
                named = gettext("Product")
                texts = [Control(f"{path}.v", f"{path}.v{n}", named, "text", each.text, words="products")
                         for n, each in enumerate(products)]  # fmt: skip
                part = Part(Control(f"{path}.op", f"{path}.op", "", "none"), tuple(texts), gettext("and"))
                meaning = gettext("one sale holds both")
                return Chip(gettext("bought together"), meaning, part, window=tuple(window_controls(path, window)))
        return None

    def _chip(self, term: Term, path: str, part: Part, window: Window | None) -> Chip:
        attribute = self.attributes[term.name]
        label = term.argument or term.name.replace("_", " ")
        shown = tuple(self._filter(each, f"{path}.f{n}") for n, each in enumerate(term.filters))
        used = [each.name for each in term.filters]
        left = {name: each for name, each in filters_of(attribute, used).items() if name not in used}
        times = tuple(window_controls(path, term.window)) if is_windowed(attribute) else ()
        within = tuple(window_controls(f"{path}.in", window, is_needed=True)) if window is not None else ()
        addable = tuple(Choice(name, name.replace("_", " ")) for name in left)
        return Chip(label, gettext(attribute.meaning), part, shown, times, within, addable)

    def _filter(self, each: Filtered, path: str) -> FilterShown:
        attribute = filters()[each.name]
        part = self._part(attribute, attribute.type, path, each.operator, each.values)
        return FilterShown(path, each.name.replace("_", " "), gettext(attribute.meaning), part)

    def _term_part(self, term: Term, path: str, operator: Operator | None, values: Sequence[Value]) -> Part:
        attribute = self.attributes[term.name]
        return self._part(attribute, self.known.terms.type_of(attribute, term.argument), path, operator, values)

    def _part(
        self, attribute: Attribute, type_: Type, path: str, operator: Operator | None, values: Sequence[Value]
    ) -> Part:
        name = attribute.name.replace("_", " ")
        labels = operator_labels(type_, is_named=bool(attribute.words))
        choices = [Choice(each.value, labels[each], each is operator) for each in operators_of(attribute, type_)]
        if type_ in (Type.DATE, Type.BIRTHDAY) and not path.rpartition(".")[2].startswith("f"):
            choices.append(Choice(WITHIN, gettext("within a time"), operator is None))
        select = Control(f"{path}.op", f"{path}.op", gettext("How to compare %(name)s") % {"name": name}, "choice",
                         choices=tuple(choices))  # fmt: skip
        shown: list[Value | None] = [*values, *([None] if operator in (Operator.IN, Operator.NOT_IN) else [])]
        controls = tuple(self._value(attribute, type_, f"{path}.v", n, each) for n, each in enumerate(shown))
        between = {Operator.BETWEEN: gettext("and"), Operator.IN: gettext("or"), Operator.NOT_IN: gettext("or")}
        unit = self.currency if type_ is Type.MONEY and values else gettext("years") if type_ is Type.AGE else ""
        return Part(select, controls, between.get(operator, "") if operator else "", unit if values else "")

    def _value(self, attribute: Attribute, type_: Type, name: str, n: int, value: Value | None) -> Control:
        label = gettext("Value of %(name)s") % {"name": attribute.name.replace("_", " ")}
        if value is None:
            label = gettext("One more value of %(name)s") % {"name": attribute.name.replace("_", " ")}
        shown = _written(value, attribute)
        offered = _offered(attribute, self.known)
        if offered:
            choices = [Choice(each, gettext(each), each == shown) for each in offered]
            if shown not in offered:
                choices.insert(0, Choice(shown, shown or "…", is_chosen=True))
            return Control(name, f"{name}{n}", label, "choice", choices=tuple(choices))
        kind = "text" if type_ is Type.TEXT else "day" if type_ is Type.DATE else "number"
        words = _words_of(attribute) if kind == "text" else "days" if kind == "day" else ""
        return Control(name, f"{name}{n}", label, kind, shown, words=words)


def chips_of(rule: Rule, *, known: Known, currency: str) -> Node | None:
    """The rule as chips; None where it has more than anybody could follow."""
    if sum(1 for _each in conditions(rule)) > MOST_CHIPS:
        return None
    return _Drawing(known, currency).node(rule, "r")


def names_addable(known: Known) -> Iterator[tuple[str, list[Choice]]]:
    """What a condition may begin with, by what it is about; the names nobody has given yet are left out."""
    bought, person, belonging = [], [], []
    for name, attribute in known_attributes().items():
        each = Choice(name, f"{name.replace('_', ' ')}: {gettext(attribute.meaning)}")
        if name in REFERENCES:
            belonging += [each] if known.named(name) else []
        elif not isinstance(attribute, Fact):
            bought.append(each)
        elif not attribute.takes_argument or known.terms.fields:
            person.append(each)
    yield gettext("What they buy"), bought
    yield gettext("Who they are"), person
    if belonging:
        yield gettext("Where they belong"), belonging


def _join(path: str, rule: All | Any) -> Control:
    choices = (
        Choice("all", gettext("all of these"), isinstance(rule, All)),
        Choice("any", gettext("any of these"), isinstance(rule, Any)),
    )
    return Control(f"{path}.join", f"{path}.join", gettext("How the conditions are joined"), "choice", choices=choices)


def _written(value: Value | None, attribute: Attribute) -> str:
    """The value as its field holds it; a number that stands for a word as the word."""
    match value:
        case None:
            return ""
        case Text(text):
            return next((word for word in attribute.words if word.startswith(text.casefold())), text)
        case Number(number) if attribute.words:
            return next((word for word, n in attribute.words.items() if n == number), str(number))
        case _:
            return value_text(value)


def _offered(attribute: Attribute, known: Known) -> list[str]:
    """The only values there are, where they are few enough to choose from."""
    if attribute.name in REFERENCES:
        return sorted(known.named(attribute.name), key=str.casefold)
    return [*(attribute.choices or attribute.words)]


def _words_of(attribute: Attribute) -> str:
    """Which of the lists on the page helps to type the value."""
    name = attribute.name.removeprefix("favourite_")
    return {"store": "stores", "category": "categories", "brand": "brands", "product": "products"}.get(name, "")
