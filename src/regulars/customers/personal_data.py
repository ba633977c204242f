"""What this room keeps of a person."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(
            model="customers.Customer",
            path="id",
            direct=("code", "name", "first_name", "last_name", "website", "social"),
            indirect=("birth_date", "gender", "language", "joined", "source"),
        ),
        PersonalData(model="customers.Identity", path="customer_id", direct=("value",), indirect=("kind",)),
        PersonalData(
            model="customers.Address",
            path="customer_id",
            direct=("street", "street2"),
            indirect=("kind", "postcode", "city", "region", "country"),
        ),
        PersonalData(model="customers.Tag", path="customer_id", indirect=("tag",)),
        PersonalData(model="customers.CustomValue", path="customer_id", direct=("value",)),
        PersonalData(model="customers.Note", path="customer_id", direct=("text",)),
    ]
)
