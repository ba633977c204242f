-- Whose first order was in the period.
WITH began AS (
    SELECT s.customer, MIN(s.day_number) AS first_number
    FROM history_sales AS s
    WHERE s.kind = 'sale' AND s.customer IS NOT NULL
    GROUP BY s.customer
)
SELECT b.customer AS customer
FROM began AS b
JOIN calendar AS c ON c.day_number = b.first_number
WHERE b.first_number BETWEEN $from_number AND $to_number
    AND CASE $period WHEN 'day' THEN c.day_text WHEN 'week' THEN c.week_text WHEN 'month' THEN c.month_text
        WHEN 'quarter' THEN c.quarter_text ELSE c.year_text END = $row_cohort
ORDER BY customer
