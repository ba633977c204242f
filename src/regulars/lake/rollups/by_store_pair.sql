-- How many customers ordered in both of two stores; a store and itself: in that one.
SELECT
    a.store, b.store AS other,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(a.net) AS BIGINT) AS net
FROM by_customer_store AS a
JOIN by_customer_store AS b ON b.customer = a.customer
WHERE a.orders > 0 AND b.orders > 0
GROUP BY a.store, b.store
