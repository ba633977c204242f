"""How each attribute is said in a sentence about customers. What is not here is said by its name.

The texts are marked for translation; whoever has them said gives the translator.
"""

from collections.abc import Mapping
from typing import NamedTuple

from regulars.core.text import marked as _
from regulars.segments.language.tree import Operator


class Said(NamedTuple):
    """`one`: where the number is 1. `unlike`: the opposite, for texts. `known` and `unknown`: whether it is known."""

    many: str
    one: str = ""
    unlike: str = ""
    known: str = _("has a known %(name)s")
    unknown: str = _("has no known %(name)s")


# An attribute of numbers or days, and one of texts, that nobody has put into words.
NUMBER = Said(_("has %(name)s of %(held)s"))
DAY = Said(_("has %(name)s %(held)s"))
TEXT = Said(_("has %(name)s %(held)s"), unlike=_("does not have %(name)s %(held)s"))
PART = _("has a %(name)s with %(held)s in it")
BIRTHDAY = _("has a birthday %(held)s")

SAID: Mapping[str, Said] = {
    "spent": Said(_("spent %(held)s")),
    "orders": Said(_("ordered %(held)s times"), one=_("ordered %(held)s time")),
    "visits": Said(_("visited %(held)s times"), one=_("visited %(held)s time")),
    "units": Said(_("bought %(held)s units"), one=_("bought %(held)s unit")),
    "average_order": Said(_("spent %(held)s for each order on average")),
    "returned": Said(_("brought back goods for %(held)s")),
    "discount": Said(_("received discounts of %(held)s")),
    "first_order": Said(_("first ordered %(held)s"), known=_("has ordered"), unknown=_("has not ordered")),
    "last_order": Said(_("last ordered %(held)s"), known=_("has ordered"), unknown=_("has not ordered")),
    "products": Said(_("bought %(held)s different products"), one=_("bought %(held)s product")),
    "stores": Said(_("bought in %(held)s different stores"), one=_("bought in %(held)s store")),
    "age": Said(_("is %(held)s years old"), one=_("is %(held)s year old")),
    "gender": Said(_("is of gender %(held)s"), unlike=_("is not of gender %(held)s")),
    "language": Said(_("speaks %(held)s"), unlike=_("does not speak %(held)s")),
    "joined": Said(_("joined %(held)s"), known=_("joined on a known day"), unknown=_("did not join on a known day")),
    "source": Said(_("came through %(held)s"), unlike=_("did not come through %(held)s")),
    "city": Said(_("lives in %(held)s"), unlike=_("does not live in %(held)s")),
    "region": Said(_("lives in the region %(held)s"), unlike=_("does not live in the region %(held)s")),
    "country": Said(_("lives in the country %(held)s"), unlike=_("does not live in the country %(held)s")),
    "tag": Said(
        _("has the tag %(held)s"), unlike=_("does not have the tag %(held)s"), known=_("has a tag"),
        unknown=_("has no tag"),
    ),
    "consent": Said(
        _("agreed to be written to by %(held)s"), unlike=_("did not agree to be written to by %(held)s"),
        known=_("agreed to be written to"), unknown=_("did not agree to be written to"),
    ),
    "phone": Said("", known=_("has a phone"), unknown=_("has no phone")),
    "email": Said("", known=_("has an e-mail"), unknown=_("has no e-mail")),
    "group": Said(_("is in the group %(held)s"), unlike=_("is not in the group %(held)s")),
    "segment": Said(_("is in the segment %(held)s"), unlike=_("is not in the segment %(held)s")),
    "tier": Said(_("is in the tier %(held)s"), unlike=_("is not in the tier %(held)s")),
    "favourite_store": Said(_("shops mostly at %(held)s"), unlike=_("does not shop mostly at %(held)s")),
    "favourite_category": Said(_("buys mostly %(held)s"), unlike=_("does not buy mostly %(held)s")),
    "favourite_weekday": Said(_("orders mostly on %(held)s")),
    "favourite_hour": Said(_("orders mostly in the hour %(held)s")),
    "days_between_orders": Said(
        _("has %(held)s days between orders on average"), one=_("has %(held)s day between orders on average"),
    ),
    "overdue": Said(_("has waited %(held)s times as long as usual")),
}  # fmt: skip

OF_NUMBERS: Mapping[Operator, str] = {
    Operator.EQUAL: _("exactly %(value)s"),
    Operator.UNEQUAL: _("other than %(value)s"),
    Operator.ABOVE: _("more than %(value)s"),
    Operator.AT_LEAST: _("at least %(value)s"),
    Operator.BELOW: _("less than %(value)s"),
    Operator.AT_MOST: _("at most %(value)s"),
    Operator.IN: "%(value)s",
    Operator.NOT_IN: _("other than %(value)s"),
}
# What stands for a number: a weekday.
OF_WORDS: Mapping[Operator, str] = {
    **OF_NUMBERS,
    Operator.EQUAL: "%(value)s",
    Operator.ABOVE: _("a day after %(value)s"),
    Operator.AT_LEAST: _("%(value)s or later"),
    Operator.BELOW: _("a day before %(value)s"),
    Operator.AT_MOST: _("%(value)s or earlier"),
}
OF_DAYS: Mapping[Operator, str] = {
    Operator.EQUAL: _("on %(value)s"),
    Operator.UNEQUAL: _("other than on %(value)s"),
    Operator.ABOVE: _("after %(value)s"),
    Operator.AT_LEAST: _("on or after %(value)s"),
    Operator.BELOW: _("before %(value)s"),
    Operator.AT_MOST: _("on or before %(value)s"),
    Operator.IN: _("on %(value)s"),
    Operator.NOT_IN: _("other than on %(value)s"),
}
# Days so long ago.
OF_AGES: Mapping[Operator, str] = {
    Operator.EQUAL: _("exactly %(value)s"),
    Operator.UNEQUAL: _("other than exactly %(value)s"),
    Operator.ABOVE: _("less than %(value)s"),
    Operator.AT_LEAST: _("%(value)s or later"),
    Operator.BELOW: _("more than %(value)s"),
    Operator.AT_MOST: _("%(value)s or earlier"),
    Operator.IN: _("exactly %(value)s"),
    Operator.NOT_IN: _("other than exactly %(value)s"),
}
OF_TEXTS: Mapping[Operator, str] = {
    Operator.EQUAL: "%(value)s",
    Operator.UNEQUAL: _("other than %(value)s"),
    Operator.IN: "%(value)s",
    Operator.NOT_IN: _("other than %(value)s"),
    Operator.CONTAINS: _("with %(value)s in it"),
}
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip
