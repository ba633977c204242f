"""What segments and reports may ask about balances. Points and credit are all that is held, pending too."""

from regulars.core.attributes import (
    Aggregate,
    Column,
    Fact,
    How,
    Measure,
    Relation,
    Type,
    attributes_declare,
    relations_declare,
)
from regulars.core.text import marked as _

_INTEGER, _DATE = Column.INTEGER, Column.DATE

relations_declare(
    [
        Relation(
            "balances",
            {"customer": _INTEGER, "points": _INTEGER, "store_credit": _INTEGER, "account_balance": _INTEGER},
            """
            SELECT c.id AS customer, COALESCE(p.amount, 0) AS points, COALESCE(s.amount, 0) AS store_credit,
                COALESCE(a.amount, 0) AS account_balance
            FROM customers_customer AS c
            LEFT JOIN balances_balance AS p ON p.customer_id = c.id AND p.book = 'points'
            LEFT JOIN balances_balance AS s ON s.customer_id = c.id AND s.book = 'credit'
            LEFT JOIN balances_balance AS a ON a.customer_id = c.id AND a.book = 'account'
            """,
            is_per_customer=True,
        ),
        Relation(
            "point_moves",
            {"customer": _INTEGER, "day": _DATE, "earned": _INTEGER, "spent": _INTEGER},
            """
            SELECT e.customer_id AS customer, e.day AS day,
                CASE WHEN e.kind IN ('earn', 'earn_back', 'bonus') THEN e.amount ELSE 0 END AS earned,
                CASE WHEN e.kind IN ('spend', 'spend_back') THEN -e.amount ELSE 0 END AS spent
            FROM balances_entry AS e
            WHERE e.book = 'points' AND e.kind IN ('earn', 'earn_back', 'bonus', 'spend', 'spend_back')
            """,
            is_dated=True,
        ),
        # Whose points expire on which day: what is left of each lot.
        Relation(
            "point_expiries",
            {"customer": _INTEGER, "day": _DATE, "points": _INTEGER},
            """
            SELECT l.customer_id AS customer, l.expires_on AS day, l.remaining AS points
            FROM balances_lot AS l
            WHERE l.book = 'points' AND NOT (l.remaining = 0) AND l.remaining > 0 AND l.expires_on IS NOT NULL
            """,
            is_dated=True,
        ),
    ]
)


def _summed(relation: str, column: str) -> tuple[Aggregate, ...]:
    return (Aggregate(relation=relation, how=How.SUM, columns=(column,)),)


attributes_declare(
    [
        Fact(name="points", meaning=_("points held"), type=Type.COUNT, relation="balances", column="points"),
        Fact(
            name="store_credit", meaning=_("store credit held"), type=Type.MONEY, relation="balances",
            column="store_credit",
        ),
        Fact(
            name="account_balance", meaning=_("what the customer owes on account"), type=Type.MONEY,
            relation="balances", column="account_balance",
        ),
        Measure(
            name="points_earned", meaning=_("points earned, less those of what was brought back"), type=Type.COUNT,
            by=_summed("point_moves", "earned"),
        ),
        Measure(
            name="points_spent", meaning=_("points spent, less those given back"), type=Type.COUNT,
            by=_summed("point_moves", "spent"),
        ),
        Measure(
            name="points_expiring", meaning=_("points that expire, by the day they do"), type=Type.COUNT,
            by=_summed("point_expiries", "points"),
        ),
    ]
)  # fmt: skip
