-- Of the customers of one store, how many order in another one, too.
WITH visits AS (
    SELECT store, customer
    FROM sales
    WHERE kind = 'sale' AND customer IS NOT NULL
    GROUP BY store, customer
),
sizes AS (
    SELECT store, CAST(COUNT(*) AS BIGINT) AS customers
    FROM visits
    GROUP BY store
),
pairs AS (
    SELECT a.store, b.store AS other, CAST(COUNT(*) AS BIGINT) AS customers
    FROM visits AS a
    JOIN visits AS b ON b.customer = a.customer
    WHERE b.store <> a.store
    GROUP BY a.store, b.store
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
