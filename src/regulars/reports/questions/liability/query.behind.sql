-- Whose balance moved in the period.
SELECT DISTINCT e.customer AS customer
FROM entries AS e
JOIN calendar AS c ON c.day = e.day
WHERE e.book = 'points' AND c.day_number BETWEEN $from_number AND $to_number
    AND CASE $period WHEN 'day' THEN c.day_text WHEN 'week' THEN c.week_text WHEN 'month' THEN c.month_text
        WHEN 'quarter' THEN c.quarter_text ELSE c.year_text END = $row_period
ORDER BY customer
