-- The same, by the tier they are in.
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
