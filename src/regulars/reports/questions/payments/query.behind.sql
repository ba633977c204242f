WITH days AS (
    SELECT
        day_number,
        CASE $period WHEN 'day' THEN day_number WHEN 'week' THEN week WHEN 'quarter' THEN quarter WHEN 'year' THEN year
            ELSE month END AS period,
        CASE $period WHEN 'day' THEN day_text WHEN 'week' THEN week_text WHEN 'quarter' THEN quarter_text
            WHEN 'year' THEN year_text ELSE month_text END AS period_text
    FROM calendar
)
SELECT DISTINCT p.customer
FROM payments AS p
JOIN days AS d ON d.day_number = p.day_number
WHERE p.kind = 'sale' AND p.customer IS NOT NULL AND p.method = $row_method AND d.period_text = $row_period
ORDER BY p.customer
