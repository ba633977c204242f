"""What the pages of the register show: ways to pay, sentences beside their place, an e-mail begun."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from django import template
from django.utils.translation import gettext

from regulars.checkout.answers import TierStanding
from regulars.core.money import amount_minor, currency_places
from regulars.offers.engine.quote import CodeUnused
from regulars.web.register.paying import method_told
from regulars.web.written import Shop

register = template.Library()


@register.filter
def at(sentences: Mapping[str, str], place: str) -> str:
    """What stands at that place; empty for nothing."""
    return sentences.get(place, "") if sentences else ""


@register.filter
def method_shown(method: str) -> str:
    """A way to pay in words."""
    return method_told(method)


@register.filter
def to_next(tier: TierStanding, shop: Shop) -> str:
    """What is missing to the next tier: "14,040.01 to Platinum", "2 orders to Gold"."""
    if not tier.is_money:
        return tier.to_next
    facts = {
        "missing": shop.amount(amount_minor(tier.missing, places=currency_places(shop.currency))),
        "tier": tier.upper,
    }
    return gettext("%(missing)s to %(tier)s") % facts


@register.filter
def as_told(amount: str, shop: Shop) -> str:
    """An amount of a quote that was kept, as the shop writes money."""
    return shop.money(amount_minor(amount, places=currency_places(shop.currency)))


@register.filter
def below(minor: int) -> int:
    """The amount with its sign turned."""
    return -minor


@register.filter
def why_of(unused: Iterable[CodeUnused], code: str) -> str:
    """Why the code did nothing; empty where it did."""
    return next((each.why for each in unused if each.code == code), "")


@register.simple_tag
def mail_address(subject: str, text: str) -> str:
    """The address that opens an e-mail with these words in it."""
    return f"mailto:?subject={quote(str(subject))}&body={quote(str(text))}"
