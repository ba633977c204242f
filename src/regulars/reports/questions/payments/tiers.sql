-- What customers of each tier pay with. Known customers only; without a tier: null.
-- Most orders have one payment, the first. The others count where the first was made in another way, and once in each.
WITH further AS (
    SELECT
        p.sale,
        p.customer,
        p.method,
        MAX(CASE WHEN f.method = p.method THEN 0 ELSE 1 END) AS is_other,
        MAX(CASE WHEN f.sale IS NULL THEN 1 ELSE 0 END) AS is_alone
    FROM payments AS p
    LEFT JOIN payments AS f ON f.sale = p.sale AND f.n = 1
    WHERE p.n <> 1 AND p.kind = 'sale' AND p.customer IS NOT NULL
    GROUP BY p.sale, p.customer, p.method
),
paid AS (
    SELECT
        t."group" AS tier,
        p.method,
        SUM(CASE WHEN p.n = 1 THEN 1 ELSE 0 END) AS orders,
        SUM(p.amount) AS amount
    FROM payments AS p
    LEFT JOIN tiers AS t ON t.customer = p.customer
    WHERE p.kind = 'sale' AND p.customer IS NOT NULL
    GROUP BY t."group", p.method
    UNION ALL
    SELECT t."group" AS tier, f.method, SUM(f.is_other) AS orders, 0 AS amount
    FROM further AS f
    LEFT JOIN tiers AS t ON t.customer = f.customer
    GROUP BY t."group", f.method
),
methods AS (
    SELECT
        COALESCE(tier, 0) AS tier,
        method,
        CAST(SUM(orders) AS BIGINT) AS orders,
        CAST(SUM(amount) AS BIGINT) AS amount
    FROM paid
    GROUP BY COALESCE(tier, 0), method
),
-- Orders of each tier, whatever they were paid with: the first payments, and orders of which only a further one is left.
totals AS (
    SELECT tier, CAST(SUM(orders) AS BIGINT) AS orders
    FROM (
        SELECT COALESCE(t."group", 0) AS tier, SUM(CASE WHEN p.n = 1 THEN 1 ELSE 0 END) AS orders
        FROM payments AS p
        LEFT JOIN tiers AS t ON t.customer = p.customer
        WHERE p.kind = 'sale' AND p.customer IS NOT NULL
        GROUP BY t."group"
        UNION ALL
        SELECT COALESCE(t."group", 0) AS tier, COUNT(*) AS orders
        FROM (SELECT sale, customer FROM further WHERE is_alone = 1 GROUP BY sale, customer) AS a
        LEFT JOIN tiers AS t ON t.customer = a.customer
        GROUP BY t."group"
    ) AS parts
    GROUP BY tier
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
