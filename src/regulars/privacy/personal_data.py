"""What this room keeps of a person, and the outbox, which stands below it and may not say so itself."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(model="privacy.ConsentEntry", path="customer_id", indirect=("channel", "is_given", "place", "at")),
        PersonalData(model="events.Event", path="customer_id"),
    ]
)
