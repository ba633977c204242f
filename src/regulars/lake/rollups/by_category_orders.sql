-- How many customers ordered so often of each category, and what it came to.
SELECT
    c.category, c.orders,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(c.net) AS BIGINT) AS net,
    CAST(SUM(c.units) AS BIGINT) AS units
FROM by_customer_category AS c
GROUP BY c.category, c.orders
