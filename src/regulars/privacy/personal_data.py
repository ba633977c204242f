"""What this room keeps of a person, and what the rooms below it do, which may not say so themselves."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(model="privacy.ConsentEntry", path="customer_id", indirect=("channel", "is_given", "place", "at")),
        PersonalData(
            model="privacy.PrivacyRequest",
            path="customer_id",
            indirect=("kind", "asked_at", "due_on", "outcome", "closed_at"),
        ),
        PersonalData(model="events.Event", path="customer_id"),
        PersonalData(model="access.CustomerSession", path="customer_id", direct=("contact",), indirect=("seen_at",)),
        PersonalData(model="access.TillCode", path="customer_id", indirect=("points", "made_at")),
    ]
)
