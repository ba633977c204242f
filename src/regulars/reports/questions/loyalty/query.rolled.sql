-- Customers by how often they ordered in the days asked about.
WITH binned AS (
    SELECT
        CASE
            WHEN e.orders <= 5 THEN e.orders
            WHEN e.orders <= 10 THEN 6
            WHEN e.orders <= 20 THEN 11
            WHEN e.orders <= 50 THEN 21
            ELSE 51
        END AS least,
        CAST(SUM(e.customers) AS BIGINT) AS customers,
        CAST(SUM(e.orders * e.customers) AS BIGINT) AS orders,
        CAST(SUM(e.net) AS BIGINT) AS net
    FROM by_orders AS e
    GROUP BY 1
    HAVING SUM(e.customers) <> 0
)
SELECT
    CASE b.least
        WHEN 1 THEN '1' WHEN 2 THEN '2' WHEN 3 THEN '3' WHEN 4 THEN '4' WHEN 5 THEN '5'
        WHEN 6 THEN '6-10' WHEN 11 THEN '11-20' WHEN 21 THEN '21-50' ELSE '51+'
    END AS orders_each,
    b.customers AS customers,
    b.orders AS orders,
    b.net AS net,
    CAST(b.net AS DOUBLE) / CAST(b.customers AS DOUBLE) AS net_each,
    CAST(b.net AS DOUBLE) / CAST(b.orders AS DOUBLE) AS average_order
FROM binned AS b
ORDER BY b.least
