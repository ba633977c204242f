-- What each customer bought in each store.
SELECT
    h.customer, h.store,
    CAST(SUM(h.sales) AS BIGINT) AS sales,
    CAST(SUM(h.orders) AS BIGINT) AS orders,
    CAST(SUM(h.net) AS BIGINT) AS net
FROM by_customer_hour AS h
GROUP BY h.customer, h.store
