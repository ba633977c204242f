-- How many customers ordered so often in each month.
SELECT m.month, m.orders, CAST(COUNT(*) AS BIGINT) AS customers
FROM by_customer_month AS m
WHERE m.orders > 0
GROUP BY m.month, m.orders
