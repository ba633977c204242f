-- How often somebody orders in a month in which they order at all.
WITH counted AS (
    SELECT CAST(orders AS BIGINT) AS orders, CAST(SUM(customers) AS BIGINT) AS customer_months
    FROM month_orders
    GROUP BY orders
)
SELECT
    orders,
    customer_months,
    CAST(SUM(customer_months) OVER () AS BIGINT) AS all_customer_months,
    CAST(customer_months AS DOUBLE) / CAST(SUM(customer_months) OVER () AS DOUBLE) AS share
FROM counted
ORDER BY orders
