-- From which tier to which: each entry into a tier, beside the one of the same set that the customer entered before.
WITH entered AS (
    SELECT
        m.id,
        m.customer,
        m."group" AS tier,
        c.day_number,
        LAG(m."group") OVER (PARTITION BY m.customer, g.tier_set ORDER BY m.id) AS tier_before
    FROM membership_changes AS m
    JOIN calendar AS c ON c.day = m.day
    JOIN groups AS g ON g."group" = m."group"
    WHERE g.is_tier AND m.is_entry
)
SELECT
    CAST(e.tier_before AS INTEGER) AS tier_before,
    CAST(e.tier AS INTEGER) AS tier,
    CAST(COUNT(*) AS BIGINT) AS moves,
    CAST(COUNT(DISTINCT e.customer) AS BIGINT) AS customers
FROM entered AS e
WHERE e.day_number BETWEEN $from_number AND $to_number AND e.tier_before <> e.tier
GROUP BY e.tier_before, e.tier
ORDER BY moves DESC, tier_before, tier
