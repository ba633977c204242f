-- The methods over all of what is asked about.
-- Most orders have one payment, the first. The others count where the first was made in another way, and once in each.
WITH paid AS (
    SELECT method, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(amount) AS BIGINT) AS amount
    FROM by_payment_day
    GROUP BY method
    HAVING SUM(payments) <> 0
),
methods AS (
    SELECT method, orders, amount
    FROM paid
    WHERE method IS NOT NULL
),
totals AS (
    SELECT CAST(COALESCE(SUM(orders), 0) AS BIGINT) AS orders
    FROM paid
    WHERE method IS NULL
)
SELECT
    m.method,
    m.orders,
    t.orders AS all_orders,
    CAST(m.orders AS DOUBLE) / CAST(NULLIF(t.orders, 0) AS DOUBLE) AS share,
    m.amount
FROM methods AS m
CROSS JOIN totals AS t
ORDER BY m.orders DESC, m.method
