-- Who ordered in the days asked about, and how often.
SELECT customer, COUNT(*) AS orders
FROM sales
WHERE kind = 'sale' AND customer IS NOT NULL
GROUP BY customer
