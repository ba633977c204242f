-- In how many stores customers ordered, and what they came to in all stores.
SELECT
    p.stores,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(p.orders) AS BIGINT) AS orders,
    CAST(SUM(p.net) AS BIGINT) AS net
FROM (
    SELECT
        s.customer,
        SUM(s.orders) AS orders,
        CAST(SUM(CASE WHEN s.orders > 0 THEN 1 ELSE 0 END) AS BIGINT) AS stores,
        SUM(s.net) AS net
    FROM by_customer_store AS s
    GROUP BY s.customer
) AS p
WHERE p.stores > 0
GROUP BY p.stores
