-- The same, by the store of the first order.
SELECT
    CAST(s.store AS INTEGER) AS store,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(n.orders) AS BIGINT) AS orders,
    CAST(SUM(n.net) AS BIGINT) AS net,
    CAST(SUM(n.orders) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS orders_each,
    CAST(SUM(n.net) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS net_each
FROM new AS n
JOIN firsts AS f ON f.customer = n.customer
JOIN history_sales AS s ON s.sale = f.sale
GROUP BY s.store
ORDER BY net DESC, store
