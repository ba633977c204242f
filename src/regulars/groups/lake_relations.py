"""What the lake holds of groups: which there are, who is in which tier, and every entry and exit."""

from regulars.lake.relations import Kept, Kind, Relation, lake_declare

_INTEGER, _BIGINT, _TEXT = Kind.INTEGER, Kind.BIGINT, Kind.TEXT

lake_declare(
    [
        Relation(
            name="groups", kept=Kept.WHOLE,
            columns={"group": _INTEGER, "name": _TEXT, "is_tier": Kind.BOOLEAN, "tier_set": _TEXT},
            sql="""
            SELECT g.id, g.name, g.kind = 'tier', COALESCE(t.name, '')
            FROM groups_group AS g LEFT JOIN groups_tierset AS t ON t.id = g.tier_set_id ORDER BY g.id
            """,
        ),
        Relation(
            name="tiers", kept=Kept.BY_KEY, key="m.customer_id", follows="membership_changes",
            order="customer, tier_set",
            columns={"customer": _BIGINT, "group": _INTEGER, "tier_set": _TEXT, "since": Kind.DATE},
            sql="""
            SELECT m.customer_id, m.group_id, t.name, m.since
            FROM groups_membership AS m
            JOIN groups_group AS g ON g.id = m.group_id AND g.kind = 'tier'
            JOIN groups_tierset AS t ON t.id = g.tier_set_id
            WHERE {these}
            """,
            newest="SELECT COALESCE(MAX(m.customer_id), 0) FROM groups_membership AS m",
            sums="""
            SELECT NULL, COUNT(*), 0
            FROM groups_membership AS m JOIN groups_group AS g ON g.id = m.group_id AND g.kind = 'tier'
            """,
            emptied=frozenset({"customer.removed", "group.removed"}),
        ),
        Relation(
            name="membership_changes", kept=Kept.APPENDED, key="c.id", order="id",
            newest="SELECT COALESCE(MAX(c.id), 0) FROM groups_membershipchange AS c",
            sums="SELECT c.day, COUNT(*), 0 FROM groups_membershipchange AS c GROUP BY c.day",
            emptied=frozenset({"customer.removed", "group.removed"}),
            columns={
                "id": _BIGINT, "group": _INTEGER, "customer": _BIGINT, "day": Kind.DATE, "is_entry": Kind.BOOLEAN,
                "reason": _TEXT,
            },
            sql="""
            SELECT c.id, c.group_id, c.customer_id, c.day, c.is_entry, c.reason
            FROM groups_membershipchange AS c WHERE {these}
            """,
        ),
    ]
)  # fmt: skip
