-- What customers of each tier pay with. Known customers only; without a tier: null.
-- Who is in no tier is the rest of all: so only members are looked up, each by their tiers.
WITH more AS (
    SELECT customer, MIN(tier_set) AS first_set
    FROM tiers
    WHERE tier_set < (SELECT MAX(tier_set) FROM tiers)
    GROUP BY customer
),
-- Who is in tiers of several sets is taken off the rest once.
members AS (
    SELECT t.customer, t."group" AS tier, CASE WHEN m.customer IS NULL THEN 1 ELSE 0 END AS is_first
    FROM tiers AS t
    LEFT JOIN more AS m ON m.customer = t.customer AND m.first_set < t.tier_set
),
paid AS (
    SELECT
        m.tier,
        p.method,
        SUM(p.orders) AS orders,
        SUM(p.amount) AS amount,
        SUM(m.is_first * p.orders) AS first_orders,
        SUM(m.is_first * p.amount) AS first_amount
    FROM by_customer_method AS p
    JOIN members AS m ON m.customer = p.customer
    GROUP BY m.tier, p.method
),
of_tiers AS (
    SELECT tier, method, orders, amount
    FROM paid
    UNION ALL
    SELECT 0 AS tier, method, SUM(orders) AS orders, SUM(amount) AS amount
    FROM (
        SELECT method, orders, amount FROM by_method
        UNION ALL
        SELECT method, 0 - first_orders AS orders, 0 - first_amount AS amount FROM paid
    ) AS rest
    GROUP BY method
    HAVING SUM(orders) <> 0
),
-- Beside each, the orders of the tier whatever they were paid with.
methods AS (
    SELECT
        tier,
        method,
        CAST(orders AS BIGINT) AS orders,
        CAST(amount AS BIGINT) AS amount,
        CAST(MAX(CASE WHEN method IS NULL THEN orders END) OVER (PARTITION BY tier) AS BIGINT) AS all_orders
    FROM of_tiers
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
