"""What this room keeps of a person: what it concludes about them."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(
            model="reports.Score",
            path="customer_id",
            indirect=(
                "recency_score",
                "frequency_score",
                "monetary_score",
                "rfm",
                "churn_risk_milli",
                "predicted_orders_milli",
                "predicted_spent",
                "day",
            ),
        ),
    ]
)
