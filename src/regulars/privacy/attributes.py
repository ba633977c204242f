"""What segments and reports may ask about consent."""

from regulars.core.attributes import Column, Fact, Relation, Type, attributes_declare, relations_declare
from regulars.core.text import marked as _
from regulars.privacy.models import CONSENT_CHANNELS

relations_declare(
    [
        # The last word on a channel holds.
        Relation(
            "consents",
            {"customer": Column.INTEGER, "channel": Column.TEXT},
            """
            SELECT e.customer_id AS customer, e.channel AS channel
            FROM privacy_consententry AS e
            WHERE e.is_given AND NOT EXISTS (
                SELECT 1 FROM privacy_consententry AS n
                WHERE n.customer_id = e.customer_id AND n.channel = e.channel
                    AND (n.at > e.at OR (n.at = e.at AND n.id > e.id))
            )
            """,
        )
    ]
)
attributes_declare(
    [
        Fact(
            name="consent",
            meaning=_("a channel the customer agreed to be written to on"),
            type=Type.TEXT,
            choices=CONSENT_CHANNELS,
            relation="consents",
            column="channel",
            is_many=True,
        )
    ]
)
