-- In how many stores customers order, and what they are worth.
WITH counted AS (
    SELECT
        CASE WHEN stores >= 3 THEN 'three' WHEN stores = 2 THEN 'two' ELSE 'one' END AS reach,
        MIN(stores) AS place,
        CAST(SUM(customers) AS BIGINT) AS customers,
        CAST(SUM(orders) AS BIGINT) AS orders,
        CAST(SUM(net) AS BIGINT) AS net
    FROM by_reach
    GROUP BY CASE WHEN stores >= 3 THEN 'three' WHEN stores = 2 THEN 'two' ELSE 'one' END
    HAVING SUM(customers) <> 0
)
SELECT
    reach,
    customers,
    CAST(SUM(customers) OVER () AS BIGINT) AS all_customers,
    CAST(customers AS DOUBLE) / CAST(SUM(customers) OVER () AS DOUBLE) AS share,
    orders,
    net,
    CAST(net AS DOUBLE) / CAST(NULLIF(SUM(net) OVER (), 0) AS DOUBLE) AS net_share,
    CAST(net AS DOUBLE) / CAST(customers AS DOUBLE) AS net_per_customer
FROM counted
ORDER BY place
