"""How findings and tables write periods, days and amounts: as the language says it and the country writes it."""

import pytest
from django.utils import translation

from regulars.access.rules import OPERATOR
from regulars.core.locales import locale_of
from regulars.reports.wording import period_told, words_of
from tests import cast


@pytest.mark.parametrize(
    ("period", "english", "german"),
    [
        ("2026-11-22", "22 Nov 2026", "22.11.2026"),
        ("2026-W47", "W47 2026", "W47 2026"),
        ("2026-11", "Nov 2026", "Nov. 2026"),
        ("2026-Q4", "Q4 2026", "Q4 2026"),
        ("2026", "2026", "2026"),
        # What is none, as an own report may write, stays as it is.
        ("2026-13", "2026-13", "2026-13"),
        ("2026-W99", "2026-W99", "2026-W99"),
        ("soon", "soon", "soon"),
    ],
)
def test_a_period_is_told_as_people_say_it(period, english, german):
    assert period_told(period, "en_KE") == english
    assert period_told(period, "de_DE") == german


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [("en", "KE", "en_KE"), ("en-gb", "US", "en_US"), ("sw", "KE", "sw_KE"), ("de", "KE", "de"), ("en", "??", "en")],
)
def test_a_language_is_written_as_the_country_writes_it(language, country, locale):
    assert locale_of(language, country) == locale


@pytest.mark.django_db
def test_a_finding_writes_as_the_country_does():
    business = cast.shop_open()
    words = words_of(business, visible_to=OPERATOR)
    assert (words.day(cast.NOW.date()), words.period("2026-11")) == ("21 Nov 2026", "Nov 2026")
    business.country = "US"
    words = words_of(business, visible_to=OPERATOR)
    assert (words.day(cast.NOW.date()), words.period("2026-11-21")) == ("Nov 21, 2026", "Nov 21, 2026")
    with translation.override("de"):
        assert words_of(business, visible_to=OPERATOR).day(cast.NOW.date()) == "21.11.2026"
