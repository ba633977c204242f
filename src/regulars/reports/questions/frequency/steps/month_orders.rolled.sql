-- How many customers ordered so often in each month.
SELECT month, orders, SUM(customers) AS customers
FROM by_month_orders
GROUP BY month, orders
HAVING SUM(customers) <> 0
