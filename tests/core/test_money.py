"""Amounts are exact or refused, and rounded half away from zero where a rate becomes money."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.errors import Invalid
from regulars.core.money import (
    NotAnAmount,
    TooLarge,
    TooPrecise,
    UnknownCurrency,
    amount_milli,
    amount_minor,
    amount_text,
    currency_places,
    divided_half_up,
    line_amount,
    milli_text,
)

whole = st.integers(-(10**9), 10**9)


@pytest.mark.parametrize(("currency", "places"), [("KES", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_currencies_have_their_decimals(currency, places):
    assert currency_places(currency) == places


@pytest.mark.parametrize("currency", ["", "kes", "XXXX", "Shilling"])
def test_an_unknown_currency_is_refused(currency):
    with pytest.raises(UnknownCurrency, match=f'^"{currency}" is no currency code'):
        currency_places(currency)


@pytest.mark.parametrize(
    ("value", "places", "minor"),
    [
        ("12.50", 2, 1250),
        ("12.5", 2, 1250),
        (" 12 ", 2, 1200),
        (12, 2, 1200),
        (4.1, 2, 410),
        (0.1 + 0.2, 1, None),
        (Decimal("-0.01"), 2, -1),
        ("1e2", 2, 10000),
        ("1500", 0, 1500),
        ("1.234", 3, 1234),
        ("-0", 2, 0),
        ("1.10000000000000000000000000000000000000", 2, 110),
        ("1000000000000.00", 2, 10**14),
    ],
)
def test_an_amount_is_read_exactly(value, places, minor):
    if minor is None:
        with pytest.raises(TooPrecise):
            amount_minor(value, places=places)
    else:
        assert amount_minor(value, places=places) == minor


@pytest.mark.parametrize(
    ("value", "places", "refusal"),
    [
        ("", 2, NotAnAmount),
        ("abc", 2, NotAnAmount),
        ("1,234.50", 2, NotAnAmount),
        ("12.50 KES", 2, NotAnAmount),
        ("1\x00", 2, NotAnAmount),
        (None, 2, NotAnAmount),
        (True, 2, NotAnAmount),
        ([], 2, NotAnAmount),
        ("NaN", 2, NotAnAmount),
        ("sNaN", 2, NotAnAmount),
        ("Infinity", 2, NotAnAmount),
        (float("nan"), 2, NotAnAmount),
        (float("-inf"), 2, NotAnAmount),
        (1e400, 2, NotAnAmount),
        ("1e400", 2, TooLarge),
        ("9" * 5000, 2, TooLarge),
        (10**30, 2, TooLarge),
        ("1000000000000.01", 2, TooLarge),
        ("0.001", 2, TooPrecise),
        ("0.5", 0, TooPrecise),
        ("1.0005", 3, TooPrecise),
        ("1e-400", 2, TooPrecise),
        ("1e-5", 2, TooPrecise),
    ],
)
def test_what_is_no_exact_amount_is_refused(value, places, refusal):
    with pytest.raises(refusal) as found:
        amount_minor(value, places=places)
    assert str(found.value)


@pytest.mark.parametrize("value", ["0.10000000000000000000000000000000001", "1.00000000000000000000000000001"])
def test_the_thirtieth_decimal_is_not_rounded_away(value):
    with pytest.raises(TooPrecise):
        amount_minor(value, places=2)


def test_an_amount_below_everything_is_not_taken_for_nothing():
    with pytest.raises(TooPrecise):
        amount_minor("1e-9999999", places=2)


def test_a_whole_number_of_thousands_of_digits_is_refused_in_a_sentence():
    with pytest.raises(Invalid) as refusal:
        amount_minor(10**5000, places=2)
    assert "too large" in str(refusal.value)


@pytest.mark.parametrize(("value", "milli"), [("1", 1000), ("0.001", 1), ("-2.5", -2500), (3, 3000)])
def test_a_quantity_is_in_thousandths(value, milli):
    assert amount_milli(value) == milli


@pytest.mark.parametrize(
    ("value", "places", "milli"), [("0.001", 2, 100), ("1.459", 2, 145900), ("0.00001", 2, 1), ("7.125", 0, 7125)]
)
def test_a_unit_price_is_in_thousandths_of_the_minor_unit(value, places, milli):
    assert amount_milli(value, places=places) == milli


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("1", "350.00", 35000),
        ("3", "0.335", 101),  # 100.5 cents
        ("-3", "0.335", -101),
        ("1", "0.001", 0),
        ("5", "0.001", 1),  # half a cent
        ("-5", "0.001", -1),
        ("4", "0.001", 0),
        ("4.9", "0.001", 0),
        ("1000", "0.001", 100),
        ("0.001", "12345.67", 1235),
        ("0.750", "12.345", 926),
        ("33.123", "1.459", 4833),
    ],
)
def test_a_line_is_rounded_half_away_from_zero(quantity, price, amount):
    assert line_amount(amount_milli(quantity), amount_milli(price, places=2)) == amount


@given(whole, whole)
def test_a_line_is_within_half_a_cent_of_the_truth_and_a_return_is_its_opposite(quantity, price):
    exact = Fraction(quantity * price, 10**6)
    found = line_amount(quantity, price)
    assert abs(found - exact) <= Fraction(1, 2)
    assert abs(found) >= abs(exact) or abs(found - exact) < Fraction(1, 2)
    assert line_amount(-quantity, price) == -found


@given(whole, st.integers(1, 10**6))
def test_a_share_is_rounded_half_away_from_zero(amount, parts):
    exact = Fraction(amount, parts)
    found = divided_half_up(amount, parts)
    assert abs(found - exact) < Fraction(1, 2) or (abs(found - exact) == Fraction(1, 2) and abs(found) > abs(exact))
    assert divided_half_up(-amount, parts) == -found


@given(st.integers(-(10**14), 10**14), st.integers(0, 4))
def test_an_amount_written_and_read_is_the_same(minor, places):
    assert amount_minor(amount_text(minor, places=places), places=places) == minor


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_quantity_written_and_read_is_the_same(milli, places):
    assert amount_milli(milli_text(milli, places=places), places=places) == milli


@pytest.mark.parametrize(
    ("milli", "text"), [(1500, "1.5"), (2000, "2"), (0, "0"), (-1, "-0.001"), (100_000, "100"), (10, "0.01")]
)
def test_a_quantity_is_written_short(milli, text):
    assert milli_text(milli) == text


@pytest.mark.parametrize(
    ("minor", "places", "text"), [(123456, 2, "1234.56"), (-5, 2, "-0.05"), (7, 0, "7"), (1, 3, "0.001")]
)
def test_an_amount_is_written_with_its_decimals(minor, places, text):
    assert amount_text(minor, places=places) == text
