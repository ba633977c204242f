-- The same, by the tier they are in.
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
