-- What each customer bought in each store.
SELECT
    s.customer, s.store,
    CAST(COUNT(*) AS BIGINT) AS sales,
    CAST(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
    CAST(SUM(s.net) AS BIGINT) AS net
FROM sales AS s
WHERE s.customer IS NOT NULL
GROUP BY s.customer, s.store
