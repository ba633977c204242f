-- An order paid with two methods counts in both, and once in each; without a method: whatever was paid.
WITH days AS (
    SELECT
        day_number,
        CASE $period WHEN 'day' THEN day_number WHEN 'week' THEN week WHEN 'quarter' THEN quarter WHEN 'year' THEN year
            ELSE month END AS period,
        CASE $period WHEN 'day' THEN day_text WHEN 'week' THEN week_text WHEN 'quarter' THEN quarter_text
            WHEN 'year' THEN year_text ELSE month_text END AS period_text
    FROM calendar
),
periods AS (
    SELECT
        period,
        MIN(period_text) AS period_text,
        CASE WHEN MIN(day_number) >= $from_number AND MAX(day_number) <= $to_number
            AND MAX(day_number) < $today_number THEN TRUE ELSE FALSE END AS is_whole
    FROM days
    GROUP BY period
),
paid AS (
    SELECT d.period, p.method, CAST(SUM(p.orders) AS BIGINT) AS orders, CAST(SUM(p.amount) AS BIGINT) AS amount
    FROM by_payment_day AS p
    JOIN days AS d ON d.day_number = p.day_number
    GROUP BY d.period, p.method
    HAVING SUM(p.payments) <> 0
),
methods AS (
    SELECT period, method, orders, amount
    FROM paid
    WHERE method IS NOT NULL
),
totals AS (
    SELECT period, orders
    FROM paid
    WHERE method IS NULL
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
