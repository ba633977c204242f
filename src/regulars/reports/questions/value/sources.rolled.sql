-- The same, by how their profile came to be.
WITH began AS (
    SELECT c.customer, c.first_number, c.orders, c.net
    FROM by_customer AS c
),
new AS (
    SELECT b.customer, b.first_number, b.orders, b.net
    FROM began AS b
    WHERE b.first_number BETWEEN $from_number AND $to_number
)
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
