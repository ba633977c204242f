"""Phones, e-mails and codes have one written form each."""

import pytest

from regulars.customers.details import country_form
from regulars.customers.errors import BadCode, BadEmail, BadPhone
from regulars.customers.rules import (
    Contact,
    IdentityKey,
    code_form,
    code_new,
    ean13_check_digit,
    email_form,
    identity_key,
    phone_form,
    phone_shown,
)


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("0712345678", "KE", "+254712345678"),
        ("0712 345 678", "KE", "+254712345678"),
        ("(0712) 345-678", "KE", "+254712345678"),
        ("712345678", "KE", "+254712345678"),
        ("254712345678", "KE", "+254712345678"),
        ("+254 712 345 678", "GB", "+254712345678"),
        ("000254712345678", "KE", "+254712345678"),
        ("tel:+254-712-345-678", "KE", "+254712345678"),
        ("０７１２３４５６７８", "KE", "+254712345678"),  # noqa: RUF001
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946 0958", "KE", "+442079460958"),
        ("0044 20 7946 0958", "DE", "+442079460958"),
        ("030 123456", "DE", "+4930123456"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("1-415-555-2671", "US", "+14155552671"),
        ("090-1234-5678", "JP", "+819012345678"),
        ("098765 43210", "IN", "+919876543210"),
        ("(11) 96123-4567", "BR", "+5511961234567"),
        ("06 698 12345", "IT", "+390669812345"),  # in Italy the zero stays
    ],
)
def test_a_phone_has_one_form_however_it_is_dialled(typed, country, e164):
    assert phone_form(typed, country=country) == e164
    assert phone_form(e164, country="US") == e164


@pytest.mark.parametrize(
    "typed", ["", "12", "0712", "07123456789012345", "hello", "+999123456789", "0712\x00345678", "+"]
)
def test_what_is_no_phone_is_refused_with_the_way_to_write_one(typed):
    with pytest.raises(BadPhone) as refusal:
        phone_form(typed, country="KE")
    assert str(refusal.value) == (
        f'"{typed}" is no phone number of KE; write it with its country code, such as +44 20 7946 0958.'
    )


def test_a_phone_is_shown_as_written_abroad():
    assert phone_shown("+254712345678") == "+254 712 345678"


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  Anna.K+shop@Example.ORG ", "anna.k+shop@example.org"),
        ("anna@münchen.de", "anna@münchen.de"),
        ("anna@xn--mnchen-3ya.de", "anna@münchen.de"),
    ],
)
def test_an_email_has_one_form(typed, form):
    assert email_form(typed) == form


@pytest.mark.parametrize("typed", ["", "anna", "anna@", "@example.org", "a b@example.org", "anna@example", "a@b@c.org"])
def test_what_is_no_email_is_refused(typed):
    with pytest.raises(BadEmail, match="is no e-mail address"):
        email_form(typed)


@pytest.mark.parametrize("code", ["1", "A-1", "a_b.c/d", "2" * 64])
def test_a_code_is_kept_as_printed(code):
    assert code_form(f" {code} ") == code


@pytest.mark.parametrize("code", ["", "-1", "a b", "ä", "x" * 65, "a\x00", "a\n1", "*"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(BadCode, match="is no customer code"):
        code_form(code)


@pytest.mark.parametrize(
    ("body", "digit"), [("400638133393", "1"), ("590123412345", "7"), ("000000000000", "0"), ("200000000004", "6")]
)
def test_the_check_digit_of_known_ean_codes(body, digit):
    assert ean13_check_digit(body) == digit


def test_a_new_code_is_an_ean_of_the_house_and_never_the_same():
    codes = {code_new() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert len(code) == 13
        assert code.isdecimal()
        assert code[0] == "2"
        weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(code))
        assert weighted % 10 == 0


def test_the_identities_of_a_contact_come_strongest_first():
    contact = Contact(email="a@example.org", phone="+254712345678", code="A", name="Anna")
    assert contact.identities == (("code", "A"), ("phone", "+254712345678"), ("email", "a@example.org"))
    assert Contact(name="Anna").identities == ()


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [("code", " a ", "a"), ("phone", "0712345678", "+254712345678"), ("email", "A@b.org", "a@b.org")],
)
def test_each_kind_has_its_form(kind, value, form):
    assert identity_key(kind, value, country="KE") == IdentityKey(kind, form)


@pytest.mark.parametrize(
    ("typed", "form"),
    [("ke", "KE"), ("Kenya", "KE"), ("UK", "GB"), ("usa", "US"), ("EIRE", "EIRE"), (" united  kingdom", "GB")],
)
def test_a_country_is_its_code_or_stays_as_written(typed, form):
    assert country_form(typed) == form
