-- An order paid with two methods counts in both, and once in each.
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
-- Most orders have one payment, the first. The others count where the first was made in another way, and once in each.
further AS (
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
    SELECT d.period, p.method, CAST(SUM(p.orders) AS BIGINT) AS orders, CAST(SUM(p.amount) AS BIGINT) AS amount
    FROM paid AS p
    JOIN days AS d ON d.day_number = p.day_number
    GROUP BY d.period, p.method
),
totals AS (
    SELECT d.period, CAST(SUM(p.orders) AS BIGINT) AS orders
    FROM paid_orders AS p
    JOIN days AS d ON d.day_number = p.day_number
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
