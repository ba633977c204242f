"""What this room keeps of a person. The sales themselves tell of the shop and stay."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(model="sales.Sale", path="customer_id", direct=("note",)),
        PersonalData(model="sales.SaleLine", path="sale__customer_id"),
        PersonalData(model="sales.Payment", path="sale__customer_id", direct=("reference",)),
        PersonalData(
            model="sales.SaleContact",
            path="sale__customer_id",
            direct=("code", "phone", "email", "name", "customer_given"),
        ),
        PersonalData(
            model="sales.CustomerFacts",
            path="customer_id",
            indirect=("spent", "orders", "visits", "units_milli", "returned", "discount", "first_order", "last_order"),
        ),
    ]
)
