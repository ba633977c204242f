"""Who could have an offer that is held back from some, and from which day on: what the lake is told, by number."""

from collections.abc import Iterator
from datetime import date

from regulars.lake.relations import Kept, Kind, Relation, lake_declare
from regulars.offers.engine.holdouts import is_held_out
from regulars.offers.live import terms_read
from regulars.offers.models import Offer
from regulars.offers.results import eligible_since

# Whoever comes to be able to have one is a new row of the first four; the last is every such offer as it stands.
_MOVED = """
    SELECT CAST((SELECT COALESCE(MAX(c.id), 0) FROM customers_customer AS c) AS TEXT)
        || ' ' || CAST((SELECT COALESCE(MAX(m.id), 0) FROM groups_membershipchange AS m) AS TEXT)
        || ' ' || CAST((SELECT COALESCE(MAX(g.id), 0) FROM offers_grant AS g) AS TEXT)
        || ' ' || CAST((SELECT COALESCE(MAX(k.id), 0) FROM offers_coupon AS k) AS TEXT)
        || ' ' || COALESCE((
            SELECT string_agg(o.told, ' ') FROM (
                SELECT CAST(f.id AS TEXT) || f.state || COALESCE(CAST(f.ended_at AS TEXT), '')
                    || CAST(f.terms AS TEXT) AS told
                FROM offers_offer AS f
                WHERE REPLACE(CAST(f.terms AS TEXT), 'holdout_milli', '') <> CAST(f.terms AS TEXT)
                ORDER BY f.id
            ) AS o
        ), '')
"""


def exposures() -> Iterator[tuple[int, int, bool, date]]:
    """The offer, the customer, whether it is held back from them, and the day from which on they could have it.

    Of offers that are or were live and are held back from some; a few queries for each of them.
    """
    for row in Offer.objects.exclude(state="draft").order_by("id"):
        terms = terms_read(row.terms)
        if not terms.holdout_milli:
            continue
        first = row.first_day or row.made_at.date()
        ends = [day for day in (row.last_day, row.ended_at and row.ended_at.date()) if day is not None]
        last = max(first, min(ends, default=date.max))
        for customer, day in sorted(eligible_since(row.id, terms, first, last).items()):
            held = is_held_out(offer=row.id, customer=customer, share_milli=terms.holdout_milli)
            yield row.id, customer, held, day


lake_declare(
    [
        Relation(
            name="exposures", kept=Kept.WHOLE,
            columns={
                "offer": Kind.INTEGER, "customer": Kind.BIGINT, "is_held_out": Kind.BOOLEAN, "day": Kind.DATE,
            },
            rows=exposures,
            moved=_MOVED,
            events=frozenset({"customer.changed", "customer.removed", "group.removed"}),
        ),
    ]
)  # fmt: skip
