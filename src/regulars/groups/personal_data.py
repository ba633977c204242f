"""What this room keeps of a person."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(model="groups.Membership", path="customer_id", indirect=("group", "since")),
        PersonalData(model="groups.Pin", path="customer_id", indirect=("group", "is_in", "at")),
        PersonalData(
            model="groups.MembershipChange", path="customer_id", indirect=("group", "is_entry", "reason", "day", "at")
        ),
    ]
)
