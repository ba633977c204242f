"""Contacts and the identities in them, each in its one written form."""

import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from regulars.customers.errors import BadCode, BadEmail, BadPhone

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_./]{0,63}")


class IdentityKey(NamedTuple):
    """An identity in its one written form: kind is code, phone or email."""

    kind: str
    value: str


# A code is made for one person, a phone is carried by one, an e-mail is often a family's.
STRONGEST_FIRST = ("code", "phone", "email")


class Contact(NamedTuple):
    """Who a till says bought: any of an id, a code, a phone, an e-mail and a name, each in its written form."""

    id: int | None = None
    code: str = ""
    phone: str = ""
    email: str = ""
    name: str = ""

    @property
    def identities(self) -> tuple[IdentityKey, ...]:
        """The identities given, strongest first."""
        found = []
        if self.code:
            found.append(IdentityKey("code", self.code))
        if self.phone:
            found.append(IdentityKey("phone", self.phone))
        if self.email:
            found.append(IdentityKey("email", self.email))
        return tuple(found)


def identity_key(kind: str, value: str, *, country: str) -> IdentityKey:
    """The written form of an identity as typed. Raises BadPhone, BadEmail, BadCode."""
    forms: dict[str, Callable[[], str]] = {
        "code": lambda: code_form(value),
        "phone": lambda: phone_form(value, country=country),
        "email": lambda: email_form(value),
    }
    return IdentityKey(kind, forms[kind]())


def code_form(text: str) -> str:
    """The code without blanks around it; case stays. Raises BadCode."""
    code = text.strip()
    if not _CODE.fullmatch(code):
        raise BadCode(value=text)
    return code


@lru_cache(maxsize=65536)
def phone_form(text: str, *, country: str) -> str:
    """The phone in E.164, read as dialled in the country. Raises BadPhone."""
    plain = _plainly_dialled(text, country)
    if plain is not None:
        return plain
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise BadPhone(value=text, country=country) from None
    if not phonenumbers.is_valid_number(number):
        raise BadPhone(value=text, country=country)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plainly_dialled(text: str, country: str) -> str | None:
    """The phone in E.164 where it is digits as dialled at home and valid there; None where the library must read it.

    What tills send most, without the library's search for everything else that a phone could look like.
    """
    home = _home(country)
    found = home.dialled.fullmatch(text) if home else None
    return f"+{home.code}{found['national']}" if home and found else None


class _Home(NamedTuple):
    """A country whose numbers are dialled at home as a prefix and the number: its code, and all that are valid."""

    code: int
    dialled: re.Pattern[str]


_KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
    "voicemail",
)  # fmt: skip


@lru_cache(maxsize=512)
def _home(country: str) -> _Home | None:
    """How numbers are dialled in the country; None where it is not that simple.

    One pattern of all those that the library tries one after the other (`is_valid_number_for_region`).
    """
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    if metadata is None or metadata.national_prefix_transform_rule or metadata.leading_digits:
        return None
    prefix, code = metadata.national_prefix, metadata.country_code
    if not (prefix and code) or prefix != metadata.national_prefix_for_parsing:
        return None
    kinds = "|".join(filter(None, (_pattern_of(getattr(metadata, kind)) for kind in _KINDS)))
    # A number that begins with 0, or is shorter or longer, is not read digit by digit.
    national = rf"(?=[1-9][0-9]{{3,14}}$)(?={_pattern_of(metadata.general_desc)}$)(?:{kinds})"
    return _Home(code, re.compile(f"{prefix}(?P<national>{national})", re.ASCII))


def _pattern_of(kind: phonenumbers.PhoneNumberDesc | None) -> str:
    """What the numbers of a kind look like; empty where the country has none."""
    if kind is None or not kind.national_number_pattern:
        return ""
    lengths = "|".join(f"[0-9]{{{length}}}" for length in kind.possible_length) or "[0-9]+"
    return f"(?=(?:{lengths})$)(?:{kind.national_number_pattern})"


@lru_cache(maxsize=65536)
def email_form(text: str) -> str:
    """The e-mail in lower case with its domain in ASCII-compatible Unicode form. Raises BadEmail."""
    try:
        address = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise BadEmail(value=text) from None
    return address.normalized.casefold()


def phone_shown(e164: str) -> str:
    """The phone as people write it abroad: +254 712 345678."""
    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def code_new() -> str:
    """A code for a card: 13 digits that every till's scanner reads as EAN-13.

    It starts with 2, the range GS1 keeps for use inside a shop; eleven random digits make it useless to guess.
    """
    body = "2" + "".join(str(secrets.randbelow(10)) for _ in range(11))
    return body + ean13_check_digit(body)


def ean13_check_digit(body: str) -> str:
    """The last digit of an EAN-13 whose first twelve are given (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)
