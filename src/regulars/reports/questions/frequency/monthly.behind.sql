SELECT DISTINCT customer
FROM bought
WHERE orders = $row_orders
ORDER BY customer
