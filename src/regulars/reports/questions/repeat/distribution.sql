-- How many customers ordered once, twice, three times...
WITH counted AS (
    SELECT CAST(orders AS BIGINT) AS orders, CAST(COUNT(*) AS BIGINT) AS customers
    FROM people
    GROUP BY orders
)
SELECT
    orders,
    customers,
    CAST(SUM(customers) OVER () AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(SUM(customers) OVER () AS DOUBLE) AS share
FROM counted
ORDER BY orders
