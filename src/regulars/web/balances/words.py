"""Movements of balances in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from regulars.web.amounts import MINUS
from regulars.web.written import Shop

BOOKS: Mapping[str, Any] = {
    "points": gettext_lazy("Points"),
    "credit": gettext_lazy("Store credit"),
    "account": gettext_lazy("Account"),
}
KINDS: Mapping[str, Any] = {
    "earn": gettext_lazy("Earned"),
    "earn_back": gettext_lazy("Taken back with a return"),
    "spend": gettext_lazy("Spent"),
    "spend_back": gettext_lazy("Given back with a return"),
    "expire": gettext_lazy("Expired"),
    "adjust": gettext_lazy("Adjusted"),
    "bonus": gettext_lazy("Bonus"),
    "issue": gettext_lazy("Issued for a return"),
    "issue_back": gettext_lazy("Taken back: the return was voided"),
    "charge": gettext_lazy("Bought on account"),
    "charge_back": gettext_lazy("Brought back"),
    "pay": gettext_lazy("Paid"),
    "fill": gettext_lazy("Filled"),
}
# Reasons that the house itself writes.
_OWN_REASONS = {
    "welcome": gettext_lazy("for joining"),
    "birthday": gettext_lazy("birthday"),
    "visit": gettext_lazy("visit"),
}


def kind_told(kind: str) -> str:
    """What happened, in a word or two."""
    return str(KINDS.get(kind, kind))


def reason_told(reason: str) -> str:
    """Why, as somebody wrote it, or in words of the house."""
    return str(_OWN_REASONS.get(reason, reason))


def amount_told(book: str, amount: int, shop: Shop) -> str:
    """Points as a number, credit and account as money."""
    if book != "points":
        return shop.money(amount)
    return ngettext("%(n)s point", "%(n)s points", amount) % {"n": shop.count(amount)}


def signed(book: str, amount: int, shop: Shop) -> str:
    """The same with its sign, for what moved: without the word or the currency."""
    text = shop.count(abs(amount)) if book == "points" else shop.amount(abs(amount))
    return f"{'+' if amount >= 0 else MINUS}{text}"
