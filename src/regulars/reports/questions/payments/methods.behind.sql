SELECT DISTINCT customer
FROM payments
WHERE kind = 'sale' AND customer IS NOT NULL AND method = $row_method
ORDER BY customer
