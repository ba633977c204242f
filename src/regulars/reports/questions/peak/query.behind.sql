SELECT DISTINCT customer
FROM sales
WHERE kind = 'sale' AND customer IS NOT NULL AND weekday = $row_weekday AND hour = $row_hour
ORDER BY customer
