-- What customers of each tier pay with. Known customers only; without a tier: null.
-- Most orders have one payment, the first. The others count where the first was made in another way, and once in each.
WITH paid AS (
    SELECT COALESCE(t."group", 0) AS tier, m.method, SUM(m.orders) AS orders, SUM(m.amount) AS amount
    FROM by_customer_method AS m
    LEFT JOIN tiers AS t ON t.customer = m.customer
    GROUP BY COALESCE(t."group", 0), m.method
),
methods AS (
    SELECT tier, method, CAST(orders AS BIGINT) AS orders, CAST(amount AS BIGINT) AS amount
    FROM paid
    WHERE method IS NOT NULL
),
-- Orders of each tier, whatever they were paid with.
totals AS (
    SELECT tier, CAST(orders AS BIGINT) AS orders
    FROM paid
    WHERE method IS NULL
),
sets AS (
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
FROM methods AS m
JOIN totals AS o ON o.tier = m.tier
LEFT JOIN sets AS s ON s.tier = m.tier
ORDER BY tier_set, m.tier, m.method
