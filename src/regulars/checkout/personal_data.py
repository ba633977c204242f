"""What this room keeps of a person. A trace tells why a sale cost what it cost, and by which groups."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(model="checkout.Basket", path="customer_id", direct=("form", "shown", "title")),
        PersonalData(model="checkout.SaleTrace", path="sale__customer_id", indirect=("quote",)),
    ]
)
