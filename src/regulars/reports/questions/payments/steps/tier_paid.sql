-- What known customers of each tier (0: of none) pay with.
SELECT COALESCE(tier, 0) AS tier, method, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(amount) AS BIGINT) AS amount
FROM (
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
    WHERE f.customer IS NOT NULL
    GROUP BY t."group", f.method
) AS parts
GROUP BY COALESCE(tier, 0), method
