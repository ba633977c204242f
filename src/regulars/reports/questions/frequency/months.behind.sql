SELECT DISTINCT s.customer
FROM sales AS s
JOIN calendar AS c ON c.day_number = s.day_number
WHERE s.kind = 'sale' AND s.customer IS NOT NULL AND c.month_text = $row_month
ORDER BY s.customer
