"""Words of the customer's own pages: what moved a balance, and what a receipt was paid with."""

from django import template
from django.template.defaultfilters import capfirst
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.balances.rules import METHOD_WORDS, POINTS
from regulars.balances.selectors import Movement
from regulars.web.written import Shop

register = template.Library()
_METHODS: dict[str, str | Promise] = {"cash": _("Cash"), "card": _("Card")}
_KINDS: dict[str, str | Promise] = {
    "earn": _("Earned"),
    "spend": _("Spent"),
    "expire": _("Expired"),
    "adjust": _("Corrected by the shop"),
    "bonus": _("A present"),
    "earn_back": _("Taken back with what you brought back"),
    "spend_back": _("Given back"),
    "issue": _("Credit for what you brought back"),
    "issue_back": _("Credit taken back"),
    "charge": _("Bought on account"),
    "charge_back": _("Taken off the account"),
    "pay": _("Paid towards the account"),
}
_BOOKS: dict[str, str | Promise] = {"points": _("Points"), "credit": _("Store credit"), "account": _("Account")}


@register.filter
def paid_with(method: str) -> str:
    """How a receipt names the way it was paid."""
    if method in METHOD_WORDS:
        return gettext(METHOD_WORDS[method])
    return str(_METHODS.get(method, capfirst(method.replace("_", " "))))


@register.filter
def moved_by(movement: Movement) -> str:
    """What moved a balance."""
    return str(_KINDS.get(movement.kind, movement.kind))


@register.filter
def book_name(movement: Movement) -> str:
    return str(_BOOKS[movement.book])


@register.filter
def moved(movement: Movement, shop: Shop) -> str:
    """By how much, with its sign."""
    amount = abs(movement.amount)
    written = shop.count(amount) if movement.book == POINTS else shop.money(amount)
    sign = "+" if movement.amount > 0 else "\N{MINUS SIGN}"
    return f"{sign}{written}"


@register.filter
def without_sign(minor: int, shop: Shop) -> str:
    """An amount whose words say which way it is owed."""
    return shop.money(abs(minor))
