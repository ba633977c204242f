"""What this room keeps of a person."""

from regulars.privacy.registry import PersonalData, personal_data_declare

personal_data_declare(
    [
        PersonalData(model="offers.Coupon", path="customer_id", indirect=("offer", "last_day")),
        PersonalData(model="offers.Grant", path="customer_id", indirect=("offer", "group", "since", "until", "at")),
        PersonalData(model="offers.OfferUse", path="customer_id", indirect=("offer", "sale_uid", "at")),
        PersonalData(model="offers.OfferTally", path="customer_id", indirect=("offer", "used")),
    ]
)
