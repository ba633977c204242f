WITH days AS (
    SELECT
        day_number,
        CASE $period WHEN 'day' THEN day_number WHEN 'week' THEN week WHEN 'quarter' THEN quarter WHEN 'year' THEN year
            ELSE month END AS period,
        CASE $period WHEN 'day' THEN day_text WHEN 'week' THEN week_text WHEN 'quarter' THEN quarter_text
            WHEN 'year' THEN year_text ELSE month_text END AS period_text
    FROM calendar
),
bought AS (
    SELECT
        s.customer,
        d.period,
        MIN(d.period_text) AS period_text,
        SUM(CASE WHEN s.day_number >= $from_number AND s.day_number <= $to_number THEN 1 ELSE 0 END) AS orders
    FROM history_sales AS s
    JOIN days AS d ON d.day_number = s.day_number
    WHERE s.kind = 'sale' AND s.customer IS NOT NULL
    GROUP BY s.customer, d.period
),
asked AS (SELECT MIN(period) AS period FROM days WHERE period_text = $row_period),
people AS (
    SELECT
        b.customer,
        MAX(CASE WHEN b.period = a.period AND b.orders > 0 THEN 1 ELSE 0 END) AS is_here,
        MAX(CASE WHEN b.period = a.period - 1 THEN 1 ELSE 0 END) AS was_here,
        MAX(CASE WHEN b.period < a.period THEN 1 ELSE 0 END) AS was_ever
    FROM bought AS b
    CROSS JOIN asked AS a
    GROUP BY b.customer
)
SELECT customer
FROM people
WHERE is_here = 1 AND was_here = 1
ORDER BY customer
