"""Contacts and the identities in them, each in its one written form."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Contact:
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
    prefix, code = _dialling(country)
    if not (prefix and text.startswith(prefix) and text.isascii() and text.isdecimal()):
        return None
    national = text[len(prefix) :]
    if not 4 <= len(national) <= 15 or national[0] == "0":
        return None
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
    return f"+{code}{national}" if phonenumbers.is_valid_number_for_region(number, country) else None


@lru_cache(maxsize=512)
def _dialling(country: str) -> tuple[str, int]:
    """What is dialled before a number at home, and the code of the country; nothing where it is not that simple."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    if metadata is None or metadata.national_prefix_transform_rule or metadata.leading_digits:
        return "", 0
    is_simple = metadata.national_prefix and metadata.national_prefix == metadata.national_prefix_for_parsing
    return (metadata.national_prefix or "", metadata.country_code or 0) if is_simple else ("", 0)


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
