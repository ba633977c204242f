-- Whose first order was in the store.
SELECT f.customer AS customer
FROM firsts AS f
JOIN history_sales AS s ON s.sale = f.sale
WHERE s.store = $row_store
ORDER BY customer
