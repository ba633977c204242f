SELECT customer
FROM people
WHERE orders = $row_orders
ORDER BY customer
