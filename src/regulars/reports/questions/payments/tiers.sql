-- What customers of each tier pay with. Known customers only; without a tier: null.
WITH sets AS (
    SELECT "group" AS tier, MIN(tier_set) AS tier_set
    FROM tiers
    GROUP BY "group"
)
SELECT
    COALESCE(s.tier_set, '') AS tier_set,
    NULLIF(m.tier, 0) AS tier,
    m.method,
    m.orders,
    o.orders AS all_orders,
    CAST(m.orders AS DOUBLE) / CAST(NULLIF(o.orders, 0) AS DOUBLE) AS share,
    m.amount
FROM tier_paid AS m
JOIN tier_orders AS o ON o.tier = m.tier
LEFT JOIN sets AS s ON s.tier = m.tier
ORDER BY tier_set, m.tier, m.method
