-- The same, by the tier they are in.
WITH began AS (
    SELECT
        s.customer,
        MIN(CASE WHEN s.kind = 'sale' THEN s.day_number END) AS first_number,
        CAST(SUM(CASE WHEN s.kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
        CAST(SUM(s.net) AS BIGINT) AS net
    FROM history_sales AS s
    WHERE s.customer IS NOT NULL
    GROUP BY s.customer
),
new AS (
    SELECT b.customer, b.first_number, b.orders, b.net
    FROM began AS b
    WHERE b.first_number BETWEEN $from_number AND $to_number
)
SELECT
    CAST(t."group" AS INTEGER) AS tier,
    CAST(COUNT(*) AS BIGINT) AS customers,
    CAST(SUM(n.orders) AS BIGINT) AS orders,
    CAST(SUM(n.net) AS BIGINT) AS net,
    CAST(SUM(n.orders) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS orders_each,
    CAST(SUM(n.net) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS net_each
FROM new AS n
JOIN tiers AS t ON t.customer = n.customer
GROUP BY t."group"
ORDER BY net DESC, tier
