-- Who is in which tier.
SELECT t.customer, CAST(t."group" AS INTEGER) AS tier
FROM tiers AS t
