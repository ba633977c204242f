"""What this room keeps of a person: who is in which group stands in the room of groups."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare([PersonalData(model="segments.UpkeepAhead", path="customer_id")])
