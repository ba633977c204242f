-- The methods over all of what is asked about.
-- Most orders have one payment, the first. The others count where the first was made in another way, and once in each.
WITH further AS (
    SELECT
        p.sale,
        p.day_number,
        p.method,
        MAX(CASE WHEN f.method = p.method THEN 0 ELSE 1 END) AS is_other,
        MAX(CASE WHEN f.sale IS NULL THEN 1 ELSE 0 END) AS is_alone
    FROM payments AS p
    LEFT JOIN payments AS f ON f.sale = p.sale AND f.n = 1
    WHERE p.n <> 1 AND p.kind = 'sale'
    GROUP BY p.sale, p.day_number, p.method
),
paid AS (
    SELECT
        day_number,
        method,
        SUM(CASE WHEN kind = 'sale' AND n = 1 THEN 1 ELSE 0 END) AS orders,
        SUM(amount) AS amount
    FROM payments
    GROUP BY day_number, method
    UNION ALL
    SELECT day_number, method, SUM(is_other) AS orders, 0 AS amount
    FROM further
    GROUP BY day_number, method
),
-- Orders, whatever they were paid with: those with a first payment, and those of which only a further one is left.
paid_orders AS (
    SELECT day_number, SUM(CASE WHEN kind = 'sale' AND n = 1 THEN 1 ELSE 0 END) AS orders
    FROM payments
    GROUP BY day_number
    UNION ALL
    SELECT day_number, COUNT(*) AS orders
    FROM (SELECT sale, day_number FROM further WHERE is_alone = 1 GROUP BY sale, day_number) AS alone
    GROUP BY day_number
),
methods AS (
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
