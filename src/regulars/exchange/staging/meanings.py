"""What a text of a field means, or why it means nothing: one reader for each form."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from regulars.core.errors import Invalid
from regulars.core.text import folded, squeezed
from regulars.core.text import marked as _
from regulars.customers.details import OLDEST_BIRTH, country_form, gender_checked
from regulars.customers.rules import code_form, email_form, phone_form
from regulars.exchange.fields import Form
from regulars.exchange.reading.dates import DateFormat, moment_read
from regulars.exchange.reading.numbers import NumberFormat, number_read

# 92 billion pounds in one cell is a slip of the keyboard; millionths of a penny of it still fit 64 bits.
_LARGEST = 9 * 10**18

_KINDS = {"sale": "sale", "payment": "sale", "return": "return", "refund": "return", "exchange": "sale"}
_STATUSES = {"completed": "completed", "closed": "completed", "paid": "completed", "voided": "voided", "void": "voided",
             "cancelled": "voided", "canceled": "voided"}  # fmt: skip
_CHANNELS = {"in store": "in_store", "in-store": "in_store", "in_store": "in_store", "store": "in_store",
             "pos": "in_store", "online": "online", "web": "online", "web shop": "online"}  # fmt: skip


class Meaning(NamedTuple):
    """What a text means: its value, or the fault that it has; an offset only where a moment names one."""

    value: object
    fault: str | None = None
    offset_minutes: int | None = None


Reader = Callable[[str], Meaning]


def quantity_reader(number_format: NumberFormat) -> Reader:
    """Reads quantities as thousandths."""
    return _scaled_reader(number_format, power=3, finer=_("the quantity has more than three decimals"))


def price_reader(number_format: NumberFormat, *, places: int, is_rounded: bool) -> Reader:
    """Reads unit prices as thousandths of the minor unit; finer ones are rounded where the line's total is known."""
    finer = None if is_rounded else _("the unit price is finer than a thousandth of the smallest coin")
    return _scaled_reader(number_format, power=places + 3, finer=finer)


def amount_reader(number_format: NumberFormat, *, places: int) -> Reader:
    """Reads amounts as millionths of the minor unit."""
    return _scaled_reader(number_format, power=places + 6, finer=None)


def _scaled_reader(number_format: NumberFormat, *, power: int, finer: str | None) -> Reader:
    def read(text: str) -> Meaning:
        number = number_read(text, number_format)
        if number is None:
            return Meaning(None, _("this is no number"))
        scaled = number.scaleb(power)
        whole = int(scaled.quantize(Decimal(1), ROUND_HALF_UP)) if abs(scaled) < _LARGEST else _LARGEST
        if abs(whole) >= _LARGEST:
            return Meaning(None, _("this number is too large to be true"))
        return Meaning(None, finer) if finer and whole != scaled else Meaning(whole)

    return read


def moment_reader(date_format: DateFormat) -> Reader:
    """Reads moments as local time, with the distance from UTC in minutes where it is written."""

    def read(text: str) -> Meaning:
        moment = moment_read(text, date_format)
        if moment is None:
            return Meaning(None, _("this is no date"))
        offset = None if moment.offset is None else round(moment.offset.total_seconds() / 60)
        return Meaning(moment.local, offset_minutes=offset)

    return read


def day_reader(date_format: DateFormat, *, today: date) -> Reader:
    """Reads the days of a person's life."""

    def read(text: str) -> Meaning:
        moment = moment_read(text, date_format)
        if moment is None:
            return Meaning(None, _("this is no date"))
        if not OLDEST_BIRTH <= moment.local.date() <= today:
            return Meaning(None, _("this day is before 1900 or to come"))
        return Meaning(datetime.combine(moment.local.date(), datetime.min.time()))

    return read


def word_reader(form: Form, *, country: str) -> Reader:
    """Reads what has one written form: contacts and words with a meaning. Phones are read as dialled in the country."""
    readers: dict[Form, Reader] = {
        Form.CODE: _formed(code_form, _("this is no customer code")),
        Form.PHONE: _formed(lambda text: phone_form(text, country=country), _("this is no phone number")),
        Form.EMAIL: _formed(email_form, _("this is no e-mail address")),
        Form.GENDER: _formed(gender_checked, _("this is no gender that is kept: female, male or other")),
        Form.COUNTRY: lambda text: Meaning(country_form(text)[:64]),
        Form.KIND: _word(_KINDS, _("this is no kind of sale: sale or return")),
        Form.STATUS: _word(_STATUSES, _("this is no status of a sale: completed or voided")),
        Form.CHANNEL: _word(_CHANNELS, _("this is no channel: in_store or online")),
    }
    return readers[form]


def _formed(form: Callable[[str], str], fault: str) -> Reader:
    def read(text: str) -> Meaning:
        try:
            return Meaning(form(text))
        except Invalid:
            return Meaning(None, fault)

    return read


def _word(words: dict[str, str], fault: str) -> Reader:
    def read(text: str) -> Meaning:
        found = words.get(folded(squeezed(text)))
        return Meaning(found, None if found else fault)

    return read
