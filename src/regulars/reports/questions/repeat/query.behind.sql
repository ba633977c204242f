SELECT customer
FROM sales
WHERE kind = 'sale' AND customer IS NOT NULL
GROUP BY customer
HAVING COUNT(*) >= $row_at_least
ORDER BY customer
