"""What a phone is found by, and which phones the digits typed so far may begin or end.

A phone +254 712 345678 is found by three words that no name or code can be, for their first character is no letter:
"→254" (its country), "<254>712345678" (the country as one character, then the rest) and "←876543217452" (its end,
read backwards). One character for the country keeps what is typed within the lengths the index has ready.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

COUNTRY_MARK = "→"
END_MARK = "←"
# Two digits end half the phones of a shop's neighbours; three are what people remember.
SHORTEST_END = 3
_COUNTRY_CHARACTERS = 0xE000
_LONGEST_CALLING_CODE = 3


class _Dialling(NamedTuple):
    """How a country dials: its calling code, what stands before a national number, and before a foreign one."""

    calling_code: str
    trunk: str
    abroad: re.Pattern[str]


def phone_words(e164: str) -> tuple[str, ...]:
    """The words a phone is found by."""
    digits = e164.lstrip("+")
    return (*dict.fromkeys((_country_word(digits), _start_word(digits))), END_MARK + digits[::-1])


def phone_prefixes(digits: str, *, country: str) -> tuple[str, ...]:
    """The prefixes of `phone_words` that digits typed without a plus may mean in a country (ISO 3166)."""
    dialling = _dialling(country)
    starts = [digits, dialling.calling_code + digits] if dialling.calling_code else [digits]
    if dialling.trunk and digits.startswith(dialling.trunk):
        starts.append(dialling.calling_code + digits[len(dialling.trunk) :])
    abroad = dialling.abroad.match(digits)
    foreign = phone_prefixes_abroad(digits[abroad.end() :]) if abroad else ()
    # The calling code alone would be every phone of the country: "0" says nothing yet.
    prefixes = [_start_word(start) for start in starts if start != dialling.calling_code or start == digits]
    if len(digits) >= SHORTEST_END:
        prefixes.append(END_MARK + digits[::-1])
    return tuple(dict.fromkeys((*prefixes, *foreign)))


def phone_prefixes_abroad(digits: str) -> tuple[str, ...]:
    """The same for digits typed after a plus: a calling code first, perhaps with a trunk "(0)" after it."""
    if not digits:
        return ()
    calling_code = _calling_code(digits)
    starts = [digits]
    if calling_code:
        trunk = _dialling(COUNTRY_CODE_TO_REGION_CODE[int(calling_code)][0]).trunk
        if trunk and digits.startswith(calling_code + trunk):
            starts.append(calling_code + digits[len(calling_code) + len(trunk) :])
    return tuple(dict.fromkeys(_start_word(start) for start in starts))


def _country_word(digits: str) -> str:
    return COUNTRY_MARK + (_calling_code(digits) or digits)


def _start_word(digits: str) -> str:
    """The start of a phone; where it is no more than a calling code, or less, the country's word."""
    calling_code = _calling_code(digits)
    if not calling_code or calling_code == digits:
        return COUNTRY_MARK + digits
    return chr(_COUNTRY_CHARACTERS + int(calling_code)) + digits[len(calling_code) :]


def _calling_code(digits: str) -> str:
    """The calling code the digits begin with, or "". No calling code begins another."""
    for length in range(1, _LONGEST_CALLING_CODE + 1):
        if digits[:length] in _CALLING_CODES:
            return digits[:length]
    return ""


_CALLING_CODES = frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))


@lru_cache(maxsize=512)
def _dialling(country: str) -> _Dialling:
    """How a country dials; for an unknown one, as most do."""
    found = PhoneMetadata.metadata_for_region(country.upper(), None)
    if found is None:
        return _Dialling(calling_code="", trunk="", abroad=re.compile("00"))
    return _Dialling(
        calling_code=str(found.country_code),
        trunk=found.national_prefix or "",
        # "00" is written everywhere, whatever one dials there.
        abroad=re.compile(f"{found.international_prefix or '00'}|00"),
    )
