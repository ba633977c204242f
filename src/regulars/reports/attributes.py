"""What segments may ask about scores. Whoever never ordered has none; below the floor of data nothing is foretold."""

from regulars.core.attributes import Column, Fact, Relation, Type, attributes_declare, relations_declare
from regulars.core.text import marked as _
from regulars.reports.rfm import NAMES

_INTEGER = Column.INTEGER

relations_declare(
    [
        # Chances and orders in thousandths, money in minor units: so no engine rounds another way.
        Relation(
            "scores",
            {
                "customer": _INTEGER,
                "recency_score": _INTEGER,
                "frequency_score": _INTEGER,
                "monetary_score": _INTEGER,
                "rfm": Column.TEXT,
                "churn_risk": _INTEGER,
                "predicted_orders": _INTEGER,
                "predicted_spent": _INTEGER,
            },
            """
            SELECT s.customer_id AS customer, s.recency_score AS recency_score, s.frequency_score AS frequency_score,
                s.monetary_score AS monetary_score, s.rfm AS rfm, s.churn_risk_milli AS churn_risk,
                s.predicted_orders_milli AS predicted_orders, s.predicted_spent AS predicted_spent
            FROM reports_score AS s
            """,
            is_per_customer=True,
        ),
    ]
)
attributes_declare(
    [
        Fact(
            name="recency_score", meaning=_("how recent the last order is, 1 to 5, 5 is best"), type=Type.COUNT,
            relation="scores", column="recency_score",
        ),
        Fact(
            name="frequency_score", meaning=_("how many orders, 1 to 5, 5 is best"), type=Type.COUNT,
            relation="scores", column="frequency_score",
        ),
        Fact(
            name="monetary_score", meaning=_("how much was spent, 1 to 5, 5 is best"), type=Type.COUNT,
            relation="scores", column="monetary_score",
        ),
        Fact(
            name="rfm", meaning=_("group by recency, frequency and money"), type=Type.TEXT, choices=NAMES,
            relation="scores", column="rfm",
        ),
        Fact(
            name="churn_risk", meaning=_("chance that the customer is gone, 0 to 1"), type=Type.QUANTITY,
            relation="scores", column="churn_risk",
        ),
        Fact(
            name="predicted_orders", meaning=_("orders expected in the next 12 months"), type=Type.QUANTITY,
            relation="scores", column="predicted_orders",
        ),
        Fact(
            name="predicted_spent", meaning=_("spending expected in the next 12 months"), type=Type.MONEY,
            relation="scores", column="predicted_spent",
        ),
    ]
)  # fmt: skip
