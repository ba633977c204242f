WITH days AS (
    SELECT
        day_number,
        CASE $period WHEN 'day' THEN day_number WHEN 'week' THEN week WHEN 'quarter' THEN quarter WHEN 'year' THEN year
            ELSE month END AS period,
        CASE $period WHEN 'day' THEN day_text WHEN 'week' THEN week_text WHEN 'quarter' THEN quarter_text
            WHEN 'year' THEN year_text ELSE month_text END AS period_text
    FROM calendar
),
cohort_members AS (
    SELECT f.customer
    FROM (
        SELECT customer, MIN(day_number) AS first_day
        FROM history_sales
        WHERE kind = 'sale' AND customer IS NOT NULL
        GROUP BY customer
    ) AS f
    JOIN days AS d ON d.day_number = f.first_day
    WHERE d.period_text = $row_cohort AND f.first_day >= $from_number AND f.first_day <= $to_number
)
SELECT DISTINCT s.customer
FROM sales AS s
JOIN days AS d ON d.day_number = s.day_number
JOIN cohort_members AS m ON m.customer = s.customer
WHERE s.kind = 'sale' AND d.period_text = $row_period
ORDER BY s.customer
