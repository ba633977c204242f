"""What a rule means in this shop: the business's own settings, and the values people write as engines hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from regulars.core.attributes import Attribute, Habit, Ratio, Type
from regulars.core.money import LARGEST_AMOUNT
from regulars.core.text import folded
from regulars.segments.language.tree import Day, Number, Shift, Text, Value
from regulars.segments.language.windows import day_of

# Enough for any amount, and exact in 64 bits and in a double's neighbourhood.
MOST_DIGITS = 15
# What is multiplied by a number of orders or days stays within 64 bits.
_MOST_OF_RATIO, _MOST_PACE = 10**12, 10**6


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings that rules hang on. `places`: decimals of the currency. `fields`: the kind of each custom field."""

    places: int
    spend_includes_tax: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.places, self.spend_includes_tax, tuple(sorted(self.fields.items()))))

    def type_of(self, attribute: Attribute, argument: str | None) -> Type:
        """The type of the attribute's values; a custom field's is its kind's."""
        if attribute.type is not Type.CHOSEN:
            return attribute.type
        return _FIELD_TYPES[self.fields[argument or ""]]


_FIELD_TYPES = {
    "text": Type.TEXT,
    "choice": Type.TEXT,
    "yes_no": Type.TEXT,
    "number": Type.NUMBER,
    "date": Type.DATE,
}


class NotComparableError(ValueError):
    """The value cannot be held against values of that type; says what could stand there."""


def held(  # noqa: PLR0911  (one for each type)
    value: Value, attribute: Attribute, *, type_: Type, terms: Terms, today: date
) -> int | str | date | Decimal:
    """The value as rows hold it: minor units, thousandths, days, texts in their kept form, whole numbers for words.

    A NUMBER is a Decimal. Raises NotComparableError.
    """
    match type_, value:
        case Type.MONEY, Number(number):
            return _amount(
                number, terms.places, most=_MOST_OF_RATIO if isinstance(attribute, Ratio) else LARGEST_AMOUNT
            )
        case Type.QUANTITY, Number(number):
            return _scaled(number, places=3)
        case ((Type.COUNT | Type.AGE), Number(number)):
            return _scaled(number, places=0)
        case Type.COUNT, Text(text) if attribute.words:
            return _word(text, attribute.words)
        case Type.NUMBER, Number(number):
            return _paced(number) if isinstance(attribute, Habit) else number
        case Type.DATE, Day() | Shift():
            return day_of(value, today=today)
        case Type.TEXT, Text(text):
            return attribute.form(text) if attribute.form else _choice(text, attribute.choices)
    raise NotComparableError(_expected(type_, attribute))


def _scaled(number: Decimal, *, places: int) -> int:
    whole = number.scaleb(places)
    if whole != whole.to_integral_value():
        raise NotComparableError(f"a number with at most {places} decimals" if places else "a whole number")
    return int(whole)


def _amount(number: Decimal, places: int, *, most: int) -> int:
    minor = _scaled(number, places=places)
    if abs(minor) > most:
        raise NotComparableError(f"at most {most // 10**places}")
    return minor


def _paced(number: Decimal) -> Decimal:
    if abs(number) >= _MOST_PACE or number != round(number, 3):
        raise NotComparableError(f"a number below {_MOST_PACE} with at most 3 decimals")
    return number


def _word(text: str, words: Mapping[str, int]) -> int:
    """The number of the only word that begins so; three letters are enough."""
    found = {number for word, number in words.items() if len(text) >= 3 and word.startswith(folded(text))}
    if len(found) != 1:
        raise NotComparableError(f"one of {', '.join(words)}")
    return found.pop()


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if choices and text not in choices:
        raise NotComparableError(f"one of {', '.join(choices)}")
    return text


def _expected(type_: Type, attribute: Attribute) -> str:
    match type_:
        case Type.TEXT:
            return "a text in quotes"
        case Type.COUNT if attribute.words:
            return f"one of {', '.join(attribute.words)}"
        case Type.DATE:
            return 'a day such as 2026-11-22 or "60 days ago"'
        case Type.PRESENCE:
            return '"is known" or "is unknown"'
        case Type.BIRTHDAY:
            return '"in next 7 days" or another window'
        case _:
            return "a plain number such as 12.50"
