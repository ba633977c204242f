"""A receipt as plain text, for an e-mail."""

from collections.abc import Iterator

from django.utils.translation import gettext

from regulars.sales.receipts import Receipt
from regulars.web.register.paying import method_told
from regulars.web.written import Shop

# As wide as a roll of paper.
_WIDTH = 40


def receipt_written(receipt: Receipt, shop: Shop) -> str:
    """The receipt in lines of text."""
    return "\n".join(_lines(receipt, shop)) + "\n"


def _lines(receipt: Receipt, shop: Shop) -> Iterator[str]:
    sale = receipt.sale
    yield f"{shop.name}, {sale.store}"
    yield f"{sale.number} · {shop.moment(sale.sold_at)}"
    yield ""
    for line in sale.lines:
        yield _row(f"{shop.quantity(line.quantity_milli)} \u00d7 {line.name or line.sku}", shop.amount(line.net))
        if line.discount:
            yield "  " + gettext("%(amount)s off") % {"amount": shop.amount(line.discount)}
    yield ""
    yield _row(gettext("Total"), shop.money(receipt.total))
    for payment in sale.payments:
        yield _row(method_told(payment.method), shop.amount(payment.amount))


def _row(left: str, right: str) -> str:
    return f"{left}{' ' * max(1, _WIDTH - len(left) - len(right))}{right}"
