-- How many customers ordered so often, and what they came to.
SELECT c.orders, CAST(COUNT(*) AS BIGINT) AS customers, CAST(SUM(c.net) AS BIGINT) AS net
FROM by_customer AS c
WHERE c.orders > 0
GROUP BY c.orders
