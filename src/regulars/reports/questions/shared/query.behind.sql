SELECT customer
FROM sales
WHERE kind = 'sale' AND customer IS NOT NULL AND (store = $row_store OR store = $row_other)
GROUP BY customer
HAVING MIN(store) <> MAX(store)
ORDER BY customer
