-- Orders and net of each store.
SELECT
    store,
    SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS orders,
    SUM(CASE WHEN kind = 'sale' AND customer IS NOT NULL THEN 1 ELSE 0 END) AS identified_orders,
    SUM(net) AS net
FROM sales
GROUP BY store
