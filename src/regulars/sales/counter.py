"""What a till is offered while somebody types: products, and the ways people pay here."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from regulars.access.rules import Actor
from regulars.core.text import folded, words
from regulars.sales.models import Payment

# Of so many products whose words may match those that do are shown.
_LOOKED_THROUGH = 500
_MOST_WORDS = 6
# The newest payments tell how people pay.
_LATELY = 500
# Letters that have no accented form; for any other every letter may stand.
_PLAIN = frozenset("bfjkmpqvwx0123456789")
_SHELF = "SELECT sku, name, category, brand, price FROM sales_product WHERE sku IS NOT NULL"
_SAID = "UPPER(sku || ' ' || name || ' ' || brand) LIKE %s"


class ProductSeen(NamedTuple):
    """A product as a till shows it; `price` in minor units, None: the catalogue has none."""

    sku: str
    name: str
    category: str
    brand: str
    price: int | None


def products_found(text: str, *, limit: int, visible_to: Actor) -> Sequence[ProductSeen]:
    """The products that are meant, the likeliest first: the one of that SKU, else those whose SKU, name or brand
    contains every word, without case and accents. Two queries at most. Raises Forbidden.
    """
    visible_to.require("catalogue.see")
    typed = text.strip()
    parts = words(typed)[:_MOST_WORDS]
    if not typed or "\x00" in typed:
        return []
    exact = _rows(f"{_SHELF} AND sku = %s", [typed])
    if exact or not parts:
        return exact
    asked_sql = " AND ".join(_SAID for _part in parts)
    rows = _rows(
        f"{_SHELF} AND {asked_sql} ORDER BY name, sku LIMIT {_LOOKED_THROUGH}", [_like(part) for part in parts]
    )
    found = [row for row in rows if all(part in _said(row) for part in parts)]
    return sorted(found, key=lambda row: _distance(row, folded(typed)))[:limit]


def ways_to_pay(*, visible_to: Actor) -> Sequence[str]:
    """The ways people paid in lately, the usual first. One query. Raises Forbidden."""
    visible_to.require("catalogue.see")
    methods = Payment.objects.order_by("-sale_id", "n").values_list("method", flat=True)[:_LATELY]
    counted: dict[str, int] = {}
    for method in methods:
        counted[method] = counted.get(method, 0) + 1
    return sorted(counted, key=lambda method: (-counted[method], method))


def _rows(sql: str, values: list[str]) -> list[ProductSeen]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [ProductSeen(*row) for row in cursor.fetchall()]


def _like(part: str) -> str:
    """A pattern that lets every product through whose words contain the part; `products_found` looks again."""
    return "%" + "".join(each.upper() if each in _PLAIN else "_" for each in part) + "%"


def _said(product: ProductSeen) -> str:
    return folded(f"{product.sku} {product.name} {product.brand}")


def _distance(product: ProductSeen, typed: str) -> tuple[bool, bool, bool, str, str]:
    """How far a product is from what is typed."""
    name, sku = folded(product.name), folded(product.sku)
    begins = any(word.startswith(typed) for word in words(product.name))
    return (sku != typed, not sku.startswith(typed), not name.startswith(typed) and not begins, name, sku)
