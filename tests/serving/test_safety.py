"""`regulars doctor` says what is unsafe about how the shop is served."""

import pytest

from regulars.cli.safety import serving_findings
from regulars.config.addresses import addresses_read
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("db")


def findings():
    return {each.subject: (each.level, each.finding) for each in serving_findings(at=NOW)}


def test_a_shop_as_it_comes_is_well():
    assert {level for level, _finding in findings().values()} == {"ok"}


def test_what_would_open_the_shop_to_strangers_is_a_problem(settings):
    settings.DEBUG = True
    settings.SECRET_KEY = "the same everywhere"
    settings.ALLOWED_HOSTS = ["*"]
    settings.ADDRESSES = addresses_read("http://shop.example.org")
    found = findings()
    problems = ["debugging", "secret", "hosts", "encryption on the way"]
    assert [found[subject][0] for subject in problems] == ["problem"] * 4
    assert found["encryption on the way"][1].startswith("http://shop.example.org is not encrypted;")


def test_an_encrypted_shop_is_well(settings):
    settings.ADDRESSES = addresses_read("https://shop.example.org")
    assert findings()["encryption on the way"] == ("ok", "https://shop.example.org")


CONSOLE, MAIL = "regulars.access.sending.Console", "regulars.access.sending.Mail"


@pytest.mark.parametrize(
    ("senders", "expected"),
    [
        ({"email": CONSOLE, "phone": MAIL}, ("warning", "are written on the screen of the server;")),
        ({"email": MAIL, "phone": ""}, ("ok", "are sent to: email")),
        ({"email": "", "phone": ""}, ("ok", "are not sent, so nobody can open their card;")),
    ],
)
def test_it_says_how_codes_come_to_customers(settings, senders, expected):
    settings.SENDERS = senders
    level, finding = findings()["codes to customers"]
    assert (level, finding[: len(expected[1])]) == expected
