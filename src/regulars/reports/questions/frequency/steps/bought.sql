-- How often each customer ordered in each month in which they did.
SELECT customer, month, COUNT(*) AS orders
FROM sales
WHERE kind = 'sale' AND customer IS NOT NULL
GROUP BY customer, month
