"""What this room keeps of a person. What a shop owes, and was owed, is the shop's own and stays."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(
            model="balances.Lot",
            path="customer_id",
            indirect=("book", "amount", "remaining", "earned_on", "available_on", "expires_on", "terms"),
        ),
        PersonalData(
            model="balances.Entry",
            path="customer_id",
            direct=("reason",),
            indirect=("book", "kind", "amount", "day", "at"),
        ),
        PersonalData(model="balances.Balance", path="customer_id", indirect=("book", "amount")),
        PersonalData(model="balances.Redemption", path="customer_id", indirect=("day", "points", "worth")),
        PersonalData(model="balances.AccountLimit", path="customer_id", indirect=("amount",)),
    ]
)
