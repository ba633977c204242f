"""The quick way to read a phone and the library's own are one."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.customers.errors import BadPhone
from regulars.customers.rules import phone_form

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)


def by_the_library(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read(text: str, country: str) -> str | None:
    try:
        return phone_form(text, country=country)
    except BadPhone:
        return None


@given(st.sampled_from(COUNTRIES), st.from_regex(r"0?[0-9]{3,12}", fullmatch=True))
def test_digits_are_read_as_the_library_reads_them(country, text):
    assert read(text, country) == by_the_library(text, country)


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_example_number_of_every_country_is_read_as_dialled_at_home(country):
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(country, kind)
        if example is None:
            continue
        for form in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.E164):
            text = phonenumbers.format_number(example, form)
            digits = text if form else "".join(filter(str.isdecimal, text))
            for typed in (text, digits):
                assert read(typed, country) == by_the_library(typed, country), (typed, country)
