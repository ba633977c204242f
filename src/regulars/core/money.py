"""Money is an integer in the currency's minor unit; quantities and unit prices are integers in thousandths.

A unit price is a rate, not an amount that changes hands (0.001 a sheet, 1.459 a litre), so it is kept
a thousand times finer than money. Only `line_amount` turns rates into money, rounding half away from zero.
"""

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, InvalidOperation
from functools import cache

from babel.numbers import get_currency_precision, list_currencies

from regulars.core.errors import Invalid
from regulars.core.text import marked as _

MILLI = 1000
MILLI_OF_MILLI = MILLI * MILLI
# Beyond this an amount is a slip of the keyboard, and sums stay far inside 64 bits.
LARGEST_AMOUNT = 10**14
# Arithmetic on what people type never rounds: it is exact or refused.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


class UnknownCurrency(Invalid):
    code = "core.unknown_currency"
    message = _('"%(currency)s" is no currency code; write one of ISO 4217, such as GBP, EUR or KES.')


class NotAnAmount(Invalid):
    code = "core.not_an_amount"
    message = _('"%(value)s" is not an amount; write a plain decimal such as 12.50, without thousands separators.')


class TooPrecise(Invalid):
    code = "core.too_precise"
    message = _('"%(value)s" has more than %(places)s decimals, the most that can stand here.')


class TooLarge(Invalid):
    code = "core.too_large"
    message = _('"%(value)s" is too large to be true; check the decimal point.')


@cache
def currency_places(currency: str) -> int:
    """How many decimals the currency is written with: 2 for GBP, 0 for JPY. Raises UnknownCurrency."""
    if currency not in list_currencies():
        raise UnknownCurrency(currency=currency)
    return int(get_currency_precision(currency))


def amount_minor(value: object, *, places: int) -> int:
    """The amount in minor units, exactly. Raises NotAnAmount, TooPrecise, TooLarge."""
    return _scaled(value, places=places)


def amount_milli(value: object, *, places: int = 0) -> int:
    """A quantity (places=0) or a unit price in thousandths of the minor unit, exactly.

    Raises NotAnAmount, TooPrecise, TooLarge.
    """
    return _scaled(value, places=places + 3)


# How nearly every amount is written; whatever is not written so is read by the rules of decimals.
_PLAIN = re.compile(r"(-?[0-9]{1,12})(?:\.([0-9]{1,6}))?", re.ASCII)


def _scaled(value: object, *, places: int) -> int:
    plain = _PLAIN.fullmatch(value) if isinstance(value, str) else None
    whole, fraction = plain.groups("") if plain else ("", "")
    if plain and len(fraction) <= places:
        scaled = int(whole + fraction.ljust(places, "0"))
    elif isinstance(value, int) and not isinstance(value, bool):
        if value.bit_length() > 64:
            raise TooLarge(value=f"{value:.3e}" if value.bit_length() < 1000 else "a number of hundreds of digits")
        scaled = value * 10**places
    else:
        scaled = _scaled_decimal(value, places=places)
    if abs(scaled) > LARGEST_AMOUNT:
        raise TooLarge(value=value)
    return scaled


def _scaled_decimal(value: object, *, places: int) -> int:
    try:
        # A float is read as it is printed: 4.1 is meant as 4.1.
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        raise NotAnAmount(value=value) from None
    if not number.is_finite():
        raise NotAnAmount(value=value)
    if number.adjusted() > 15:
        raise TooLarge(value=value)
    sign, digits, exponent = number.normalize(_EXACT).as_tuple()
    shift = int(exponent) + places
    if shift < 0 and any(digits):
        raise TooPrecise(value=value, places=places)
    whole = int("".join(map(str, digits)) + "0" * shift)
    return -whole if sign else whole


def amount_text(minor: int, *, places: int) -> str:
    """The amount as decimal text: 123456 with 2 places is "1234.56"."""
    return str(Decimal(minor).scaleb(-places))


def milli_text(milli: int, *, places: int = 0) -> str:
    """A quantity or unit price as the shortest decimal text: 1500 is "1.5", 2000 is "2"."""
    number = Decimal(milli).scaleb(-places - 3)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def line_amount(quantity_milli: int, unit_price_milli: int) -> int:
    """Quantity times unit price in minor units, rounded half away from zero."""
    product = quantity_milli * unit_price_milli
    if product >= 0:
        return (product + MILLI_OF_MILLI // 2) // MILLI_OF_MILLI
    return -((-product + MILLI_OF_MILLI // 2) // MILLI_OF_MILLI)


def divided_half_up(amount: int, parts: int) -> int:
    """`amount` / `parts` rounded half away from zero; `parts` is above zero."""
    if amount >= 0:
        return (2 * amount + parts) // (2 * parts)
    return -((-2 * amount + parts) // (2 * parts))
