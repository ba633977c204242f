-- What customers of each tier pay with. Known customers only; without a tier: null.
-- Most orders have one payment, the first. The others count where the first was made in another way, and once in each.
WITH paid AS (
    SELECT COALESCE(t."group", 0) AS tier, m.method, SUM(m.orders) AS orders, SUM(m.amount) AS amount
    FROM by_customer_method AS m
    LEFT JOIN tiers AS t ON t.customer = m.customer
    GROUP BY COALESCE(t."group", 0), m.method
),
-- Beside each, the orders of the tier whatever they were paid with.
methods AS (
    SELECT
        tier,
        method,
        CAST(orders AS BIGINT) AS orders,
        CAST(amount AS BIGINT) AS amount,
        CAST(MAX(CASE WHEN method IS NULL THEN orders END) OVER (PARTITION BY tier) AS BIGINT) AS all_orders
    FROM paid
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
    m.all_orders,
    CAST(m.orders AS DOUBLE) / CAST(NULLIF(m.all_orders, 0) AS DOUBLE) AS share,
    m.amount
FROM methods AS m
LEFT JOIN sets AS s ON s.tier = m.tier
WHERE m.method IS NOT NULL
ORDER BY tier_set, m.tier, m.method
