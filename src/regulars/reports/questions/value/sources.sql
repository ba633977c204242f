-- The same, by how their profile came to be.
SELECT
    COALESCE(c.source, '') AS source,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(n.orders) AS BIGINT) AS orders,
    CAST(SUM(n.net) AS BIGINT) AS net,
    CAST(SUM(n.orders) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS orders_each,
    CAST(SUM(n.net) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS net_each
FROM new AS n
LEFT JOIN customers AS c ON c.customer = n.customer
GROUP BY 1
ORDER BY net DESC, source
