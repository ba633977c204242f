"""A column of some type held against what a person wrote."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from sqlglot import exp

from regulars.core.attributes import Attribute, Filter, Type, relations
from regulars.segments.language.sql.binding import Vocabulary
from regulars.segments.language.sql.comparing import compared, known, negated, positive, within
from regulars.segments.language.sql.dialects import among, column, day, double
from regulars.segments.language.sql.rows import Scene
from regulars.segments.language.terms import held
from regulars.segments.language.tree import Day, Filtered, Operator, Shift, Text, Value, Window
from regulars.segments.language.windows import day_of

_ANY_DAY = date(2000, 1, 1)


def constants(values: Sequence[Value], attribute: Attribute, type_: Type, scene: Scene) -> list[int | str | Decimal]:
    """The values as rows hold them, but for days, which hang on today."""
    found = [held(value, attribute, type_=type_, terms=scene.terms, today=_ANY_DAY) for value in values]
    return cast("list[int | str | Decimal]", found)


def places(values: Sequence[Value], attribute: Attribute, type_: Type, scene: Scene) -> list[exp.Expr]:
    """Where the values are bound."""
    if type_ is Type.DATE:
        return [_day_place(value, scene) for value in values]
    # An empty text is one that is not known: nothing equals it.
    found = [each for each in constants(values, attribute, type_, scene) if each != ""]
    return [scene.bindings.constant(float(each) if isinstance(each, Decimal) else each) for each in found]


def _day_place(value: Value, scene: Scene) -> exp.Expr:
    if not isinstance(value, Day | Shift):
        raise TypeError(value)
    return day(scene.bindings.from_today(("day", value), lambda today: day_of(value, today=today)), scene.dialect)


def passes(
    column_: exp.Expr, operator: Operator, values: Sequence[Value], *, attribute: Attribute, type_: Type,
    scene: Scene, vocabulary: tuple[str, str] | None = None, where: tuple[str, str] | None = None,
) -> exp.Expr:  # fmt: skip
    """The column passes a positive operator. `vocabulary`: the relation and column that know all its texts."""
    match operator, type_:
        case Operator.KNOWN, Type.TEXT:
            return exp.NEQ(this=column_, expression=exp.Literal.string(""))
        case Operator.KNOWN, _:
            return known(column_)
        case Operator.CONTAINS, _:
            return _contains(column_, values, vocabulary, where, scene)
        case Operator.EQUAL, Type.TEXT:
            return compared(column_, Operator.IN, places(values, attribute, type_, scene))
        case _, Type.NUMBER:
            return compared(double(column_), operator, places(values, attribute, type_, scene))
        case _:
            return compared(column_, operator, places(values, attribute, type_, scene))


def _contains(
    column_: exp.Expr, values: Sequence[Value], vocabulary: tuple[str, str] | None,
    where: tuple[str, str] | None, scene: Scene,
) -> exp.Expr:  # fmt: skip
    """No two engines fold accents alike: which of the texts that there are hold this one is found in Python, once."""
    [needle] = values
    if vocabulary is None or not isinstance(needle, Text):
        raise TypeError(needle)
    relation, name = vocabulary
    of_customers = "customer" in relations()[relation].columns
    wanted = Vocabulary(relation, name, needle.text, where, of_customers)
    return among(column_, scene.bindings.vocabulary(wanted), scene.dialect)


def row_passes(asked: Filtered, filter_: Filter, alias: str, scene: Scene, *, window: Window | None = None) -> exp.Expr:
    """A row passes the filter. `window`: the days it is of, so that of what it leads to no others are gathered."""
    operator, is_complement = positive(asked.operator)

    def test(held_: exp.Expr) -> exp.Expr:
        return passes(
            held_, operator, asked.values, attribute=filter_, type_=filter_.type, scene=scene,
            vocabulary=filter_.vocabulary or (filter_.relation, filter_.column),
        )  # fmt: skip

    own, via = column(filter_.column, alias), filter_.via
    if via is None:
        found = test(own)
    else:
        is_bounded = window is not None and relations()[via.relation].is_dated and not scene.is_some
        found = scene.leads_to(
            own,
            via,
            lambda led: [test(column(filter_.shown, led)), *window_tests(led, window if is_bounded else None, scene)],
        )
    return negated(found) if is_complement else found


def window_tests(alias: str, window: Window | None, scene: Scene) -> list[exp.Expr]:
    """The day of a row of the relation is within the window, where there is one."""
    if window is None:
        return []
    return within(column("day", alias), window, scene.bindings, lambda place: day(place, scene.dialect))
