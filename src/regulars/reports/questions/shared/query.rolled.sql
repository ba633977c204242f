-- Of the customers of one store, how many order in another one, too.
WITH sizes AS (
    SELECT store, CAST(SUM(customers) AS BIGINT) AS customers
    FROM by_store_pair
    WHERE other = store
    GROUP BY store
    HAVING SUM(customers) <> 0
),
pairs AS (
    SELECT store, other, CAST(SUM(customers) AS BIGINT) AS customers
    FROM by_store_pair
    WHERE other <> store
    GROUP BY store, other
)
SELECT
    s.store,
    o.store AS other,
    COALESCE(p.customers, 0) AS customers,
    s.customers AS store_customers,
    CAST(COALESCE(p.customers, 0) AS DOUBLE) / CAST(s.customers AS DOUBLE) AS share
FROM sizes AS s
JOIN sizes AS o ON o.store <> s.store
LEFT JOIN pairs AS p ON p.store = s.store AND p.other = o.store
ORDER BY s.store, other
