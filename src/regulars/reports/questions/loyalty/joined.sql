-- The same customers as long before their first points as after them; that day itself is in neither.
WITH spans AS (
    SELECT 1 AS place, 'before' AS span UNION ALL SELECT 2 AS place, 'after' AS span
),
whole AS (
    SELECT CAST(COUNT(*) AS BIGINT) AS customers FROM seen AS n
)
SELECT
    p.span AS span,
    w.customers AS customers,
    COALESCE(s.orders, CAST(0 AS BIGINT)) AS orders,
    COALESCE(s.net, CAST(0 AS BIGINT)) AS net,
    CAST(COALESCE(s.orders, CAST(0 AS BIGINT)) AS DOUBLE) / CAST(NULLIF(w.customers, 0) AS DOUBLE) AS orders_each,
    CAST(COALESCE(s.net, CAST(0 AS BIGINT)) AS DOUBLE) / CAST(NULLIF(w.customers, 0) AS DOUBLE) AS net_each
FROM spans AS p
CROSS JOIN whole AS w
LEFT JOIN compared AS s ON s.span = p.span
ORDER BY p.place
