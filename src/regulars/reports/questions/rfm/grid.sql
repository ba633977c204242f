-- Recency against frequency and money.
-- 125 rows at most: the names are looked up for these, not for each customer.
WITH cells AS (
    SELECT r, f + m AS both_scores, COUNT(*) AS customers, SUM(net) AS net
    FROM scored
    GROUP BY r, f + m
),
summed AS (
    SELECT c.r, h.fm, SUM(c.customers) AS customers, SUM(c.net) AS net
    FROM cells AS c
    JOIN halves AS h ON h.both_scores = c.both_scores
    GROUP BY c.r, h.fm
),
filled AS (
    SELECT
        n.r,
        n.fm,
        n.rfm,
        CAST(COALESCE(s.customers, 0) AS BIGINT) AS customers,
        CAST(COALESCE(s.net, 0) AS BIGINT) AS net
    FROM named AS n
    LEFT JOIN summed AS s ON s.r = n.r AND s.fm = n.fm
)
SELECT
    CAST(r AS BIGINT) AS recency,
    CAST(fm AS BIGINT) AS frequency_money,
    rfm,
    customers,
    CAST(SUM(customers) OVER () AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(NULLIF(SUM(customers) OVER (), 0) AS DOUBLE) AS share,
    net
FROM filled
ORDER BY recency DESC, frequency_money DESC
