"""What this room keeps of a person."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [PersonalData(model="privacy.ConsentEntry", path="customer_id", indirect=("channel", "is_given", "place", "at"))]
)
