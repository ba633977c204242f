"""Words as people type them are comparable."""

import pytest

from regulars.core.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from regulars.core.text import folded, nearest, squeezed, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", "muller"),
        ("MULLER", "muller"),
        ("Mu\u0308ller", "muller"),
        ("Straße", "strasse"),
        ("Øystein Łukasz", "oystein lukasz"),
        ("Ægir", "aegir"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_case_and_accents_do_not_tell_apart(text, expected):
    assert folded(text) == expected


def test_words_are_letters_and_digits():
    assert words("  O'Brien, Seán_Og 2nd!") == ["o", "brien", "sean", "og", "2nd"]


def test_blanks_are_squeezed():
    assert squeezed(" a \t b\u00a0\nc ") == "a b c"


@pytest.mark.parametrize(
    ("name", "expected"), [("Westland", "Westlands"), ("WESTLANDS", "Westlands"), ("karén", "Karen"), ("Mombasa", None)]
)
def test_the_nearest_name(name, expected):
    assert nearest(name, ["Karen", "Westlands"]) == expected


def test_the_errors_have_their_exit_codes():
    assert [each.exit_code for each in (Invalid, Forbidden, NotFound, Conflict)] == [2, 3, 4, 5]


def test_a_fault_names_its_place():
    assert str(Fault("lines[0].tax", "is missing")) == "lines[0].tax: is missing"
    assert str(Fault("", "is no sale")) == "is no sale"
