"""What rules may ask about belonging, once names have become groups (segments/resolving.py)."""

from regulars.core.attributes import Column, Relation, relations_declare

_KEY = {"customer": Column.INTEGER}

relations_declare(
    [
        # Rules ask it of manual groups only: for what a rule fills, the rule itself is asked.
        Relation(
            "members",
            _KEY | {"group_id": Column.INTEGER},
            "SELECT m.customer_id AS customer, m.group_id AS group_id FROM groups_membership AS m",
        ),
        Relation(
            "pins",
            _KEY | {"group_id": Column.INTEGER, "is_in": Column.INTEGER},
            """
            SELECT p.customer_id AS customer, p.group_id AS group_id, CASE WHEN p.is_in THEN 1 ELSE 0 END AS is_in
            FROM groups_pin AS p
            """,
        ),
    ]
)
