-- Orders of each tier (0: of none), whatever they were paid with: the first payments, and orders of which only
-- a further one is left.
SELECT tier, CAST(SUM(orders) AS BIGINT) AS orders
FROM (
    SELECT COALESCE(t."group", 0) AS tier, SUM(CASE WHEN p.n = 1 THEN 1 ELSE 0 END) AS orders
    FROM payments AS p
    LEFT JOIN tiers AS t ON t.customer = p.customer
    WHERE p.kind = 'sale' AND p.customer IS NOT NULL
    GROUP BY t."group"
    UNION ALL
    SELECT COALESCE(t."group", 0) AS tier, COUNT(*) AS orders
    FROM (SELECT sale, customer FROM further WHERE is_alone = 1 AND customer IS NOT NULL GROUP BY sale, customer) AS a
    LEFT JOIN tiers AS t ON t.customer = a.customer
    GROUP BY t."group"
) AS parts
GROUP BY tier
