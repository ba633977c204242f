"""What was sold, read again for a back-test: day by day, each line at what was paid for it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from regulars.offers.engine.basket import BasketLine, Occasion, Priced
from regulars.offers.engine.spreading import spread
from regulars.storage.writing import bound_list, in_list

_SALES = """
    SELECT s.id, s.customer_id, s.store_id, s.channel, s.weekday, s.hour, s.minute, s.net,
        COALESCE((SELECT SUM(r.net) FROM sales_sale AS r
            WHERE r.original_uid = s.uid AND r.status = 'completed'), 0)
    FROM sales_sale AS s
    WHERE s.day = %s AND s.kind = 'sale' AND s.status = 'completed'
    ORDER BY s.sold_at, s.id
"""
_LINES = """
    SELECT l.sale_id, l.n, p.sku, v.name, v.category, v.brand, l.quantity_milli, l.unit_price_milli, l.net, l.discount,
        l.is_gift_card
    FROM sales_sale AS s
    JOIN sales_saleline AS l ON l.sale_id = s.id
    JOIN sales_productversion AS v ON v.id = l.version_id
    JOIN sales_product AS p ON p.id = v.product_id
    WHERE s.day = %s AND s.kind = 'sale' AND s.status = 'completed'
    ORDER BY l.sale_id, l.n
"""
_USES = f"""
    SELECT s.id, SUM(u.amount)
    FROM offers_offeruse AS u JOIN sales_sale AS s ON s.uid = u.sale_uid
    WHERE s.day = %s AND NOT u.is_released AND {in_list("u.offer_id")}
    GROUP BY s.id
"""


class Past(NamedTuple):
    """A sale as it was: each line at what was paid for it, and what the offers to be replaced had taken off.

    `kept`: of how much that was paid (`paid`) nothing was brought back.
    """

    sale: int
    customer: int | None
    occasion: Occasion
    channel: str
    lines: tuple[Priced, ...]
    replaced: int
    paid: int
    kept: int


def days_sold(first: date, last: date) -> list[date]:
    """The business days on which something was sold. One query."""
    sql = """
        SELECT DISTINCT day FROM sales_sale
        WHERE day BETWEEN %s AND %s AND kind = 'sale' AND status = 'completed'
    """
    rows = _rows(sql, [first.isoformat(), last.isoformat()])
    return sorted(day if isinstance(day, date) else date.fromisoformat(day) for (day,) in rows)


def day_replayed(
    day: date, *, stores: Collection[int] | None, instead_of: Sequence[int], places: int
) -> Iterator[Past]:
    """The sales of a day (in these stores; None: in all), in the order they were made. Three queries.

    What the offers `instead_of` took off is put back on the lines that had a discount, in proportion to it.
    """
    lines: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for sale, *line in _rows(_LINES, [day.isoformat()]):
        lines[sale].append(tuple(line))
    uses = dict(_rows(_USES, [day.isoformat(), bound_list(instead_of)])) if instead_of else {}
    for sale, customer, store, channel, weekday, hour, minute, net, returned in _rows(_SALES, [day.isoformat()]):
        if stores is not None and store not in stores:
            continue
        occasion = Occasion(store=store, day=day, weekday=weekday, minute=hour * 60 + minute, places=places)
        told, replaced = _lines_before(lines[sale], int(uses.get(sale, 0)))
        yield Past(sale, customer, occasion, channel, told, replaced, net, max(0, net + int(returned)))


def _lines_before(rows: Sequence[tuple[Any, ...]], replaced: int) -> tuple[tuple[Priced, ...], int]:
    """The lines as they were before the offers to be replaced, and how much that put back."""
    discounts = [max(0, row[8]) for row in rows]
    back = spread(min(replaced, sum(discounts)), discounts)
    lines = tuple(_line(row, put_back) for row, put_back in zip(rows, back, strict=True))
    return lines, sum(back)


def _line(row: tuple[Any, ...], put_back: int) -> Priced:
    n, sku, name, category, brand, quantity, unit_price, net, _discount, is_gift_card = row
    line = BasketLine(
        n=n,
        sku=sku or "",
        name=name,
        category=category,
        brand=brand,
        quantity_milli=quantity,
        list_price_milli=unit_price,
        is_gift_card=bool(is_gift_card),
    )
    return Priced(line, unit_price, max(0, net) + put_back)


def first_sales(customer_ids: Collection[int]) -> Mapping[int, int]:
    """The first sale of each of the customers, by its id. One query."""
    sql = f"""
        SELECT s.customer_id, s.id FROM sales_sale AS s
        WHERE s.kind = 'sale' AND s.status = 'completed' AND {in_list("s.customer_id")}
        ORDER BY s.sold_at DESC, s.id DESC
    """
    return dict(_rows(sql, [bound_list(sorted(customer_ids))]))


def _rows(sql: str, bound: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        return list(cursor.fetchall())
