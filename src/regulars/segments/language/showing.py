"""Values as people read them: 4,680.00 KES, 3 orders, unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from regulars.core.attributes import Attribute, Favourite, Measure, Type, attributes
from regulars.core.money import MILLI, amount_text, currency_places, milli_text
from regulars.core.text import marked as _
from regulars.segments.language.meaning import Known
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Term
from regulars.segments.language.writing import quoted

Told = Callable[[str], str]
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Shown:
    """How values are written. `told` translates a marked text: gettext, where there is one."""

    terms: Terms
    currency: str
    told: Told = str

    def values(self, term: Term, values: Sequence[Known]) -> str:
        """All known values of a fact or measure; "unknown" where there is none."""
        type_ = self.terms.type_of(attributes()[term.name], term.argument)
        if not values:
            return self.told(_("unknown"))
        if type_ is Type.PRESENCE:
            return self.told(_("known"))
        return ", ".join(self._value(each, attributes()[term.name], type_) for each in values)

    def one(self, term: Term, value: Known) -> str:
        """One value, as it would be written in a rule, but for thousands and the currency."""
        attribute = attributes()[term.name]
        return self._plain(value, attribute, self.terms.type_of(attribute, term.argument))

    def amount(self, term: Term, size: Fraction, *, is_more: bool) -> str:
        """So much more or less of what the term counts; what is not whole is rounded up."""
        attribute = attributes()[term.name]
        type_ = self.terms.type_of(attribute, term.argument)
        if type_ is Type.AGE:
            template = _("%(n)s older") if is_more else _("%(n)s younger")
            return self.told(template) % {"n": self._counted(ceil(size), "years")}
        if type_ is Type.COUNT or type_ is Type.QUANTITY:
            number = str(ceil(size)) if type_ is Type.COUNT else milli_text(ceil(size))
            template = _("%(n)s more %(noun)s") if is_more else _("%(n)s fewer %(noun)s")
            return self.told(template) % {"n": number, "noun": self._noun(attribute.name, is_one=number == "1")}
        worth = self._money(ceil(size)) if type_ is Type.MONEY else milli_text(ceil(size * MILLI))
        return self.told(_("%(n)s more") if is_more else _("%(n)s less")) % {"n": worth}

    def _value(self, value: Known, attribute: Attribute, type_: Type) -> str:
        plain = self._plain(value, attribute, type_)
        if type_ is Type.AGE:
            return self._counted(plain, "years")
        is_countable = isinstance(attribute, Measure) and type_ in (Type.COUNT, Type.QUANTITY)
        return self._counted(plain, attribute.name) if is_countable else plain

    def _plain(self, value: Known, attribute: Attribute, type_: Type) -> str:
        match value:
            case date() | str():
                return str(value)
            case int() | Fraction() if type_ is Type.MONEY:
                return self._money(floor(value + _HALF))
            case int() if type_ is Type.QUANTITY:
                return milli_text(value)
            case int() if attribute.words:
                return next(
                    (self.told(word) for word, number in attribute.words.items() if number == value), str(value)
                )
            case int():
                return str(value)
            case _:
                return milli_text(floor(Fraction(value) * MILLI + _HALF))

    def _money(self, minor: int) -> str:
        amount = Decimal(amount_text(minor, places=currency_places(self.currency)))
        return f"{amount:,} {self.currency}"

    def _counted(self, number: int | str, noun: str) -> str:
        return f"{number} {self._noun(noun, is_one=str(number) == '1')}"

    def _noun(self, plural: str, *, is_one: bool) -> str:
        return self.told(plural.removesuffix("s") if is_one else plural)


def is_named(attribute: Attribute) -> bool:
    """Whether a value names something, as a weekday or an hour does, rather than counts it."""
    return isinstance(attribute, Favourite) or bool(attribute.words)


def either(texts: Sequence[str], told: Told) -> str:
    """`"a", "b" or "c"`."""
    *most, last = map(quoted, texts)
    return told(_("%(most)s or %(last)s")) % {"most": ", ".join(most), "last": last} if most else last
