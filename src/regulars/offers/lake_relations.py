"""What the lake holds of offers: which there are, and every use of one."""

from regulars.lake.relations import Kept, Kind, Relation, lake_declare

lake_declare(
    [
        Relation(
            name="offers", kept=Kept.WHOLE,
            columns={"offer": Kind.INTEGER, "name": Kind.TEXT},
            sql="SELECT o.id, o.name FROM offers_offer AS o ORDER BY o.id",
        ),
        # A use whose sale counts nowhere was released; of one that is no more, nothing is left.
        Relation(
            name="offer_uses", kept=Kept.WHOLE,
            columns={
                "offer": Kind.INTEGER, "sale": Kind.BIGINT, "customer": Kind.BIGINT, "day": Kind.DATE,
                "discount": Kind.BIGINT, "is_released": Kind.BOOLEAN,
            },
            sql="""
            SELECT u.offer_id, s.id, u.customer_id, s.day, u.amount, u.is_released
            FROM offers_offeruse AS u JOIN sales_sale AS s ON s.uid = u.sale_uid
            """,
        ),
    ]
)  # fmt: skip
