-- An order paid with two methods counts in both, and once in each.
WITH methods AS (
    SELECT d.period, p.method, CAST(SUM(p.orders) AS BIGINT) AS orders, CAST(SUM(p.amount) AS BIGINT) AS amount
    FROM paid AS p
    JOIN period_days AS d ON d.day_number = p.day_number
    GROUP BY d.period, p.method
),
totals AS (
    SELECT d.period, CAST(SUM(p.orders) AS BIGINT) AS orders
    FROM paid_orders AS p
    JOIN period_days AS d ON d.day_number = p.day_number
    GROUP BY d.period
)
SELECT
    t.period_text AS period,
    m.method,
    m.orders,
    p.orders AS all_orders,
    CAST(m.orders AS DOUBLE) / CAST(NULLIF(p.orders, 0) AS DOUBLE) AS share,
    m.amount,
    t.is_whole
FROM methods AS m
JOIN periods AS t ON t.period = m.period
JOIN totals AS p ON p.period = m.period
ORDER BY m.period, m.method
