"""How a country writes what a language says."""

from functools import cache

from babel.core import Locale, UnknownLocaleError


@cache
def locale_of(language: str, country: str) -> str:
    """The language as the country writes it: English in Kenya is "en_KE"; the language alone where none is known so."""
    plain = language.replace("-", "_").split("_")[0]
    try:
        return str(Locale.parse(f"{plain}_{country}"))
    except (UnknownLocaleError, ValueError):
        return plain
