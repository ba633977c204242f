-- What known customers of each tier (0: of none) pay with.
SELECT
    COALESCE(t."group", 0) AS tier,
    m.method,
    CAST(SUM(m.orders) AS BIGINT) AS orders,
    CAST(SUM(m.amount) AS BIGINT) AS amount
FROM by_customer_method AS m
LEFT JOIN tiers AS t ON t.customer = m.customer
WHERE m.method IS NOT NULL
GROUP BY COALESCE(t."group", 0), m.method
