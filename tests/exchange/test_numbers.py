"""Whether a point or a comma stands before the decimals is told by all numbers of a file, or doubted."""

from decimal import Decimal

import pytest

from regulars.exchange.reading.dates import Doubt
from regulars.exchange.reading.numbers import NumberFormat, format_of, number_read

POINT, COMMA = NumberFormat("."), NumberFormat(",")


def told(*values: str) -> NumberFormat | Doubt:
    return format_of((value, line) for line, value in enumerate(values, 2))


@pytest.mark.parametrize(
    ("values", "number_format"),
    [
        (["1", "20"], POINT),
        (["2.55"], POINT),
        (["2,55", "1.234"], COMMA),
        (["1,234.50"], POINT),
        (["1.234,50"], COMMA),
        (["1.234.567"], COMMA),
        (["0.001"], POINT),
        (["1,234", "0.5"], POINT),
        (["KSh 1,234", "$2.16"], POINT),
        (["12'345.6"], POINT),
        (["12 345,6"], COMMA),
    ],
)
def test_a_file_tells_its_format(values, number_format):
    assert told(*values) == number_format


@pytest.mark.parametrize(
    ("values", "words"),
    [(["5", "1.234"], '"1.234" on line 3 may be'), (["1.50", "2,50"], '"1.50" on line 2 has a decimal point')],
)
def test_a_doubtful_file_says_why(values, words):
    found = told(*values)
    assert isinstance(found, Doubt)
    assert words in found.reason


@pytest.mark.parametrize(
    ("text", "number_format", "number"),
    [
        ("2.55", POINT, "2.55"),
        ("-2.55", POINT, "-2.55"),
        ("2,55", COMMA, "2.55"),
        ("1,234.50", POINT, "1234.50"),
        ("1.234,50", COMMA, "1234.50"),
        ("1 234,50 €", COMMA, "1234.50"),
        ("1\u202f234,50", COMMA, "1234.50"),
        ("-$0.95", POINT, "-0.95"),
        ("$-0.95", POINT, "-0.95"),
        ("(45.00)", POINT, "-45.00"),
        ("45.00-", POINT, "-45.00"),
        ("KES 350", POINT, "350"),
        (".5", POINT, "0.5"),
        ("5.", POINT, "5"),
        ("0.123456789", POINT, "0.123456789"),
    ],
)
def test_a_number_is_read_exactly(text, number_format, number):
    assert number_read(text, number_format) == Decimal(number)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1,23", "12,34.5", "1 2", "--5", "1e5", "nan", "5 apples", "½"])
def test_no_number_is_no_number(text):
    assert number_read(text, POINT) is None
