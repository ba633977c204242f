-- The same, by the store of the first order.
WITH new AS (
    SELECT
        b.first_store,
        CAST(SUM(b.customers) AS BIGINT) AS customers,
        CAST(SUM(b.orders) AS BIGINT) AS orders,
        CAST(SUM(b.net) AS BIGINT) AS net
    FROM by_start AS b
    WHERE b.first_number BETWEEN $from_number AND $to_number
    GROUP BY b.first_store
    HAVING SUM(b.customers) <> 0
)
SELECT
    CAST(n.first_store AS INTEGER) AS store,
    n.customers AS customers,
    n.orders AS orders,
    n.net AS net,
    CAST(n.orders AS DOUBLE) / CAST(n.customers AS DOUBLE) AS orders_each,
    CAST(n.net AS DOUBLE) / CAST(n.customers AS DOUBLE) AS net_each
FROM new AS n
ORDER BY net DESC, store
