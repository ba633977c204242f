-- The named groups.
WITH cells AS (
    SELECT r, f + m AS both_scores, COUNT(*) AS customers, SUM(net) AS net, SUM(orders) AS orders,
        SUM($to_number - last_day) AS days
    FROM scored
    GROUP BY r, f + m
),
summed AS (
    SELECT
        n.rfm,
        CAST(COALESCE(SUM(c.customers), 0) AS BIGINT) AS customers,
        CAST(COALESCE(SUM(c.net), 0) AS BIGINT) AS net,
        CAST(COALESCE(SUM(c.orders), 0) AS BIGINT) AS orders,
        CAST(COALESCE(SUM(c.days), 0) AS BIGINT) AS days,
        MAX(10 * n.r + n.fm) AS place
    FROM named AS n
    JOIN halves AS h ON h.fm = n.fm
    LEFT JOIN cells AS c ON c.r = n.r AND c.both_scores = h.both_scores
    GROUP BY n.rfm
)
SELECT
    rfm,
    customers,
    CAST(SUM(customers) OVER () AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(NULLIF(SUM(customers) OVER (), 0) AS DOUBLE) AS share,
    net,
    CAST(net AS DOUBLE) / CAST(NULLIF(SUM(net) OVER (), 0) AS DOUBLE) AS net_share,
    CAST(net AS DOUBLE) / CAST(NULLIF(customers, 0) AS DOUBLE) AS net_per_customer,
    CAST(orders AS DOUBLE) / CAST(NULLIF(customers, 0) AS DOUBLE) AS orders_per_customer,
    CAST(days AS DOUBLE) / CAST(NULLIF(customers, 0) AS DOUBLE) AS days_since
FROM summed
ORDER BY place DESC
