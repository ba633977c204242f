-- How many customers ordered so often in each month.
SELECT month, orders, COUNT(*) AS customers
FROM bought
GROUP BY month, orders
