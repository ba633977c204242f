"""What segments and reports may ask about offers and price books: of sales that had them."""

from regulars.core.attributes import Column, Filter, Lookup, Relation, Type, filters_declare, relations_declare
from regulars.core.text import marked as _

_USE = {"sale": Column.INTEGER, "day": Column.DATE}

relations_declare(
    [
        Relation(
            "offer_uses",
            _USE | {"offer": Column.TEXT},
            """
            SELECT s.id AS sale, s.day AS day, o.name AS offer
            FROM offers_offeruse AS u
            JOIN sales_sale AS s ON s.uid = u.sale_uid
            JOIN offers_offer AS o ON o.id = u.offer_id
            WHERE NOT u.is_released
            """,
            is_dated=True,
        ),
        Relation(
            "price_book_uses",
            _USE | {"price_book": Column.TEXT},
            """
            SELECT s.id AS sale, s.day AS day, b.name AS price_book
            FROM offers_pricebookuse AS u
            JOIN sales_sale AS s ON s.uid = u.sale_uid
            JOIN offers_pricebook AS b ON b.id = u.book_id
            """,
            is_dated=True,
        ),
        Relation("offers", {"name": Column.TEXT}, "SELECT o.name AS name FROM offers_offer AS o"),
        Relation("price_books", {"name": Column.TEXT}, "SELECT b.name AS name FROM offers_pricebook AS b"),
    ]
)
filters_declare(
    [
        Filter(
            name="offer", meaning=_("an offer that took effect"), type=Type.TEXT, relation="sales", column="sale",
            via=Lookup("offer_uses", "sale"), shown="offer", vocabulary=("offers", "name"),
        ),
        Filter(
            name="price_book", meaning=_("a price book that priced a line"), type=Type.TEXT, relation="sales",
            column="sale", via=Lookup("price_book_uses", "sale"), shown="price_book",
            vocabulary=("price_books", "name"),
        ),
    ]
)  # fmt: skip
