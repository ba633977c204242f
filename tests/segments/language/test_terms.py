"""The values people write, as rows hold them."""

from datetime import date
from decimal import Decimal

import pytest

import regulars.customers.attributes
import regulars.sales.attributes  # noqa: F401  (to declare what may be asked)
from regulars.core.attributes import Type, attributes, filters
from regulars.segments.language.terms import NotComparableError, Terms, held
from regulars.segments.language.tree import Day, Number, Text
from tests.segments.language.words import shift

TODAY = date(2026, 11, 22)
TERMS = Terms(places=2, fields={"Shoe size": "number", "Club": "text", "Vegan": "yes_no", "Anniversary": "date"})


def _held(name, value, *, argument=None, terms=TERMS):
    attribute = attributes().get(name) or filters()[name]
    return held(value, attribute, type_=terms.type_of(attribute, argument), terms=terms, today=TODAY)


def _number(text):
    return Number(Decimal(text))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("spent", _number("499.99"), 49999),
        ("spent", _number("-5"), -500),
        ("average_order", _number("12.5"), 1250),
        ("orders", _number("4.0"), 4),
        ("units", _number("1.125"), 1125),
        ("age", _number("35"), 35),
        ("overdue", _number("1.5"), Decimal("1.5")),
        ("last_order", Day(date(2026, 1, 1)), date(2026, 1, 1)),
        ("last_order", shift(-60), date(2026, 9, 23)),
        ("joined", shift(0), TODAY),
        ("gender", Text("female"), "female"),
        ("country", Text("Kenya"), "KE"),
        ("country", Text("EIRE"), "EIRE"),
        ("city", Text("Köln"), "Köln"),
        ("favourite_weekday", Text("SAT"), 6),
        ("weekday", Text("Sunday"), 7),
        ("weekday", Text("thur"), 4),
        ("weekday", _number("1"), 1),
        ("amount", _number("12.50"), 1250),
    ],
)
def test_a_value_is_held_as_rows_hold_it(name, value, expected):
    assert _held(name, value) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("spent", _number("1.005"), "a number with at most 2 decimals"),
        ("units", _number("0.0001"), "a number with at most 3 decimals"),
        ("orders", _number("1.5"), "a whole number"),
        ("orders", Text("many"), "a plain number such as 12.50"),
        ("last_order", _number("60"), 'a day such as 2026-11-22 or "60 days ago"'),
        ("city", _number("1"), "a text in quotes"),
        ("gender", Text("woman"), "one of female, male, other"),
        ("birthday", shift(0), '"in next 7 days" or another window'),
        ("phone", Text("1"), '"is known" or "is unknown"'),
    ],
)
def test_what_does_not_fit_is_refused_with_what_could_stand_there(name, value, expected):
    with pytest.raises(NotComparableError) as refused:
        _held(name, value)
    assert str(refused.value) == expected


@pytest.mark.parametrize("text", ["s", "sa", "someday", "t"])
def test_three_letters_tell_weekdays_apart(text):
    with pytest.raises(NotComparableError):
        _held("weekday", Text(text))


def test_a_currency_without_decimals_has_none():
    assert _held("spent", _number("500"), terms=Terms(places=0)) == 500
    with pytest.raises(NotComparableError):
        _held("spent", _number("0.5"), terms=Terms(places=0))


def test_a_custom_field_is_what_its_kind_is():
    field = attributes()["field"]
    found = {name: TERMS.type_of(field, name) for name in TERMS.fields}
    assert found == {"Shoe size": Type.NUMBER, "Club": Type.TEXT, "Vegan": Type.TEXT, "Anniversary": Type.DATE}
    assert _held("field", _number("42.5"), argument="Shoe size") == Decimal("42.5")
