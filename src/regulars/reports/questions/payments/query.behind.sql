SELECT DISTINCT p.customer
FROM payments AS p
JOIN period_days AS d ON d.day_number = p.day_number
WHERE p.kind = 'sale' AND p.customer IS NOT NULL AND p.method = $row_method AND d.period_text = $row_period
ORDER BY p.customer
