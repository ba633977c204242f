"""What is kept of a person beside the sales, and what each detail may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale

from regulars.core.text import squeezed
from regulars.customers.errors import BadDetail, UnknownCountry
from regulars.customers.rules import IdentityKey, code_form, email_form, phone_form

OLDEST_BIRTH = date(1900, 1, 1)
GENDERS = ("female", "male", "other")
ADDRESS_KINDS = ("billing", "shipping", "delivery")
FIELD_KINDS = ("text", "number", "date", "choice", "yes_no")
LONGEST_NOTE = 10_000
# Of the number in a custom field, before and after the point.
_MOST_DIGITS = 15


def full_name(*, first_name: str, last_name: str) -> str:
    return squeezed(f"{first_name} {last_name}")


def birth_date_checked(birth: date, *, today: date) -> date:
    """The date, if a living person can be born on it. Raises BadDetail."""
    if not OLDEST_BIRTH <= birth <= today:
        raise BadDetail(field=_label("birth_date"), value=birth, remedy="write a day between 1900-01-01 and today")
    return birth


def gender_checked(gender: str) -> str:
    """One of GENDERS or empty for unknown. Raises BadDetail."""
    found = gender.strip().lower()
    if found and found not in GENDERS:
        raise BadDetail(field=_label("gender"), value=gender, remedy="write one of female, male, other, or nothing")
    return found


def country_checked(country: str) -> str:
    """The ISO 3166 code of a country given as code or English name. Raises UnknownCountry."""
    found = country_form(country)
    if found not in _territories():
        raise UnknownCountry(country=country)
    return found


def country_form(country: str) -> str:
    """The ISO 3166 code of a country given as code or English name; any other text as it is.

    Old tills write "EIRE" or "Channel Islands": better kept as written than refused or lost.
    """
    wanted = squeezed(country)
    if wanted.upper() in _territories():
        return wanted.upper()
    return _territories_by_name().get(wanted.casefold(), wanted)


@lru_cache(maxsize=1)
def _territories() -> dict[str, str]:
    return {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}


@lru_cache(maxsize=1)
def _territories_by_name() -> dict[str, str]:
    return {name.casefold(): code for code, name in _territories().items()} | {"usa": "US", "uk": "GB"}


def _label(field: str) -> str:
    return field.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDetails:
    """Where somebody lives or wants things sent; kind is one of ADDRESS_KINDS."""

    kind: str = "billing"
    street: str = ""
    street2: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDetails:
    """All that is kept of a person, as one form would hold it. Empty means unknown."""

    code: str = ""
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    birth_date: date | None = None
    gender: str = ""
    language: str = ""
    website: str = ""
    social: str = ""
    joined: date | None = None
    addresses: tuple[AddressDetails, ...] = ()
    tags: tuple[str, ...] = ()
    custom: tuple[tuple[str, str], ...] = ()

    @property
    def identities(self) -> tuple[IdentityKey, ...]:
        """The identities among the details, strongest first; they must be in their written form."""
        code = (IdentityKey("code", self.code),) if self.code else ()
        phones = tuple(IdentityKey("phone", phone) for phone in self.phones)
        return (*code, *phones, *(IdentityKey("email", email) for email in self.emails))


# The longest text each detail may hold: what its column holds.
_LENGTHS = {"name": 200, "first_name": 100, "last_name": 100, "language": 16, "website": 200, "social": 100}


def details_checked(details: CustomerDetails, *, country: str, today: date) -> CustomerDetails:
    """The details in their written form: phones as dialled in the country, names without stray blanks.

    Raises BadPhone, BadEmail, BadCode, BadDetail for the first that cannot be.
    """
    texts = {field: _text_checked(field, getattr(details, field)) for field in _LENGTHS}
    whole = texts["name"] or full_name(first_name=texts["first_name"], last_name=texts["last_name"])
    texts["name"] = _text_checked("name", whole)
    return CustomerDetails(
        **texts,
        code=code_form(details.code) if details.code else "",
        phones=_once(phone_form(phone, country=country) for phone in details.phones),
        emails=_once(email_form(email) for email in details.emails),
        birth_date=birth_date_checked(details.birth_date, today=today) if details.birth_date else None,
        gender=gender_checked(details.gender),
        joined=details.joined,
        addresses=_addresses_checked(details.addresses),
        tags=tuple(sorted(_once(_text_checked("tag", tag, longest=64) for tag in details.tags))),
        custom=tuple(sorted((name, squeezed(value)) for name, value in details.custom if value.strip())),
    )


def _once(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def _text_checked(field: str, text: str, *, longest: int = 0) -> str:
    longest = longest or _LENGTHS[field]
    squeezed_text = squeezed(text)
    if len(squeezed_text) > longest:
        raise BadDetail(
            field=_label(field), value=squeezed_text[:40] + "…", remedy=f"write at most {longest} characters"
        )
    if "\x00" in squeezed_text:
        raise BadDetail(field=_label(field), value=squeezed_text[:40], remedy="leave out the zero character")
    return squeezed_text


def _addresses_checked(addresses: Iterable[AddressDetails]) -> tuple[AddressDetails, ...]:
    """The addresses that say something, by kind. Raises BadDetail when there are two of one kind."""
    found: dict[str, AddressDetails] = {}
    for address in map(_address_checked, addresses):
        if address.kind in found:
            remedy = "a customer has one address of a kind"
            raise BadDetail(field="address kind", value=address.kind, remedy=remedy)
        if address != AddressDetails(kind=address.kind):
            found[address.kind] = address
    return tuple(found[kind] for kind in sorted(found))


def _address_checked(address: AddressDetails) -> AddressDetails:
    if address.kind not in ADDRESS_KINDS:
        raise BadDetail(field="address kind", value=address.kind, remedy=f"write one of {', '.join(ADDRESS_KINDS)}")
    lengths = {"street": 200, "street2": 200, "postcode": 20, "city": 100, "region": 100, "country": 64}
    texts = {
        field: _text_checked(field, getattr(address, field), longest=longest) for field, longest in lengths.items()
    }
    texts["country"] = country_form(texts["country"]) if texts["country"] else ""
    return AddressDetails(kind=address.kind, **texts)


def note_checked(text: str) -> str:
    """The note without blanks around it. Raises BadDetail when it is empty, too long or holds a zero character."""
    words = text.strip()
    if not words or len(words) > LONGEST_NOTE or "\x00" in words:
        raise BadDetail(field="note", value=words[:40], remedy=f"write 1 to {LONGEST_NOTE} characters")
    return words


def field_checked(name: str, *, kind: str, options: Sequence[str]) -> None:
    """Returns when a custom field may be like this. Raises BadDetail."""
    if not squeezed(name) or len(name) > 64 or "\x00" in name:
        raise BadDetail(field="name of a custom field", value=name[:64], remedy="write 1 to 64 characters")
    if kind not in FIELD_KINDS:
        raise BadDetail(field="kind of a custom field", value=kind, remedy=f"write one of {', '.join(FIELD_KINDS)}")
    if (kind == "choice") != bool(options):
        remedy = "write what one can choose" if kind == "choice" else "give options to a choice only"
        raise BadDetail(field="options of a custom field", value=", ".join(options), remedy=remedy)


def custom_value_checked(name: str, value: str, *, kind: str, options: Sequence[str]) -> str:
    """The value of a custom field in its written form. Raises BadDetail."""
    text = squeezed(value)
    if "\x00" in text:
        raise BadDetail(field=name, value=text[:40], remedy="leave out the zero character")
    match kind:
        case "number":
            return _number_form(name, text)
        case "date":
            return _date_form(name, text)
        case "choice" if text not in options:
            raise BadDetail(field=name, value=value, remedy=f"write one of {', '.join(options)}")
        case "yes_no" if text not in ("yes", "no"):
            raise BadDetail(field=name, value=value, remedy="write yes or no")
        case _:
            return text


def _number_form(name: str, text: str) -> str:
    """The number as a plain decimal, which every database reads alike."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or not -_MOST_DIGITS <= number.adjusted() < _MOST_DIGITS or len(text) > 2 * _MOST_DIGITS:
        raise BadDetail(field=name, value=text[:40], remedy="write a number such as 42.5")
    return f"{number:f}"


def _date_form(name: str, text: str) -> str:
    """The day as 2026-11-22, so that texts are in the order of days."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadDetail(field=name, value=text[:40], remedy="write a date such as 2026-11-22") from None
