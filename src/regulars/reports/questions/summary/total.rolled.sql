-- The whole span in one row.
WITH summed AS (
    SELECT
        CAST(COALESCE(SUM(net), 0) AS BIGINT) AS net,
        CAST(COALESCE(SUM(orders), 0) AS BIGINT) AS orders,
        CAST(COALESCE(SUM(units), 0) AS BIGINT) AS units,
        CAST(COALESCE(SUM(known_orders), 0) AS BIGINT) AS known_orders,
        CAST(COALESCE(SUM(known_net), 0) AS BIGINT) AS known_net,
        CAST(COALESCE(0 - SUM(returned), 0) AS BIGINT) AS returns,
        CAST(COALESCE(SUM(discount), 0) AS BIGINT) AS discounts
    FROM by_store_day_hour
),
people AS (
    SELECT CAST(COUNT(*) AS BIGINT) AS customers
    FROM by_customer
)
SELECT net, orders,
    CASE WHEN orders > 0 THEN CAST(net AS DOUBLE) / CAST(orders AS DOUBLE) END AS average,
    CASE WHEN orders > 0 THEN CAST(units AS DOUBLE) / (1000.0 * CAST(orders AS DOUBLE)) END AS units_per_order,
    CASE WHEN orders > 0 THEN CAST(known_orders AS DOUBLE) / CAST(orders AS DOUBLE) END AS known_orders,
    CASE WHEN net > 0 THEN CAST(known_net AS DOUBLE) / CAST(net AS DOUBLE) END AS known_net,
    returns, discounts, customers
FROM summed
CROSS JOIN people
ORDER BY orders
