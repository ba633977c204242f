-- How often somebody orders in a month in which they order at all.
WITH counted AS (
    SELECT orders, CAST(SUM(customers) AS BIGINT) AS customer_months
    FROM by_month_orders
    GROUP BY orders
    HAVING SUM(customers) <> 0
)
SELECT
    orders,
    customer_months,
    CAST(SUM(customer_months) OVER () AS BIGINT) AS all_customer_months,
    CAST(customer_months AS DOUBLE) / CAST(SUM(customer_months) OVER () AS DOUBLE) AS share
FROM counted
ORDER BY orders
