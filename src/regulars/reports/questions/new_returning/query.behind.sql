SELECT DISTINCT s.customer
FROM sales AS s
JOIN period_days AS d ON d.day_number = s.day_number
JOIN firsts AS f ON f.customer = s.customer
WHERE s.kind = 'sale' AND d.period_text = $row_period
    AND CASE WHEN f.period_text = $row_period THEN 'new' ELSE 'returning' END = $row_who
ORDER BY s.customer
