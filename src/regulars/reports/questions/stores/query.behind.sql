SELECT DISTINCT customer
FROM sales
WHERE kind = 'sale' AND customer IS NOT NULL AND store = $row_store
ORDER BY customer
