"""What templates show: icons, and money and days as the shop writes them.

`shop` is in the context of every page: `{{ sale.total|money:shop }}`, `{{ sale.day|day:shop }}`.
"""

from datetime import date, datetime
from functools import cache
from typing import Any

import lucide
from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from regulars.access.rights import Role
from regulars.web.written import Shop

register = template.Library()
ROLE_NAMES = {
    Role.CASHIER: _("Cashier"),
    Role.MANAGER: _("Manager"),
    Role.MARKETER: _("Marketer"),
    Role.ANALYST: _("Analyst"),
    Role.OWNER: _("Owner"),
    Role.AUDITOR: _("Auditor"),
    Role.REGISTER: _("Register"),
    Role.CUSTOMER: _("Customer"),
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """The picture of that name, for the eye only: words beside it, or `unseen` words, say the same."""
    return _icon(str(name))


@cache
def _icon(name: str) -> SafeString:
    # Drawn by the package from its own files; the name is the template's.
    drawn = lucide._render_icon(name, 18, **{"class": "icon", "aria-hidden": "true"})
    return mark_safe(drawn)  # noqa: S308


@register.filter
def money(minor: int | None, shop: Shop) -> str:
    return shop.money(minor)


@register.filter
def amount(minor: int | None, shop: Shop) -> str:
    return shop.amount(minor)


@register.filter
def quantity(milli: int | None, shop: Shop) -> str:
    return shop.quantity(milli)


@register.filter
def count(number: int | None, shop: Shop) -> str:
    return shop.count(number)


@register.filter
def percent(share: float | None, shop: Shop) -> str:
    return shop.percent(share)


@register.filter
def day(when: date | None, shop: Shop) -> str:
    return shop.day(when)


@register.filter
def long_day(when: date | None, shop: Shop) -> str:
    return shop.long_day(when)


@register.filter
def moment(at: datetime | None, shop: Shop) -> str:
    return shop.moment(at)


@register.filter
def clock(at: datetime | None, shop: Shop) -> str:
    return shop.clock(at)


@register.filter
def ago(when: date | None, shop: Shop) -> str:
    return shop.ago(when)


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word: "Anna Maria Okoth" is "AO"; "?" of nothing."""
    found = name.split()
    letters = found[0][:1] + (found[-1][:1] if len(found) > 1 else "") if found else "?"
    return letters.upper()


@register.filter
def role_name(role: Role) -> str:
    """What people read for a role."""
    return str(ROLE_NAMES[role])


@register.simple_tag(takes_context=True)
def address_with(context: Context, **changes: Any) -> str:
    """The address of this page with these parameters changed; None or "" removes one. For sorting, paging, chips."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def address_without(context: Context, *names: str) -> str:
    """The address of this page without these parameters: what a chip leads to."""
    query = context["request"].GET.copy()
    for name in names:
        query.pop(name, None)
    return f"?{query.urlencode()}"


@register.filter
def notice_icon(level: str) -> str:
    """The picture that goes with a notice of that level."""
    return {"ok": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}.get(level, "info")
