"""What receipts show beside money: the price of one."""

from decimal import Decimal

from babel.numbers import format_decimal
from django import template

from regulars.core.money import MILLI, currency_places
from regulars.web.written import Shop

register = template.Library()


@register.filter
def unit_price(milli: int, shop: Shop) -> str:
    """A unit price kept in thousandths of the minor unit, with as many decimals as it needs."""
    places = currency_places(shop.currency)
    pattern = f"#,##0.{'0' * places}###" if places else "#,##0.###"
    return str(format_decimal(Decimal(milli).scaleb(-places) / MILLI, pattern, locale=shop.locale))
