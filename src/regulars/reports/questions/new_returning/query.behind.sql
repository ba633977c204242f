WITH days AS (
    SELECT
        day_number,
        CASE $period WHEN 'day' THEN day_number WHEN 'week' THEN week WHEN 'quarter' THEN quarter WHEN 'year' THEN year
            ELSE month END AS period,
        CASE $period WHEN 'day' THEN day_text WHEN 'week' THEN week_text WHEN 'quarter' THEN quarter_text
            WHEN 'year' THEN year_text ELSE month_text END AS period_text
    FROM calendar
),
firsts AS (
    SELECT f.customer, d.period_text
    FROM (
        SELECT customer, MIN(day_number) AS first_day
        FROM history_sales
        WHERE kind = 'sale' AND customer IS NOT NULL
        GROUP BY customer
    ) AS f
    JOIN days AS d ON d.day_number = f.first_day
)
SELECT DISTINCT s.customer
FROM sales AS s
JOIN days AS d ON d.day_number = s.day_number
JOIN firsts AS f ON f.customer = s.customer
WHERE s.kind = 'sale' AND d.period_text = $row_period
    AND CASE WHEN f.period_text = $row_period THEN 'new' ELSE 'returning' END = $row_who
ORDER BY s.customer
