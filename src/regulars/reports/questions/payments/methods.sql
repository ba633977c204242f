-- The methods over all of what is asked about.
WITH methods AS (
    SELECT method, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(amount) AS BIGINT) AS amount
    FROM paid
    GROUP BY method
),
totals AS (SELECT CAST(COALESCE(SUM(orders), 0) AS BIGINT) AS orders FROM paid_orders)
SELECT
    m.method,
    m.orders,
    t.orders AS all_orders,
    CAST(m.orders AS DOUBLE) / CAST(NULLIF(t.orders, 0) AS DOUBLE) AS share,
    m.amount
FROM methods AS m
CROSS JOIN totals AS t
ORDER BY m.orders DESC, m.method
