"""Random rules over all that is declared, drawn so that the truth is mixed, and the random shops they are asked of."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

import regulars.customers.attributes
import regulars.privacy.attributes
import regulars.sales.attributes  # noqa: F401  (to declare what may be asked)
from regulars.core.attributes import Attribute, Fact, Filter, Measure, Ratio, Type, attributes, filters
from regulars.segments.language.terms import Terms
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
)  # fmt: skip
from tests.segments.random_shops import (
    FIELDS,
    GROUPS,
    PRODUCT_NAMES,
    PRODUCTS,
    STORES,
    WORDS,
    Person,
    Receipt,
    Shop,
    days_near,
    lives_of,
    shops,
)  # fmt: skip

__all__ = [
    "FIELDS", "GROUPS", "PRODUCTS", "STORES", "Person", "Receipt", "Shop", "lives_of", "rules", "shops",
    "shops_and_rules",
]  # fmt: skip

TERMS = Terms(places=2, fields=FIELDS)
_PARTS = ("e", "KO", "%", "_", "'", "latte", "a", "ü")
_NUMBERS: dict[Type, tuple[str, ...]] = {
    Type.MONEY: ("0", "1", "35", "480", "499.99", "500", "500.01", "515", "1500", "2000", "-35"),
    Type.COUNT: ("0", "1", "2", "3", "4", "-1"),
    Type.QUANTITY: ("0", "0.25", "1", "1.5", "2", "3", "-1"),
    Type.NUMBER: ("0", "0.1", "0.5", "1", "1.5", "2", "7", "30", "38", "42.5", "-1"),
    Type.AGE: ("0", "18", "22", "26", "30", "35", "49", "50", "51"),
}
_EQUALITY = (Operator.EQUAL, Operator.UNEQUAL, Operator.IN, Operator.NOT_IN)
_PRESENCE = (Operator.KNOWN, Operator.UNKNOWN)
_ORDER = (Operator.ABOVE, Operator.AT_LEAST, Operator.BELOW, Operator.AT_MOST, Operator.BETWEEN)


def operators_of(type_: Type) -> tuple[Operator, ...]:
    """What a value of that type may be held against others by."""
    match type_:
        case Type.PRESENCE | Type.BIRTHDAY:
            return _PRESENCE
        case Type.TEXT:
            return (*_EQUALITY, Operator.CONTAINS, *_PRESENCE)
        case _:
            return (*_ORDER, *_EQUALITY, *_PRESENCE)


units = st.sampled_from(list(Unit))


@cache
def days(today: date) -> st.SearchStrategy[Day | Shift]:
    """Days told by date or from today, most of them near."""
    shifts = st.sampled_from([(0, Unit.DAYS), (-1, Unit.DAYS), (-60, Unit.DAYS), (1, Unit.DAYS), (7, Unit.DAYS)])
    return (
        st.builds(Day, days_near(today))
        | shifts.map(lambda each: Shift(*each))
        | st.builds(lambda count, unit: Shift(-count, unit), st.sampled_from((1, 2, 30)), units)
    )


@cache
def windows(today: date) -> st.SearchStrategy[Window]:
    """Windows on days that were."""
    lengths = st.sampled_from((1, 2, 7, 30, 90))
    day = days(today)
    years = st.sampled_from((today.year, today.year - 1))
    return (
        st.builds(Last, lengths, units)
        | st.builds(Since, day)
        | st.builds(Before, day)
        | st.builds(Span, day, day)
        | st.builds(Calendar, years, st.none() | st.sampled_from((today.month, 2, 12)))
    )


@cache
def windows_ahead(today: date) -> st.SearchStrategy[Window]:
    """Windows on days that are to come as well, as of birthdays."""
    return windows(today) | st.builds(Next, st.sampled_from((1, 2, 7, 12)), units)


def declared(name: str, *, is_filter: bool) -> Attribute:
    return filters()[name] if is_filter else attributes()[name]


@cache
def value_strategy(
    name: str, argument: str | None, today: date, *, is_filter: bool = False
) -> st.SearchStrategy[Value]:
    """Values that may stand against the attribute, or the filter."""
    attribute = declared(name, is_filter=is_filter)
    type_ = TERMS.type_of(attribute, argument)
    if type_ in (Type.PRESENCE, Type.BIRTHDAY):
        return st.nothing()
    if type_ is Type.DATE:
        return days(today)
    if type_ is Type.TEXT:
        return st.builds(Text, st.sampled_from((*_words(attribute, argument), *(() if attribute.choices else ("",)))))
    numbers = st.builds(Number, st.sampled_from(_NUMBERS[type_]).map(Decimal))
    if attribute.words:
        shortened = [text for word in attribute.words for text in (word, word[:3].upper())]
        return st.builds(Text, st.sampled_from(shortened)) | numbers
    if name in ("hour", "favourite_hour"):
        return st.builds(Number, st.sampled_from(("0", "3", "9", "12", "23")).map(Decimal))
    return numbers


def _words(attribute: Attribute, argument: str | None) -> Sequence[str]:
    return attribute.choices or WORDS[argument or attribute.name]


@cache
def values_for(operator: Operator, value: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Value, ...]]:
    """As many values as the operator takes."""
    match operator:
        case Operator.KNOWN | Operator.UNKNOWN:
            return st.just(())
        case Operator.BETWEEN:
            return st.tuples(value, value)
        case Operator.IN | Operator.NOT_IN:
            return st.lists(value, min_size=1, max_size=3).map(tuple)
        case Operator.CONTAINS:
            return st.tuples(st.builds(Text, st.sampled_from(_PARTS)))
        case _:
            return st.tuples(value)


@cache
def _attributes() -> tuple[Attribute, ...]:
    return tuple(attributes().values())


@cache
def _filters() -> tuple[Filter, ...]:
    return tuple(filters().values())


@cache
@st.composite
def filtered(draw: st.DrawFn, today: date) -> Filtered:
    name = draw(_filter_names())
    operator = draw(_operators(filters()[name].type))
    return Filtered(name, operator, draw(values_for(operator, value_strategy(name, None, today, is_filter=True))))


@cache
def _filter_names() -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(filters()))


@cache
def _attribute_names() -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(attributes()))


@cache
def _operators(type_: Type) -> st.SearchStrategy[Operator]:
    return st.sampled_from(operators_of(type_))


@cache
@st.composite
def terms(draw: st.DrawFn, today: date) -> Term:
    """A fact, or a measure with some filters and a window."""
    name = draw(_attribute_names())
    attribute = attributes()[name]
    if isinstance(attribute, Fact) and attribute.takes_argument:
        return Term(name, draw(_FIELD_NAMES))
    if not isinstance(attribute, Measure | Ratio):
        return Term(name)
    some = draw(_some_filtered(today)) if _is_of_sales(attribute) else []
    return Term(name, None, tuple(some), draw(_maybe_windows(today)))


def _is_of_sales(attribute: Measure | Ratio) -> bool:
    """Whether filters, which are about sales, may narrow it."""
    return isinstance(attribute, Ratio) or any(each.relation in ("sales", "lines") for each in attribute.by)


_FIELD_NAMES = st.sampled_from(sorted(FIELDS))


@cache
def _some_filtered(today: date) -> st.SearchStrategy[list[Filtered]]:
    return st.lists(filtered(today), max_size=2)


@cache
def _maybe_windows(today: date) -> st.SearchStrategy[Window | None]:
    return st.none() | windows(today)


@cache
def togethers(today: date) -> st.SearchStrategy[Together]:
    names = st.builds(Text, st.sampled_from(PRODUCT_NAMES))
    return st.builds(Together, st.tuples(names, names), _maybe_windows(today))


@cache
@st.composite
def conditions(draw: st.DrawFn, today: date) -> Compare | Within | Together:
    """One condition of any kind on anything that may be asked."""
    kind = draw(st.integers(0, 14))
    if kind == 0:
        return draw(togethers(today))
    term = draw(terms(today))
    type_ = TERMS.type_of(attributes()[term.name], term.argument)
    if type_ in (Type.DATE, Type.BIRTHDAY) and kind < 10:
        return Within(term, draw(windows_ahead(today)))
    operator = draw(_operators(type_))
    return Compare(term, operator, draw(values_for(operator, value_strategy(term.name, term.argument, today))))


def _belonging(groups: tuple[int, ...]) -> st.SearchStrategy[Rule]:
    group = st.sampled_from(groups)
    return st.builds(Member, group) | st.builds(Pinned, group, st.booleans()) | st.builds(Always, st.booleans())


def joined(kind: type[All] | type[Any], parts: Sequence[Rule]) -> Rule:
    """The parts joined, none of them of the same kind."""
    flat: list[Rule] = []
    for each in parts:
        flat.extend(each.rules if isinstance(each, kind) else [each])  # type: ignore[attr-defined]
    return kind(tuple(flat))


@cache
def rules(today: date, *, groups: tuple[int, ...] = (), most: int = 6) -> st.SearchStrategy[Rule]:
    """Rules of up to so many conditions; with `groups`, some about being in one of these, as names come to."""
    leaves: st.SearchStrategy[Rule] = conditions(today)
    if groups:
        leaves = st.one_of(leaves, leaves, leaves, _belonging(groups))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(All, parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(Any, parts)),
        ),
        max_leaves=most,
    )


@cache
@st.composite
def shops_and_rules(
    draw: st.DrawFn, *, groups: tuple[int, ...] = GROUPS, count: int = 1
) -> tuple[Shop, tuple[Rule, ...]]:
    """A shop and so many rules seen from its day."""
    shop = draw(shops())
    return shop, tuple(draw(rules(shop.today, groups=groups)) for _ in range(count))
