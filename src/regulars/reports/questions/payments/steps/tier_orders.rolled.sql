-- Orders of each tier (0: of none), whatever they were paid with.
SELECT
    COALESCE(t."group", 0) AS tier,
    CAST(SUM(m.orders) AS BIGINT) AS orders
FROM by_customer_method AS m
LEFT JOIN tiers AS t ON t.customer = m.customer
WHERE m.method IS NULL
GROUP BY COALESCE(t."group", 0)
