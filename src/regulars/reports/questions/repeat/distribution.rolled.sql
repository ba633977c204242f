-- How many customers ordered once, twice, three times...
WITH counted AS (
    SELECT CAST(orders AS BIGINT) AS orders, CAST(SUM(customers) AS BIGINT) AS customers
    FROM by_orders
    GROUP BY orders
    HAVING SUM(customers) <> 0
)
SELECT
    orders,
    customers,
    CAST(SUM(customers) OVER () AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(SUM(customers) OVER () AS DOUBLE) AS share
FROM counted
ORDER BY orders
